"""Markdown decks as they are read: where slides begin, what is a value, what is a mistake, and which line it is in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from slidegen.built import Built
from slidegen.cli import main
from slidegen.errors import Problem
from tests.available import FORMATS, MARP_THEMES
from tests.deck_folder import DeckFolder
from tests.marp.dom import OUTPUTS, Deck, built

EACH_OUTPUT = pytest.mark.parametrize("output", OUTPUTS)


def marp(folder: DeckFolder, deck: str | bytes, **options: object) -> Deck:
    """The deck as Marp HTML."""
    return built(folder, deck, "marp", **options)


def problems(folder: DeckFolder, deck: str | bytes, **options: object) -> list[str]:
    """The messages of a Markdown deck that must not build."""
    return folder.problems(deck, "talk.md", **options)


# --- where slides begin


@pytest.mark.parametrize(
    ("deck", "texts"),
    [
        ("a\n\n---\n\nb\n\n***\n\nc\n\n___\n\nd\n\n- - -\n\ne", ["a", "b", "c", "d", "e"]),
        ("a\n\n----------\n\nb\n\n   ---\n\nc", ["a", "b", "c"]),
        ("a\n---\nb", ["a b"]),
        ("```yaml\n---\na: b\n---\n```", ["--- a: b ---"]),
        ("~~~\n```\n---\n~~~\n\n---\nb", ["``` ---", "b"]),
        ("a\n\n<!--\n---\n-->\n\nb", ["a b"]),
        ("    ---\n\n---\n\nb", ["---", "b"]),
        ("- a\n\n  ---\n\n  b", ["a b"]),
        ("> ---\n\na", ["a"]),
        ("$$\na\n$$\n\n---\n\n| a |\n|---|\n| b |", None),
        ("a\n\n---", ["a", ""]),
        ("", [""]),
        ("\n\n\n---\n", ["", ""]),
        ("\\---\n\n-- -\n\n--", ["---", "--"]),
    ],
)
def test_slides_begin_at_rulers_of_markdown(folder: DeckFolder, deck: str, texts: list[str] | None) -> None:
    """On the top level; not in code, comments, lists, quotes, nor where they underline a heading."""
    found = marp(folder, deck.encode()).texts
    assert found == texts if texts is not None else len(found) == 2


def test_every_slide_knows_its_line(folder: DeckFolder) -> None:
    """Also after a front matter and where headings divide."""
    deck = marp(folder, "---\nmarp: true\n---\n\n# a\n\n---\n\nb\n\n---\nc\n")
    assert deck.page.built.lines == (4, 8, 12)


# --- front matter


@pytest.mark.parametrize(
    "deck", ["---\n---\na", "---\n\n---\na", "---\n# comment\n---\na", "---   \nmarp: true\n--- \na"]
)
def test_a_front_matter_may_be_empty(folder: DeckFolder, deck: str) -> None:
    """It is no slide."""
    assert marp(folder, deck.encode()).texts == ["a"]


@pytest.mark.parametrize(
    ("deck", "messages"),
    [
        ("---\n- a\n---\nb", ["talk.md:2: the front matter is not a mapping of keys to values"]),
        ("---\nonly words\n---\nb", ["talk.md:2: the front matter is not a mapping of keys to values"]),
        (
            "---\nmarp: true\nvars: [\n---\nb",
            ["talk.md:4: not valid YAML: while parsing a flow node did not find expected node content"],
        ),
        ("---\ntitle: a\n\ntitle: b\n---\nc", ["talk.md:4: key 'title' is given twice"]),
        ("---\nvars: 3\n---\nc", ["talk.md:2: vars is 3; allowed: a mapping"]),
        ("---\nmarp: true\nvars:\n  1a: 3\n---\nc", None),
        ("---\nmarp: true\ntables:\n  t:\n    source: memry\n---\nc", None),
        ("---\nmarp: true\nlang: french please\n---\nc", None),
        ("---\nlang: [de]\n---\nc", ["talk.md:2: lang is a list; allowed: text"]),
        ("---\nformat: pdff\n---\nc", [f"talk.md:2: unknown format 'pdff'; available: {FORMATS}"]),
        ("---\n\n\nreveal:\n  transitio: fade\n---\nc", None),
    ],
)
def test_a_mistake_of_the_front_matter_has_its_line(
    folder: DeckFolder, deck: str, messages: list[str] | None, request: pytest.FixtureRequest
) -> None:
    """In one message each."""
    expected = {
        "1a": ["talk.md:4: vars.1a"],
        "memry": ["talk.md:5: unknown table source 'memry'"],
        "french": ["talk.md:3: lang is 'french please'"],
        "transitio": ["talk.md:5: unknown option reveal.transitio; did you mean 'transition'?"],
    }
    told = problems(folder, deck)
    if messages is not None:
        assert told == messages
        return
    ((start,),) = [found for sign, found in expected.items() if sign in deck]
    assert len(told) == 1
    assert told[0].startswith(start), told


def test_unknown_keys_are_nobodys(folder: DeckFolder) -> None:
    """As in Marp: front matter serves other programs too."""
    assert marp(folder, "---\nmarp: true\nlayout: post\ntags: [a, b]\npublished: 2024-01-01\n---\na").texts == ["a"]


def test_a_billion_laughs_are_refused(folder: DeckFolder) -> None:
    """Before they are expanded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    told = problems(folder, "---\n" + "\n".join(lines) + "\n---\na")
    assert told == ["talk.md:2: more than 500000 values after its aliases are expanded"]


