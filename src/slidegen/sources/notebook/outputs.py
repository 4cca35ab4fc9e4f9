"""What a code cell put out, as it is stored: text, tables, pictures, formulas, HTML, errors. Nothing is run again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from slidegen.limits import MAX_CODE
from slidegen.sources.notebook.conversion import Conversion
from slidegen.sources.notebook.format import Cell, Output
from slidegen.sources.notebook.formulas import formulas_in
from slidegen.sources.notebook.frames import MOST_ROWS, frame_rows, frames
from slidegen.sources.notebook.html import UNSEEN, is_seen, output_html
from slidegen.sources.notebook.markdown import markdown_lines
from slidegen.sources.notebook.options import CellOptions
from slidegen.sources.notebook.printed import kept, printed
from slidegen.sources.notebook.programs import REPR, STORED, is_bare, needs_program
from slidegen.sources.translation.words import attribute, block_line, escaped

MOST_HTML: Final = 5_000_000
"""Characters of the HTML of one output."""
MOST_ALT: Final = 200
ALONE: Final = re.compile(r"\$\s*(?:\\displaystyle)?\s*((?:[^$\\]|\\.)+?)\s*\$", re.DOTALL)
"""LaTeX that is one formula, as SymPy gives it: it has a line of its own."""
PRINTED: Final = re.compile(r"\s*<pre\b[^<>]*>(?:(?!</pre).)*</pre>\s*", re.IGNORECASE | re.DOTALL)
"""HTML that is text with colours of its own, as Rich writes it: those of the text in a terminal follow the theme."""
LABEL: Final = re.compile(r"fig-[\w.:-]*\w")
SIDE: Final = re.compile(r"[1-9]\d{0,4}(?:\.\d+)?")

Rows = list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an output stands: its cell, the options of that, and the conversion at hand."""

    cell: Cell
    options: CellOptions
    convert: Conversion

    def lose(self, message: str) -> None:
        """Notes what is lost."""
        self.convert.lose_output(self.cell, message)


Show = Callable[[Output, Place], Rows | None]


def output_rows(cell: Cell, options: CellOptions, convert: Conversion) -> Rows:
    """The Markdown of all outputs of a cell that are shown, a block each."""
    place = Place(cell, options, convert)
    rows: Rows = []
    for output in _joined(cell.outputs):
        if found := _shown(output, place):
            rows += ["", *found]
    return rows[1:]


def _joined(outputs: Sequence[Output]) -> Iterator[Output]:
    """The outputs, with what was written to one stream together, as Jupyter shows it."""
    last: Output | None = None
    for output in outputs:
        if last is not None and output.kind == last.kind == "stream" and output.name == last.name:
            last = replace(last, text=last.text + output.text)
            continue
        if last is not None:
            yield last
        last = output
    if last is not None:
        yield last


def _shown(output: Output, place: Place) -> Rows | None:
    if output.kind == "stream":
        of_error = output.name == "stderr"
        if of_error and not place.options.stderr:
            return None
        if place.options.as_is and not of_error:
            return _markdown_text(output.text, place)
        return printed(output.text, place.cell, place.convert, "stderr" if of_error else "")
    if output.kind == "error":
        what = ": ".join(filter(None, (output.name, output.value)))
        if "raises-exception" not in place.cell.tags:
            place.lose(f"it ended in an error, which is on the slide: {what}")
        return printed(output.text or what, place.cell, place.convert, "error")
    return _data(output, place)


def _data(output: Output, place: Place) -> Rows | None:
    """The richest of an output's representations that one file can show, in the order in which Jupyter prefers them."""
    reason = needs_program(output)
    if reason is not None:
        place.lose(reason)
        output = replace(
            output,
            data={name: one for name, one in output.data.items() if name in STORED and not is_bare(output, name)},
        )
    for media_type, show in SHOWS.items():
        rows = show(output, place) if media_type in output.data else None
        if rows is not None:
            return rows
    if reason is None and output.data.keys() - SHOWS.keys():
        place.lose(f"an output is left out: it has {', '.join(output.data)}; shown are {', '.join(SHOWS)}")
    return None


