"""Markdown decks: each in the dialect of another program (see `dialects`), which makes its slides."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from slidegen.model import Deck, Source
from slidegen.sources.base import ParseOptions, SourceFormat
from slidegen.sources.dialects import choose, find_dialect
from slidegen.sources.markdown_file import read_markdown


def parse(source: Source, options: ParseOptions) -> Deck:
    """Parses a Markdown deck.

    The `problems` of the deck are all mistakes in the keys of its front matter, in every dialect.

    Raises:
        DeckError: what cannot be read at all, or a dialect that is none.
    """
    file = read_markdown(source)
    choice = choose(file, options.dialect)
    level = options.slide_level if options.slide_level is not None else file.own.slide_level
    deck = find_dialect(choice.dialect)(file, choice, level)
    return replace(deck, problems=file.own.problems, unusable=file.own.unusable)


MARKDOWN: Final = SourceFormat("a Markdown deck", parse, frozenset({"dialect", "slide_level"}))
