"""Line blocks: lines that begin with ``|`` keep their line breaks and leading spaces."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

LINE: Final = re.compile(r"\|(?: (?P<spaces> *)(?P<text>.*))?$")


def line_blocks(md: MarkdownIt) -> None:
    """Registers line blocks: a `div_open` of the class line-block, and a paragraph with hard breaks."""
    md.block.ruler.after("table", "line_block", _line_block)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _line_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) or not LINE.match(_line(state, start)):
        return False
    if silent:
        return True
    lines: list[str] = []
    at = start
    while at < end and not state.isEmpty(at):
        match = LINE.match(_line(state, at))
        if match is not None:
            lines.append("\u00a0" * len(match["spaces"] or "") + (match["text"] or "").rstrip())
        elif state.tShift[at] > 0:  # an indented line continues the one before it
            lines[-1] += f" {_line(state, at).rstrip()}"
        else:
            break
        at += 1
    opening = state.push("div_open", "div", 1)
    opening.map, opening.block, opening.attrs, opening.meta = [start, at], True, {"class": "line-block"}, {"words": ""}
    paragraph = state.push("paragraph_open", "p", 1)
    paragraph.map = [start, at]
    inline = state.push("inline", "", 0)
    inline.map, inline.content, inline.children = [start, at], "\\\n".join(lines), []
    state.push("paragraph_close", "p", -1)
    state.push("div_close", "div", -1).block = True
    state.line = at
    return True
