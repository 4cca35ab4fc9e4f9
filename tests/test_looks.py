"""Looks: themes with both schemes, the scheme that a page opens with, what is laid over a look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import DeckError
from slidegen.look import Colors, Fonts, laid_over
from slidegen.project import MARK, Project
from slidegen.themes import load_themes, plain_look
from tests.deck_folder import DeckFolder
from tests.extension import Builder

LOOK = """\
description: Green
fonts: {text: "Serifa, serif", heading: JetBrains Mono}
schemes:
  light: {tokens: {accent: '#006600'}, code: {Keyword: '#006601'}}
  dark: {tokens: {accent: '#99ff99'}, chart: [red, green, blue, '#111111', '#222222', '#333333']}
"""
HEADS = ("", "marp: true", "separator: '---'", "format: revealjs", "dialect: plain")
"""The front matters of the dialects of Markdown."""


def opens(html: str) -> str:
    """The scheme with which a page opens."""
    return next((one for one in ("light", "dark") if f'data-scheme="{one}"' in html.partition("<head>")[0]), "auto")


def test_a_look_has_both_schemes(folder: DeckFolder) -> None:
    """Each takes what it leaves out from the plain look."""
    folder.write("green/theme.yml", LOOK)
    pair, plain = load_themes("green", Project.of(folder.path)), plain_look()
    assert (pair.light.name, pair.dark.name, pair.default) == ("green", "green", "auto")
    assert pair.light.tokens == {**plain.light.tokens, "accent": "#006600"}
    assert pair.dark.tokens == {**plain.dark.tokens, "accent": "#99ff99"}
    assert (pair.light.chart, pair.dark.chart[0]) == (plain.light.chart, "red")
    assert pair.light.code == {**plain.light.code, "Keyword": "#006601"}
    assert pair.fonts == Fonts("Serifa, serif", "JetBrains Mono", plain.fonts.code)


@pytest.mark.parametrize("form", ["reveal", "marp"])
def test_the_parts_of_a_look_are_in_every_output(folder: DeckFolder, form: str) -> None:
    """Colours of both schemes, fonts, and its style sheet; `reveal.css` is for reveal.js alone."""
    folder.write("green/theme.yml", LOOK)
    folder.write("green/theme.css", ".deck h1 { letter-spacing: 11px }")
    folder.write("green/reveal.css", ".reveal h1 { letter-spacing: 12px }")
    for html in (
        folder.slide("# a", "theme: green\n", format=form).html,
        folder.build("---\nmarp: true\ntheme: ./green\n---\n# a\n", "talk.md", format=form).html,
    ):
        assert "--accent: light-dark(#006600, #99ff99);" in html
        symbols = '"Slidegen Symbols", "Noto Emoji", "Source Sans 3"'
        assert f'--font-text: "Serifa", {symbols}, "JetBrains Mono", serif;' in html
        assert f'--font-heading: "JetBrains Mono", {symbols};' in html
        assert 'font-family:"JetBrains Mono"' in html
        assert 'font-family:"Source Sans 3"' not in html
        assert "letter-spacing: 11px" in html
        assert ("letter-spacing: 12px" in html) == (form == "reveal")


def test_charts_keep_the_typeface_that_they_are_measured_in(folder: DeckFolder) -> None:
    """It is in the file of a deck with charts, whatever its text is set in."""
    folder.write("green/theme.yml", LOOK)
    declared = (
        "theme: green\nfigures:\n  f: {kind: bars, table: t, value: n}\n"
        "tables:\n  t: {source: data, rows: [{a: x, n: 2}, {a: y, n: 1}]}\n"
    )
    assert 'font-family:"Source Sans 3"' in folder.slide('{{ chart("f") }}', declared).html
    assert 'font-family:"Source Sans 3"' not in folder.slide('{{ table("t") }}', declared).html


@pytest.mark.parametrize("scheme", ["auto", "light", "dark"])
@pytest.mark.parametrize("head", HEADS)
def test_a_scheme_in_every_dialect(folder: DeckFolder, head: str, scheme: str) -> None:
    """A key of slidegen's own, in both outputs."""
    for form in ("reveal", "marp"):
        page = folder.build(f"---\n{head}\nscheme: {scheme}\n---\n\n# a\n", "talk.md", format=form)
        assert opens(page.html) == scheme
        assert page.built.warnings == ()


@pytest.mark.parametrize("theme", ["gaia", "green", "plain", "auto"])
def test_a_scheme_with_any_theme_of_a_marp_deck(folder: DeckFolder, theme: str) -> None:
    """Marp's own themes open in a scheme, too."""
    folder.write("green/theme.yml", LOOK)
    name = "./green" if theme == "green" else theme
    head = f"---\nmarp: true\ntheme: {name}\nscheme: dark\n---\n\n# a\n"
    for form in ("reveal", "marp"):
        assert opens(folder.build(head, "talk.md", format=form).html) == "dark"


