"""Markdown decks: each in the dialect of another program (see `dialects`), which makes its slides."""

from __future__ import annotations

from slidegen.model import Deck, Source
from slidegen.sources.dialects import choose, find_dialect
from slidegen.sources.markdown_file import read_markdown


def parse(source: Source, dialect: str | None = None, slide_level: int | None = None) -> Deck:
    """Parses a Markdown deck. `dialect` and `slide_level` take the place of what its front matter says of them.

    Raises:
        DeckError: with every mistake of the front matter, or a dialect that is none.
    """
    file = read_markdown(source)
    choice = choose(file, dialect)
    return find_dialect(choice.dialect)(file, choice, slide_level if slide_level is not None else file.own.slide_level)
