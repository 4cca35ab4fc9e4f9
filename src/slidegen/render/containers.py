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
from slidegen.render.attributes import parse_attributes
from slidegen.render.context import Env, SlideContext, slide_context
from slidegen.slips import slips

CALLOUTS = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning"}
NAMES = ("columns", "column", "incremental", "fragment", "notes", "center", *CALLOUTS)
SIGN = ":::"
FENCE = re.compile(r"^:{3,}[ \t]*(?P<name>[\w.-]*)")
FOREIGN = "foreign"
"""What the tokens of a container are called that another program has: a plain box, but a mistake in slidegen's own
dialect."""
WORD = re.compile(r"\s*([A-Za-z][\w.-]*)")


def containers(md: MarkdownIt) -> None:
    """Registers every container by its name."""
    for name in NAMES:
        md.use(container_plugin, name, render=_render)
    md.use(container_plugin, FOREIGN, render=_render, validate=_is_foreign)
    rules = [f"container_{name}" for name in (*NAMES, FOREIGN)]
    md.core.ruler.before("block", "look_for_containers", _looking_for(rules))
    md.core.ruler.after("block", "stray_containers", _stray)
    md.core.ruler.after("stray_containers", "callout_titles", _titles)


def _is_foreign(info: str, _: str) -> bool:
    name = WORD.match(info)
    return name is not None and name[1] not in NAMES


def _looking_for(rules: list[str]) -> Callable[[StateCore], None]:
    """Takes the rules out for texts without a fence: each of them would be tried in each line."""
    looking = True

    def look(state: StateCore) -> None:
        nonlocal looking
        if (SIGN in state.src) != looking:
            looking = not looking
            (state.md.block.ruler.enable if looking else state.md.block.ruler.disable)(rules)

    return look


def _render(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    if token.nesting == -1:
        return "</div>\n"
    name = _name(token)
    attributes = _attributes(token, name, env)
    width = attributes.pop("width", None)
    if width is not None:
        attributes["style"] = f"flex:0 1 {width}" + (f";{attributes['style']}" if "style" in attributes else "")
    classes = [name, attributes.pop("class", "")]
    if name not in NAMES or name in CALLOUTS:
        classes.insert(0, "callout")
        attributes["role"] = "note"
    html = "".join(f' {escape(key)}="{escape(value)}"' for key, value in attributes.items())
    return f'<div class="{escape(" ".join(filter(None, classes)))}"{html}>\n'


def _name(token: Token) -> str:
    """The name of the container that a token opens."""
    name = token.type.removeprefix("container_").rpartition("_")[0]
    word = WORD.match(token.info)
    return word[1] if name == FOREIGN and word is not None else name


def _info(token: Token, name: str) -> tuple[str, str]:
    """The title and attributes after a container's name: ``tip Measure first {.fragment}`` or ``column width=40%``."""
    text = token.info.strip().removeprefix(name).strip()
    if name in NAMES and name not in CALLOUTS:
        bare, brace, listed = text.partition("{")
        return "", f"{{{bare} {listed.strip('} ')}}}" if bare else brace + listed
    start = text.rfind("{")
    braces = text[start:]
    if start < 0 or "}" in braces[:-1] or not (start == 0 or text[start - 1].isspace()):
        return text, ""
    return text[:start].rstrip(), braces


def _attributes(token: Token, name: str, env: Env) -> dict[str, str]:
    _, braces = _info(token, name)
    try:
        return parse_attributes(braces) if braces else {}
    except ParseError:
        if slide_context(env).strict:
            slide_context(env).problem(f"container: attributes {braces} cannot be read", token)
        return {}


def _titles(state: StateCore) -> None:
    """Puts a callout's title, which is Markdown, before what stands in it; without one that is its name."""
    if SIGN not in state.src:
        return
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.nesting != 1 or not token.type.startswith("container_"):
            continue
        name = _name(token)
        title = _info(token, name)[0] or CALLOUTS.get(name, "")
        if not title or (name in NAMES and name not in CALLOUTS):
            continue
        map_ = [token.map[0], token.map[0] + 1] if token.map else None
        paragraph = Token("paragraph_open", "p", 1, {"class": "callout-title"}, map_, token.level + 1, block=True)
        inline = Token("inline", "", 0, {}, map_, token.level + 2, [], title, block=True)
        tokens += [paragraph, inline, Token("paragraph_close", "p", -1, level=token.level + 1, block=True)]
    state.tokens = tokens


def _tell_name(token: Token, context: SlideContext) -> None:
    """Tells a name that no container has: a mistake in slidegen's own dialect, else only what is nearly one."""
    if token.type != f"container_{FOREIGN}_open":
        return
    name = _name(token)
    if context.strict:
        context.problem(f"unknown container {name!r}; {nearest(name, NAMES)}", token)
    elif meant := next((one for one in NAMES if slips(name, one)), None):
        context.warn_at(f"unknown container {name!r}; did you mean {meant!r}?", token.map[0] if token.map else 0)


def _tell_unclosed(state: StateCore, context: SlideContext) -> None:
    """Tells the containers that no fence closes; a fence that closes the one around is that one's."""
    rows = state.src.split("\n")
    around: list[int] = []
    for token in state.tokens:
        if not token.type.startswith("container_"):
            continue
        if token.nesting < 0:
            around.pop()
            continue
        _tell_name(token, context)
        start, end = token.map or (0, 0)
        if end in around or end >= len(rows) or not rows[end].strip().startswith(SIGN):
            context.warn_at(f"the container ::: {_name(token)} is not closed; it ends with what is around it", start)
        around.append(end)


def _stray(state: StateCore) -> None:
    """Tells the fences that open or close no container, and those of a name that none has."""
    if SIGN not in state.src:
        return
    context = slide_context(state.env)
    _tell_unclosed(state, context)
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
            message = f"{match[0]} closes no container; an outer one needs more colons than those inside"
            if match["name"]:
                message = f"{line.strip()[:40]!r} opens no container; write a name such as ::: tip"
            (context.problem_at if context.strict else context.warn_at)(message, token.map[0] + offset)
