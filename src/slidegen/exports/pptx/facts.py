"""What a presentation says of itself: title, author, date, and the names of its sections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slidegen.exports.base import ExportJob
from slidegen.exports.pdf_file import pdf_date
from slidegen.exports.pptx.writing.package import Facts


def deck_facts(job: ExportJob) -> Facts:
    """The facts of a deck. Raises SlidegenError if the date of the environment is wrong."""
    deck = job.deck
    date = pdf_date(deck)
    return Facts(
        deck.title,
        author=deck.meta.get("author", ""),
        subject=deck.meta.get("description", ""),
        keywords=deck.meta.get("keywords", ""),
        lang=deck.options.lang,
        date=None if date is None else datetime.strptime(date[2:16], "%Y%m%d%H%M%S"),
        sections=tuple(_sections(job)),
    )


def _sections(job: ExportJob) -> Iterator[tuple[str, int]]:
    """The vertical stacks of the exported slides as sections: the title of their first slide, and its number. What
    stands before the first stack is a section by the title of the deck."""
    slides = job.deck.slides
    begins = [at for at, slide in enumerate(slides[:-1]) if slides[at + 1].below and not slide.below]
    if not begins:
        return
    chosen = job.chosen()
    if begins[0] > 0 and chosen[0] <= begins[0]:
        yield job.deck.title, chosen[0]
    for number, at in enumerate(begins):
        end = begins[number + 1] if number + 1 < len(begins) else len(slides)
        inside = [one for one in chosen if at < one <= end]
        if inside:
            yield slides[at].title or f"{at + 1}", inside[0]
