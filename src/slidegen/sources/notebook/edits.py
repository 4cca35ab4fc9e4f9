"""Changes of a text that remember from which of its rows each new row comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands from `start` up to `end` becomes `text`."""

    start: int
    end: int
    text: str


def edited(source: str, edits: Iterable[Edit]) -> list[tuple[str, int]]:
    """The rows of a text after some changes, each with the row (from 0) of the source that it comes from."""
    rows: list[tuple[str, int]] = []
    parts: list[str] = []
    begun = at = row = 0

    def add(text: str, first: int, last: int) -> None:
        nonlocal begun
        head, *rest = text.split("\n")
        if not parts:
            begun = first
        parts.append(head)
        for number, one in enumerate(rest, start=1):
            rows.append(("".join(parts), begun))
            begun = min(first + number, last)
            parts[:] = [one]

    for edit in sorted(edits, key=lambda one: one.start):
        if edit.start < at:
            continue  # inside one that was made
        before = source[at : edit.start]
        after = row + before.count("\n")
        add(before, row, after)
        row = after + source.count("\n", edit.start, edit.end)
        add(edit.text, after, row)
        at = edit.end
    rest = source[at:]
    add(rest, row, row + rest.count("\n"))
    rows.append(("".join(parts), begun))
    return rows
