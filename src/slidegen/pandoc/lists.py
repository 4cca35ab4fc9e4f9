"""pandoc's other ordered lists: ``a.``, ``B)``, ``(iv)``, ``#.`` and the examples ``(@)`` and ``(@name)``."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

MARKER: Final = re.compile(
    r"""(?P<open>\()?
    (?: (?P<auto>\#) | (?P<example>@)[\w-]* | (?P<digits>[0-9]{1,9})
      | (?P<roman>[ivxlc]{1,7}|[IVXLC]{1,7}) | (?P<letter>[a-zA-Z]) )
    (?P<close>[.)])(?P<space>[ \t]+|$)""",
    re.VERBOSE,
)
ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def lists(md: MarkdownIt) -> None:
    """Registers the lists whose markers CommonMark lacks."""
    md.block.ruler.before("list", "fancy_list", _list, {"alt": ["paragraph", "list"]})


def _marker(state: StateBlock, line: int) -> re.Match[str] | None:
    """Returns the marker on a line; None for CommonMark's and for text: a capital and a point may be an initial."""
    match = MARKER.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    if match is None or (match["open"] and match["close"] != ")") or state.is_code_block(line):
        return None
    if match["digits"] and not match["open"]:
        return None
    initial = (match["letter"] or match["roman"] or "").isupper() and match["close"] == "." and not match["open"]
    return None if initial and len(match["space"]) < 2 else match


def _style(match: re.Match[str]) -> tuple[str, int]:
    """Returns the ``type`` of the HTML list and its first number."""
    if match["digits"]:
        return "1", int(match["digits"])
    roman, letter = match["roman"], match["letter"]
    if roman and (len(roman) > 1 or roman in "iI"):
        return "i" if roman.islower() else "I", _number(roman.lower())
    letter = letter or roman
    if letter:
        return "a" if letter.islower() else "A", ord(letter.lower()) - ord("a") + 1
    return "1", 1


def _number(roman: str) -> int:
    values = [ROMAN[digit] for digit in roman]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def _kind(match: re.Match[str]) -> tuple[str, bool, str]:
    """Returns the properties that all items of a list share."""
    name = "example" if match["example"] else "digits" if match["digits"] else "letters"
    return name, bool(match["open"]), match["close"]


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = _marker(state, start)
    if match is None or (silent and state.parentType == "paragraph" and state.blkIndent == 0):
        return False
    if silent:
        return True
    kind, (style, first) = _kind(match), _style(match)
    opening = state.push("ordered_list_open", "ol", 1)
    opening.attrs = ({"type": style} if style != "1" else {}) | ({"start": first} if first != 1 else {})
    at, tokens, tight, line = len(state.tokens), state.tokens, True, start
    while match is not None and line < end:
        tight = _item(state, line, end, match) and tight
        blank = state.line < end and state.isEmpty(state.line - 1)
        line = state.line
        if line >= end or state.sCount[line] < state.blkIndent:
            break
        match = _marker(state, line)
        if match is not None and not match["auto"] and _kind(match) != kind:
            break
        tight = tight and not (blank and match is not None)
    state.push("ordered_list_close", "ol", -1)
    opening.map = [start, line]
    if tight:
        _hide_paragraphs(tokens[at:], opening.level + 2)
    return True


def _item(state: StateBlock, line: int, end: int, match: re.Match[str]) -> bool:
    """Parses one item as `markdown_it.rules_block.list_block` does. Returns whether it is tight."""
    width = match.end() - match.start() if 0 < len(match["space"]) <= 4 else match.end("close") - match.start() + 1
    state.push("list_item_open", "li", 1).map = [line, line + 1]
    saved = state.tShift[line], state.sCount[line], state.blkIndent, state.listIndent, state.tight, state.parentType
    state.listIndent, state.blkIndent = state.blkIndent, state.sCount[line] + width
    state.tight, state.parentType = True, "list"
    state.tShift[line] = match.end() - state.bMarks[line]
    state.sCount[line] += match.end() - match.start()
    if match.end() >= state.eMarks[line] and state.isEmpty(line + 1):
        state.line = min(line + 2, end)
    else:
        state.md.block.tokenize(state, line, end)
    tight = state.tight
    state.tShift[line], state.sCount[line], state.blkIndent, state.listIndent, state.tight, state.parentType = saved
    state.push("list_item_close", "li", -1)
    return tight


def _hide_paragraphs(tokens: list[Token], level: int) -> None:
    for token in tokens:
        if token.level == level and token.type in ("paragraph_open", "paragraph_close"):
            token.hidden = True
