"""What changes are called, in every form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from slidegen.changes.values import Change, Changes, Reason, SlideChange, SlideKind

PREFIXES: Final = {
    "given": "data in ",
    "formula": "formula of ",
    "model": "config of ",
    "variable": "",
    "parameter": "",
    "accounting": "accounting of ",
}
"""What stands before the name in a reason, by its kind."""
ADDED_OR_REMOVED: Final[tuple[SlideKind, ...]] = ("added", "removed")


def reason_text(reason: Reason) -> str:
    """A reason in words: "transformers 5.20.0 -> 5.23.0", "formula of memory 3 -> 4"."""
    if reason.kind == "text":
        return "the text was edited"
    if reason.kind == "unknown":
        return "no known reason"
    if reason.kind == "missing":
        return f"no recorded value{f' of {reason.what}' if reason.what else ''}"
    if reason.kind in ("variable", "parameter") and reason.what and (reason.old is None) != (reason.new is None):
        # One of several values, or a variable that one of the decks does not have.
        return (
            f"{reason.new} added to {reason.what}" if reason.old is None else f"{reason.old} removed from {reason.what}"
        )
    name = f"{PREFIXES.get(reason.kind, '')}{reason.what}"
    if reason.old is None and reason.new is None:
        return name or reason.kind
    return f"{name} {reason.old or 'none'} -> {reason.new or 'none'}".strip()


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Several reasons in words."""
    return ", ".join(map(reason_text, reasons))


def relative_text(change: Change) -> str:
    """How much a number changed: "+1.7 %", "x 12"; "" where that has no meaning."""
    share = change.relative
    if share is None or share == 0 or change.kind != "number":
        return ""
    if share >= 9:
        return f"x {share + 1:.3g}"
    if abs(share) < 0.0005:
        return "less than 0.1 %"
    return f"{share * 100:+.1f} %".replace("-", "\N{MINUS SIGN}")


def subject(change: Change) -> str:
    """What changed: "full: google/gemma-2-9b, Total" in a table, the sentence in a text."""
    if change.place in ("table", "figure", "record"):
        inside = ", ".join(filter(None, (change.row, change.column)))
        name = "" if change.place == "record" else change.name
        return ": ".join(filter(None, (name, inside)))
    place = "" if change.place == "text" else f"{change.place}: "
    return f"{place}{change.row}" if change.kind == "number" else f"{place}{change.new or change.old or ''}"


def slide_text(slide: SlideChange) -> str:
    """A slide in words: "slide 12  Only Qwen2 1.5B trains in full", "slide 12 (was 11)"; its request for a result."""
    number = slide.new_number or slide.old_number
    if number is None:
        return slide.title
    was = f" (was {slide.old_number})" if slide.kind == "changed" and slide.old_number != slide.new_number else ""
    return f"slide {number}{was}  {slide.title}".rstrip()


def counted(count: int, what: str) -> str:
    """A count in words: "1 number", "3 numbers"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def summary(changes: Changes) -> str:
    """All changes in one line: "41 changes on 12 slides, 2 slides added, 1 removed; 310 numbers are the same"."""
    of_record = any(slide.old_number is None and slide.new_number is None for slide in changes.slides)
    unit = "result" if of_record else "slide"
    where = changes.of_kind("changed")
    count = sum(len(slide.changes) for slide in changes.slides if slide.kind == "changed")
    parts = [f"{counted(count, 'change')} on {counted(where, unit)}" if where else ""]
    for kind in ADDED_OR_REMOVED:
        number = changes.of_kind(kind)
        parts.append(f"{counted(number, unit)} {kind}" if number else "")
    what = ", ".join(filter(None, parts)) or "nothing changed"
    same = f"{counted(changes.same, 'number')} {'is' if changes.same == 1 else 'are'} the same"
    verb = "differs" if changes.hidden == 1 else "differ"
    hidden = f", {changes.hidden} {verb} only in digits that are not shown" if changes.hidden else ""
    return f"{what}; {same}{hidden}"


def shared_reasons(changes: Sequence[Change]) -> tuple[Reason, ...] | None:
    """The reasons of all changes, if all have the same ones; None if they differ, or if there is no change."""
    found = {change.reasons for change in changes}
    return found.pop() if len(found) == 1 else None


def joined(changes: Sequence[Change]) -> list[Change]:
    """The changes with the numbers of one sentence that changed for the same reasons in one: "32, 1.1 %"."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        if last is not None and _is_same_sentence(last, change):
            found[-1] = replace(
                last, old=f"{last.old}, {change.old}", new=f"{last.new}, {change.new}", old_value=None, new_value=None
            )
        else:
            found.append(change)
    return found


def _is_same_sentence(one: Change, other: Change) -> bool:
    in_text = one.kind == other.kind == "number" and not one.name and one.place != "record"
    return in_text and (one.place, one.row, one.reasons) == (other.place, other.row, other.reasons)


def without_edits(changes: Changes) -> Changes:
    """Returns the changes without sentences that the author edited, and without what is then a slide with no change."""
    slides = []
    for slide in changes.slides:
        kept = tuple(one for one in slide.changes if one.kind != "words" or one.reasons != (Reason("text"),))
        if kept or slide.kind != "changed":
            slides.append(replace(slide, changes=kept))
    return replace(changes, slides=tuple(slides))


def reason_counts(changes: Changes) -> list[tuple[Reason, int]]:
    """The reasons of the changes on slides that both sides have, with their numbers, the most frequent first."""
    changed = tuple(slide for slide in changes.slides if slide.kind == "changed")
    return list(replace(changes, slides=changed).reasons)
