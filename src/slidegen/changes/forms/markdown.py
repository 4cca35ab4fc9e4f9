"""Changes as Markdown for a pull request: a table for each slide, folded if there are many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slidegen.changes.forms.words import (
    joined,
    reason_counts,
    reason_text,
    reasons_text,
    relative_text,
    shared_reasons,
    slide_text,
    subject,
    summary,
)
from slidegen.changes.values import Change, Changes, SlideChange
from slidegen.marks import NO_TEXT
from slidegen.printing import printable

SPECIAL: Final = re.compile(r"[&<>|\\`*\[\]#~@!${}]|(?<!\w)_|_(?!\w)|:(?=//|:|[\w+-]+:)|(?<=:):")
"""What Markdown, HTML or GitHub would take for more than a sign: emphasis, links, mentions, emoji, expressions."""
FOLDED: Final = 60
"""The most lines of tables that are not folded."""


def as_markdown(changes: Changes, title: str) -> str:
    """The changes as Markdown. `title` names what is compared."""
    lines = [f"### {escaped(title or 'What changed')}", ""]
    lines += [f"{escaped(changes.old)} → {escaped(changes.new)}: {summary(changes)}.", ""]
    lines += [f"- {escaped(reason_text(reason))} ({count})" for reason, count in reason_counts(changes)]
    folded = changes.count > FOLDED
    for slide in changes.slides:
        lines += ["", *_slide(slide, folded)]
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """A text on one line that means nothing in Markdown."""
    words = " ".join(NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", printable(text)).split()).replace(" -> ", " → ")
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", words)


def _slide(slide: SlideChange, folded: bool) -> Iterator[str]:
    name = escaped(slide_text(slide))
    if slide.kind != "changed":
        yield f"**{name}**: {slide.kind}"
        return
    shared = shared_reasons(slide.changes)
    why = f" ({escaped(reasons_text(shared))})" if shared else ""
    if folded:
        yield f"<details><summary>{name}: {len(slide.changes)} changed{why}</summary>"
    else:
        yield f"**{name}**{why}"
    yield ""
    yield f"| what | old | new | change |{' why |' if shared is None else ''}"
    yield f"|---|---:|---:|---:|{'---|' if shared is None else ''}"
    for change in joined(slide.changes):
        yield _row(change, why=shared is None)
    if folded:
        yield ""
        yield "</details>"


def _row(change: Change, *, why: bool) -> str:
    what = "" if change.kind == "words" else subject(change)
    cells = [what, change.old or "", change.new or "", relative_text(change)]
    cells += [reasons_text(change.reasons)] if why else []
    return f"| {' | '.join(map(escaped, cells))} |"
