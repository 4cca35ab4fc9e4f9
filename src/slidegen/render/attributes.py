"""Attributes at the end of a list item, heading, paragraph or table cell: ``- item {.fragment}``."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse

TRAILING = re.compile(r"\s*(\{[^{}]*\})\s*$")
OWNERS = frozenset({"heading_open", "paragraph_open", "td_open", "th_open", "dt_open"})


# Attributes after an image, a link or a span, but not those inside a code span, which comes first.
INLINE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|(?<=[)\]])(\{[^{}\n]*\})", re.DOTALL)
BARE = re.compile(r"""([\w-]+)=([^\s"'{}]+)""")


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
            token.content = INLINE.sub(lambda match: quoted(match[2]) if match[2] else match[0], token.content)


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
        match = TRAILING.search(last.content) if last.type == "text" else None
        if match is None:
            continue
        try:
            found = parse_attributes(match[1])
        except ParseError:
            continue
        if not found:
            continue
        last.content = last.content[: match.start()]
        owner = tokens[index - 1]
        if owner.type == "paragraph_open" and tokens[index - 2].type == "list_item_open":
            owner = tokens[index - 2]
        merge(owner, found)
