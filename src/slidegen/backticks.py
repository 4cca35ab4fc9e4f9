"""Code spans: a run of backticks, up to the next run of the same length in the same paragraph (CommonMark 6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

RUN_OR_BLANK = re.compile(r"(?P<escaped>\\?)(?P<run>`+)|\n[ \t]*(?=\n)")


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the code spans of `text` begin and end, in order. An escaped run begins none, but may end one."""
    if "`" not in text:
        return
    paragraph = 0
    runs: list[tuple[int, int, bool]] = []
    last: dict[tuple[int, int], int] = {}
    following: dict[int, int] = {}
    """The next run of the same length in the same paragraph, by the number of the run."""
    for match in RUN_OR_BLANK.finditer(text):
        if match["run"] is None:
            paragraph += 1
            continue
        key = (paragraph, len(match["run"]))
        if key in last:
            following[last[key]] = len(runs)
        last[key] = len(runs)
        runs.append((match.start("run"), match.end(), bool(match["escaped"])))
    number = 0
    while number < len(runs):
        start, _, escaped = runs[number]
        closing = None if escaped else following.get(number)
        if closing is not None:
            yield start, runs[closing][1]
            number = closing
        number += 1
