"""What one cell puts on a slide: its Markdown, or its code and outputs, line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from slidegen.sources.notebook.code import code_lines
from slidegen.sources.notebook.conversion import Conversion
from slidegen.sources.notebook.format import Cell
from slidegen.sources.notebook.html import output_html
from slidegen.sources.notebook.markdown import markdown_lines
from slidegen.sources.notebook.options import CellOptions
from slidegen.sources.notebook.outputs import output_rows
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import fence

Lines = Sequence[Line]
HTML: Final = re.compile(r"\s*<[A-Za-z!/]")
FENCE: Final = re.compile(r"[ ]{0,3}(:{3,})")


def cell_lines(cell: Cell, options: CellOptions, convert: Conversion, kernel: str) -> list[Line]:
    """The lines of a cell."""
    for what in options.folded:
        convert.lose(cell, f"its {what} is left out, as it is folded away in Jupyter")
    if cell.kind == "markdown":
        return trimmed(markdown_lines(cell, cell.source, convert)) if options.input else []
    if cell.kind == "raw":
        return _raw(cell, convert)
    code = code_lines(cell, options, kernel) if options.input else []
    shown = [Line(row, cell.last) for row in output_rows(cell, options, convert)] if options.output else []
    place = options.text("output-location")
    if place == "fragment" and shown:
        shown = wrapped(shown, "fragment")
    elif place in ("column", "column-fragment") and code and shown:
        return _columns(code, wrapped(shown, "fragment") if "fragment" in place else shown)
    elif place == "slide":
        convert.lose(cell, "its output is on the same slide, not on one of its own")
    return joined([code, shown])


def joined(blocks: Sequence[Lines]) -> list[Line]:
    """Blocks with an empty line between them."""
    found: list[Line] = []
    for block in filter(None, blocks):
        found += [Line("", block[0].number)] if found else []
        found += block
    return found


def wrapped(lines: Lines, name: str, more: str = "") -> list[Line]:
    """Lines in a container."""
    colons = max((len(found[1]) for line in lines if (found := FENCE.match(line.text))), default=2) + 1
    sign = ":" * max(3, colons)
    first, last = lines[0].number, lines[-1].number
    return [Line(f"{sign} {name}{more}", first), Line("", first), *lines, Line("", last), Line(sign, last)]


def trimmed(lines: Lines) -> list[Line]:
    """Lines without the empty ones at their beginning and end."""
    kept = [number for number, line in enumerate(lines) if line.text.strip()]
    return list(lines[kept[0] : kept[-1] + 1]) if kept else []


def _columns(code: Lines, shown: Lines) -> list[Line]:
    return wrapped(joined([wrapped(code, "column"), wrapped(shown, "column")]), "columns")


def _raw(cell: Cell, convert: Conversion) -> list[Line]:
    """A raw cell, which is written for one format: HTML and Markdown are shown."""
    kind = next((str(cell.metadata[key]) for key in ("raw_mimetype", "format") if cell.metadata.get(key)), "")
    text = cell.source.strip("\n")
    if not text.strip():
        return []
    if kind == "text/markdown":
        return trimmed(markdown_lines(cell, cell.source, convert))
    if kind not in ("", "text/html"):
        convert.lose(cell, f"raw {kind} is left out; raw text/html and text/markdown are kept")
        return []
    first = cell.line + cell.source.count("\n", 0, cell.source.find(text))
    if HTML.match(text):
        html = output_html(text, cell, convert)
        if html is None:
            convert.lose(cell, "HTML that is nested too deeply is left out")
        return [Line(row, first) for row in (html or "").split("\n")] if html else []
    rows = text.split("\n")
    sign = fence(rows)
    body = [Line(row, first + number) for number, row in enumerate(rows)]
    return [Line(f"{sign}text", first), *body, Line(sign, body[-1].number)]
