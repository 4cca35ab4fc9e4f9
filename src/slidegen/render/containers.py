"""Fenced containers: columns, callouts, fragments, speaker notes inside the content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.container import container_plugin

from slidegen.errors import nearest
from slidegen.render.attributes import parse_attributes
from slidegen.render.context import Env, slide_context

CALLOUTS = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning"}
NAMES = ("columns", "column", "incremental", "fragment", "notes", "center", *CALLOUTS)
FENCE = re.compile(r"^[ \t]*:{3,}[ \t]*(?P<name>[\w.-]+)", re.MULTILINE)


def containers(md: MarkdownIt) -> None:
    """Registers every container by its name."""
    for name in NAMES:
        md.use(container_plugin, name, render=_render)


def _render(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    name = token.type.removeprefix("container_").rpartition("_")[0]
    if token.nesting == -1:
        return "</div>\n"
    title, attributes = _info(token, name, env)
    width = attributes.pop("width", None)
    if width is not None:
        attributes["style"] = f"flex:0 1 {width}" + (f";{attributes['style']}" if "style" in attributes else "")
    classes = [name, attributes.pop("class", "")]
    if name in CALLOUTS:
        classes.insert(0, "callout")
        attributes["role"] = "note"
    html = "".join(f' {escape(key)}="{escape(value)}"' for key, value in attributes.items())
    heading = ""
    if name in CALLOUTS:
        heading = f'<p class="callout-title">{escape(title or CALLOUTS[name])}</p>\n'
    return f'<div class="{escape(" ".join(filter(None, classes)))}"{html}>\n{heading}'


def _info(token: Token, name: str, env: Env) -> tuple[str, dict[str, str]]:
    """The title and attributes after a container's name: ``tip Measure first {.fragment}`` or ``column width=40%``."""
    text = token.info.strip().removeprefix(name).strip()
    start = text.find("{")
    title, braces = (text, "") if start < 0 else (text[:start].strip(), text[start:])
    if name not in CALLOUTS and title:
        title, braces = "", f"{{{title} {braces.strip('{} ')}}}"
    if not braces:
        return title, {}
    try:
        return title, parse_attributes(braces)
    except ParseError:
        slide_context(env).problem(f"container: attributes {braces} cannot be read", token, braces)
        return title, {}


def unknown_containers(text: str) -> list[tuple[str, str]]:
    """Names after ``:::`` that no container has, each with the message to give."""
    found = [match["name"] for match in FENCE.finditer(text) if match["name"] not in NAMES]
    return [(name, f"unknown container {name!r}; {nearest(name, NAMES)}") for name in found]
