"""The steps of a diagram: ``1-2|3|all`` by lines of its source, as in a code block, or ``A,B|C|A-->B`` by its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from slidegen.diagrams.base import DiagramError
from slidegen.errors import nearest
from slidegen.limits import MAX_STEPS

ALL: Final = frozenset({"", "all", "*"})
LINES: Final = re.compile(r"[\d\s,|*-]*(?:all[\d\s,|*-]*)*")
RANGE: Final = re.compile(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?")

Rows = Callable[[str, Iterable[str]], Mapping[str, int]]
"""Gives the row (from 0) of a source in which each of its parts is first mentioned."""


def read_steps(text: str, source: str, names: frozenset[str], rows: Rows) -> Mapping[str, int]:
    """Returns the step (from 1) at which each part appears. Parts that no step names are there from the first.

    Raises:
        DiagramError: a step names a line or a part that the diagram does not have, or the diagram has no parts.
    """
    steps = [step.strip() for step in text.split("|")]
    if len(steps) > MAX_STEPS:
        raise DiagramError(f"{len(steps)} steps are too many; at most {MAX_STEPS}", code="limit")
    if not names:
        raise DiagramError("this kind of diagram has no parts that steps could show; leave out the steps")
    if LINES.fullmatch(text):
        return _by_lines(steps, source, rows(source, names))
    return _by_names(steps, names)


def _by_lines(steps: list[str], source: str, rows: Mapping[str, int]) -> Mapping[str, int]:
    last = source.rstrip("\n").count("\n") + 1
    when: dict[int, int] = {}
    for number, step in enumerate(steps, start=1):
        if step in ALL:
            for line in range(1, last + 1):
                when.setdefault(line, number)
            continue
        for piece in map(str.strip, step.split(",")):
            found = RANGE.fullmatch(piece)
            if found is None:
                raise DiagramError(f"steps {piece!r} cannot be read; write lines as 1|3-5|all, or names as A,B|C")
            first, end = int(found[1]), int(found[2] or found[1])
            if not 1 <= first <= end <= last:
                raise DiagramError(f"the steps name the lines {piece}, but the diagram has {last}")
            for line in range(first, end + 1):
                when.setdefault(line, number)
    return {name: when[row + 1] for name, row in rows.items() if when.get(row + 1, 1) > 1}


def _by_names(steps: list[str], names: frozenset[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for number, step in enumerate(steps, start=1):
        if step in ALL:
            for name in names:
                found.setdefault(name, number)
            continue
        for piece in re.split(r"\s*,\s*", step):
            name = re.sub(r"\s*(?:-->|->|--)\s*", "-->", piece)
            if name not in names:
                raise DiagramError(f"the steps name {piece!r}, which the diagram does not have; {nearest(name, names)}")
            found.setdefault(name, number)
    for name in names - found.keys():
        ends = [found.get(end, 1) for end in name.split("-->")]
        found[name] = max(ends) if len(ends) == 2 else 1  # an edge waits for its ends
    return {name: number for name, number in found.items() if number > 1}
