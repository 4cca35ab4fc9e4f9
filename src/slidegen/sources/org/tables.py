"""Tables: rules, alignment, headers of one row or several."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from slidegen.sources.org.expressions import EXPRESSION
from slidegen.sources.translation import Line

RULE: Final = re.compile(r"[ \t]*\|-")
COOKIE: Final = re.compile(r"<([lrc]?)(\d*)>")
NUMBER: Final = re.compile(r"[-+<>~≈]?\s?[\d.,\s]*\d[\d.,]*\s?(?:%|[eE][-+]?\d+)?")
MARKED: Final = frozenset({"", "#", "*", "!", "$", "^", "_", "/"})
ABOVE: Final = "{.rule-above}"


def cells(text: str) -> list[str]:
    """The cells of a row; a bar in an expression divides nothing."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\ufdd7{len(kept) - 1}\ufdd8"

    inside = EXPRESSION.sub(keep, text.strip())[1:]
    parts = (inside[:-1] if inside.endswith("|") else inside).split("|")
    return [re.sub("\ufdd7([0-9]+)\ufdd8", lambda found: kept[int(found[1])], part).strip() for part in parts]


def table(rows: Sequence[Line], words: Callable[[str, int], str]) -> list[Line]:
    """The Markdown of a table's rows; `words` makes that of a cell."""
    groups: list[list[tuple[list[str], int]]] = [[]]
    for one in rows:
        if RULE.match(one.text):
            groups.append([])
        else:
            groups[-1].append((cells(one.text), one.number))
    groups, sides = _without_marks([group for group in groups if group])
    if not groups:
        return []
    width = max(len(row) for group in groups for row, _ in group)
    ruled = any(RULE.match(row.text) for row in rows)
    head, bodies = (groups[0], groups[1:]) if ruled and len(groups) > 1 else ([], groups)
    every = [row for group in bodies for row, _ in group]
    aligned = [sides.get(at) or _side([row[at] for row in every if at < len(row)]) for at in range(width)]
    shown = [_head(head, width, words, rows[0].number)]
    shown.append(Line(f"|{'|'.join(aligned)}|", shown[0].number))
    for number, group in enumerate(bodies):
        for place, (row, line) in enumerate(group):
            mark = f" {ABOVE}" if number and not place else ""
            filled = [words(cell, line) + mark for cell in [*row, *[""] * (width - len(row))]]
            shown.append(Line(f"| {' | '.join(filled)} |", line))
    return shown


def _head(head: list[tuple[list[str], int]], width: int, words: Callable[[str, int], str], number: int) -> Line:
    """The header: Markdown has one row for it, so several stand in its cells below each other."""
    titles = [
        "<br>".join(filter(None, (words(row[at], line) if at < len(row) else "" for row, line in head)))
        for at in range(width)
    ]
    return Line(f"| {' | '.join(titles)} |", head[0][1] if head else number)


Groups = list[list[tuple[list[str], int]]]


def _without_marks(groups: Groups) -> tuple[Groups, dict[int, str]]:
    """The rows without those of column groups and cookies, and without a column of marks; which side cookies name."""
    sides: dict[int, str] = {}
    kept: Groups = []
    every = [row for group in groups for row, _ in group]
    marked = bool(every) and all(row[0] in MARKED for row in every) and any(row[0] for row in every)
    for group in groups:
        some = []
        for row, line in group:
            found = [COOKIE.fullmatch(cell) for cell in row]
            if row[0] == "/" or (marked and row[0] in ("!", "$", "^", "_")):
                continue
            if any(found) and all(one or not cell for one, cell in zip(found, row, strict=True)):
                for at, one in enumerate(found):
                    if one and one[1]:
                        sides[at] = {"l": ":--", "r": "--:", "c": ":-:"}[one[1]]
                continue
            some.append((row[1:] if marked else row, line))
        if some:
            kept.append(some)
    return kept, {at - marked: side for at, side in sides.items() if at >= marked}


def _side(column: list[str]) -> str:
    """On which side a column stands: numbers on the right, if at least half of its cells are such, as in org."""
    filled = [cell for cell in column if cell]
    numbers = sum(1 for cell in filled if NUMBER.fullmatch(cell.strip("*/_=~+")))
    return "--:" if filled and numbers * 2 >= len(filled) else "---"
