"""A handout: a PDF on paper with one, two, three or six slides a page, notes, and the provenance of the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from slidegen.exports.base import MADE, Export, ExportJob, Paper
from slidegen.exports.printing import Sheet, print_deck
from slidegen.languages.direction import direction, with_directions
from slidegen.languages.words import html
from slidegen.model import Provenance
from slidegen.origins import Origin
from slidegen.render.provenance import made, models_by_origin, versions
from slidegen.rendered import OutputFile

PER_PAGE: Final = (1, 2, 3, 6)
"""How many slides a page may have; three have lines to write on beside them."""
PAPERS: Final[Mapping[Paper, tuple[float, float]]] = {"a4": (210 / 25.4 * 96, 297 / 25.4 * 96), "letter": (816, 1056)}
"""Sizes of paper in CSS pixels, 96 to the inch."""
MARGIN: Final = 48
GAP: Final = 20
ROOM: Final = 160
"""The height left for the notes beneath each of two slides if there are long ones; the longest continue on the next
page."""
NUMBER: Final = 22
"""The height of the line with a slide's number."""


def make(job: ExportJob) -> Iterator[OutputFile]:
    """Prints the handout. Raises SlidegenError as `print_deck`."""
    chosen = set(job.chosen())
    options = job.options
    sheet = handout_sheet(options.per_page, options.paper, notes=options.notes is not False)
    origins = [origin for origin in job.deck.origins if chosen & set(origin.slides)]
    appendix = appendix_html(origins, sorted(chosen), job.deck.options.lang)
    yield OutputFile(str(job.name), print_deck(job, sheet, appendix), MADE.encode())


def handout_sheet(count: int, paper: Paper, *, notes: bool) -> Sheet:
    """The sheet with `count` slides. Notes stand beneath one or two slides, else in an appendix."""
    size = PAPERS[paper]
    width, height = size[0] - 2 * MARGIN, size[1] - 2 * MARGIN
    boxes = {
        1: (width, height * 0.6),
        2: (width, height / 2 - NUMBER - GAP),
        3: (width * 0.48, height / 3 - NUMBER - GAP),
        6: ((width - GAP) / 2, height / 3 - NUMBER - GAP),
    }
    least = (width, height / 2 - NUMBER - ROOM) if count == 2 and notes else None
    return Sheet(size, MARGIN, count, boxes[count], notes=notes, beneath=count < 3, lines=count == 3, least=least)


def appendix_html(origins: Sequence[Origin], chosen: Sequence[int], lang: str = "en") -> str:
    """The appendix about where the numbers come from, its labels in a language where there are words for them; "" if
    nothing was computed."""
    if not origins:
        return ""
    parts = []
    for origin in origins:
        shown = [str(number) for number in origin.slides if number in chosen]
        heading = html("Slides" if len(shown) > 1 else "Slide", lang, f" {', '.join(shown)}")
        parts.append(f"<h2>{heading}</h2>\n<dl>{_entries(origin.provenance, lang)}</dl>")
    title = f'<div lang="{escape(lang)}"><h1>{html("Where the numbers come from", lang)}</h1>'
    return with_directions("\n".join((title, *parts, "</div>")), direction(lang))


def _entries(provenance: Provenance, lang: str) -> str:
    accounting = f", {provenance.accounting} accounting" if provenance.accounting else ""
    models = [f"{where}: {', '.join(names)}" for where, names in models_by_origin(provenance).items()]
    libraries = versions(provenance)
    rows = {
        "Source": [f"{made(provenance)}{accounting}"],
        "Models": models,
        "Versions": [libraries] if libraries else [],
        "First computed": [provenance.date] if provenance.date else [],
        "Leaves out": [provenance.leaves_out] if provenance.leaves_out else [],
    }
    return "".join(
        f"<dt>{html(name, lang)}</dt>" + "".join(f'<dd lang="en">{escape(text)}</dd>' for text in texts)
        for name, texts in rows.items()
        if texts
    )


HANDOUT: Final = Export("handout", ".handout.pdf", make, (".pdf",), frozenset({"steps", "notes", "per_page", "paper"}))
