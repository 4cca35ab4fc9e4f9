"""Markdown decks: each is in the dialect of another program (see `dialects`), which decides where slides begin."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from slidegen.model import Deck, Source
from slidegen.sources.base import ParseOptions, SourceFormat
from slidegen.sources.dialects import choose, find_dialect
from slidegen.sources.markdown_file import read_markdown


def parse(source: Source, options: ParseOptions) -> Deck:
    """Parses a Markdown deck.

    In every dialect, the `problems` of the deck are all mistakes in the keys of its front matter.

    Raises:
        DeckError: the file cannot be read, or its dialect is unknown.
    """
    file = read_markdown(source, options.memo)
    choice = choose(file, options.dialect)
    level = options.slide_level if options.slide_level is not None else file.own.slide_level
    deck = find_dialect(choice.dialect)(file, choice, level)
    return replace(deck, problems=file.own.problems, unusable=file.own.unusable)


MARKDOWN: Final = SourceFormat("a Markdown deck", parse, frozenset({"dialect", "slide_level"}))
