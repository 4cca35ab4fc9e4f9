"""A resolved deck as Marp Markdown: what Marp has stays as it is written, what it lacks becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from slidegen.marks import PLACED
from slidegen.model import PlacedValue, ResolvedSlide, ResolvedText
from slidegen.render.context import Findings

if TYPE_CHECKING:
    from slidegen.render.marp.beyond import Beyond

BEYOND = re.compile(r":::|\[\^|^[ \t]*(?:`{3,}+|~{3,}+)[^\n]*[{\[ =][^\n]*$|\\begin\{", re.MULTILINE)
"""A sign that a text may hold something that Marp lacks: containers, footnotes, code options, bare math."""
RULER = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)
SLIDE_COMMENT = re.compile(r"<!--\s*\.slide:")
ELEMENT_COMMENT = re.compile(r"<!--\s*\.element:")
DATA = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
BACKGROUNDS = {
    "data-background": "_backgroundColor",
    "data-background-color": "_backgroundColor",
    "data-background-image": "_backgroundImage",
    "data-background-size": "_backgroundSize",
    "data-background-position": "_backgroundPosition",
    "data-background-repeat": "_backgroundRepeat",
    "class": "_class",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A slide's text for marp-core (`engine`) and for people (`plain`): values as HTML in one, as text in the other."""

    engine: str
    plain: str


class Composer:
    """Composes the slides of one deck; `breaks` says whether a line's end is a break."""

    def __init__(self, breaks: bool, findings: Findings, size: tuple[int, int]) -> None:
        self._breaks = breaks
        self._findings = findings
        self._size = size

    @cached_property
    def _beyond(self) -> Beyond:
        from slidegen.render.marp.beyond import Beyond  # most Marp decks have all that they need in marp-core

        return Beyond(self._breaks, self._findings, self._size)

    def slide(self, slide: ResolvedSlide, name: str) -> Composed:
        """A slide, its notes as a comment at the end."""
        content = slide.content
        if RULER.search(content.text):
            content = replace(content, text=_without_breaks(content.text))
        body = self._text(content, name)
        notes = (
            "" if slide.notes is None else f"\n\n<!--\n{_comment_text(values_in(slide.notes.text, slide.notes))}\n-->"
        )
        return Composed(body.engine + notes, body.plain + notes)

    def _text(self, text: ResolvedText, name: str) -> Composed:
        if not text.placed and BEYOND.search(text.text) is None:
            done = reveal_comments(text.text)
            return Composed(done, done)
        return self._beyond.compose(text, name)


def values_in(source: str, text: ResolvedText, show: Callable[[PlacedValue], str] | None = None) -> str:
    """`source`, a part of `text`, with its values filled in: by `show`, else as text."""

    def shown(index: int) -> str:
        placed = text.placed[index]
        if not isinstance(placed, PlacedValue):
            return placed.name
        return show(placed) if show else placed.text

    return PLACED.replace(source, shown)


def reveal_comments(text: str) -> str:
    """reveal-md's comments on a slide as Marp's directives, and those on an element as marks for `apply_elements`."""
    if "<!--" not in text:
        return text

    def directives(said: str) -> str:
        found = {m[1].lower(): next(v for v in m.groups()[1:] if v is not None) for m in DATA.finditer(said)}
        lines = []
        for key, value in found.items():
            name = BACKGROUNDS.get(key)
            if key == "data-background" and ("/" in value or "." in value):
                name = "_backgroundImage"
            if name == "_backgroundImage" and "gradient(" not in value:
                value = f"url({value})"
            if name is not None:
                lines.append(f"{name}: '{value}'")
        return "<!--\n" + "\n".join(lines) + "\n-->" if lines else ""

    text = _replaced(text, SLIDE_COMMENT, directives)
    return _replaced(text, ELEMENT_COMMENT, lambda said: f'<span data-element="{escape(said)}"></span>')


def _replaced(text: str, opening: re.Pattern[str], replacement: Callable[[str], str]) -> str:
    """`text` with every closed comment that begins so replaced by what `replacement` gives for the rest of it."""
    parts: list[str] = []
    at = 0
    while (found := opening.search(text, at)) is not None:
        end = text.find("-->", found.end())
        if end < 0:
            break
        parts += [text[at : found.start()], replacement(text[found.end() : end].strip())]
        at = end + len("-->")
    return "".join((*parts, text[at:]))


@cache
def _blocks() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable("inline")


def _without_breaks(text: str) -> str:
    """`text` with rulers that would begin a slide as HTML: the deck is split already, so they come from values."""
    lines = text.split("\n")
    for token in _blocks().parse(text):
        if token.type == "hr" and token.level == 0 and token.map is not None:
            lines[token.map[0]] = "<hr>"
    return "\n".join(lines)


def _comment_text(text: str) -> str:
    return text.strip().replace("-->", "--\u200b>")
