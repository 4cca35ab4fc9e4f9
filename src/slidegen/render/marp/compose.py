"""A resolved deck as Marp Markdown: what Marp has stays as it is written, what it lacks becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.model import PlacedFigure, PlacedTable, PlacedValue, ResolvedSlide, ResolvedText
from slidegen.render.context import Findings, SlideContext
from slidegen.render.layout import blocks
from slidegen.render.markdown_table import table_markdown
from slidegen.render.marp.plain import with_colors
from slidegen.render.placed import Place, insert_placed, value_html
from slidegen.render.rooms import spaces, whole_slide

BEYOND = re.compile(r":::|\[\^|^[ \t]*(?:`{3,}|~{3,})[^\n]*[{ =][^\n]*$|\\begin\{", re.MULTILINE)
"""A sign that a text may hold something that Marp lacks: containers, footnotes, code options, bare math."""
RULER = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)
HTML_TYPES = frozenset({"footnote_ref", "footnote_block_open"})
FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]]+\]:")
SLIDE_COMMENT = re.compile(r"<!--\s*\.slide:\s*(.*?)\s*-->", re.DOTALL)
ELEMENT_COMMENT = re.compile(r"<!--\s*\.element:\s*(.*?)\s*-->", re.DOTALL)
DATA = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
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
    def _parser(self) -> MarkdownIt:
        from slidegen.render.markdown import make_parser  # most Marp decks have all that they need in marp-core

        return make_parser(self._breaks)

    def slide(self, slide: ResolvedSlide, name: str) -> Composed:
        """A slide, its notes as a comment at the end."""
        content = slide.content
        if RULER.search(content.text):
            content = replace(content, text=_without_breaks(content.text))
        body = self._text(content, name)
        notes = "" if slide.notes is None else f"\n\n<!--\n{_comment_text(self._values(slide.notes))}\n-->"
        return Composed(body.engine + notes, body.plain + notes)

    def _text(self, text: ResolvedText, name: str) -> Composed:
        if not text.placed and BEYOND.search(text.text) is None:
            done = reveal_comments(text.text)
            return Composed(done, done)
        context = SlideContext(text, self._findings, incremental=False)
        env = {"slide": context, "docId": name.replace(".", "-")}
        tokens = self._parser.parse(text.text, env)
        lines = text.text.split("\n")
        found = blocks(tokens)
        place = Place(name, whole_slide(self._size), spaces(found, text, self._size, "content", False))
        engine: list[str] = []
        plain: list[str] = []
        at = 0
        for block in found:
            if block[0].map is None:  # footnotes, which stand at the end
                html = self._html(block, text, env, place)
                engine.append(html)
                plain.append(html)
                continue
            start, end = _span(block, lines)
            between = _without_footnotes(lines[at:start])
            engine += between
            plain += between
            source = "\n".join(lines[start:end])
            at = end
            placed = [p for i in _marks(source) if isinstance(p := text.placed[i], PlacedTable | PlacedFigure)]
            if _is_beyond(block) or placed:
                html = self._html(block, text, env, place)
                alone = placed[0] if len(placed) == 1 and PLACED.pattern.fullmatch(source.strip()) else None
                engine.append(html)
                plain.append(table_markdown(alone) if isinstance(alone, PlacedTable) else with_colors(html))
            else:
                show = None if _holds_code_or_math(block) else value_html
                engine.append(self._values_in(source, text, show))
                plain.append(self._values_in(source, text))
        rest = _without_footnotes(lines[at:])
        return Composed(*(reveal_comments("\n".join([*done, *rest])) for done in (engine, plain)))

    def _html(self, block: list[Token], text: ResolvedText, env: dict[str, object], place: Place) -> str:
        html = insert_placed(self._parser.renderer.render(block, self._parser.options, env), text, place)
        # A blank line would end the HTML block.
        return "\n" + re.sub(r"\n(?:[ \t]*\n)+", "\n", html).strip("\n") + "\n"

    def _values(self, text: ResolvedText) -> str:
        return self._values_in(text.text, text)

    def _values_in(self, source: str, text: ResolvedText, show: Callable[[PlacedValue], str] | None = None) -> str:
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

    def directives(match: re.Match[str]) -> str:
        found = {m[1].lower(): next(v for v in m.groups()[1:] if v is not None) for m in DATA.finditer(match[1])}
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

    text = SLIDE_COMMENT.sub(directives, text)
    return ELEMENT_COMMENT.sub(lambda m: f'<span data-element="{escape(m[1])}"></span>', text)


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


def _marks(source: str) -> list[int]:
    return [int(match[1]) for match in PLACED.pattern.finditer(source)]


def _span(block: list[Token], lines: list[str]) -> tuple[int, int]:
    """The lines of a block; a container's token ends before the fence that closes it."""
    start, end = block[0].map or (0, 0)
    if block[0].type.startswith("container_") and end < len(lines) and lines[end].strip().startswith(":::"):
        end += 1
    return start, end


def _without_footnotes(lines: list[str]) -> list[str]:
    """Lines between blocks without the definitions of footnotes, which stand elsewhere as HTML."""
    kept: list[str] = []
    inside = False
    for line in lines:
        inside = FOOTNOTE.match(line) is not None or (inside and (line.startswith(("  ", "\t")) or bool(line.strip())))
        if not inside:
            kept.append(line)
    return kept


def _is_beyond(block: list[Token]) -> bool:
    """Whether a block holds what marp-core has no syntax for."""
    for token in block:
        if token.type.startswith("container_") or token.type == "amsmath" or token.type in HTML_TYPES:
            return True
        if token.type == "fence" and len(token.info.split()) > 1:
            return True
        if any(child.type in HTML_TYPES for child in token.children or ()):
            return True
    return False


def _holds_code_or_math(block: list[Token]) -> bool:
    return any(
        token.type in ("fence", "code_block", "html_block")
        or token.type.startswith("math")
        or any(
            child.type in ("code_inline", "html_inline", "image") or child.type.startswith("math")
            for child in token.children or ()
        )
        for token in block
    )