def _html(output: Output, place: Place) -> Rows | None:
    html = str(output.data["text/html"])
    has_style = "<style" in html.lower()
    if not is_seen(html) and not has_style:
        return None if UNSEEN.sub("", html).strip() else []
    if "text/plain" in output.data and PRINTED.fullmatch(html):
        return None
    found = frames(html)
    if found is not None:
        if has_style and 'id="T_' in html:
            place.lose("the colours of a styled table are left out; it looks as the deck's other tables do")
        for frame in found:
            if frame.left:
                place.lose(f"{frame.left:,} rows at the end of a table are left out; at most {MOST_ROWS} are kept")
        return [row for frame in found for row in ("", *frame_rows(frame, place.convert.formulas))][1:]
    shown = output_html(html, place.cell, place.convert) if len(html) <= MOST_HTML else None
    if shown is None:
        place.lose(f"HTML that is nested too deeply or has more than {MOST_HTML:,} characters is left out")
        return None
    return ['<div class="output-html">', *shown.split("\n"), "</div>"]


def _markdown(output: Output, place: Place) -> Rows | None:
    return _markdown_text(str(output.data["text/markdown"]), place)


def _markdown_text(text: str, place: Place) -> Rows:
    return [line.text for line in markdown_lines(place.cell, text.strip("\n"), place.convert, place.cell.last)]


def _latex(output: Output, place: Place) -> Rows | None:
    text = str(output.data["text/latex"]).strip()
    if only := ALONE.fullmatch(text):
        text = f"$${only[1]}$$"
    parts: list[str] = []
    at = 0
    for found in formulas_in(text):
        parts += [escaped(text[at : found.start()]), place.convert.formulas.markdown(found)]
        at = found.end()
    if not parts:
        return None
    rows = "".join((*parts, escaped(text[at:]))).split("\n")
    return [row if row.startswith(("$", "\\begin")) else block_line(row) for row in rows]


def _picture(media_type: str, output: Output, place: Place) -> Rows | None:
    path = place.convert.picture(place.cell, media_type, str(output.data[media_type]), "a picture")
    if path is None:
        return None
    caption = place.options.text("fig-cap") or ""
    text = " ".join(str(output.data.get("text/plain", "")).split())
    description = place.options.text("fig-alt") or caption or ("" if REPR.fullmatch(text) else text)
    alt = escaped(description[:MOST_ALT] or f"output of cell {place.cell.number}")
    title = f" {attribute(caption)}" if caption else ""
    more = " ".join(filter(None, (_label(place), _side(output.metadata, media_type))))
    return [f"![{alt}]({path}{title}){place.convert.ground(path, more)}"]


def _label(place: Place) -> str:
    """The name of a figure for cross references, from `#| label: fig-name` (Quarto), if its cell has one picture."""
    label = place.options.text("label") or ""
    pictures = sum(any(kind.startswith("image/") for kind in output.data) for output in place.cell.outputs)
    return f"#{label}" if LABEL.fullmatch(label) and pictures == 1 else ""


def _side(metadata: Mapping[str, Any], media_type: str) -> str:
    """The width of a picture in its metadata: half of its pixels on a display that has twice as many. The height counts
    where there is no width."""
    given = metadata.get(media_type)
    sides = given if isinstance(given, dict) else metadata
    for side in ("width", "height"):
        if SIDE.fullmatch(value := str(sides.get(side, "")).removesuffix("px")):
            return f"{side}={value}"
    return ""


def _json(output: Output, place: Place) -> Rows | None:
    text = json.dumps(output.data["application/json"], indent=2, ensure_ascii=False)
    name = "json" if len(text) <= MAX_CODE else "text"
    return [f"```{name} {{.output}}", *kept(text.split("\n"), place.cell, place.convert), "```"]


def _plain(output: Output, place: Place) -> Rows | None:
    return printed(str(output.data["text/plain"]), place.cell, place.convert)


SHOWS: Final[Mapping[str, Show]] = {
    "text/html": _html,
    "text/markdown": _markdown,
    "image/svg+xml": partial(_picture, "image/svg+xml"),
    "text/latex": _latex,
    **{name: partial(_picture, name) for name in STORED if name.startswith("image/") and name != "image/svg+xml"},
    "application/json": _json,
    "text/plain": _plain,
}
"""The representations that can be shown, in the order of nbconvert's slides."""
