"""Divs: notes, columns, incremental lists, callouts. All others are boxes with their classes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.pandoc.attributes import html_attributes
from slidegen.pandoc.callouts import CALLOUTS, callout
from slidegen.render.absolute import placed, reporter, styled
from slidegen.render.callout_icons import default_title, icon
from slidegen.render.context import Env, slide_context

NAMED: Final = ("panel-tabset", "notes", "columns", "column", "nonincremental", "incremental", "fragment")
"""Classes that the rest of the render stage knows. The first that a div has counts."""
TITLES: Final = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution"}
OF_CALLOUTS: Final = ("title", "icon", "collapse", "appearance")
OUTPUTS: Final = frozenset({"html", "html:js", "revealjs"})
"""Quarto's names for formats that include reveal.js slides."""


def register_divs(md: MarkdownIt) -> None:
    """Registers the rules that render divs."""
    for name in (*NAMED, *CALLOUTS.values(), "div"):
        md.add_render_rule(f"container_{name}_open", _open)
        md.add_render_rule(f"container_{name}_close", lambda *_: "</div>\n")


def conditional(tokens: list[Token], _: Env) -> list[Token]:
    """Drops content for other formats than slides, and stray fences."""
    found: list[Token] = []
    hidden = 0
    for token in tokens:
        if token.type == "div_open" and (hidden or not _is_shown(token)):
            hidden += 1
        if not hidden and token.type != "div_stray":
            found.append(token)
        if token.type == "div_close" and hidden:
            hidden -= 1
    return found


def _is_shown(token: Token) -> bool:
    classes = str(token.attrs.get("class", "")).split()
    when, unless = token.attrs.get("when-format"), token.attrs.get("unless-format")
    matches = (when is None or when in OUTPUTS) and unless not in OUTPUTS
    if "content-hidden" in classes:
        return not matches
    return matches or "content-visible" not in classes


def callouts(tokens: list[Token], env: Env) -> list[Token]:
    """Gives each callout its title: its attribute, the words after its name, its first heading, or its name."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        found.append(token)
        at += 1
        name = callout(str(token.attrs.get("class", "")).split()) if token.type == "div_open" else None
        if name is None:
            continue
        title = token.attrs.get("title") or token.meta.get("words")
        attributes: dict[str, str] = {}
        if title is None or title == "":
            title, attributes = default_title(TITLES[name.removeprefix("callout-")], slide_context(env).lang)
            if tokens[at].type == "heading_open":
                title, attributes = tokens[at + 1].content, {}
                at += 3
        found += _title(str(title), token, attributes)
    return found


def _title(text: str, token: Token, attributes: dict[str, str]) -> list[Token]:
    map_ = [token.map[0], token.map[0] + 1] if token.map else None
    level = token.level + 1
    opening = Token("paragraph_open", "p", 1, {"class": "callout-title", **attributes}, map_, level, block=True)
    inline = Token("inline", "", 0, {}, map_, level + 1, [], text, block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, level=level, block=True)]


def divs(tokens: list[Token], env: Env) -> list[Token]:
    """Renames divs to the containers of slidegen's own Markdown, which layouts and figures know."""
    opened: list[str] = []
    for token in tokens:
        if token.type == "div_open":
            classes = str(token.attrs.get("class", "")).split()
            known = callout(classes)
            opened.append(CALLOUTS[known] if known else next((name for name in NAMED if name in classes), "div"))
            token.type = f"container_{opened[-1]}_open"
            given = {key: str(value) for key, value in token.attrs.items()}
            given = placed(classes, given, reporter(env, token.map[0] if token.map else 0))
            token.attrs = _attributes(classes, given, known)
        elif token.type == "div_close":
            token.type = f"container_{opened.pop()}_close"
    return tokens


def _attributes(classes: list[str], given: dict[str, str], known: str | None) -> dict[str, str | int | float]:
    """The HTML attributes of a div."""
    if known is not None:
        classes = ["callout", CALLOUTS[known], *(name for name in classes if name != known)]
        given = {key: value for key, value in given.items() if key not in OF_CALLOUTS} | {"role": "note"}
    given.pop("class", None)
    if "column" in classes and "width" in given:
        given = styled(given, f"flex:0 1 {given.pop('width')}")
    if given.get("layout-ncol", "").isdigit():
        columns = f"display:grid;grid-template-columns:repeat({given.pop('layout-ncol')},1fr);gap:28px"
        given = styled(given, columns)
    if "hidden" in classes:
        given["hidden"] = ""
    return {**({"class": " ".join(classes)} if classes else {}), **html_attributes(given)}


def _open(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    shown = "".join(f' {escape(str(key))}="{escape(str(value))}"' for key, value in tokens[index].attrs.items())
    kind = tokens[index].type.removeprefix("container_").removesuffix("_open")
    return f"<div{shown}>{icon(kind)}\n"
