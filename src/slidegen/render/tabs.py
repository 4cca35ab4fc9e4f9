"""Tabsets: panels that take turns, each under the tab that names it (outputs/tabs.js).

In HTML the panels stand below each other under their titles, as on paper, on a phone and in the text of the deck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slidegen.render.blocks import Block, blocks, split_notes, text_of
from slidegen.render.containers import DIV, container_attributes
from slidegen.render.context import Env, SlideContext, slide_context

TABS: Final = "container_tabs_open"
QUARTO: Final = "panel-tabset"
OPENINGS: Final = (TABS, f"container_{QUARTO}_open")
"""What begins a tabset: in slidegen's own Markdown, and in Quarto's."""
TAB: Final = "container_tab_open"
MOST: Final = 12
"""How many tabs can be read at a glance."""
MOVED: Final = ("active", "fragment")
"""Classes of a title that are meant for its tab."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its title as the tokens of a heading, its content, the attributes of its title that say which tab is
    `active` at first and which one comes in a step."""

    title: Sequence[Token]
    content: Sequence[Token]
    attributes: dict[str, str]

    @property
    def classes(self) -> list[str]:
        """The classes of its title."""
        return self.attributes.get("class", "").split()


def tabs(md: MarkdownIt) -> None:
    """Registers the rule that makes tabsets of containers, once titles have their attributes."""

    def rule(state: StateCore) -> None:
        if any(_begins(token) or token.type == TAB for token in state.tokens):
            state.tokens = _with_tabsets(state.tokens, state.env)

    md.core.ruler.push("tabs", rule)
    for name in ("tabset", "panel"):
        md.add_render_rule(f"container_{name}_open", _open)
        md.add_render_rule(f"container_{name}_close", lambda *_: "</div>\n")


def _begins(token: Token) -> bool:
    """Whether a token begins a tabset."""
    return token.type in OPENINGS or (token.type == f"container_{DIV}_open" and QUARTO in token.info)


def _open(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    token = tokens[index]
    shown = "".join(f' {escape(str(key))}="{escape(str(value))}"' for key, value in token.attrs.items())
    order = token.meta.get("step")
    step = "" if order is None else f'<span class="fragment tab-step"{order}></span>'
    return f"<div{shown}>{step}\n"


def _with_tabsets(tokens: Sequence[Token], env: Env) -> list[Token]:
    found: list[Token] = []
    for block in blocks(list(tokens)):
        first = block[0]
        if _begins(first):
            found += _of_container(block, env)
        elif first.nesting == 1 and any(_begins(token) or token.type == TAB for token in block):
            if first.type == TAB:
                message = "::: tab stands in no ::: tabs; its content is shown under its title"
                slide_context(env).warn_at(message, _row(first), code="not-applied")
            found += [first, *_with_tabsets(block[1:-1], env), block[-1]]
        else:
            found += block
    return found


def _of_container(block: Block, env: Env) -> list[Token]:
    """The tabset of a container, and after it the notes of its panels."""
    opening, context = block[0], slide_context(env)
    shown, notes = split_notes(block[1:-1])
    before, panels = _panels(shown, env)
    if opening.type != OPENINGS[1]:
        attributes = container_attributes(opening, "tabs" if opening.type == TABS else DIV, env)
    else:
        attributes = {key: str(value) for key, value in opening.attrs.items()}
    warn_of_panels(panels, opening, context)
    return [*tabset(before, panels, attributes, opening), *notes]


def _panels(tokens: Sequence[Token], env: Env) -> tuple[list[Token], list[Panel]]:
    """What stands before the first panel, and the panels: one for each ``::: tab``, else for each heading of the level
    of the first one or above it."""
    found = blocks(list(tokens))
    written = any(block[0].type == TAB for block in found)
    tags = [block[0].tag for block in found if block[0].type == "heading_open"]
    before: list[Token] = []
    panels: list[tuple[list[Token], list[Token], dict[str, str]]] = []
    for block in found:
        first = block[0]
        if written and first.type == TAB:
            titled = len(block) > 2 and block[1].meta.get("tab")
            title = block[1:4] if titled else _heading(str(len(panels) + 1), first)
            inside = block[4:-1] if titled else block[1:-1]
            panels.append((title, _with_tabsets(inside, env), container_attributes(first, "tab", env)))
        elif not written and first.type == "heading_open" and first.tag <= tags[0]:
            panels.append((block, [], {key: str(value) for key, value in first.attrs.items()}))
        else:
            (panels[-1][1] if panels else before).extend(_with_tabsets(block, env))
    return before, [Panel(*one) for one in panels]


def _heading(text: str, near: Token) -> list[Token]:
    """A title that consists of a text."""
    child = Token("text", "", 0, content=text)
    inline = Token("inline", "", 0, map=near.map, children=[child], content=text, block=True)
    return [
        Token("heading_open", "h3", 1, map=near.map, block=True),
        inline,
        Token("heading_close", "h3", -1, block=True),
    ]


def tabset(
    before: Sequence[Token], panels: Sequence[Panel], attributes: dict[str, str], opening: Token | None = None
) -> list[Token]:
    """The tokens of a tabset. Of its `attributes`, `group` joins tabsets that change together, and the class `steps`
    makes a step of each tab. `opening` is the token of the deck that it has its lines from."""
    classes = [one for one in attributes.get("class", "").split() if one not in ("panel-tabset", "steps")]
    every = "steps" in attributes.get("class", "").split()
    given: dict[str, Any] = {key: value for key, value in attributes.items() if key not in ("class", "group")}
    if "group" in attributes:
        given["data-group"] = attributes["group"]
    given["class"] = " ".join(["tabset", *classes])
    map_ = None if opening is None else opening.map
    first = next((panel for panel in panels if "active" in panel.classes), panels[0] if panels else None)
    lead = [_box("panel", {"class": "tab-lead"}), *before, _close("panel")] if before else []
    shown = chain.from_iterable(_panel(panel, panel is first, every and panel is not first) for panel in panels)
    return [_box("tabset", given, map_), *lead, *shown, _close("tabset")]


def _panel(panel: Panel, is_first: bool, comes: bool) -> list[Token]:
    heading = panel.title[0]
    classes = [one for one in str(heading.attrs.get("class", "")).split() if one not in MOVED]
    index = panel.attributes.get("data-fragment-index")
    heading.attrs = {key: value for key, value in heading.attrs.items() if key != "data-fragment-index"}
    heading.attrs["class"] = " ".join([*classes, "tab-title"])
    attributes: dict[str, Any] = {"class": "tab-panel"}
    if is_first:
        attributes["data-open"] = ""
    box = _box("panel", attributes, heading.map)
    if comes or "fragment" in panel.classes:
        box.meta["step"] = "" if index is None else f' data-fragment-index="{escape(index)}"'
    return [box, *panel.title, *panel.content, _close("panel")]


def _box(name: str, attributes: dict[str, Any], map_: list[int] | None = None) -> Token:
    return Token(f"container_{name}_open", "div", 1, attributes, map_, block=True)


def _close(name: str) -> Token:
    return Token(f"container_{name}_close", "div", -1, block=True)


def _row(token: Token) -> int:
    return token.map[0] if token.map else 0


def warn_of_panels(panels: Sequence[Panel], opening: Token, context: SlideContext) -> None:
    """Warns of tabsets that cannot be meant so. All that is in them is shown."""
    if len(panels) < 2:
        needs = "two or more headings, each with the content of its tab below it"
        has = "no tabs" if not panels else "one tab only"
        context.warn_at(f"a tabset has {has}; it needs {needs}", _row(opening), code="wrong-value")
    if len(panels) > MOST:
        message = f"a tabset has {len(panels)} tabs; more than {MOST} can hardly be read on a slide"
        context.warn_at(message, _row(opening), code="wrong-value")
    names: set[str] = set()
    opened = False
    for panel in panels:
        name, row = context.plain(text_of(panel.title[1])).strip(), _row(panel.title[0])
        if not panel.content:
            context.warn_at(f"the tab {name!r} is empty", row, code="wrong-value")
        if name in names:
            context.warn_at(f"the tabset has two tabs with the title {name!r}", row, code="wrong-value")
        names.add(name)
        if opened and "active" in panel.classes:
            context.warn_at(f"the tab {name!r} is .active, but another one is open at first", row, code="wrong-value")
        opened = opened or "active" in panel.classes
