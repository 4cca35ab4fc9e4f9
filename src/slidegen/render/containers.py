"""Fenced containers: columns, callouts, fragments, speaker notes inside the content."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.container import container_plugin

from slidegen.errors import nearest
from slidegen.marks import UNKNOWN
from slidegen.render.absolute import placed, reporter
from slidegen.render.attributes import parse_attributes
from slidegen.render.callout_icons import default_title, icon
from slidegen.render.context import Env, SlideContext, slide_context
from slidegen.typos import count_typos

CALLOUTS = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning"}
NAMES = ("columns", "column", "tabs", "tab", "incremental", "fragment", "notes", "center", *CALLOUTS)
TITLED = ("tab", *CALLOUTS)
"""The containers that have a title after their name."""
SIGN = ":::"
FENCE = re.compile(r"^:{3,}[ \t]*(?P<name>[\w.-]*)")
DIV = "div"
"""The token name of a container without a name: ``::: {.absolute top=100}``, a box with these attributes."""
FOREIGN = "foreign"
"""The token name of a container of another program: a plain box, but a mistake in slidegen's own dialect."""
WORD = re.compile(r"\s*([A-Za-z][\w.-]*)")


def containers(md: MarkdownIt) -> None:
    """Registers every container by its name."""
    for name in NAMES:
        md.use(container_plugin, name, render=_render)
    md.use(container_plugin, DIV, render=_render, validate=lambda info, _: info.lstrip().startswith("{"))
    md.use(container_plugin, FOREIGN, render=_render, validate=_is_foreign)
    rules = [f"container_{name}" for name in (*NAMES, DIV, FOREIGN)]
    md.core.ruler.before("block", "enable_containers", _enable_if_used(rules))
    md.core.ruler.after("block", "stray_containers", _stray)
    md.core.ruler.after("stray_containers", "callout_titles", _titles)


def _is_foreign(info: str, _: str) -> bool:
    name = WORD.match(info)
    return name is not None and name[1] not in NAMES


def _enable_if_used(rules: list[str]) -> Callable[[StateCore], None]:
    """Disables the rules for texts without ``:::``: markdown-it would try each of them on each line."""
    enabled = True

    def switch(state: StateCore) -> None:
        nonlocal enabled
        if (SIGN in state.src) != enabled:
            enabled = not enabled
            (state.md.block.ruler.enable if enabled else state.md.block.ruler.disable)(rules)

    return switch


