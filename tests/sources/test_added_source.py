"""An input format of another package: one module, one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegen.sources import SOURCES
from tests.available import SUFFIXES
from tests.extension import Builder


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A folder with the format of lines.py, for files .lines."""
    return Builder(tmp_path, "slidegen.sources", {"lines": "tests.sources.lines:LINES"})


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_deck_of_an_added_format(builder: Builder, output: str) -> None:
    """It builds in every output, with values."""
    builder.write("talk.lines", "# One {{ 1 + 1 }}\n*two*\n")
    html = builder.page("talk.lines", "--format", output)
    assert "One 2</h1>" in html
    assert "<em>two</em>" in html


def test_the_mistakes_of_an_added_format(builder: Builder) -> None:
    """They come together, with their lines; what the command line says and the format does not take is one."""
    builder.write("talk.lines", "# One\n\n{{ no }}\n")
    assert builder.message("talk.lines") == "talk.lines:2: the line is empty; write the slide's text"
    builder.write("talk.LINES", "{{ no }}\n")
    assert builder.message("talk.LINES").startswith("talk.LINES:1: unknown name 'no'")
    message = "a deck of lines has no dialect; --dialect and --slide-level are for Markdown"
    assert builder.message("talk.LINES", "--slide-level", "2") == f"talk.LINES: {message}"


def test_the_suffixes_that_there_are(builder: Builder) -> None:
    """A file of another kind is told all of them."""
    message = f"unknown kind of deck '.line'; allowed: {SUFFIXES}, .lines"
    assert builder.message("talk.line") == f"talk.line: {message}"


def test_the_lines_of_an_added_format(builder: Builder) -> None:
    """A line ends with a line feed alone: other characters that split a text in Python are part of it."""
    builder.write("talk.lines", "one\u2028two\x0cthree\n{{ no }}\n")
    assert builder.message("talk.lines").startswith("talk.lines:2: unknown name 'no'")


def test_a_file_without_slides(builder: Builder) -> None:
    """No format has to look for this itself."""
    builder.write("talk.lines", "")
    assert builder.message("talk.lines") == "talk.lines: the deck has no slides; at least one is needed"


def test_an_entry_point_that_is_no_format(tmp_path: Path) -> None:
    """It is told with the deck."""
    builder = Builder(tmp_path, "slidegen.sources", {"lines": "tests.sources.lines:parse"})
    message = "the input format 'lines' (tests.sources.lines:parse) is not of the type SourceFormat"
    assert builder.message("talk.lines") == f"talk.lines: {message}"


def test_our_own_formats() -> None:
    """Each says what messages call its decks, with an article, and has suffixes in lower case."""
    called = {suffix: found.called for suffix, found in SOURCES.items()}
    assert (called["yml"], called["qmd"], called["org"]) == ("a YAML deck", "a Markdown deck", "an Org deck")
    assert all(re.match(r"an? \w", words) for words in called.values())
    assert all(suffix == suffix.lower().strip(".") for suffix in called)
