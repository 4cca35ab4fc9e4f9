"""Attributes at the end of a list item, heading, paragraph or table cell: ``- item {.fragment}``."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse

from slidegen.backticks import code_spans

OWNERS = frozenset({"heading_open", "paragraph_open", "td_open", "th_open", "dt_open"})


INLINE = re.compile(r"(?<=[)\]])\{[^{}\n]*\}")
"""Attributes after an image, a link or a span."""
BARE = re.compile(r"""(?<![\w-])([\w-]++)=([^\s"'{}]+)""")


def attributes(md: MarkdownIt) -> None:
    """Registers attributes after images, links, code and spans, before blocks, and at the end of blocks."""
    md.core.ruler.before("inline", "quote_attributes", _quote)
    md.use(attrs_plugin, spans=True)
    md.use(attrs_block_plugin)
    md.core.ruler.push("trailing_attributes", _trailing)


def parse_attributes(text: str) -> dict[str, str]:
    """The attributes in ``{.class #id key=value}``; a value may stand without quotes, as in ``width=60%``.

    Raises:
        ParseError: no attributes.
    """
    return parse(quoted(text))[1]


def quoted(text: str) -> str:
    """The same attributes with quotes around every value: the plugin takes only letters and digits without them."""
    return BARE.sub(r'\1="\2"', text)


def _quote(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and "{" in token.content:
            token.content = _with_quotes(token.content)


def _with_quotes(text: str) -> str:
    """`text` with quotes in its inline attributes, but not in code."""
    parts: list[str] = []
    at = 0
    for start, end in (*code_spans(text), (len(text), len(text))):
        parts += [INLINE.sub(lambda match: quoted(match[0]), text[at:start]), text[start:end]]
        at = end
    return "".join(parts)


def trailing_braces(text: str) -> tuple[str, str]:
    """`text` before the last ``{...}``, and that, if it ends with one; else all of it, and nothing."""
    stripped = text.rstrip()
    start = stripped.rfind("{")
    if start < 0 or not stripped.endswith("}") or "}" in stripped[start:-1]:
        return text, ""
    return stripped[:start].rstrip(), stripped[start:]


def merge(token: Token, found: dict[str, str]) -> None:
    """Adds attributes to a token; classes join those that are there."""
    for key, value in found.items():
        if key == "class":
            token.attrJoin("class", value)
        else:
            token.attrs[key] = value


def _trailing(state: StateCore) -> None:
    tokens = state.tokens
    for index, inline in enumerate(tokens):
        if inline.type != "inline" or not inline.children or tokens[index - 1].type not in OWNERS:
            continue
        last = inline.children[-1]
        before, braces = trailing_braces(last.content) if last.type == "text" else ("", "")
        if not braces:
            continue
        try:
            found = parse_attributes(braces)
        except ParseError:
            continue
        if not found:
            continue
        last.content = before
        owner = tokens[index - 1]
        if owner.type == "paragraph_open" and tokens[index - 2].type == "list_item_open":
            owner = tokens[index - 2]
        merge(owner, found)