# --- values


@EACH_OUTPUT
def test_without_vars_and_tables_nothing_is_expanded(folder: DeckFolder, output: str) -> None:
    """Whatever looks like Jinja is text."""
    text = "{{ x }} {% for %} {# note #} {{ 1 + 1 }} {##}"
    deck = built(folder, f"---\nheader: '{{{{ h }}}}'\n---\n{text}\n\n`{{{{ y }}}}`\n", output)
    assert deck.texts == [f"{{{{ h }}}} {text} {{{{ y }}}}"]


@EACH_OUTPUT
def test_with_vars_values_are_filled_in(folder: DeckFolder, output: str) -> None:
    """In text, headings, tables, HTML, math and comments; not in code."""
    deck = built(
        folder,
        """\
        ---
        marp: true
        vars:
          n: 3
          city: Prague & Brno
          color: red
        ---
        # {{ city }} {{ n + 1 }}

        | a |
        |---|
        | {{ n }} |

        <b title="{{ n }}">{{ n }}</b>

        <!-- _color: {{ color }} -->

        `{{ n }}`

        ---

        {% if n > 2 %}shown{% else %}not{% endif %}

        ```
        {{ n }}
        ```
        """,
        output,
    )
    assert deck.texts == ["Prague & Brno 4 a 3 3 {{ n }}", "shown {{ n }}"]
    assert deck.section().one("b").attributes["title"] == "3"
    assert deck.section().style["color"] == "red"


@EACH_OUTPUT
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\\n\\n---\\n\\nb", "a b"),
        ("a\\n\\n* * *\\n\\nb", "a b"),
        ("a\\n---\\nb", "a b"),
        ("\\n# h\\n", "h"),
        ("```", "```"),
        ("a <!-- x", "a <!-- x"),
        ("\\n```\\n---\\n```\\n", "---"),
    ],
)
def test_a_value_makes_no_slide(folder: DeckFolder, value: str, text: str, output: str) -> None:
    """Markdown in it is Markdown, but a ruler is only a ruler."""
    deck = built(folder, f'---\nvars:\n  v: "{value}"\n---\nsaid: {{{{ v }}}} end\n\n---\n\nlast\n', output)
    assert deck.texts == [f"said: {text} end", "last"]


@EACH_OUTPUT
@pytest.mark.parametrize("value", ["\\n```\\n", "\\n<!-- x\\n", "\\n<pre>\\n"])
def test_a_value_swallows_no_slide(folder: DeckFolder, value: str, output: str) -> None:
    """What it leaves open ends with its slide."""
    deck = built(folder, f'---\nvars:\n  v: "{value}"\n---\nsaid: {{{{ v }}}}\n\n---\n\nlast\n', output)
    assert (len(deck.texts), deck.texts[1]) == (2, "last")