def _render(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    if token.nesting == -1:
        return "</div>\n"
    name = _name(token)
    attributes = container_attributes(token, name, env)
    width = attributes.pop("width", None)
    if width is not None:
        attributes["style"] = f"flex:0 1 {width}" + (f";{attributes['style']}" if "style" in attributes else "")
    given = attributes.get("class", "").split()
    attributes = placed(given, attributes, reporter(env, token.map[0] if token.map else 0))
    classes = [name if name != DIV else "", attributes.pop("class", "")]
    if name not in (*NAMES, DIV) or name in CALLOUTS:
        classes.insert(0, "callout")
        attributes["role"] = "note"
    html = "".join(f' {escape(key)}="{escape(value)}"' for key, value in attributes.items())
    return f'<div class="{escape(" ".join(filter(None, classes)))}"{html}>{icon(name)}\n'


def _name(token: Token) -> str:
    """The name of the container that a token opens."""
    name = token.type.removeprefix("container_").rpartition("_")[0]
    word = WORD.match(token.info)
    return word[1] if name == FOREIGN and word is not None else name


def _info(token: Token, name: str) -> tuple[str, str]:
    """The title and attributes after a container's name: ``tip Measure first {.fragment}`` or ``column width=40%``."""
    text = token.info.strip().removeprefix(name).strip()
    if name in (*NAMES, DIV) and name not in TITLED:
        bare, brace, listed = text.partition("{")
        return "", f"{{{bare} {listed.strip('} ')}}}" if bare else brace + listed
    start = text.rfind("{")
    braces = text[start:]
    if start < 0 or "}" in braces[:-1] or not (start == 0 or text[start - 1].isspace()):
        return text, ""
    return text[:start].rstrip(), braces


def container_attributes(token: Token, name: str, env: Env) -> dict[str, str]:
    """The attributes after the name of the container that a token opens."""
    _, braces = _info(token, name)
    try:
        return parse_attributes(braces) if braces else {}
    except ParseError:
        if slide_context(env).strict:
            slide_context(env).problem(f"container: attributes {braces} cannot be read", token, code="wrong-value")
        return {}


def _titles(state: StateCore) -> None:
    """Puts the title of a callout or a tab, which is Markdown, before its content. Callouts have a default title."""
    if SIGN not in state.src:
        return
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.nesting != 1 or not token.type.startswith("container_"):
            continue
        name = _name(token)
        title = _info(token, name)[0]
        classed: dict[str, str | int | float] = {"class": "callout-title"}
        if not title and name in CALLOUTS:
            title, attributes = default_title(CALLOUTS[name], slide_context(state.env).lang)
            classed |= attributes
        if not title or (name in (*NAMES, DIV) and name not in TITLED):
            continue
        map_ = [token.map[0], token.map[0] + 1] if token.map else None
        kind, tag = ("heading", "h3") if name == "tab" else ("paragraph", "p")
        given, meta = ({}, {"tab": True}) if name == "tab" else (classed, {})
        opening = Token(f"{kind}_open", tag, 1, given, map_, token.level + 1, meta=meta, block=True)
        inline = Token("inline", "", 0, {}, map_, token.level + 2, [], title, block=True)
        tokens += [opening, inline, Token(f"{kind}_close", tag, -1, level=token.level + 1, block=True)]
    state.tokens = tokens


def _check_name(token: Token, context: SlideContext) -> None:
    """Reports an unknown container: always a mistake in slidegen's own dialect, elsewhere a warning about a typo."""
    if token.type != f"container_{FOREIGN}_open":
        return
    name = _name(token)
    if context.strict:
        context.problem(f"unknown container {name!r}; {nearest(name, NAMES)}", token, code="unknown-word")
    elif meant := next((one for one in NAMES if count_typos(name, one)), None):
        context.warn_at(
            f"unknown container {name!r}; did you mean {meant!r}?",
            token.map[0] if token.map else 0,
            code="unknown-word",
        )


def _warn_unclosed(state: StateCore, context: SlideContext) -> None:
    """Warns of containers without a closing fence. A fence that closes the outer container is not the inner one's."""
    rows = state.src.split("\n")
    around: list[int] = []
    for token in state.tokens:
        if not token.type.startswith("container_"):
            continue
        if token.nesting < 0:
            around.pop()
            continue
        _check_name(token, context)
        start, end = token.map or (0, 0)
        if end in around or end >= len(rows) or not rows[end].strip().startswith(SIGN):
            context.warn_at(
                f"the container ::: {_name(token)} is not closed; it ends with the block around it",
                start,
                code="unclosed-block",
            )
        around.append(end)


def _stray(state: StateCore) -> None:
    """Reports fences that do not open or close a container, and containers with an unknown name."""
    if SIGN not in state.src:
        return
    context = slide_context(state.env)
    _warn_unclosed(state, context)
    unknown = 0
    for before, token in pairwise(state.tokens):
        if token.type != "inline" or before.type != "paragraph_open" or token.map is None:
            continue
        for offset, line in enumerate(token.content.split("\n")):
            match = FENCE.match(line)
            if match is None:
                continue
            if UNKNOWN in context.plain(line):
                unknown += 1
                continue
            if unknown and not match["name"]:
                unknown -= 1
                continue
            message = f"{match[0]} does not close a container; an outer one needs more colons than those inside"
            if match["name"]:
                message = f"{line.strip()[:40]!r} does not open a container; write a name such as ::: tip"
            report = context.problem_at if context.strict else context.warn_at
            report(message, token.map[0] + offset, code="unclosed-block")
