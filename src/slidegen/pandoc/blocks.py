"""The rules in which pandoc's blocks differ from CommonMark's: headings, lists, quotes, rulers need an empty line."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, heading, hr, list_block

DIV_TAG: Final = re.compile(r"</?div\b[^<>]*>[ \t]*$", re.IGNORECASE)


def blocks(md: MarkdownIt) -> None:
    """Registers the rules that begin a block only after an empty line, and HTML's divs."""
    for name, rule in (("heading", heading), ("blockquote", blockquote), ("hr", hr)):
        md.block.ruler.at(name, rule, {"alt": []})
    md.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.ruler.before("html_block", "html_div", _html_div, {"alt": ["paragraph", "reference", "blockquote"]})


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """CommonMark's lists, which end a paragraph only inside another list."""
    if silent and state.parentType == "paragraph" and state.blkIndent == 0:
        return False
    return list_block(state, start, end, silent)


def _html_div(state: StateBlock, start: int, _: int, silent: bool) -> bool:
    """A line that is only the tag of a div: the text after it is Markdown."""
    at = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not DIV_TAG.match(state.src[at : state.eMarks[start]]):
        return False
    if silent:
        return True
    token = state.push("html_block", "", 0)
    token.map = [start, start + 1]
    token.content = state.getLines(start, start + 1, state.blkIndent, True)
    state.line = start + 1
    return True
