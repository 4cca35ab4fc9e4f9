"""pandoc's simple, multiline and grid tables: the positions of dashes or corners define the columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

DASHES: Final = re.compile(r"-+(?: +-+)+ *$")
RULE: Final = re.compile(r"-{3,} *$")
GRID: Final = re.compile(r"\+(?:[-=:]+\+)+ *$")
MAX_COLUMNS: Final = 200
MAX_HEAD_LINES: Final = 20
MAX_LINES: Final = 1_000
"""The most lines in which the end of a table is searched: a line of dashes may only be a ruler."""
Row = list[str]


def tables(md: MarkdownIt) -> None:
    """Registers the tables that are not made of pipes. Their cells are parsed as inline text."""
    md.block.ruler.before("fence", "grid_table", _grid, {"alt": ["paragraph"]})
    md.block.ruler.before("list", "simple_table", _simple)
    md.block.ruler.before("hr", "simple_table_without_head", _simple)


def _lines(state: StateBlock, start: int, end: int, blank: bool = False) -> Iterator[str]:
    """Yields the lines from `start` up to an empty one. With `blank`, empty lines are included."""
    for number in range(start, end):
        if state.isEmpty(number):
            if not blank:
                return
            yield ""
            continue
        if state.sCount[number] < state.blkIndent:
            return
        yield state.src[state.bMarks[number] : state.eMarks[number]].expandtabs(4)[state.blkIndent :]


def _cells(line: str, columns: Sequence[tuple[int, int]]) -> Row:
    last = len(columns) - 1
    return [line[a : None if number == last else b].strip() for number, (a, b) in enumerate(columns)]


def _simple(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table whose columns are marked by dashes. Between two lines of dashes, its rows may have several lines."""
    if silent or state.is_code_block(start):
        return False
    ahead = list(_lines(state, start, min(end, start + 3)))
    if not ahead:
        return False
    boxed = RULE.match(ahead[0].strip()) is not None or DASHES.match(ahead[0].strip()) is not None
    if not boxed and not (len(ahead) > 1 and DASHES.match(ahead[1].strip())):
        return False
    if not boxed:
        lines = list(_lines(state, start, end))
        return _emit_simple(state, start, lines, 1, len(lines))
    head = 0
    if not DASHES.match(ahead[0].strip()):
        above = enumerate(_lines(state, start, min(end, start + MAX_HEAD_LINES)))
        head = next((at for at, line in above if DASHES.match(line.strip())), 0)
        if head < 2:
            return False
    return _boxed(state, start, list(_lines(state, start, min(end, start + MAX_LINES), blank=True)), head)


def _boxed(state: StateBlock, start: int, lines: list[str], head: int) -> bool:
    """A table between two lines of dashes. The dashes of its columns are in the line `head`."""
    for at in range(head + 2, len(lines)):
        text = lines[at].strip()
        if (RULE.match(text) or DASHES.match(text)) and not "".join(lines[at + 1 : at + 2]).strip():
            lines = lines[: at + 1]
            return _emit_simple(state, start, lines, head, len(lines) - 1)
        if not text and not "".join(lines[at + 1 : at + 2]).strip():
            break
    return False


def _emit_simple(state: StateBlock, start: int, lines: list[str], head: int, last: int) -> bool:
    places = [match.span() for match in re.finditer("-+", lines[head])]
    columns = [(a, b[0]) for (a, _), b in zip(places, [*places[1:], (0, 0)], strict=True)]
    columns[0] = (0, columns[0][1])
    titles = [line for line in lines[:head] if not RULE.match(line.strip())]
    several = any(not line for line in lines[head + 1 : last])
    rows: list[Row] = []
    fresh = True
    for line in lines[head + 1 : last]:
        if not line:
            fresh = True
        elif several and not fresh:
            rows[-1] = _joined(rows[-1], _cells(line, columns))
        else:
            rows.append(_cells(line, columns))
            fresh = False
    header: Row | None = None
    for line in titles:
        cells = _cells(line, columns)
        header = cells if header is None else _joined(header, cells)
    return _emit(state, start, len(lines), header, rows, _alignments(titles[0] if titles else lines[head + 1], places))


def _alignments(line: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Returns the alignments of columns, by the position of the head's text over its dashes, as in pandoc."""
    found = []
    for start, end in places:
        text = line[start:end]
        left, right = bool(text[:1].strip()), bool(line[end - 1 : end].strip())
        found.append("right" if right and not left else "center" if not (left or right) and text.strip() else "")
    return found


def _grid(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table of boxes drawn with ``+``, ``-`` and ``|``. Cells that span several columns or rows are not supported."""
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("+", at) or state.is_code_block(start):
        return False
    if not GRID.match(state.src[at : state.eMarks[start]]) or start + 1 >= end:
        return False
    if not state.src.startswith("|", state.bMarks[start + 1] + state.tShift[start + 1]):
        return False
    lines = [line.strip() for line in _lines(state, start, min(end, start + MAX_LINES))]
    height = next((number for number, line in enumerate(lines) if line[:1] not in ("+", "|")), len(lines))
    lines = lines[:height]
    corners = [match.start() for match in re.finditer(r"\+", lines[0])]
    if height < 3 or any(not line.startswith("|") and not GRID.match(line) for line in lines):
        return False
    if silent:
        return True
    columns = [(a + 1, b) for a, b in itertools.pairwise(corners)]
    header: Row | None = None
    rows: list[Row] = []
    row: Row | None = None
    for line in lines[1:]:
        if line.startswith("|"):
            cells = [line[a:b].strip() for a, b in columns]
            row = cells if row is None else _joined(row, cells)
            continue
        if row is not None:
            rows.append(row)
        if "=" in line and header is None and len(rows) == 1:
            header, rows = rows[0], []
        row = None
    rule = next((line for line in lines[1:] if "=" in line), lines[0])
    return _emit(state, start, height, header, rows, [_side(rule[a:b]) for a, b in columns])


def _side(rule: str) -> str:
    """Returns the alignment of a column from the line under its head."""
    left, right = rule.startswith(":"), rule.endswith(":")
    return "center" if left and right else "right" if right else "left" if left else ""


def _joined(row: Row, more: Row) -> Row:
    return [f"{cell}\n{other}".strip("\n") for cell, other in zip(row, more, strict=True)]


def _emit(
    state: StateBlock, start: int, height: int, header: Row | None, rows: Sequence[Row], sides: Sequence[str]
) -> bool:
    if len(sides) > MAX_COLUMNS or not rows:
        return False
    end = start + height
    opening = state.push("table_open", "table", 1)
    opening.map = [start, end]
    for name, tag, part in (("thead", "th", [] if header is None else [header]), ("tbody", "td", rows)):
        if not part:
            continue
        state.push(f"{name}_open", name, 1)
        for row in part:
            state.push("tr_open", "tr", 1)
            for cell, side in zip(row, sides, strict=True):
                token = state.push(f"{tag}_open", tag, 1)
                token.attrs = {"style": f"text-align:{side}"} if side else {}
                inline = state.push("inline", "", 0)
                inline.content, inline.map, inline.children = cell, [start, end], []
                state.push(f"{tag}_close", tag, -1)
            state.push("tr_close", "tr", -1)
        state.push(f"{name}_close", name, -1)
    state.push("table_close", "table", -1)
    state.line = end
    return True
