"""Finds the slide that a line of a deck's file is on, for the deck's messages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.model import Deck, FigureDeclaration, TableDeclaration

WHEN: Final = "data-when"
"""The attribute of a slide with the condition for which it is shown. The key `when` of a slide sets it."""


def slide_at(deck: Deck, path: str, line: int) -> int | None:
    """Returns the number of the slide (from 1) that has a line of a file; None if there is none, or no single one.

    Without `slide_lines` a slide ends where the next one begins, as in Markdown.
    """
    slides = [slide for stack in deck.stacks for slide in stack]
    if deck.slide_lines is not None:
        spans = enumerate(zip(deck.slide_lines, slides, strict=False), 1)
        inside = [at for at, ((first, last), slide) in spans if first <= line <= last and slide.content.path == path]
        return inside[0] if len(inside) == 1 else None
    begun = [(slide.content.line, number) for number, slide in enumerate(slides, 1) if slide.content.line <= line]
    return max(begun)[1] if begun and line not in set(_declared(deck)) else None


def located(deck: Deck, problem: Problem, left_out: Collection[int] = ()) -> Problem:
    """Returns a problem with the number of its slide, and as people look for it (see `Source.located`). Slides that are
    `left_out` (by their numbers) do not count."""
    if (
        problem.path is not None
        and problem.line is not None
        and problem.slide is None
        and deck.source.file(problem.path)
    ):
        number = slide_at(deck, problem.path, problem.line)
        if number is not None:
            number = None if number in left_out else number - sum(one < number for one in left_out)
        problem = replace(problem, slide=number)
    return deck.source.located(problem)


@contextmanager
def locating(deck: Deck) -> Iterator[None]:
    """Raises the mistakes that are raised inside as `located`."""
    try:
        yield
    except SlidegenError as error:
        error.problems = tuple(located(deck, problem) for problem in error.problems)
        raise


def _declared(deck: Deck) -> Iterator[int]:
    """Yields the lines of what is declared beside the slides: a title slide may be made of it."""
    yield from deck.options.lines.values()
    yield from deck.variable_lines.values()
    declarations: tuple[TableDeclaration | FigureDeclaration, ...] = (*deck.tables, *deck.figures)
    for declaration in declarations:
        yield declaration.line
        yield from declaration.lines.values()
