"""Math: ``$...$``, ``$$...$$`` and bare environments of amsmath, set by KaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.amsmath import RE_OPEN, amsmath_block, amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from slidegen.marks import UNKNOWN
from slidegen.render.context import Env, slide_context
from slidegen.render.katex import MathError

Rule = Callable[[StateInline, bool], bool]
OPENING = re.compile(RE_OPEN)
LABEL = re.compile(r"\\label\{(eq-[\w.:-]+)\}")
"""The label of a numbered formula, in its TeX."""
DISPLAYED = ("math_inline_double", "math_block", "amsmath")


def math(md: MarkdownIt) -> None:
    """Registers math. "$5 and $6" is not math: no space inside the dollars, no digit outside them."""
    md.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    for rule in md.inline.ruler.__rules__:
        if rule.name == "math_inline":
            rule.fn = _with_an_end(rule.fn)
    md.use(amsmath_plugin)
    md.block.ruler.at(
        "amsmath", _closed_amsmath, {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    )
    md.add_render_rule("math_inline", _inline)
    for display in DISPLAYED:
        md.add_render_rule(display, _display)


def _with_an_end(rule: Rule) -> Rule:
    """Wraps the plugin's rule, which mistakes the last character of a text for the one before its first."""

    def inline(state: StateInline, silent: bool) -> bool:
        if state.pos > 0 or not state.src.startswith("$"):
            return rule(state, silent)
        original = state.src
        state.src = f"{original}\n"
        try:
            return rule(state, silent)
        finally:
            state.src = original

    return inline


def _closed_amsmath(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Wraps the plugin's rule, which searches all lines below for the end of an environment: one failure is enough."""
    opening = OPENING.match(state.src, state.bMarks[start] + state.tShift[start])
    if opening is None:
        return False
    key = (opening[0], end)
    unclosed: dict[tuple[str, int], int] = state.env.setdefault("unclosed_math", {})
    if unclosed.get(key, end) <= start:
        return False
    found = bool(amsmath_block(state, start, end, silent))
    if found and not silent:
        state.tokens[-1].map = [start, state.line]  # the plugin's own lacks the last line
    if not found and not state.is_code_block(start) and state.sCount[start] >= state.blkIndent:
        unclosed[key] = start
    return found


def _inline(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    return _set(tokens[index], env, display=False)


def _display(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    classes = " ".join(filter(None, ("math-display", str(tokens[index].attrGet("class") or ""))))
    label = LABEL.search(tokens[index].content)
    named = {"id": label[1]} if label is not None else {}
    shown = replace(tokens[index], attrs={**tokens[index].attrs, **named, "class": classes})
    return f"<div{RendererHTML.renderAttrs(shown)}>{_set(tokens[index], env, display=True)}</div>\n"


def formulas(tokens: Iterable[Token], env: Env) -> Iterator[tuple[str, bool]]:
    """The formulas of a slide, each with whether it is displayed: the arguments of `Katex.render`."""
    for token in tokens:
        if token.type == "math_inline" or token.type in DISPLAYED:
            yield _tex(token, env), token.type in DISPLAYED
        if token.children:
            yield from formulas(token.children, env)


def _tex(token: Token, env: Env) -> str:
    return slide_context(env).tex(LABEL.sub("", token.content)).replace("\u00a0", "~").strip()


def _set(token: Token, env: Env, display: bool) -> str:
    context = slide_context(env)
    context.findings.has_math = True
    tex = _tex(token, env)
    if UNKNOWN in tex:
        return ""
    try:
        return context.findings.katex.render(tex, display)
    except MathError as error:
        blank = len(token.content) - len(token.content.lstrip())
        row = token.map[0] if token.map else 0
        context.problem_at(f"math: {error}", row + token.content.count("\n", 0, blank), code="math-syntax")
        return f"<code>{escape(tex)}</code>"
