"""A PDF: a page for each slide or for each step of its fragments, or slides with their notes beneath."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.exports.base import MADE, Export, ExportJob
from slidegen.exports.printing import Sheet, print_deck
from slidegen.rendered import OutputFile

NOTES_SHARE: Final = 0.5
"""The height of the room for notes, as a share of the slide's width."""


def make(job: ExportJob) -> Iterator[OutputFile]:
    """Prints the slides. Raises SlidegenError as `print_deck`."""
    sheet = _notes_sheet(job.deck.size) if job.options.notes else None
    yield OutputFile(str(job.name), print_deck(job, sheet), MADE.encode())


def _notes_sheet(size: tuple[int, int]) -> Sheet:
    """A page with a slide in its own size above the notes."""
    width, height = size
    margin = round(width * 0.05)
    return Sheet(
        size=(width + 2 * margin, height + 2 * margin + round(width * NOTES_SHARE)),
        margin=margin,
        count=1,
        thumb=size,
        notes=True,
        beneath=True,
        scale=width / 700,
    )


PDF: Final = Export("pdf", ".pdf", make, (".pdf",), frozenset({"steps", "notes"}))
