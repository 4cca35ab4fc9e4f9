"""Themes: built-in ones, a folder of one's own, and mistakes in its file."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from slidegen import themes
from slidegen.errors import DeckError
from slidegen.marp_themes import marp_themes
from slidegen.project import Project
from slidegen.theme_file import read_theme
from slidegen.themes import builtin_names, load_themes, plain_look, themes_folder
from slidegen.yaml_tree import parse_yaml
from tests.available import THEMES
from tests.deck_folder import WAYS, DeckFolder

MISSING = "scheme is missing; a theme has schemes: {light: ..., dark: ...}, or scheme: light or dark"
COLOUR = "a colour is #rrggbb, a name, rgb(), hsl(), oklch() or oklab()"


def test_auto_follows_the_system_and_a_name_sets_the_first() -> None:
    """Both schemes are in every pair."""
    for name in ("auto", "light", "dark"):
        pair = load_themes(name, Project.of(Path()))
        assert (pair.light.name, pair.dark.name, pair.default) == ("plain", "plain", name)


@pytest.mark.parametrize("name", builtin_names())
def test_every_built_in_theme_is_one(name: str) -> None:
    """Its file has no mistake and is described, and decks find it by its name. Builds do not check the plain look's."""
    path = themes_folder() / name / "theme.yml"
    plain = plain_look()
    file = read_theme(parse_yaml(path.read_text(encoding="utf-8"), str(path)), path, plain.light.tokens)
    assert file.description
    pair = load_themes(name, Project.of(Path()))
    assert (pair.light.name, pair.dark.name, pair.default) == (name, name, "auto")
    assert pair.light.tokens.keys() == pair.dark.tokens.keys() == plain.light.tokens.keys()


def test_a_folder_changes_what_it_names(folder: DeckFolder) -> None:
    """The rest is the built-in theme's of its scheme; the other scheme is built in."""
    folder.write("mine/theme.yml", "scheme: dark\ntokens: {accent: '#abc'}\ncode: {Keyword: 'rgb(1 2 3 / 50%)'}\n")
    folder.write("mine/reveal.css", ".reveal { color: red }")
    pair = load_themes("mine", Project.of(folder.path))
    base = load_themes("auto", Project.of(folder.path)).dark
    assert (pair.default, pair.dark.name, pair.light.name) == ("dark", "mine", "plain")
    assert pair.dark.tokens == {**base.tokens, "accent": "#abc"}
    assert pair.dark.code == {**base.code, "Keyword": "rgb(1 2 3 / 50%)"}
    assert (pair.dark.chart, pair.sheets[0].css) == (base.chart, ".reveal { color: red }")


def test_a_counterpart_is_the_other_scheme(folder: DeckFolder) -> None:
    """Another folder of the deck."""
    folder.write("day/theme.yml", "scheme: light\ncounterpart: night\n")
    folder.write("night/theme.yml", "scheme: dark\n")
    pair = load_themes("day", Project.of(folder.path))
    assert (pair.light.name, pair.dark.name, pair.default) == ("day", "night", "light")