def test_a_mistake_in_a_value_has_its_line(folder: DeckFolder) -> None:
    """All of them together."""
    deck = "---\nvars:\n  name: 1\n---\n\n# a\n\n{{ nam }}\n\n---\n\n{{ name. }}\n"
    told = problems(folder, deck)
    assert [message.split(":")[1] for message in told] == ["8", "12"]
    assert told[0].startswith("talk.md:8: unknown name 'nam'; did you mean 'name'?")


def test_a_value_of_a_table_is_computed(folder: DeckFolder) -> None:
    """The EuroPython 2024 talk gives 11.50 GiB for full fine-tuning of this model."""
    deck = marp(
        folder,
        """\
        ---
        tables:
          all:
            source: memory
            models: [Qwen/Qwen2-1.5B]
            method: full
        ---
        {{ memory("Qwen/Qwen2-1.5B", method="full").total | gib }}

        ---

        {{ table("all") }}
        """,
    )
    assert deck.texts[0] == "11.50 GiB"
    assert "11.50" in deck.texts[1]
    assert len(list(deck.slides[1].all("table"))) == 1


def test_an_unknown_table_has_its_line(folder: DeckFolder) -> None:
    """With what is declared."""
    told = problems(folder, "---\nvars:\n  a: 1\n---\n\n{{ table('none') }}\n")
    assert told == ["talk.md:6: no table 'none' is declared; available: (none)"]


# --- code of other tools


@EACH_OUTPUT
@pytest.mark.parametrize("info", ["js title.js", "r, echo=FALSE", "js {highlight: [1]}", "elixir showLineNumbers=x"])
def test_words_after_the_language_are_nothing_to_marp(folder: DeckFolder, info: str, output: str) -> None:
    """Unless they are slidegen's, a deck with them builds as it is."""
    assert built(folder, f"```{info}\na\n```\n", output).texts == ["a"]


@pytest.mark.parametrize(
    ("info", "steps", "numbers"),
    [
        ("js {1|2-3}", [["sg-step-1"], ["sg-step-2"], ["sg-step-2"]], [None, None, None]),
        ("js [1|2-9]", [["sg-step-1"], ["sg-step-2"], ["sg-step-2"]], ["1", "2", "3"]),
        ("js [7: 2]", [[], ["sg-step-1"], []], ["7", "8", "9"]),
        ("js []", [[], [], []], ["1", "2", "3"]),
    ],
)  # fmt: skip
def test_code_goes_line_by_line(
    folder: DeckFolder, info: str, steps: list[list[str]], numbers: list[str | None]
) -> None:
    """In slidegen's braces or in reveal.js' brackets, which number the lines."""
    lines = list(marp(folder, f"```{info}\na\nb\nc\n```\n").section().one("pre").all("span"))
    lines = [line for line in lines if "sg-line" in line.classes]
    assert [[name for name in line.classes if name != "sg-line"] for line in lines] == steps
    assert [line.attributes.get("data-n") for line in lines] == numbers


# --- what is reveal-md's (tests/sources/test_dialects.py has its own dialect)


def test_reveals_themes_are_unknown_to_marp(folder: DeckFolder) -> None:
    """Where nothing says that the deck is reveal-md's."""
    told = marp(folder, "---\ntheme: black\n---\n# a\n").page.built.warnings
    said = f"unknown theme 'black': 'default' is used instead; available: {MARP_THEMES}"
    assert [(warning.line, warning.message) for warning in told] == [(2, said)]


def test_headings_with_dashes_under_them_stay(folder: DeckFolder) -> None:
    """In decks that are not reveal-md's."""
    assert built(folder, "---\nmarp: true\n---\na\n---\n\nb\n----\n\nc\n", "reveal").texts == ["a b c"]


@EACH_OUTPUT
def test_a_marp_deck_keeps_these_as_text(folder: DeckFolder, output: str) -> None:
    """`marp: true` says what the deck is: `----` is a ruler, `Note:` and `-v-` are words."""
    deck = built(folder, "---\nmarp: true\n---\na\n\n----\n\nNote: b\n\n-v-\n\nc\n", output)
    assert deck.texts == ["a", "Note: b -v- c"]


