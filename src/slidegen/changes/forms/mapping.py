"""Changes as mappings for JSON."""

from __future__ import annotations

from typing import Any

from slidegen.changes.values import Change, Changes, Reason, SlideChange


def as_mapping(changes: Changes) -> dict[str, Any]:
    """The changes as a mapping. docs/diff.md lists its keys."""
    return {
        "old": changes.old,
        "new": changes.new,
        "changed": bool(changes),
        "same": changes.same,
        "hidden": changes.hidden,
        "reasons": [{**_reason(reason), "count": count} for reason, count in changes.reasons],
        "slides": list(map(_slide, changes.slides)),
        "problems": [str(problem) for problem in changes.problems],
    }


def _slide(slide: SlideChange) -> dict[str, Any]:
    return {
        "kind": slide.kind,
        "old_number": slide.old_number,
        "new_number": slide.new_number,
        "title": slide.title,
        "changes": list(map(_change, slide.changes)),
    }


def _change(change: Change) -> dict[str, Any]:
    names = ("kind", "place", "name", "row", "column", "old", "new", "old_value", "new_value", "relative")
    return {**{name: getattr(change, name) for name in names}, "reasons": list(map(_reason, change.reasons))}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"kind": reason.kind, "what": reason.what, "old": reason.old, "new": reason.new}