@pytest.mark.parametrize(
    ("keys", "options", "shown"),
    [
        ("theme: light\n", {}, "light"),
        ("theme: light\nscheme: dark\n", {}, "dark"),
        ("scheme: dark\n", {}, "dark"),
        ("theme: one\n", {}, "dark"),
        ("theme: one\nscheme: light\n", {}, "light"),
        ("theme: green\nscheme: dark\n", {"scheme": "light"}, "light"),
        ("theme: green\nscheme: dark\n", {"scheme": "auto"}, "auto"),
        ("theme: green\nscheme: dark\n", {"theme": "light"}, "light"),
        ("theme: light\nscheme: dark\n", {"theme": "plain"}, "dark"),
        ("theme: dark\n", {"theme": "plain"}, "auto"),
        ("theme: green\n", {"theme": "dark", "scheme": "light"}, "light"),
    ],
)
def test_who_decides_on_the_scheme(folder: DeckFolder, keys: str, options: dict[str, Any], shown: str) -> None:
    """The command line, then the deck; on each level `scheme`, then a theme that says one by its name."""
    folder.write("green/theme.yml", LOOK)
    folder.write("one/theme.yml", "scheme: dark\n")
    assert opens(folder.slide("a", keys, **options).html) == shown


@pytest.mark.parametrize(
    ("keys", "shown"),
    [("", "dark"), ("theme: plain\n", "dark"), ("theme: light\n", "light"), ("scheme: auto\n", "auto")],
)
def test_the_scheme_of_a_project(folder: DeckFolder, keys: str, shown: str) -> None:
    """It comes after the deck's own."""
    folder.write(MARK, "scheme = 'dark'\n")
    assert opens(folder.slide("a", keys).html) == shown


def test_a_scheme_of_a_project_that_is_none(folder: DeckFolder) -> None:
    """At its line, with those that there are."""
    folder.write(MARK, "theme = 'dark'\nscheme = 'drak'\n")
    (message,) = folder.slide_problems("a")
    assert message.endswith(f"{MARK}:2: scheme is 'drak'; allowed: 'auto', 'light' or 'dark'")


@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
def test_a_scheme_that_is_none(folder: DeckFolder, name: str) -> None:
    """At its line, with those that there are."""
    text = "title: a\nscheme: drak\nslides: [a]\n" if name == "talk.yml" else "---\nscheme: drak\n---\n# a\n"
    (message,) = folder.problems(text, name)
    assert message == f"{name}:2: scheme is 'drak'; allowed: 'auto', 'light' or 'dark'"


def test_a_look_of_another_package(tmp_path: Path) -> None:
    """A folder that an entry point names, with both schemes."""
    builder = Builder(tmp_path, "slidegen.themes", {"green": "green"})
    (builder.installed / "green").mkdir()
    (builder.installed / "green/theme.yml").write_text(LOOK, encoding="utf-8")
    builder.write("talk.yml", "theme: green\nscheme: dark\nslides: [a]\n")
    html = builder.page("talk.yml")
    assert "light-dark(#006600, #99ff99)" in html
    assert opens(html) == "dark"


def test_a_counterpart_may_be_a_look(folder: DeckFolder) -> None:
    """Its other scheme is used, with its style sheet."""
    folder.write("green/theme.yml", LOOK)
    folder.write("green/theme.css", ".a {}")
    folder.write("one/theme.yml", "scheme: dark\ncounterpart: green\n")
    pair = load_themes("one", Project.of(folder.path))
    assert (pair.light.name, pair.dark.name, pair.default) == ("green", "one", "dark")
    assert [sheet.css for sheet in pair.sheets] == [".a {}"]


def test_a_look_cannot_have_a_counterpart(folder: DeckFolder) -> None:
    """It has both schemes."""
    folder.write("green/theme.yml", f"{LOOK}counterpart: dark\n")
    with pytest.raises(DeckError, match=r"theme\.yml:6: counterpart does not go with schemes$"):
        load_themes("green", Project.of(folder.path))


def test_what_is_laid_over_a_look() -> None:
    """Only what is named changes, and in the schemes that are named."""
    plain = plain_look()
    changed = laid_over(plain, {"dark": Colors({"accent": "#abcdef"})}, Fonts(heading="Serifa"))
    assert changed.light == plain.light
    assert changed.dark.tokens == {**plain.dark.tokens, "accent": "#abcdef"}
    assert changed.fonts == Fonts(plain.fonts.text, "Serifa", plain.fonts.code)