def test_a_deck_of_neither_kind_keeps_its_notes_as_text(folder: DeckFolder) -> None:
    """`Note:` is a word where nothing speaks of reveal-md."""
    assert marp(folder, "a\n\nNote: b\n").texts == ["a Note: b"]


# --- bytes


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf---\nmarp: true\n---\n# a\n\n---\n\nb\n",
        b"---\r\nmarp: true\r\n---\r\n# a\r\n\r\n---\r\n\r\nb\r\n",
    ],
)
def test_a_byte_order_mark_and_crlf_are_fine(folder: DeckFolder, data: bytes) -> None:
    """As Windows writes them."""
    assert marp(folder, data).texts == ["a", "b"]


def test_tabs_are_those_of_markdown(folder: DeckFolder) -> None:
    """A list after a tab; code after one."""
    deck = marp(folder, "-\ta\n\t- b\n\n---\n\n\tcode\n")
    assert deck.texts == ["a b", "code"]
    assert len(list(deck.slides[1].all("pre"))) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a\n\nb\0c\n", "talk.md:3: holds the character U+0000, which is not text"),
        (b"a\n\xff\n", "talk.md:2: is not UTF-8 text; save the file as UTF-8"),
        (b"a " * 25_000_000, "talk.md: cannot be read: is larger than 20 MB"),
    ],
)
def test_what_is_no_deck_is_refused(folder: DeckFolder, data: bytes, message: str) -> None:
    """In one line."""
    assert problems(folder, data) == [message]


@pytest.mark.parametrize(
    ("opening", "what", "text"),
    [("```\nb", "code block", "b --- c"), ("~~~ python\n```", "code block", "``` --- c"), ("<!--\nb", "comment", "")],
)  # fmt: skip
def test_what_is_left_open_goes_to_the_end(folder: DeckFolder, opening: str, what: str, text: str) -> None:
    """As in Markdown; the slides before it stay. A warning tells the line."""
    deck = marp(folder, f"a\n\n---\n\n{opening}\n\n---\n\nc\n")
    assert deck.texts == ["a", text]
    assert [str(warning) for warning in deck.page.built.warnings] == [
        f"{folder.path}/talk.md:5: the {what} is not closed, so the rest of the deck is in it"
    ]


@pytest.mark.parametrize("tag", ["style", "SCRIPT", "pre", "textarea"])
def test_a_block_of_html_left_open_goes_to_the_end(folder: DeckFolder, tag: str) -> None:
    """As in Markdown, where a ruler is a part of it."""
    deck = marp(folder, f"a\n\n---\n\n<{tag}>\nb\n\n---\n\nc\n")
    assert len(deck.texts) == 2
    assert f"{folder.path}/talk.md:5: the <{tag.lower()}> is not closed, so the rest of the deck is in it" in [
        str(warning) for warning in deck.page.built.warnings
    ]


@pytest.mark.parametrize(
    "block", ["```\na\n```", "~~~~ js\n~~~\n~~~~~", "- x\n\n  ```\n  a\n  ```", "<!-- a\n\nb -->", "<pre>\n\na</PRE>"]
)
def test_what_is_closed_is_not_told(folder: DeckFolder, block: str) -> None:
    """However it is written."""
    assert marp(folder, f"a\n\n{block}\n\n---\n\nc\n").page.built.warnings == ()


# --- themes


@EACH_OUTPUT
@pytest.mark.parametrize(
    ("deck", "line", "name", "taken", "near"),
    [
        ("---\nmarp: true\ntheme: gaya\n---\na", 3, "gaya", "default", "gaia"),
        ("a\n\n<!-- theme: uncovr -->\n", 3, "uncovr", "default", "uncover"),
        ("---\ntheme: gaia\n---\n<!-- theme: uncovr -->\n\na\n", 4, "uncovr", "gaia", "uncover"),
        ("a\n\n<!--\nclass: x\ntheme: uncovr\n-->\n", 5, "uncovr", "default", "uncover"),
    ],
)
def test_an_unknown_theme_is_told_and_passed_over(
    folder: DeckFolder, deck: str, line: int, name: str, taken: str, near: str, output: str
) -> None:
    """As marp-cli does, which takes its default, or the theme that was named before."""
    page = built(folder, deck, output).page
    said = f"unknown theme '{name}': '{taken}' is used instead; did you mean '{near}'? available: {MARP_THEMES}"
    assert [(warning.line, warning.message) for warning in page.built.warnings] == [(line, said)]
    assert ("gaia" in re.findall(r'section [^>]*data-theme="(\w+)"', page.html)) == (taken == "gaia")


