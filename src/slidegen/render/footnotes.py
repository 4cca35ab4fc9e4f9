"""Footnotes at the foot of the slide that refers to them. They are not links: a jump would leave the slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from slidegen.languages.words import said
from slidegen.render.context import Env, slide_context


def footnotes(md: MarkdownIt) -> None:
    """Registers footnotes."""
    md.use(footnote_plugin)
    md.core.ruler.before("footnote_tail", "footnote_definitions", _definitions)
    md.add_render_rule("footnote_ref", _reference)
    md.add_render_rule("footnote_block_open", _block_open)
    md.add_render_rule("footnote_block_close", _block_close)
    md.add_render_rule("footnote_open", _open)
    md.add_render_rule("footnote_close", _close)
    md.add_render_rule("footnote_anchor", _anchor)


def _definitions(state: StateCore) -> None:
    """Remembers the rows of definitions. Warns of footnotes that the slide does not refer to: they are not shown."""
    found = [
        (token.meta["label"], token.map[0], token.map[1])
        for token in state.tokens
        if token.type == "footnote_reference_open" and token.map
    ]
    state.env["footnote_rows"] = [(start, end) for _, start, end in found]
    for label, start, _ in found if "slide" in state.env else ():
        if state.env["footnotes"]["refs"].get(f":{label}", -1) < 0:
            slide_context(state.env).warn_at(
                f"the slide does not refer to the footnote [^{label}], so it is left out; "
                "define it on the slide that refers to it",
                start,
                code="not-applied",
            )


def definitions(env: Env) -> list[tuple[int, int]]:
    """The ranges of rows (start, end) of a text that define footnotes; `end` is exclusive."""
    rows: list[tuple[int, int]] = env.get("footnote_rows", [])
    return rows


def _id(token: Token, env: Env) -> str:
    return f"fn-{env['docId']}-{token.meta['id'] + 1}"


def _reference(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    number = token.meta["id"] + 1
    apart = ",\u202f" if index and tokens[index - 1].type == "footnote_ref" else ""
    return f'<sup class="footnote-ref" aria-describedby="{_id(token, env)}">{apart}{number}</sup>'


def _block_open(_: Any, _tokens: Sequence[Token], _index: int, _options: Any, env: Env) -> str:
    name, _own = said("Footnotes", slide_context(env).lang if "slide" in env else "en")
    return f'<ol class="footnotes" aria-label="{name}">\n'


def _block_close(*_: Any) -> str:
    return "</ol>\n"


def _open(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    return f'<li id="{_id(tokens[index], env)}">'


def _close(*_: Any) -> str:
    return "</li>\n"


def _anchor(*_: Any) -> str:
    return ""
