"""The top level of a deck in pandoc's dialect: its headings, rulers and other blocks, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from slidegen.limits import MAX_TEXT
from slidegen.pandoc import syntax
from slidegen.pandoc.attributes import split_attributes
from slidegen.pandoc.callouts import callout
from slidegen.pandoc.identifiers import identifier, plain_text, unique
from slidegen.pandoc.typography import dashes
from slidegen.scan import close_at_labels

NO_SLIDE: Final = frozenset({"columns", "column", "fragment", "notes", "panel-tabset"})
"""Classes of divs that never begin a slide, even if they begin with a heading."""
OF_QUARTO: Final = re.compile(r"(?:fig|tbl|lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg)-")
"""The beginnings of the ids of figures, theorems and the like: Quarto takes their headings for titles, as those of
callouts, before pandoc makes sections."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on the top level, or the first one in a div there, which also has the div's attributes."""

    level: int
    text: str
    attributes: Mapping[str, str]
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """A block on the top level, in the lines from `start` up to `end` (from 0)."""

    kind: Literal["heading", "ruler", "div", "text", "block"]
    start: int
    end: int
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The blocks of a body. `names` maps the text of each heading to its name; `env` is markdown-it's."""

    lines: Sequence[str]
    tokens: Sequence[Token]
    units: Sequence[Unit]
    names: Mapping[str, str]
    env: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, body: str) -> Outline:
        """Returns the outline of a deck's body."""
        env: dict[str, Any] = {}
        tokens = _blocks().parse(body, env)
        headings, names = _headings(tokens)
        lines = body.split("\n")
        return cls(lines, tokens, list(_units(tokens, headings)), names, env)

    def slide_level(self) -> int:
        """Returns pandoc's slide level: the highest level of a heading that is followed by content, not by another
        heading or a ruler."""
        level = 6
        for unit, after in zip(self.units, self.units[1:], strict=False):
            if unit.kind == "heading" and unit.heading is not None and after.kind not in ("heading", "ruler"):
                level = min(level, unit.heading.level)
        return level


@cache
def _blocks() -> MarkdownIt:
    return _parser().disable(["inline", "footnote_tail"])


@cache
def _spans() -> MarkdownIt:
    return _parser()


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}).use(syntax).use(footnote_plugin)
    md.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    close_at_labels(md)
    return md.use(amsmath_plugin)


def spans(text: str) -> list[Token]:
    """Returns the spans of a text; an empty list for a text that is too long for any slide."""
    if len(text) > MAX_TEXT:
        return []
    return [child for token in _spans().parseInline(text, {}) for child in token.children or ()]


def _headings(tokens: Sequence[Token]) -> tuple[dict[int, Heading], dict[str, str]]:
    """Returns the headings by the index of their token, and their names by their text."""
    found: dict[int, Heading] = {}
    names: dict[str, str] = {}
    taken: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None:
            continue
        content, attributes = split_attributes(tokens[at + 1].content)
        text = dashes(plain_text(spans(content.rstrip("# "))))
        attributes = dict(attributes or {})
        name = attributes.get("id")
        if name is None:
            name = unique(identifier(text), taken)
        else:
            taken.setdefault(name, 0)
        names.setdefault(text, name)
        attributes["id"] = name
        found[at] = Heading(int(token.tag[1]), text, attributes, (token.map[0], token.map[1]))
    return found, names


def _units(tokens: Sequence[Token], headings: Mapping[int, Heading]) -> Iterator[Unit]:
    inside = _in_html_divs(tokens)
    for at, token in enumerate(tokens):
        if token.level or token.map is None or token.nesting < 0 or token.type in ("inline", "div_stray"):
            continue
        start, end = token.map
        if token.type == "footnote_reference_open":
            continue
        if at in headings and start not in inside:
            yield Unit("heading", start, end, headings[at])
        elif token.type == "hr" and start not in inside:
            yield Unit("ruler", start, end)
        elif token.type == "div_open" and (heading := _of_div(tokens, at, headings)) is not None:
            yield Unit("div", start, end, heading)
        else:
            yield Unit("text" if token.type == "paragraph_open" else "block", start, end)


def _of_div(tokens: Sequence[Token], at: int, headings: Mapping[int, Heading]) -> Heading | None:
    """Returns the heading that a div begins with, if all others in it are deeper: pandoc makes one section of both."""
    first = headings.get(at + 1)
    classes = str(tokens[at].attrs.get("class", "")).split()
    if first is None or NO_SLIDE & set(classes) or callout(classes):
        return None
    if OF_QUARTO.match(str(tokens[at].attrs.get("id", ""))):
        return None
    for number in range(at + 2, len(tokens)):
        if tokens[number].level == tokens[at].level and tokens[number].type == "div_close":
            break
        if number in headings and headings[number].level <= first.level:
            return None
    own = {key: str(value) for key, value in tokens[at].attrs.items() if key != "class"}
    joined = " ".join(filter(None, (first.attributes.get("class"), *classes)))
    return Heading(first.level, first.text, {**first.attributes, **own, "class": joined}, first.lines)


def _in_html_divs(tokens: Sequence[Token]) -> frozenset[int]:
    """Returns the lines between the tags of HTML divs on the top level. In pandoc, no heading ends such a div."""
    opened: list[int] = []
    found: set[int] = set()
    for token in tokens:
        if token.type != "html_block" or token.level or token.map is None:
            continue
        text = token.content.lower()
        for _ in range(text.count("</div")):
            start = opened.pop() if opened else token.map[0]
            if not opened:
                found.update(range(start, token.map[0]))
        opened += [token.map[0]] * text.count("<div")
    return frozenset(found)