@EACH_OUTPUT
@pytest.mark.parametrize("key", ["header", "_footer"])
def test_a_picture_of_a_running_text_is_told_with_its_line(folder: DeckFolder, key: str, output: str) -> None:
    """That of the directive, in a comment of many lines, too."""
    said = f"<!--\nclass: x\n{key}: '![](no.png)'\n-->\n"
    problems = folder.problems(f"# a\n\n```\n{said}```\n\n---\n\n{said}", "talk.md", format=output)
    assert problems == ["talk.md:14: slide 2: no file 'no.png' in the deck's folder"]


@EACH_OUTPUT
def test_a_theme_beside_the_deck_is_found(folder: DeckFolder, output: str) -> None:
    """By its name, not that of its file; it may build on one of Marp's."""
    folder.write("x.css", "/* @theme mine */\n@import 'gaia';\nsection { letter-spacing: 7px }\n")
    folder.write("y.css", "section { letter-spacing: 9px }\n")
    deck = built(folder, "---\ntheme: mine\n---\na", output)
    assert deck.section().attributes["data-theme"] == "mine"
    html = deck.page.html.replace(" ", "")
    assert ("letter-spacing:7px" in html, "letter-spacing:9px" in html, "#fff8e1" in html) == (True, False, True)


@EACH_OUTPUT
def test_a_theme_of_a_theme_set_is_found(folder: DeckFolder, output: str) -> None:
    """In a file or a folder."""
    path = folder.write("css/x.css", "/* @theme mine */\nsection { letter-spacing: 7px }\n")
    for theme_set in (path, path.parent):
        deck = built(folder, "---\ntheme: mine\n---\na", output, theme_set=(theme_set,))
        assert deck.section().attributes["data-theme"] == "mine"


@pytest.mark.parametrize(
    ("css", "message"),
    [
        (b"section {}", "css/x.css: not a Marp theme; add a comment /* @theme name */"),
        (b"/* @theme a */ \xff", "css/x.css: the Marp theme cannot be read: it is not UTF-8 text"),
        (None, "css/x.css: the Marp theme cannot be read: no such file or directory"),
    ],
)
def test_a_theme_set_that_is_none_is_told(folder: DeckFolder, css: bytes | None, message: str) -> None:
    """With the file."""
    path = folder.path / "css/x.css"
    if css is not None:
        folder.write("css/x.css", css)
    assert problems(folder, "a", format="marp", theme_set=(path,)) == [message]


# --- misread text

MISREAD = "# pr√©sentation\n\nfine\n\n---\n\nI donâ€™t\n\nna\u00c3\u00afve\n"


def test_misread_text_is_told_and_left(folder: DeckFolder) -> None:
    """UTF-8 read as Mac Roman, Windows-1252 and Latin-1: a warning with the line, and the text as it is."""
    deck = marp(folder, MISREAD)
    told = [str(warning).replace(f"{folder.path}/", "") for warning in deck.page.built.warnings]
    assert told == [
        "talk.md:1: looks misread: 'pr√©sentation' may be 'présentation'; --fix-encoding repairs it",
        "talk.md:7: looks misread: 'donâ€™t' may be 'don’t'; --fix-encoding repairs it",
        "talk.md:9: looks misread: 'naÃ¯ve' may be 'naïve'; --fix-encoding repairs it",
    ]
    assert deck.texts == ["pr√©sentation fine", "I donâ€™t naÃ¯ve"]


def test_misread_text_is_repaired_when_asked_for(folder: DeckFolder) -> None:
    """In the build; the deck's file stays as it is."""
    deck = marp(folder, MISREAD, fix_encoding=True)
    assert deck.texts == ["présentation fine", "I don’t naïve"]
    assert deck.page.built.warnings == ()
    assert (folder.path / "talk.md").read_text(encoding="utf-8") == MISREAD


