"""Renders what marp-core has no syntax for as HTML: containers, footnotes, code options, bare math, tables, figures."""

from __future__ import annotations

import re

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.measures import Measures
from slidegen.render.blocks import blocks
from slidegen.render.code import is_own_info
from slidegen.render.context import SlideContext
from slidegen.render.footnotes import definitions
from slidegen.render.magic_move import STATES
from slidegen.render.markdown import make_parser
from slidegen.render.markdown_text import values_in_markdown
from slidegen.render.marp.composed import Composed, comment_text
from slidegen.render.marp.engine import Part
from slidegen.render.marp.notes import notes_text
from slidegen.render.marp.plain import plain_html
from slidegen.render.placed import Place, finish
from slidegen.render.qr import is_qr
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import spaces, whole_slide
from slidegen.render.tables.fitted import fit_tables
from slidegen.render.tables.markdown import table_markdown
from slidegen.resolved import PlacedFigure, PlacedQr, PlacedTable
from slidegen.source_lines import without_lines

HTML_TYPES = frozenset({"footnote_ref", "footnote_block_open"})


class HtmlBlocks:
    """Composes the slides of one deck that have such blocks. `breaks` says whether a line end is a line break."""

    def __init__(self, breaks: bool, size: tuple[int, int], measures: Measures) -> None:
        self._parser = make_parser(breaks)
        self._size = size
        self._measures = measures

    def compose(self, context: SlideContext, raw: RawHtml, name: str, moving: bool = False) -> Composed:
        """Composes the slide `name`: keeps blocks that Marp knows, renders the others as HTML. On a slide that is
        `moving`, code is one of these."""
        text = context.text
        env = {"slide": context, "docId": name.replace(".", "-")}
        found = blocks(self._parser.parse(text.text, env))
        lines = text.text.split("\n")
        size, measures = self._size, self._measures
        fits = fit_tables(found, context, size, "content", False, measures)
        room = spaces(found, text, size, "content", False, measures)
        place = Place(name, whole_slide(size, measures), room, fits=fits)
        parts = _Parts(lines, definitions(env))
        for block in found:
            html = self._html(block, env) if _needs_html(block, moving) else None
            if block[0].map is None:  # footnotes, which come at the end
                parts.add_html(html or "", _finished(html or "", block, context, place))
                continue
            start, end = _span(block, lines)
            if block[0].type == "container_notes_open":
                parts.add_notes(
                    notes_text(finish(self._html(block[1:-1], env), raw, context, place)).strip(), start, end
                )
                continue
            source = "\n".join(lines[start:end])
            if html is None:
                placed = self._placed(source, block, env, context, place)
                parts.add_markdown(start, end, placed or values_in_markdown(source, context))
            else:
                parts.add_html(html, plain_html(_finished(html, block, context, place)), start, end)
        return parts.composed(context, raw, place)

    def _placed(
        self, source: str, block: list[Token], env: dict[str, object], context: SlideContext, place: Place
    ) -> str | None:
        """A block with tables or figures in the plain Markdown: a lone table as a Markdown table, all else as HTML."""
        placed = [
            one for index in PLACED.numbers(source)
            if isinstance(one := context.text.placed[index], PlacedTable | PlacedFigure | PlacedQr)
        ]  # fmt: skip
        if not placed:
            return None
        if isinstance(placed[0], PlacedTable) and PLACED.pattern.fullmatch(source.strip()):
            return table_markdown(placed[0])
        return plain_html(_finished(self._html(block, env), block, context, place))

    def _html(self, block: list[Token], env: dict[str, object]) -> str:
        return str(self._parser.renderer.render(block, self._parser.options, env))


class _Parts:
    """Collects the parts of a slide, block by block. `left_out` are the rows of its footnotes."""

    def __init__(self, lines: list[str], left_out: list[tuple[int, int]]) -> None:
        self._lines = lines
        self._rows = {row for start, end in left_out for row in range(start, end)}
        self._parts: list[Part] = []
        self._plain: list[str] = []
        self._notes: list[str] = []
        self._at = 0

    def add_markdown(self, start: int, end: int, plain: str) -> None:
        """Adds a block as Markdown."""
        self._between(start)
        self._add("\n".join(self._lines[start:end]), start)
        self._plain.append(plain)
        self._at = end

    def add_html(self, html: str, plain: str, start: int | None = None, end: int = 0) -> None:
        """Adds a block as HTML. Footnotes have no rows."""
        if start is not None:
            self._between(start)
            self._at = end
        self._parts.append(Part("html", html))
        self._plain.append(plain)

    def add_notes(self, text: str, start: int, end: int) -> None:
        """Adds a block of notes, which is a comment in the plain Markdown, as in Marp."""
        self._between(start)
        self._at = max(self._at, end)  # they may come from inside the block before
        self._notes.append(text)
        self._plain.append(f"<!--\n{comment_text(text)}\n-->")

    def composed(self, context: SlideContext, raw: RawHtml, place: Place) -> Composed:
        """The composed slide."""
        self._between(len(self._lines))
        return Composed(tuple(self._parts), "\n".join(self._plain), context, raw, place, tuple(self._notes))

    def _between(self, end: int) -> None:
        """Adds what stands between blocks: blank lines and link definitions."""
        for row in range(self._at, end):
            if row not in self._rows:
                self._add(self._lines[row], row)
                self._plain.append(self._lines[row])

    def _add(self, text: str, row: int) -> None:
        """Adds Markdown, joined to the previous part if that ends in the row above."""
        last = self._parts[-1] if self._parts else None
        if last is not None and last.kind == "markdown" and last.row + last.text.count("\n") + 1 == row:
            self._parts[-1] = Part("markdown", f"{last.text}\n{text}", last.row)
        else:
            self._parts.append(Part("markdown", text, row))


def _finished(html: str, block: list[Token], context: SlideContext, place: Place) -> str:
    """HTML for the plain Markdown. It has no blank lines, which would end the HTML block."""
    done = without_lines(finish(html, RawHtml.of(block), context, place))
    return "\n" + re.sub(r"\n(?:[ \t]*\n)+", "\n", done).strip("\n") + "\n"


def _span(block: list[Token], lines: list[str]) -> tuple[int, int]:
    """The rows of a block, with the fence that closes a container: the container's token ends before it."""
    start, end = block[0].map or (0, 0)
    if block[0].type.startswith("container_") and end < len(lines) and lines[end].strip().startswith(":::"):
        end += 1
    return start, end


def _needs_html(block: list[Token], moving: bool) -> bool:
    """Whether a block has something that marp-core has no syntax for."""
    for token in block:
        if token.type.startswith("container_") or token.type == "amsmath" or token.type in HTML_TYPES:
            return True
        if token.type == "fence" and (
            moving or STATES in token.meta or is_own_info(token.info.strip()) or is_qr(token.info)
        ):
            return True
        if any(child.type in HTML_TYPES for child in token.children or ()):
            return True
    return False
