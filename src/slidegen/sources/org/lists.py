"""Plain lists: items by their indentation, counters, check boxes, terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slidegen.sources.translation import Line

ITEM: Final = re.compile(
    r"(?P<space>[ \t]*)(?P<bullet>[-+]|(?<=[ \t])\*|\d+[.)])(?=[ \t]|$)"
    r"(?:[ \t]+\[@(?P<counter>\d+)\])?(?:[ \t]+\[(?P<box>[ Xx-])\](?=[ \t]|$))?(?P<rest>.*)$"
)
MOST: Final = 100_000_000
"""The greatest number of an item: Markdown takes nine digits."""
TERM: Final = re.compile(r"[ \t]::(?=[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Item:
    """An item: its rows, the first without bullet, counter, box and term."""

    rows: tuple[Line, ...]
    ordered: bool
    counter: int | None
    box: str | None
    term: str | None
    number: int


def indentation(text: str) -> int:
    """The columns of space that a row begins with."""
    text = text[: len(text) - len(text.lstrip(" \t"))]
    return len(text.expandtabs(8))


def is_item(text: str) -> bool:
    """Whether a row begins an item."""
    return ITEM.match(text) is not None


def read_list(rows: Sequence[Line], at: int, opaque: Sequence[int]) -> tuple[list[Item], int]:
    """The items of the list that begins in a row, and where it ends. `opaque` gives for each row where the block ends
    that begins there, whose rows have no say in that."""
    base = indentation(rows[at].text)
    items: list[Item] = []
    ordered = _is_ordered(rows[at].text)
    while at < len(rows):
        text = rows[at].text
        if not text.strip() or indentation(text) != base or not is_item(text):
            break
        end = _end(rows, at + 1, base, opaque)
        items.append(_item(rows[at:end], ordered))
        at = end
        blank = at
        while blank < len(rows) and not rows[blank].text.strip():
            blank += 1
        if blank - at >= 2:
            break
        if blank < len(rows) and indentation(rows[blank].text) == base and is_item(rows[blank].text):
            at = blank
    return items, at


def _end(rows: Sequence[Line], at: int, base: int, opaque: Sequence[int]) -> int:
    """Where an item ends: at a row that is not indented more than its bullet, or above two empty ones."""
    last = at
    while at < len(rows):
        if not rows[at].text.strip():
            if at + 1 < len(rows) and not rows[at + 1].text.strip():
                break
            at += 1
            continue
        if indentation(rows[at].text) <= base:
            break
        at = max(at + 1, opaque[at])
        last = at
    return last


def _is_ordered(text: str) -> bool:
    found = ITEM.match(text)
    return found is not None and found["bullet"][0].isalnum()


def _item(rows: Sequence[Line], ordered: bool) -> Item:
    found = ITEM.match(rows[0].text)
    assert found is not None
    rest, term = found["rest"], None
    if not ordered and (named := TERM.search(rest)) is not None:
        term, rest = rest[: named.start()].strip(), rest[named.end() :]
    counter = None if found["counter"] is None else min(int(found["counter"]), MOST)
    return Item((Line(rest.strip(), rows[0].number), *rows[1:]), ordered, counter, found["box"], term, rows[0].number)