def suspected(page: Built) -> list[Problem]:
    """The warnings of a build, but for that of Apple's logo, which no font has."""
    return [warning for warning in page.warnings if warning.code != "missing-glyph"]


@pytest.mark.parametrize(
    "written",
    ["🚀", "# 📚 Plan", "🇫🇷 et 👍🏽", "**💯** 𝑥", "café 🚀", "→ ✅ 🚀 fini"],
)
@pytest.mark.parametrize("times", [1, 2])
def test_symbols_that_the_mac_misread_are_told_and_repaired(folder: DeckFolder, written: str, times: int) -> None:
    """Python's own codec misreads them: it makes U+F8FF, Apple's logo, of their first byte."""
    misread = written
    for _ in range(times):
        misread = misread.encode().decode("mac_roman")
    (told,) = suspected(marp(folder, f"{misread}\n").page.built)
    assert str(told).endswith("--fix-encoding repairs it")
    assert "talk.md:1: looks misread: " in str(told)
    repaired = marp(folder, f"{misread}\n", fix_encoding=True)
    assert repaired.texts == marp(folder, f"{written}\n").texts
    assert repaired.page.built.warnings == ()


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("déjà \uf8ffüöÄ", "déjà 🚀"),
        ("déjà Ô£ø√º√∂√Ñ", "déjà 🚀"),
        ("déjà caf√© \uf8ffüöÄ", "déjà café 🚀"),
        ("\uf8ff Watch caf√© \uf8ffüöÄ", "\uf8ff Watch café 🚀"),
        ("🚀 pr√©sentation", "🚀 présentation"),
    ],
)
def test_a_line_may_be_misread_in_part(folder: DeckFolder, line: str, meant: str) -> None:
    """What was read well beside it stays."""
    assert marp(folder, line, fix_encoding=True).texts == [meant]


@pytest.mark.parametrize(
    "text",
    [
        *("présentation", "√2 and √x", "“quoted” — ’tis", "Ærø Ålesund Öl", "naïve café ÂÃ", "½ × ±3 °C"),
        *(
            "\uf8ff",
            "\uf8ff Watch, déjà",
            "\uf8ff™ 2√π",
            "\uf8ffÉtÉ \uf8ff\uf8ff",
            "\uf8ffÉÉÉ",
            "√π ≤ √∞",
            "‚Äpfel‘, ‚öde‘",
        ),
    ],
)
def test_good_text_is_not_suspected(folder: DeckFolder, text: str) -> None:
    """Accents, roots and quotes of a deck that was read well."""
    assert suspected(marp(folder, text).page.built) == []


MATH = "---\nmarp: true\n---\n\n# a\n\n$\\textcolor{#cc0000}{\\text{fine}}$ but $\\bad{x}$ and\n\n$$\n\\frac{1\n$$\n"


@pytest.mark.parametrize("output", OUTPUTS)
def test_math_that_cannot_be_set_is_told_with_its_line(folder: DeckFolder, output: str) -> None:
    """The deck is built as Marp builds it, with the formula in red."""
    path = folder.path / "talk.md"
    assert [str(warning) for warning in built(folder, MATH.encode(), output).page.built.warnings] == [
        f"{path}:7: math: \\bad is unknown or not supported; it is shown in red",
        f"{path}:10: math: Unexpected end of input in a macro argument, expected '}}' at end of input: \\frac{{1; "
        "it is shown in red",
    ]


def test_the_command_line_prints_warnings(tmp_path: Path) -> None:
    """On standard error, and builds."""
    deck = tmp_path / "talk.md"
    deck.write_text("caf√©\n", encoding="utf-8")
    command = ["build", str(deck), "--output-dir", str(tmp_path / "build"), "--format", "marp"]
    told = CliRunner().invoke(main, command)
    assert told.exit_code == 0
    assert "talk.md:1: looks misread: 'caf√©' may be 'café'; --fix-encoding repairs it" in told.stderr
    repaired = CliRunner().invoke(main, [*command, "--fix-encoding"])
    assert (repaired.exit_code, "misread" in repaired.stderr) == (0, False)
    assert "café" in (tmp_path / "build" / "talk.marp.md").read_text(encoding="utf-8")
