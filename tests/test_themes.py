"""Themes: built-in ones, a folder of one's own, and mistakes in its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.theme_file import read_theme
from slidegen.themes import builtin_names, load_themes, themes_folder
from slidegen.yaml_tree import parse_yaml
from tests.deck_folder import DeckFolder

COLOUR = "a colour is #rrggbb, a name, rgb(), hsl(), oklch() or oklab()"


def test_auto_follows_the_system_and_a_name_sets_the_first() -> None:
    """Both schemes are in every pair."""
    assert builtin_names() == ("dark", "light")
    for name in ("auto", "light", "dark"):
        pair = load_themes(name, Path())
        assert (pair.light.name, pair.dark.name, pair.default) == ("light", "dark", name)


@pytest.mark.parametrize("name", builtin_names())
def test_the_built_in_files_are_what_a_theme_file_may_be(name: str) -> None:
    """Builds do not check them."""
    path = themes_folder() / name / "theme.yml"
    tokens = load_themes("auto", Path()).light.tokens
    file = read_theme(parse_yaml(path.read_text(encoding="utf-8"), str(path)), path, lambda scheme: tokens)
    assert (file.scheme, file.tokens.keys()) == (name, tokens.keys())


def test_a_folder_changes_what_it_names(folder: DeckFolder) -> None:
    """The rest is the built-in theme's of its scheme; the other scheme is built in."""
    folder.write("mine/theme.yml", "scheme: dark\ntokens: {accent: '#abc'}\ncode: {Keyword: 'rgb(1 2 3 / 50%)'}\n")
    folder.write("mine/reveal.css", ".reveal { color: red }")
    pair = load_themes("mine", folder.path)
    base = load_themes("auto", folder.path).dark
    assert (pair.default, pair.dark.name, pair.light.name) == ("dark", "mine", "light")
    assert pair.dark.tokens == base.tokens | {"accent": "#abc"}
    assert pair.dark.code == base.code | {"Keyword": "rgb(1 2 3 / 50%)"}
    assert (pair.dark.chart, pair.dark.css) == (base.chart, ".reveal { color: red }")


def test_a_counterpart_is_the_other_scheme(folder: DeckFolder) -> None:
    """Another folder of the deck."""
    folder.write("day/theme.yml", "scheme: light\ncounterpart: night\n")
    folder.write("night/theme.yml", "scheme: dark\n")
    pair = load_themes("day", folder.path)
    assert (pair.light.name, pair.dark.name, pair.default) == ("day", "night", "light")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a/theme.yml:1: a theme is a mapping with a key 'scheme'"),
        ("tokens: {}\n", "a/theme.yml:1: scheme: field required"),
        ("scheme: drak\n", "a/theme.yml:1: scheme: input should be 'light' or 'dark'"),
        (
            "scheme: dark\ntoken: {}\n",
            "a/theme.yml:2: unknown key 'token'; did you mean 'tokens'? "
            "available: chart, code, counterpart, scheme, tokens",
        ),
        ("scheme: dark\ncode: {Keywrd: red}\n", "a/theme.yml:2: unknown code token 'Keywrd'; did you mean 'Keyword'?"),
        ("scheme: dark\ntokens: {accent: '#12345g'}\n", f"a/theme.yml:2: tokens.accent is '#12345g'; {COLOUR}"),
        ("scheme: dark\ntokens: {accent: 'red; }'}\n", f"a/theme.yml:2: tokens.accent is 'red; }}'; {COLOUR}"),
        (
            "scheme: dark\ntokens: {accent: 'rgb(0 0 0), url(http://x)'}\n",
            f"a/theme.yml:2: tokens.accent is 'rgb(0 0 0), url(http://x)'; {COLOUR}",
        ),
        (
            "scheme: dark\ncode: {Keyword: 'rgb(</style>)'}\n",
            f"a/theme.yml:2: code.Keyword is 'rgb(</style>)'; {COLOUR}",
        ),
        (
            "scheme: dark\nchart: [red]\n",
            "a/theme.yml:2: chart: list should have at least 6 items after validation, not 1",
        ),
        ("scheme: dark\ncounterpart: dark\n", "a/theme.yml:2: theme 'a' and its counterpart 'dark' are both dark"),
        (
            "scheme: dark\ncounterpart: b\n",
            "a/theme.yml:2: unknown theme 'b'; available: auto, dark, light, or a folder with a theme.yml",
        ),
        (
            "scheme: dark\ntokens: [\n",
            "a/theme.yml:3: not valid YAML: while parsing a flow node did not find expected node content",
        ),
        (b"scheme: \xff\n", "a/theme.yml: the theme's files are not UTF-8 text"),
    ],
)
def test_a_mistake_in_a_theme_is_told(folder: DeckFolder, content: str | bytes, message: str) -> None:
    """With the file, and what is allowed."""
    folder.write("a/theme.yml", content)
    with pytest.raises(DeckError) as caught:
        load_themes("a", folder.path)
    assert str(caught.value).replace(f"{folder.path}/", "") == message


def test_an_unknown_token_is_told_with_the_nearest(folder: DeckFolder) -> None:
    """All of them."""
    folder.write("a/theme.yml", "scheme: dark\ntokens: {acent: red, zzz: red}\n")
    with pytest.raises(DeckError) as caught:
        load_themes("a", folder.path)
    told = [problem.message for problem in caught.value.problems]
    assert told[0].startswith("unknown token 'acent'; did you mean 'accent'?")
    assert told[1].startswith("unknown token 'zzz'; available: ")


def test_a_themes_style_cannot_end_its_element(folder: DeckFolder) -> None:
    """Whatever its strings hold."""
    folder.write("mine/theme.yml", "scheme: dark\n")
    folder.write("mine/reveal.css", "a::after { content: '</style><script>' }")
    assert "content: '<\\/style><script>'" in folder.slide("a", "theme: mine\n").html


@pytest.mark.parametrize("name", ["drak", "", "a" * 5000, "theme.yml", "a\nb"])
def test_what_is_no_theme_is_told(folder: DeckFolder, name: str) -> None:
    """At the deck's line, with the themes that there are."""
    folder.write("theme.yml", "scheme: dark\n")
    deck = DeckFolder(folder.path / "deck")
    written = name.replace("\n", "\\n")
    (message,) = deck.problems(f'title: a\ntheme: "{written}"\nslides: [a]\n')
    near = "did you mean 'dark'? " if name == "drak" else ""
    assert (
        message
        == f"talk.yml:2: unknown theme {name!r}; {near}available: auto, dark, light, or a folder with a theme.yml"
    )


def test_the_decks_theme_is_found_from_the_deck_and_the_options_from_here(
    folder: DeckFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each was written."""
    folder.write("deck/mine/theme.yml", "scheme: dark\n")
    folder.write("here/yours/theme.yml", "scheme: light\n")
    monkeypatch.chdir(folder.path / "here")
    deck = DeckFolder(folder.path / "deck")
    assert 'data-scheme="dark"' in deck.slide("a", "theme: mine\n").html
    assert 'data-scheme="light"' in deck.slide("a", "theme: mine\n", theme="yours").html
    assert "data-scheme=" not in deck.slide("a", "theme: mine\n", theme="auto").html.partition("<head>")[0]
