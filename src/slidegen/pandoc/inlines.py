"""pandoc's spans: ``[text]{.class}``, attributes after links, images and code, ``~sub~``, ``^sup^`` and ``\\ ``."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from slidegen.pandoc.attributes import read_attributes
from slidegen.pandoc.shortcodes import SHORTCODE, add_shortcode

RAW_TEX: Final = re.compile(r"(?:\\[a-zA-Z]+\*?(?:\[[^\]\n]*\]|\{[^{}\n]*\})*\s*)+")
"""TeX commands, which pandoc does not show on slides."""
AFTER: Final = ("image", "code_inline", "link_close")
"""The tokens that may have attributes right after them."""
RAW: Final = re.compile(r"\{=(?P<format>[\w-]+)\}")
SHIFTED: Final = re.compile(r"(?P<sign>[~^])(?P<text>(?:[^\s~^\\]|\\.)+)(?P=sign)")
INCLUDE: Final = re.compile(r"[ \t]*\{\{<[ \t]*include[ \t]+(?P<file>[^\s<>{}]+|\"[^\"\n]+\")[ \t]*>\}\}[ \t]*")
"""A row that includes a file."""
TAGS: Final = {"mark": "mark", "underline": "u", "ul": "u", "kbd": "kbd"}
"""The classes of spans that have an HTML element."""


def inlines(md: MarkdownIt) -> None:
    """Registers spans, attributes, raw code, sub- and superscripts and non-breaking spaces."""
    md.inline.ruler.before("link", "span", _span)
    md.inline.ruler.before("escape", "space", _space)
    md.inline.ruler.after("strikethrough", "shifted", _shifted)
    md.inline.ruler.push("attributes", _attributes)
    md.inline.ruler.push("shortcode", _shortcode)


def _span(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos, False)
    read = read_attributes(state.src, end + 1) if end >= 0 else None
    if read is None:
        return False
    found, after = read
    if not silent:
        classes = found.get("class", "").split()
        known = [name for name in classes if name in TAGS]
        tag = TAGS[known[0]] if known else "span"
        if known:
            found["class"] = " ".join(name for name in classes if name != known[0])
        start, last = state.pos + 1, state.posMax
        state.pos, state.posMax = start, end
        state.push("span_open", tag, 1).attrs = {key: value for key, value in found.items() if value}
        state.md.inline.tokenize(state)
        state.push("span_close", tag, -1)
        state.posMax = last
    state.pos = after
    return True


def _space(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("\\ ", state.pos):
        return False
    if not silent:
        state.pending += "\u00a0"
    state.pos += 2
    return True


def _shifted(state: StateInline, silent: bool) -> bool:
    match = SHIFTED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        tag = "sub" if match["sign"] == "~" else "sup"
        last = state.posMax
        state.pos, state.posMax = match.start("text"), match.end("text")
        state.push(f"{tag}_open", tag, 1)
        state.md.inline.tokenize(state)
        state.push(f"{tag}_close", tag, -1)
        state.posMax = last
    state.pos = match.end()
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """Attributes in braces after a link, an image or code. ``{=html}`` turns code into raw HTML."""
    if state.pending or not state.tokens or state.tokens[-1].type not in AFTER or state.src[state.pos] != "{":
        return False
    token = state.tokens[-1]
    raw = RAW.match(state.src, state.pos) if token.type == "code_inline" else None
    if raw is not None:
        if not silent:
            token.type, token.meta = "raw_inline", {"format": raw["format"]}
        state.pos = raw.end()
        return True
    read = read_attributes(state.src, state.pos)
    if read is None:
        return False
    if not silent:
        owner = token
        if token.type == "link_close":
            opening = (t for t in reversed(state.tokens) if t.type == "link_open" and t.level == token.level)
            owner = next(opening)
        owner.attrs = {**owner.attrs, **read[0]}
    state.pos = read[1]
    return True


def _shortcode(state: StateInline, silent: bool) -> bool:
    """A shortcode of Quarto."""
    match = SHORTCODE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        add_shortcode(state, match[0])
    state.pos = match.end()
    return True
