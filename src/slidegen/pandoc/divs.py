"""Fenced divs: ``::: {.class #id key=value}`` or ``::: name`` up to the line of colons that closes it."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from slidegen.pandoc.attributes import read_attributes

SIGN: Final = ":::"
LINE: Final = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?(?::{3,}(?P<info>.*)|(?P<fence>`{3,}|~{3,})(?P<after>.*))$")
COLONS: Final = re.compile(r":{3,}")
NAME: Final = re.compile(r"[^\s{}:`]+")


def divs(md: MarkdownIt) -> None:
    """Registers fenced divs: the tokens `div_open` and `div_close`, and `div_stray` for a fence without a partner."""
    md.block.ruler.before("fence", "div", _div, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def read_fence(info: str) -> tuple[dict[str, str], str]:
    """Returns the attributes after a div's colons, and the remaining words."""
    info = info.strip().rstrip(":").strip()
    name = NAME.match(info)
    found: dict[str, str] = {} if name is None else {"class": name[0].removeprefix(".")}
    rest = info[name.end() :].strip() if name else info
    braces = rest.rfind("{") if rest.endswith("}") else -1
    start = rest.find("{") if name is None else braces
    read = read_attributes(rest, start) if start >= 0 else None
    if read is not None and read[1] == len(rest):
        classes = [found.get("class"), read[0].get("class")]
        found |= read[0] | {"class": " ".join(filter(None, classes))}
        rest = rest[:start].strip()
    return {key: value for key, value in found.items() if value or key != "class"}, rest


def _fences(state: StateBlock) -> dict[int, int | None]:
    """Maps each line of colons that opens a div to the line that closes it; None for a line without a partner."""
    cached: tuple[str, dict[int, int | None]] | None = state.env.get("div_fences")
    if cached is not None and cached[0] is state.src:
        return cached[1]
    found: dict[int, int | None] = {}
    opened: list[int] = []
    fence = ""
    for number, line in enumerate(state.src.split("\n")):
        match = LINE.match(line)
        if match is None:
            continue
        if match["fence"]:
            if not fence and "`" not in match["after"]:
                fence = match["fence"]
            elif fence and match["fence"].startswith(fence) and not match["after"].strip():
                fence = ""
        elif fence:
            continue
        elif match["info"].strip(" \t:"):
            opened.append(number)
            found[number] = None
        elif opened:
            found[opened.pop()] = number
        else:
            found[number] = None
    state.env["div_fences"] = (state.src, found)
    return found


def _div(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(SIGN, at) or state.is_code_block(start):
        return False
    fences = _fences(state)
    if start not in fences:
        return False
    if silent:
        return True
    colons = COLONS.match(state.src, at)
    info = state.src[colons.end() if colons else at : state.eMarks[start]]
    closing = fences[start]
    if closing is None or closing >= end:
        token = state.push("div_stray", "", 0)
        token.map, token.info, token.hidden = [start, start + 1], info.strip(), True
        state.line = start + 1
        return True
    _push(state, start, closing, info)
    return True


def _push(state: StateBlock, start: int, closing: int, info: str) -> None:
    attributes, words = read_fence(info)
    token = state.push("div_open", "div", 1)
    token.map, token.block, token.info = [start, closing + 1], True, info.strip()
    token.attrs, token.meta = dict(attributes), {"words": words}
    parent, last = state.parentType, state.lineMax
    state.parentType, state.lineMax = "div", closing
    state.md.block.tokenize(state, start + 1, closing)
    state.parentType, state.lineMax = parent, last
    token = state.push("div_close", "div", -1)
    token.block = True
    state.line = closing + 1