def test_a_theme_has_measures(folder: DeckFolder) -> None:
    """The page has them as properties, and a chart fills what they leave: text in it is as large as everywhere."""
    folder.write("wide/theme.yml", "scheme: light\nmeasures: {side: 100, heading: 60, below: 20}\n")
    table = "tables:\n  t: {source: data, rows: [{a: x, b: 1}, {a: y, b: 2}]}\n"
    figure = "figures:\n  f: {kind: bars, table: t, value: b, label: a}\n"
    slides = """slides: ["## A\\n\\n{{ chart('f') }}", "## A heading of two lines: LONG\\n\\n{{ chart('f') }}"]\n"""
    slides = slides.replace("LONG", "word " * 4)
    page = folder.build(f"theme: ./wide\n{table}{figure}{slides}")
    assert "--space-x: 100px;" in page.html
    assert "--heading-size: 60px;" in page.html
    assert "--space-top" not in page.html.split("--space-x: 100px;")[1].split("}")[0]
    sizes = re.findall(r'<svg class="chart"[^>]*viewBox="0 0 (\d+) ([\d.]+)"', page.html)
    wide = [float(height) for width, height in sizes if width == "1080"]
    assert len(wide) == 2
    assert wide[0] - wide[1] == pytest.approx(60 * 1.15, abs=1)  # one line more


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a/theme.yml:1: a theme is a mapping with a key 'schemes' or 'scheme'"),
        ("tokens: {}\n", f"a/theme.yml:1: {MISSING}"),
        ("scheme: drak\n", "a/theme.yml:1: scheme is 'drak'; allowed: 'light' or 'dark'"),
        (
            "scheme: dark\ntoken: {}\n",
            "a/theme.yml:2: unknown key 'token'; did you mean 'tokens'? "
            "available: chart, code, counterpart, description, fonts, measures, scheme, schemes, "
            "section_progress, tokens",
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
            "a/theme.yml:2: chart has 1 item; allowed: at least 6",
        ),
        ("scheme: dark\ncounterpart: dark\n", "a/theme.yml:2: theme 'a' and its counterpart 'dark' are both dark"),
        (
            "scheme: dark\ncounterpart: b\n",
            f"a/theme.yml:2: unknown theme 'b'; available: {THEMES}",
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
        load_themes("a", Project.of(folder.path))
    assert str(caught.value).replace(f"{folder.path}/", "") == message


def test_an_unknown_token_is_told_with_the_nearest(folder: DeckFolder) -> None:
    """All of them."""
    folder.write("a/theme.yml", "scheme: dark\ntokens: {acent: red, zzz: red}\n")
    with pytest.raises(DeckError) as caught:
        load_themes("a", Project.of(folder.path))
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
    assert message == f"talk.yml:2: unknown theme {name!r}; {near}available: {THEMES}"


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


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the built-in themes of an installation that a test may damage."""
    place = tmp_path / "themes"
    shutil.copytree(themes_folder(), place)
    caches = (themes._plain, themes.builtin_names, themes.base_css)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr(themes, "themes_folder", lambda: place)
    yield place
    for cache in caches:
        cache.cache_clear()


def test_a_folder_beside_the_built_in_themes_is_one(installed: Path, folder: DeckFolder) -> None:
    """It needs no line: decks of every dialect find it by its name."""
    shutil.copytree(installed / "plain", installed / "test-lagoon")
    file = installed / "test-lagoon" / "theme.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("#13171e", "#021c2b"), encoding="utf-8")
    assert "test-lagoon" in builtin_names()
    assert "#021c2b" in folder.slide("a", "theme: test-lagoon\n").html
    for head in ("marp: true", "separator: '---'", "format: revealjs"):
        page = folder.build(f"---\n{head}\ntheme: test-lagoon\n---\n\n# a\n", "talk.md")
        assert "#021c2b" in page.html
        assert page.built.warnings == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("      accent:", "      acent:"), "16: unknown token 'acent'; did you mean 'accent'? available: accent, "),
        (("      Keyword:", "      String:"), "29: unknown code token 'String'; did you mean 'Literal.String'?"),
        (('"#0072b2", ', ""), "25: schemes.light.chart has 5 items; allowed: at least 6"),
        (("schemes:", "tokens: {}\nscheme: light\nothers:"), "8: unknown key 'others'"),
        (("schemes:", "scheme: dark\nschemes:"), "6: scheme does not go with schemes"),
        (("schemes:", "tokens: {}\nschemes:"), "6: tokens does not go with schemes; write it below schemes.light"),
        (
            ("Source Sans 3,", "Source; Sans,"),
            "4: fonts.text is 'Source; Sans, system-ui, sans-serif'; font families",
        ),
    ],
)
def test_the_mistakes_of_a_folder_beside_the_built_in_themes(
    installed: Path, folder: DeckFolder, change: tuple[str, str], message: str
) -> None:
    """They have the lines of its own file, and no other file is blamed."""
    shutil.copytree(installed / "plain", installed / "mistaken")
    file = installed / "mistaken" / "theme.yml"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change, 1), encoding="utf-8")
    told = folder.slide_problems("a", "theme: mistaken\n")[-1]
    assert told.startswith(f"themes/mistaken/theme.yml:{message}")


def test_a_folder_beside_the_built_in_themes_may_leave_out_keys(installed: Path, folder: DeckFolder) -> None:
    """It takes them from the base theme of its scheme; its counterpart is another built-in theme."""
    for name, text in (
        ("test-dawn", "scheme: light\ncounterpart: test-dusk\n"),
        ("test-dusk", "scheme: dark\ntokens: {accent: red}\n"),
    ):
        (installed / name).mkdir()
        (installed / name / "theme.yml").write_text(text, encoding="utf-8")
    folder.write("test-dusk/theme.yml", "scheme: light\n")
    pair = load_themes("test-dawn", Project.of(folder.path))
    base = load_themes("auto", Project.of(folder.path))
    assert (pair.light.name, pair.dark.name, pair.default) == ("test-dawn", "test-dusk", "light")
    assert (pair.light.tokens, pair.dark.tokens) == (base.light.tokens, {**base.dark.tokens, "accent": "red"})


AGAIN = "this file is part of slidegen: install it again"
COLORS = ("tokens", "chart", "code")
ALL = ", ".join(("fonts", *(f"{scheme}.{key}" for scheme in ("light", "dark") for key in COLORS)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plain/theme.yml", None, "plain/theme.yml: cannot be read: no such file or directory"),
        ("plain/theme.yml", "", f"plain/theme.yml: lacks {ALL}; {AGAIN}"),
        ("plain/theme.yml", "- a\n", f"plain/theme.yml: lacks {ALL}; {AGAIN}"),
        ("plain/theme.yml", "schemes: [1]\n", f"plain/theme.yml: lacks {ALL}; {AGAIN}"),
        (
            "plain/theme.yml",
            "fonts: {}\nschemes: {light: {tokens: {}, code: {}, chart: [red]}, dark: 1}\n",
            f"plain/theme.yml: lacks light.chart, dark.tokens, dark.chart, dark.code; {AGAIN}",
        ),
        ("base/deck.css", None, f"base/deck.css: no such file or directory; {AGAIN}"),
    ],
)
def test_an_installation_that_lacks_something(
    folder: DeckFolder, installed: Path, name: str, content: str | None, message: str
) -> None:
    """Told in a line, as any mistake."""
    if content is None:
        (installed / name).unlink()
    else:
        (installed / name).write_text(content)
    with pytest.raises(DeckError) as caught:
        folder.build("slides: [a]\n")
    assert str(caught.value) == f"{installed}/{message}"


@pytest.mark.parametrize("theme", ["auto", "light", "dark", "plain", "mine"])
def test_a_scheme_of_the_plain_look_that_lacks_a_token(folder: DeckFolder, installed: Path, theme: str) -> None:
    """Also below a theme of the deck's own."""
    folder.write("mine/theme.yml", "scheme: light\n")
    path = installed / "plain/theme.yml"
    path.write_text(path.read_text().replace("      accent:", "      # accent:", 1))
    with pytest.raises(DeckError) as caught:
        folder.build(f"theme: {theme}\nslides: [a]\n")
    assert str(caught.value) == f"{path}: lacks light.tokens.accent; {AGAIN}"


def test_a_theme_may_say_its_scheme_and_nothing_else(folder: DeckFolder) -> None:
    """It is the built-in one, then."""
    folder.write("mine/theme.yml", "scheme: light\n")
    mine, base = load_themes("mine", Project.of(folder.path)), load_themes("light", Project.of(folder.path))
    assert (mine.light.tokens, mine.light.chart, mine.light.code) == (
        base.light.tokens,
        base.light.chart,
        base.light.code,
    )


def outside(folder: DeckFolder) -> DeckFolder:
    """A deck's folder, beside which lies a theme with a secret."""
    folder.write("secret/theme.yml", "scheme: dark\n")
    folder.write("secret/reveal.css", "root:x:0:0")
    folder.write("secret/a.css", "/* @theme secret */\nsection { letter-spacing: 7px }\n")
    return DeckFolder(folder.path / "deck")


@pytest.mark.unix
@pytest.mark.parametrize("name", ["../secret", "PATH", "link", "in/../../secret", "..", "/", "/etc", "../.."])
def test_a_decks_theme_lies_in_its_folder(folder: DeckFolder, name: str) -> None:
    """However a way out is written, and whether or not there is a theme at its end."""
    deck = outside(folder)
    deck.write("in/a", "")
    (deck.path / "link").symlink_to("../secret")
    name = name.replace("PATH", str(folder.path / "secret"))
    (message,) = deck.problems(f"title: a\ntheme: {name}\nslides: [a]\n")
    assert message == f"talk.yml:2: theme {name!r} is outside the deck's folder; copy its folder into it{WAYS}"


@pytest.mark.unix
@pytest.mark.parametrize("name", ["theme.yml", "reveal.css"])
def test_the_files_of_a_decks_theme_lie_in_its_folder(folder: DeckFolder, name: str) -> None:
    """A link to elsewhere would put any file into the page."""
    deck = outside(folder)
    deck.write("t/theme.yml", "scheme: dark\n")
    (deck.path / "t" / name).unlink(missing_ok=True)
    (deck.path / "t" / name).symlink_to(folder.path / "secret" / name)
    assert deck.slide_problems("a", "theme: t\n") == [
        f"t/{name}: is outside the deck's folder; copy the file into it{WAYS}"
    ]


@pytest.mark.unix
def test_a_link_inside_the_decks_folder_is_followed(folder: DeckFolder) -> None:
    """Of a theme's folder, and of a file in it."""
    folder.write("shared/theme.yml", "scheme: dark\n")
    folder.write("shared/reveal.css", ".reveal { color: red }")
    folder.write("t/theme.yml", "scheme: dark\n")
    (folder.path / "t/reveal.css").symlink_to("../shared/reveal.css")
    (folder.path / "link").symlink_to("shared")
    for name in ("t", "link"):
        assert load_themes(name, Project.of(folder.path)).sheets[0].css == ".reveal { color: red }"


@pytest.mark.unix
@pytest.mark.parametrize("counterpart", ["../secret", "link", "none"])
def test_a_themes_counterpart_lies_in_the_decks_folder(folder: DeckFolder, counterpart: str) -> None:
    """The message has the line of the theme's file."""
    deck = outside(folder)
    deck.write("t/theme.yml", f"scheme: light\n\ncounterpart: {counterpart}\n")
    (deck.path / "link").symlink_to("../secret")
    (message,) = deck.slide_problems("a", "theme: t\n")
    what = f"theme {counterpart!r} is outside the deck's folder; copy its folder into it{WAYS}"
    if counterpart == "none":
        what = f"unknown theme 'none'; available: {THEMES}"
    assert message == f"t/theme.yml:3: {what}"


@pytest.mark.unix
def test_the_users_theme_may_lie_anywhere_and_its_links_inside_it(folder: DeckFolder) -> None:
    """`--theme` is the user's word; what the theme's folder holds may be another's."""
    deck = outside(folder)
    given = str(folder.path / "secret")
    assert "root:x:0:0" in deck.slide("a", theme=given).html
    (folder.path / "secret" / "reveal.css").unlink()
    (folder.path / "secret" / "reveal.css").symlink_to(folder.write("elsewhere.css", "x"))
    with pytest.raises(DeckError, match=r"reveal\.css: is outside the theme's folder; copy the file into it$"):
        deck.slide("a", theme=given)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["theme.yml", "reveal.css"])
