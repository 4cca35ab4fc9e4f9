"""A theme of another package: a folder that its entry point names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.available import themes
from tests.extension import Builder

DECK = "title: t\ntheme: ocean\nslides: ['# A']\n"
RULE = ".reveal h1 { letter-spacing: 3px }"
MARP = "---\nmarp: true\ntheme: {}\n---\n\n# A\n"


def themed(folder: Path, place: str) -> Builder:
    """A folder with a deck that asks for a theme of another package, which stands at this place."""
    builder = Builder(folder, "slidegen.themes", {"ocean": place})
    builder.write("talk.yml", DECK)
    return builder


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A folder with a deck, and the theme in tests/themes/ocean."""
    return themed(tmp_path, "tests.themes.ocean")


def test_a_deck_names_an_added_theme(builder: Builder) -> None:
    """Its colours and rules are in the page; what it leaves out is the built-in theme's."""
    html = builder.page("talk.yml")
    assert 'data-scheme="dark"' in html
    assert "#021c2b" in html
    assert RULE in html


def test_the_command_line_names_an_added_theme(builder: Builder) -> None:
    """And not another one that the deck names."""
    builder.write("talk.yml", DECK.replace("ocean", "light"))
    assert "#021c2b" not in builder.page("talk.yml")
    assert RULE in builder.page("talk.yml", "--theme", "ocean")


@pytest.mark.parametrize("head", ["marp: true", "separator: '---'", "format: revealjs", "slide_level: 1"])
def test_an_added_theme_in_every_dialect(builder: Builder, head: str) -> None:
    """It is a name of slidegen's, as `dark` is."""
    builder.write("talk.md", f"---\n{head}\ntheme: ocean\n---\n\n# A\n")
    assert "#021c2b" in builder.page("talk.md")


def test_a_marp_theme_of_that_name_goes_first(builder: Builder) -> None:
    """What is installed changes no deck that has its style sheet beside it."""
    builder.write("mine.css", "/* @theme ocean */\nsection { letter-spacing: 9px }\n")
    builder.write("talk.md", MARP.format("ocean"))
    html = builder.page("talk.md").replace(" ", "")
    assert "letter-spacing:9px" in html
    assert "#021c2b" not in html


def test_a_folder_of_that_name_goes_first(builder: Builder) -> None:
    """It is the deck's own."""
    builder.write("ocean/theme.yml", "scheme: light\n")
    html = builder.page("talk.yml")
    assert 'data-scheme="light"' in html
    assert RULE not in html


def test_the_themes_that_there_are(builder: Builder) -> None:
    """An unknown one is told with those of other packages."""
    builder.write("talk.yml", DECK.replace("ocean", "ocaen"))
    available = f"did you mean 'ocean'? available: {themes('ocean')}"
    assert builder.message("talk.yml") == f"talk.yml:2: unknown theme 'ocaen'; {available}"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nowhere", "the theme 'ocean' (nowhere) does not load: No module named 'nowhere'"),
        ("tests.extension:ROOT", "the theme 'ocean' (tests.extension:ROOT) is not of the type module"),
        ("tests.extension", "the theme 'ocean' (tests.extension) is not a folder with a theme.yml"),
        ("tests.outputs", "the theme 'ocean' (tests.outputs) is not a folder with a theme.yml"),
    ],
)
def test_an_entry_point_that_is_no_theme(tmp_path: Path, place: str, message: str) -> None:
    """It is told at the deck's line."""
    assert themed(tmp_path, place).message("talk.yml") == f"talk.yml:2: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scheme: dark\ntokens: {acent: red}\n", "2: unknown token 'acent'; did you mean 'accent'?"),
        ("scheme: dark\ncounterpart: day\n", f"2: unknown theme 'day'; available: {themes('pond')}"),
    ],
)
def test_the_mistakes_of_an_added_theme(tmp_path: Path, text: str, message: str) -> None:
    """They have the lines of its file. Its counterpart is a name, or a folder in its own: nothing of the deck's."""
    builder = Builder(tmp_path, "slidegen.themes", {"pond": "pond"})
    (builder.installed / "pond").mkdir()
    file = builder.installed / "pond/theme.yml"
    file.write_text(text, encoding="utf-8")
    builder.write("talk.yml", DECK.replace("ocean", "pond"))
    builder.write("day/theme.yml", "scheme: light\n")
    assert builder.message("talk.yml").startswith(f"{file}:{message}")
