"""Attributes at the end of a list item, heading, paragraph or table cell: ``- item {.fragment}``."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse

Rule = Callable[[StateInline, bool], bool]
OWNERS = frozenset({"heading_open", "paragraph_open", "td_open", "th_open", "dt_open"})


INLINE = re.compile(r"\{[^{}\n]*\}")
"""Attributes after an image, a link, code or a span."""
UNQUOTED = re.compile(r"""(?<![\w-])([\w-]++)=([^\s"'{}]+)""")


def attributes(md: MarkdownIt) -> None:
    """Registers attributes after images, links, code and spans, before blocks, and at the end of blocks."""
    md.use(attrs_plugin, spans=True)
    for rule in md.inline.ruler.__rules__:
        if rule.name in ("attr", "span"):
            rule.fn = _with_quotes(rule.fn, rule.name == "span")
    md.use(attrs_block_plugin)
    md.core.ruler.push("trailing_attributes", _trailing)


def parse_attributes(text: str) -> dict[str, str]:
    """Reads ``{.class #id key=value}``. A value needs no quotes: ``width=60%``.

    Raises:
        ParseError: `text` is not a list of attributes.
    """
    return parse(quoted(text))[1]


def quoted(text: str) -> str:
    """Puts quotes around every value: without them the plugin accepts only letters and digits."""
    return UNQUOTED.sub(r'\1="\2"', text)


def _with_quotes(rule: Rule, is_span: bool) -> Rule:
    """Wraps a rule of the plugin so that it reads each value as if it had quotes."""

    def quoting(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if is_span:
            if state.src[start] != "[":
                return False
            start = state.md.helpers.parseLinkLabel(state, start, False) + 1
        found = INLINE.match(state.src, start, state.posMax) if start > 0 or not is_span else None
        if found is None or "=" not in found[0]:
            return rule(state, silent)
        original, end = state.src, state.posMax
        text = quoted(found[0])
        state.src = original[:start] + text + original[found.end() :]
        state.posMax += len(text) - len(found[0])
        done = rule(state, silent)
        if done:
            state.pos -= len(text) - len(found[0])
        state.src, state.posMax = original, end
        return done

    return quoting


def trailing_braces(text: str) -> tuple[str, str]:
    """Splits `text` into what stands before its final ``{...}`` and these braces; ("text", "") if it has none."""
    stripped = text.rstrip()
    start = stripped.rfind("{")
    if start < 0 or not stripped.endswith("}") or "}" in stripped[start:-1]:
        return text, ""
    return stripped[:start].rstrip(), stripped[start:]


def merge(token: Token, found: dict[str, str]) -> None:
    """Adds attributes to a token. Classes are appended, other attributes are replaced."""
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
