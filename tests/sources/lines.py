"""An input format as another package adds it: every line of a file is a slide."""

from __future__ import annotations

from slidegen import (
    Deck,
    DeckError,
    DeckOptions,
    ParseOptions,
    Problem,
    Slide,
    SlideOptions,
    Source,
    SourceFormat,
    Text,
)


def parse(source: Source, _: ParseOptions) -> Deck:
    """The deck of a file. Raises DeckError for every line that is empty."""
    lines = list(enumerate(source.text.removesuffix("\n").split("\n") if source.text else (), start=1))
    problems = [
        Problem("the line is empty; write the slide's text", source.name, at, code="empty-deck")
        for at, line in lines
        if not line
    ]
    if problems:
        raise DeckError(problems)
    slides = (Slide(Text(line, source.name, at), SlideOptions()) for at, line in lines)
    return Deck(source, DeckOptions(), variables={}, tables=(), stacks=tuple((slide,) for slide in slides))


LINES = SourceFormat("a deck of lines", parse)
