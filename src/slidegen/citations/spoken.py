"""The texts of a slide in which citations are plain text: its notes, its footer, and the captions of what it places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from slidegen.citations.syntax import Citation, citations
from slidegen.marks import PLACED
from slidegen.model import Text
from slidegen.resolved import Placed, PlacedFigure, PlacedTable, ResolvedSlide, ResolvedText

Write = Callable[[ResolvedText, Sequence[Citation], bool], ResolvedText]
"""Writes citations into a text, which is Markdown or not."""


def spoken(slide: ResolvedSlide) -> Iterator[tuple[ResolvedText, list[Citation]]]:
    """Yields these texts that hold citations, in the order in which `with_spoken` writes them."""
    for text in (slide.notes, slide.footer):
        if text is not None and (found := list(citations(text.text))):
            yield text, found
    for index, placed in slide.content.marked().items():
        if (caption := _caption(placed)) and (found := list(citations(caption))):
            yield _as_text(caption, index, slide.content), found


def with_spoken(slide: ResolvedSlide, write: Write) -> ResolvedSlide:
    """Returns a slide whose texts are written with their citations."""

    def words(text: ResolvedText | None) -> ResolvedText | None:
        return text if text is None or not (found := list(citations(text.text))) else write(text, found, True)

    notes, footer = words(slide.notes), words(slide.footer)
    made = list(slide.content.placed)
    for index, placed in slide.content.marked().items():
        if (caption := _caption(placed)) and (found := list(citations(caption))):
            made[index] = _captioned(placed, write(_as_text(caption, index, slide.content), found, False).text)
    captioned = any(one is not other for one, other in zip(made, slide.content.placed, strict=True))
    content = replace(slide.content, placed=tuple(made)) if captioned else slide.content
    if content is slide.content and notes is slide.notes and footer is slide.footer:
        return slide
    return replace(slide, content=content, notes=notes, footer=footer)


def _caption(placed: Placed) -> str | None:
    if isinstance(placed, PlacedTable):
        return placed.look.caption
    return placed.caption if isinstance(placed, PlacedFigure) else None


def _captioned(placed: Placed, caption: str) -> Placed:
    if isinstance(placed, PlacedTable):
        return replace(placed, look=replace(placed.look, caption=caption))
    return replace(placed, caption=caption) if isinstance(placed, PlacedFigure) else placed


def _as_text(caption: str, index: int, content: ResolvedText) -> ResolvedText:
    """A caption as a text that stands on the line of its mark."""
    row = content.text.count("\n", 0, max(content.text.find(f"{PLACED.opening}{index}"), 0))
    return ResolvedText(caption, (), Text(caption, content.source.path, content.line(row)))
