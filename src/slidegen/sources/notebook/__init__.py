"""Jupyter's notebooks: cells become slides by their slide types or headings, outputs are shown as they are stored.

No cell is executed, and nothing is loaded from the network.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from slidegen.errors import DeckError, Problem
from slidegen.model import Source
from slidegen.sources.notebook.anchors import Anchors
from slidegen.sources.notebook.cells import cell_lines, joined
from slidegen.sources.notebook.code import kernel_language
from slidegen.sources.notebook.conversion import Conversion
from slidegen.sources.notebook.division import Part, Shown, by_headings, by_types, slide_options, slide_type
from slidegen.sources.notebook.fitting import fitted
from slidegen.sources.notebook.format import Notebook, read_notebook
from slidegen.sources.notebook.formulas import Formulas
from slidegen.sources.notebook.head import Head, read_head
from slidegen.sources.notebook.options import cell_options
from slidegen.sources.translation import Line, TranslatedDeck, TranslatedSlide
from slidegen.sources.translation.deck import translated_format
from slidegen.sources.translation.words import escaped, verbatim

HEADING: Final = re.compile(r"[ ]{0,3}#[ \t]+(?P<text>.*?)[ \t#]*(?:\{#[\w-]+\})?")
SIGNS: Final = re.compile(r"[*_`]|\\(?=[^\w\s])")
ODD: Final = "has characters that text cannot hold, shown as \ufffd"


def translate(source: Source) -> TranslatedDeck:
    """Returns a notebook in slidegen's own form.

    Raises:
        DeckError: the file is not a notebook; or every cell that is not one.
    """
    notebook = read_notebook(source.text, source.name)
    head = read_head(notebook, source.name)
    shown, convert = _converted(notebook, head, source)
    stacks = by_types(shown) if any(slide_type(cell) != "-" for cell in notebook.cells) else by_headings(shown)
    slides = [[_slide(part) for part in stack] for stack in stacks]
    if head.title is not None:
        slides.insert(0, [_title_slide(head, head.title)])
    if not slides:
        raise DeckError(
            [Problem("no cell is on a slide: all are empty, hidden, skipped or notes", source.name, code="empty-deck")]
        )
    titled = head.options.get("title") or _first_heading(shown)
    options = {**({"title": titled} if titled else {}), **head.options}
    odd = (Problem(ODD, source.name, line, code="not-text") for line in notebook.odd)
    return TranslatedDeck(
        source=replace(source, text=notebook.text, files=convert.files, cells=notebook.lines),
        options=options,
        stacks=tuple(map(tuple, slides)),
        declared=head.declared,
        losses=(*head.losses, *odd, *convert.losses),
    )


def _converted(notebook: Notebook, head: Head, source: Source) -> tuple[list[Shown], Conversion]:
    """The cells that are shown, each with its lines."""
    texts = [cell.source for cell in notebook.cells if cell.kind == "markdown"]
    convert = Conversion(
        source.name, f"{source.path.stem}_files", Formulas.of(texts), Anchors.of(texts), head.templated
    )
    kernel = kernel_language(notebook.metadata)
    shown: list[Shown] = []
    for cell in notebook.cells:
        options = cell_options(cell, head.echo)
        if cell is head.cell or not options.cell:
            continue
        lines = [] if slide_type(cell) == "skip" else cell_lines(cell, options, convert, kernel)
        shown.append((cell, lines))
    return shown, convert


def _slide(part: Part) -> TranslatedSlide:
    lines, classes = fitted(part.content)
    options: dict[str, Any] = {**slide_options(part.data), **({"class": " ".join(classes)} if classes else {})}
    return TranslatedSlide(tuple(lines), part.line, tuple(joined(part.notes)), options)


def _title_slide(head: Head, title: str) -> TranslatedSlide:
    """The slide that Quarto makes of a title, the authors and the date."""
    line = 1 if head.cell is None else head.cell.line
    words = [title if head.templated and "{{" in title else escaped(title), *map(escaped, head.under)]
    rows = [f"# {words[0]}", *(row for text in words[1:] for row in ("", text))]
    return TranslatedSlide(tuple(Line(row, line) for row in rows), line, options={"layout": "title"})


def _first_heading(shown: list[Shown]) -> str | None:
    """The words of the first heading of level 1."""
    for cell, lines in shown:
        for line in lines if cell.kind == "markdown" else ():
            found = HEADING.fullmatch(line.text)
            if found is not None and found["text"] and "$" not in found["text"] and "<" not in found["text"]:
                return verbatim(SIGNS.sub("", found["text"])) if "{{" not in found["text"] else None
    return None


NOTEBOOK: Final = translated_format("a notebook", translate)
