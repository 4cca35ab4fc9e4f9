"""A table source of another package: one module, one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.tables import TABLE_SOURCES
from tests.available import listed
from tests.extension import Builder

DECK = """\
tables:
  small: {source: squares, numbers: [3, 4]}
slides:
- '{{ table("small") }} the last is {{ tables.small.row(number=4).square }}'
"""


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A folder with a deck, and the source of squares.py."""
    builder = Builder(tmp_path, "slidegen.table_sources", {"squares": "tests.tables.squares:SQUARES"})
    builder.write("talk.yml", DECK)
    return builder


def test_a_table_of_an_added_source(builder: Builder) -> None:
    """Its cells are on the slide, its results in the record."""
    html = builder.page("talk.yml")
    assert ">9</td>" in html
    assert "the last is <" in html
    assert '"squares"' in (builder.folder / "talk.record.json").read_text(encoding="utf-8")


def test_the_mistakes_of_an_added_source(builder: Builder) -> None:
    """A parameter has the deck's line, and an unknown source all that there are."""
    builder.write("talk.yml", DECK.replace("[3, 4]", "[3, four]"))
    assert builder.message("talk.yml") == "talk.yml:2: squares: numbers is 'four'; allowed: a whole number"
    builder.write("talk.yml", DECK.replace("squares", "square"))
    available = f"did you mean 'squares'? available: {listed(TABLE_SOURCES, 'squares')}"
    assert builder.message("talk.yml") == f"talk.yml:2: unknown table source 'square'; {available}"


def test_an_added_source_is_no_function(builder: Builder) -> None:
    """A deck that calls it in a text is told where it is declared; other names are only unknown."""
    said = "'squares' is the table source of another package; declare a table of it under tables:"
    builder.write("talk.yml", DECK.replace("the last is {{ tables.small", "{{ squares(numbers=[1]) }} {{ square"))
    done = builder.build("talk.yml")
    first, second = done.stderr.splitlines()
    assert first == f"error: talk.yml:4: {said}"
    assert second.startswith("error: talk.yml:4: unknown name 'square'; available: ")


def test_our_own_sources() -> None:
    """Each has a name that a text can call."""
    assert all(source.name.isidentifier() for source in TABLE_SOURCES.values())


def test_an_unknown_source() -> None:
    """The error names the nearest source and all there are."""
    with pytest.raises(DeckError, match=r"^unknown table source 'memmory'; did you mean 'memory'\? available: "):
        TABLE_SOURCES.find("memmory")