def test_a_themes_file_that_is_a_pipe_is_told(folder: DeckFolder, name: str) -> None:
    """Reading one would wait for ever."""
    folder.write("t/theme.yml", "scheme: dark\n")
    (folder.path / "t" / name).unlink(missing_ok=True)
    os.mkfifo(folder.path / "t" / name)
    assert folder.slide_problems("a", "theme: t\n") == [f"t/{name}: cannot be read: is a named pipe, not a file"]


def test_a_themes_files_have_a_limit(folder: DeckFolder) -> None:
    """Nobody writes so long a theme."""
    folder.write("t/theme.yml", b"#" * 1_000_001)
    assert folder.slide_problems("a", "theme: t\n") == ["t/theme.yml: cannot be read: is larger than 1 MB"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("scheme: dark\ntokens: " + "[" * 100_000, "2: YAML is nested more than 100 deep"),
        (
            "a: &a {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\nb: {<<: [" + ", ".join(["*a"] * 1000) + "]}",
            "1: more than 500000 values after its aliases are expanded",
        ),
        ("scheme: dark\nscheme: light\n", "2: key 'scheme' is given twice"),
        ("scheme: dark\n\ntokens:\n  accent: '#abc'\n  acent: red\n", "5: unknown token 'acent'; did you mean"),
    ],
    ids=["deep", "merged", "twice", "token"],
)
def test_a_themes_file_is_read_as_a_deck_is(folder: DeckFolder, content: str, message: str) -> None:
    """With the same guards, and lines in its messages."""
    folder.write("t/theme.yml", content)
    (told,) = folder.slide_problems("a", "theme: t\n")
    assert told.startswith(f"t/theme.yml:{message}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_style_sheets_beside_a_deck_that_are_none_are_passed_over(folder: DeckFolder) -> None:
    """A link out of the folder, the lock file of an editor, a pipe, a folder; the others are themes."""
    deck = outside(folder)
    deck.write("mine.css", "/* @theme mine */\nsection { letter-spacing: 9px }\n")
    deck.write("folder.css/a", "")
    os.mkfifo(deck.path / "pipe.css")
    (deck.path / ".#mine.css").symlink_to("somebody@host.1234")
    (deck.path / "loop.css").symlink_to("loop.css")
    (deck.path / "secret.css").symlink_to("../secret/a.css")
    page = deck.build("---\nmarp: true\ntheme: mine\n---\na", "talk.md", format="marp")
    assert "letter-spacing:9px" in page.html.replace(" ", "")
    (sheet,) = marp_themes(Project.of(deck.path), ())
    assert "9px" in sheet.text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_theme_set_that_is_no_file_is_told(folder: DeckFolder) -> None:
    """A folder of them keeps to itself; the hidden files of an editor are none."""
    deck = outside(folder)
    given = folder.path / "set"
    folder.write("set/a.css", "/* @theme a */")
    (given / ".#a.css").symlink_to("somebody@host.1234")
    assert marp_themes(Project.of(deck.path), [given, folder.path / "secret" / "a.css"])[0].text == "/* @theme a */"
    os.mkfifo(given / "b.css")
    with pytest.raises(DeckError, match=r"b\.css: the Marp theme cannot be read: is a named pipe, not a file$"):
        marp_themes(Project.of(deck.path), [given])
    with pytest.raises(DeckError, match=r"b\.css: the Marp theme cannot be read: is a named pipe, not a file$"):
        marp_themes(Project.of(deck.path), [given / "b.css"])
    (given / "b.css").unlink()
    (given / "b.css").symlink_to("../secret/a.css")
    with pytest.raises(DeckError, match=r"b\.css: the Marp theme is a link out of its folder; copy the file into it$"):
        marp_themes(Project.of(deck.path), [given])
