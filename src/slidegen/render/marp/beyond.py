"""What marp-core has no syntax for, as HTML: containers, footnotes, options of code, bare math, tables and figures."""

from __future__ import annotations

import re

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.render.code import is_own_info
from slidegen.render.context import SlideContext
from slidegen.render.layout import blocks
from slidegen.render.markdown import make_parser
from slidegen.render.markdown_table import table_markdown
from slidegen.render.markdown_text import values_in_markdown
from slidegen.render.marp.compose import Composed, values_in_math
from slidegen.render.marp.plain import with_colors
from slidegen.render.placed import Place, finish
from slidegen.render.raw_html import RawHtml
from slidegen.render.rooms import spaces, whole_slide
from slidegen.resolved import PlacedFigure, PlacedTable

HTML_TYPES = frozenset({"footnote_ref", "footnote_block_open"})
FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]]+\]:")


class Beyond:
    """Composes the texts that need it, of one deck; `breaks` says whether a line's end is a break."""

    def __init__(self, breaks: bool, size: tuple[int, int]) -> None:
        self._parser = make_parser(breaks)
        self._size = size

    def compose(self, context: SlideContext, raw: RawHtml, name: str) -> Composed:
        """The text of the slide `name`: blocks that Marp has as they are written, the others as HTML."""
        text = context.text
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
                html = self._html(block, env)
                engine.append(html)
                plain.append(_finished(html, block, context, place))
                continue
            start, end = _span(block, lines)
            between = _without_footnotes(lines[at:start])
            engine += between
            plain += between
            source = "\n".join(lines[start:end])
            at = end
            placed = [p for i in PLACED.numbers(source) if isinstance(p := text.placed[i], PlacedTable | PlacedFigure)]
            beyond = _is_beyond(block)
            html = self._html(block, env) if beyond or placed else ""
            formulas = values_in_math(source, context)
            engine.append(html if beyond else formulas)
            alone = placed[0] if len(placed) == 1 and PLACED.pattern.fullmatch(source.strip()) else None
            if isinstance(alone, PlacedTable):
                plain.append(table_markdown(alone))
            else:
                shown = (
                    with_colors(_finished(html, block, context, place)) if html else values_in_markdown(formulas, text)
                )
                plain.append(shown)
        rest = _without_footnotes(lines[at:])
        return Composed("\n".join([*engine, *rest]), "\n".join([*plain, *rest]), context, raw, place)

    def _html(self, block: list[Token], env: dict[str, object]) -> str:
        return _one_block(self._parser.renderer.render(block, self._parser.options, env))


def _finished(html: str, block: list[Token], context: SlideContext, place: Place) -> str:
    return _one_block(finish(html, RawHtml.of(block), context, place))


def _one_block(html: str) -> str:
    """HTML without blank lines, at which Markdown would end it."""
    return "\n" + re.sub(r"\n(?:[ \t]*\n)+", "\n", html).strip("\n") + "\n"


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
        if token.type == "fence" and is_own_info(token.info.strip()):
            return True
        if any(child.type in HTML_TYPES for child in token.children or ()):
            return True
    return False
