"""The speaker notes as Markdown or text, with the titles of the slides and how long they take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.words import count_words
from slidegen.exports.base import MADE, Export, ExportJob
from slidegen.exports.deck import ExportedDeck, ExportedSlide
from slidegen.rendered import OutputFile

WORDS_A_MINUTE: Final = 130
"""The pace of a talk for the estimated times."""


def make(job: ExportJob) -> Iterator[OutputFile]:
    """Writes the notes of the chosen slides. Raises SlidegenError as the option `slides`."""
    slides = [job.deck.slides[number - 1] for number in job.chosen()]
    markdown = job.name.suffix.lower() != ".txt"
    total = sum(map(seconds, slides))
    estimate = f"{len(slides)} slides, about {_time(total)} (estimated from {WORDS_A_MINUTE} words a minute)"
    sign = f"<!-- {MADE} from {job.deck.path.name}; the next export overwrites it. -->\n" if markdown else ""
    parts = [
        _heading(job.deck.title, 1, markdown),
        estimate.replace("1 slides", "1 slide", 1) if len(slides) == 1 else estimate,
    ]
    start = 0
    for slide in slides:
        parts.append(_heading(f"{slide.number}. {slide.title}".rstrip(), 2, markdown))
        if slide.notes:
            parts += [f"{_begins(job.deck, slide, start)}, about {_time(seconds(slide))}", slide.notes]
        start += seconds(slide)
    yield OutputFile(str(job.name), (sign + "\n\n".join(parts) + "\n").encode(), MADE.encode())


def seconds(slide: ExportedSlide) -> int:
    """How long the notes of a slide take to say, in seconds: an estimate by the number of words."""
    return round(count_words(slide.notes) * 60 / WORDS_A_MINUTE)


def _begins(deck: ExportedDeck, slide: ExportedSlide, start: int) -> str:
    """When a slide begins: as the deck plans it, else after the notes before it."""
    return f"planned from {_time(round(deck.plan[slide.number - 1]))}" if deck.plan else f"from {_time(start)}"


def _time(total: int) -> str:
    """Seconds as minutes and seconds: "2:05"."""
    return f"{total // 60}:{total % 60:02}"


def _heading(text: str, level: int, markdown: bool) -> str:
    return f"{'#' * level} {text}" if markdown else f"{text}\n{'=-'[level - 1] * len(text)}"


NOTES: Final = Export("notes", ".notes.md", make, (".md", ".markdown", ".txt"))
