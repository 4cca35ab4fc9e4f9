"""Changes as text for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Final, Literal

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
from slidegen.changes.values import Change, Changes, Reason, SlideChange
from slidegen.printing import printable as printable_line

Style = Literal["old", "new", "strong", "faint"]
Paint = Callable[[str, Style], str]
"""Colours a text for a terminal, or returns it as it is."""
INDENT: Final = "  "
SPACE: Final = re.compile(r"\s")
MIN_WIDTH: Final = 40
MAX_REASONS: Final = 8
"""The most reasons in the head; the slides have all."""


def printable(text: str) -> str:
    """Returns a text on one line, without control characters, and with plain spaces, so that it can be searched."""
    return printable_line(SPACE.sub(" ", text))


def plain(text: str, _: Style) -> str:
    """Returns a text as it is."""
    return text


def as_text(changes: Changes, title: str, width: int, paint: Paint = plain) -> str:
    """The changes as lines of at most `width` characters, where words allow. `title` names what is compared."""
    head = f"{title}: " if title else ""
    lines = [printable(f"{head}{changes.old} -> {changes.new}"), summary(changes)]
    counts = reason_counts(changes)
    everywhere = shared_reasons([one for slide in changes.slides if slide.kind == "changed" for one in slide.changes])
    for reason, count in counts[:MAX_REASONS]:
        lines.append(f"{INDENT}{printable(reason_text(reason))} ({count})")
    if len(counts) > MAX_REASONS:
        lines.append(f"{INDENT}and {len(counts) - MAX_REASONS} more reasons")
    before = "changed"
    for slide in changes.slides:
        gap = [] if slide.kind == before != "changed" else [""]
        lines += [*gap, *_slide(slide, everywhere, max(width, MIN_WIDTH), paint)]
        before = slide.kind
    return "\n".join(lines)


def _slide(slide: SlideChange, known: tuple[Reason, ...] | None, width: int, paint: Paint) -> Iterator[str]:
    name = paint(printable(slide_text(slide)), "strong")
    if slide.kind != "changed":
        yield f"{name}  {paint(slide.kind, 'new' if slide.kind == 'added' else 'old')}"
        return
    yield name
    changes = joined(slide.changes)
    for reasons in dict.fromkeys(change.reasons for change in changes):
        if reasons != known:
            yield f"{INDENT}{paint(printable(reasons_text(reasons)), 'faint')}"
        for change in changes:
            if change.reasons == reasons:
                yield from (f"{INDENT}{line}" for line in _change(change, width - len(INDENT), paint))


def _change(change: Change, width: int, paint: Paint) -> Iterator[str]:
    """Yields the lines of a change: one if they fit."""
    if change.kind == "number" or (change.kind == "emphasis" and change.old is not None and change.new is not None):
        old, new = printable(change.old or "none"), printable(change.new or "none")
        more = relative_text(change)
        values = f"{paint(old, 'old')} -> {paint(new, 'new')}{f'  ({more})' if more else ''}"
        what = printable(subject(change))
        room = width - len(INDENT)
        long = len(f"{what}  {old} -> {new}  ({more})") > room
        yield from _wrapped(what, room) if long else ()
        yield f"{INDENT * 2}{values}" if long else f"{INDENT}{what}  {values}"
        return
    name = ": ".join(filter(None, (change.name, ", ".join(filter(None, (change.row, change.column))))))
    for sign, text, style in (("-", change.old, "old"), ("+", change.new, "new")):
        if text is not None:
            shown = printable(": ".join(filter(None, (name if change.kind != "words" else "", text))))
            first, *others = textwrap.wrap(shown, width - 4) or [""]
            yield f"{INDENT}{paint(f'{sign} {first}', style)}"  # type: ignore[arg-type]
            for line in others:
                yield f"{INDENT}{paint(f'  {line}', style)}"  # type: ignore[arg-type]


def _wrapped(text: str, room: int) -> Iterator[str]:
    for line in textwrap.wrap(text, room):
        yield f"{INDENT}{line}"
