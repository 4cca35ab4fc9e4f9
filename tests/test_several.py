"""All mistakes of a deck at once: of its file, its values, slides, formulas, pictures, theme and options; nothing that
only follows from them."""

from __future__ import annotations

import pytest

from slidegen.errors import SlidegenError
from slidegen.pipeline import BuildOptions, build, resolved_deck
from tests.deck_folder import MODEL, PIXEL, DeckFolder


def told(messages: list[str]) -> list[str]:
    """The messages without the long ends that list what there is."""
    return [message.partition("; available")[0].partition(" available:")[0].rstrip() for message in messages]


DECKS = {
    "options, format and picture": (
        "several.md",
        "---\nmarp: true\nreveal: {transision: fade}\nformat: nonsense\n---\n\n![](no.png)\n",
        [
            "several.md:3: unknown option reveal.transision; did you mean 'transition'?",
            "several.md:4: unknown format 'nonsense'",
            "several.md:7: slide 1: no file 'no.png' in the deck's folder",
        ],
    ),
    "values, formulas and a picture": (
        "several.yml",
        "slides:\n  - |\n    {{ a }}\n\n    {{ b }}\n\n    $\\bad$\n  - |\n    {{ c }} $\\bad$ ![](no.png)\n",
        [
            "several.yml:3: unknown name 'a'",
            "several.yml:5: unknown name 'b'",
            "several.yml:7: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
            "several.yml:9: unknown name 'c'",
            "several.yml:9: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
            "several.yml:9: slide 2: no file 'no.png' in the deck's folder",
        ],
    ),
    "one of each kind": (
        "talk.yml",
        f"""\
titel: a
theme: drak
format: pdf
size: big
reveal: {{loop: 3}}
vars: {{a: "{{{{ b }}}}", model: {MODEL}}}
tables:
  bad: {{source: memory, models: "{{{{ model }}}}", columns: [totl]}}
  worse: {{source: memry}}
figures:
  f: {{kind: bras, table: bad}}
slides:
  - content: A
    layout: wide
  - |
    ::: columsn
    x
    :::
  - $\\bad$
  - "![](no.png)"
  - content: b
    notes: "{{{{ 1 / 0 }}}}"
  - 5
""",
        [
            "talk.yml:1: unknown key 'titel'; did you mean 'title'?",
            "talk.yml:2: unknown theme 'drak'; did you mean 'dark'?",
            "talk.yml:3: unknown format 'pdf'",
            "talk.yml:4: size: a size is 16:9, 4:3 or WIDTHxHEIGHT in pixels, 200 to 4000 each",
            "talk.yml:5: reveal.loop is 3; allowed: true, false",
            "talk.yml:6: unknown name 'b'",
            "talk.yml:8: table 'bad' has no column 'totl'; did you mean 'total'?",
            "talk.yml:9: unknown table source 'memry'; did you mean 'memory'?",
            "talk.yml:11: chart 'f': unknown kind 'bras'; did you mean 'bars'?",
            "talk.yml:14: slides.0.layout is 'wide'; allowed: 'title', 'section', 'content', 'two-columns', 'table', "
            "'chart', 'code', 'image-left', 'image-right', 'image-full', 'statement', 'quote', 'stats', "
            "'comparison', 'timeline', 'tabs', 'cards', 'agenda', 'code-and-result', 'big-table', 'closing' or 'end'",
            "talk.yml:16: unknown container 'columsn'; did you mean 'column'?",
            "talk.yml:19: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
            "talk.yml:20: slide 4: no file 'no.png' in the deck's folder",
            "talk.yml:22: the expression cannot be computed: division by zero",
            "talk.yml:23: slides.5 is 5; allowed: text, a mapping or a list (put it in quotes)",
        ],
    ),
    "what uses a value without one": (
        "talk.yml",
        """\
slides:
  - |
    $\\frac{ {{ a }} }{2}$ ![]({{ b }}.png) ![x](pic/{{ c }}/no.png){width={{ d }}}

    {{ e | gib }} <img src="{{ f }}"> `{{ no }}`

    ::: {{ g }}
    x
    :::
""",
        [f"talk.yml:3: unknown name '{name}'" for name in "abcd"]
        + [f"talk.yml:5: unknown name '{name}'" for name in "ef"]
        + ["talk.yml:7: unknown name 'g'"],
    ),
    "what uses a declaration that is a mistake": (
        "talk.yml",
        """\
vars: {v: "{{ w }}"}
tables:
  t: {models: a}
  u: {source: memory, models: "{{ v }}"}
figures:
  f: {kind: bars}
  g: {kind: bars, table: t, value: total}
slides:
  - "{{ table('t') }} {{ tables.t.row(1).x }} {{ table('u') }} {{ chart('f') }} {{ chart('g') }} {{ v }} {{ 2 * v }}"
  - "{{ table('t', columns=['x']) }} {{ chart('t', kind='bars', value='x') }} {{ chart('f', width=3) }}"
""",
        [
            "talk.yml:1: unknown name 'w'",
            "talk.yml:3: tables.t.source is missing",
            "talk.yml:6: figures.f.table is missing; a name under `tables:`",
        ],
    ),
    "names under a key that is a mistake": (
        "talk.yml",
        """\
vars: [a, b]
slides:
  - "{{ a }} ![]({{ b }}.png)"
  - $\\bad$
""",
        [
            "talk.yml:1: vars is a list; allowed: a mapping",
            "talk.yml:4: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
        ],
    ),
    "a slip in a key that gives names": (
        "talk.yml",
        "tabels:\n  t: {source: memory}\nslides:\n  - \"{{ table('t') }}\"\n  - '![](no.png)'\n",
        [
            "talk.yml:1: unknown key 'tabels'; did you mean 'tables'?",
            "talk.yml:5: slide 2: no file 'no.png' in the deck's folder",
        ],
    ),
    "a statement that fails": (
        "talk.yml",
        """\
slides:
  - content: |
      {% set x = 1 / 0 %} {{ x }} $\\bad$
    notes: "{{ x }}"
  - "{{ y }}"
""",
        ["talk.yml:3: the expression cannot be computed: division by zero", "talk.yml:5: unknown name 'y'"],
    ),
    "a tag that swallows the rest": (
        "talk.yml",
        'slides:\n  - |\n    <div><img src="no.png"\n  - $\\bad$\n',
        [
            "talk.yml:3: the tag <img is not closed; write its >",
            "talk.yml:4: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
        ],
    ),
    "the keys of a front matter": (
        "talk.md",
        """\
---
lang: english
vars: {a: 1}
tables: {t: {source: memory, models: [], columns: 3}}
theme: dark/
---

{{ table('t') }} {{ b }}

---

![](no.png)
""",
        [
            "talk.md:2: lang is 'english'; a language is written like en or pt-BR",
            "talk.md:4: tables.t.columns is 3; allowed: a list",
            "talk.md:5: unknown theme 'dark/'; did you mean 'dark'?",
            "talk.md:8: unknown name 'b'",
            "talk.md:12: slide 2: no file 'no.png' in the deck's folder",
        ],
    ),
}


@pytest.mark.parametrize(("name", "deck", "messages"), DECKS.values(), ids=DECKS)
def test_all_mistakes_of_a_deck_are_told_at_once(folder: DeckFolder, name: str, deck: str, messages: list[str]) -> None:
    """In the order of their lines; what only follows from one of them is not told."""
    assert told(folder.problems(deck, name)) == messages


@pytest.mark.parametrize("dialect", ["marp", "reveal", "pandoc", "plain"])
def test_every_dialect_tells_the_mistakes_of_its_front_matter(folder: DeckFolder, dialect: str) -> None:
    """With those of its slides; what uses a value without a name is not checked."""
    deck = f"---\ndialect: {dialect}\nlang: english\nvars: 3\n---\n\n# A {{{{ a }}}}\n\n---\n\n![](no.png)\n"
    keys = [
        "talk.md:3: lang is 'english'; a language is written like en or pt-BR",
        "talk.md:4: vars is 3; allowed: a mapping",
    ]
    *first, last = told(folder.problems(deck, "talk.md"))
    assert first == keys
    assert last.startswith("talk.md:11: slide ")
    assert last.endswith(": no file 'no.png' in the deck's folder")


def test_mistakes_of_all_files_are_told_at_once(folder: DeckFolder) -> None:
    """The theme's, the record's, the deck's, and those of the command line, which have no file."""
    folder.write("mine/theme.yml", "scheme: dark\ntoken: {}\ntokens: {acent: red}\nchart: [red]\n")
    folder.write("talk.record.json", "{")
    deck = "theme: mine\nvars: {n: 1}\nslides:\n- '{{ n }} {{ m }} ![]({{ m }}.png)'\n- $\\bad$\n"
    path = folder.write("talk.yml", deck)
    with pytest.raises(SlidegenError) as caught:
        build(str(path), BuildOptions(folder=folder.path / "build", output=folder.path / "a.pdf", settings={"o": "1"}))
    messages = [str(problem).replace(f"{folder.path}/", "") for problem in caught.value.problems]
    assert told(messages) == [
        "a.pdf: a build writes HTML, and the file's name ends in '.pdf'; allowed: .html, .htm; for a PDF: "
        "slidegen export talk.yml --to pdf",
        "mine/theme.yml:2: unknown key 'token'; did you mean 'tokens'?",
        "mine/theme.yml:3: unknown token 'acent'; did you mean 'accent'?",
        "mine/theme.yml:4: chart has 1 item; allowed: at least 6",
        "talk.record.json: not a record of format 1 (the record: invalid JSON: EOF while parsing an object at line 1 "
        "column 1); restore the file, or delete it and build again",
        "talk.yml:5: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
    ]


def test_a_wrong_setting_is_told_with_the_mistakes_of_the_deck(folder: DeckFolder) -> None:
    """The deck is checked with its own value then."""
    deck = "vars: {n: 1}\nslides:\n- '{{ n }} {{ m }}'\n"
    assert told(folder.problems(deck, settings={"n": "x", "o": "1"})) == [
        "--set n: 'x' is not a number like 1",
        "--set o: the deck has no such variable",
        "talk.yml:3: unknown name 'm'",
    ]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_both_outputs_tell_the_same_mistakes(folder: DeckFolder, output: str) -> None:
    """Of a deck of slidegen's own."""
    folder.write("p.png", PIXEL)
    deck = "slides:\n- '{{ a }}'\n- $\\bad$\n- '![](no.png) ![](p.png)'\n"
    assert told(folder.problems(deck, format=output)) == [
        "talk.yml:2: unknown name 'a'",
        "talk.yml:3: math: Undefined control sequence: \\bad at position 1: \\̲b̲a̲d̲",
        "talk.yml:4: slide 3: no file 'no.png' in the deck's folder",
    ]


def test_the_tables_of_a_deck_with_mistakes_are_not_shown(folder: DeckFolder) -> None:
    """`slidegen tables` tells what `build` does of them."""
    path = folder.write("talk.yml", "titel: a\ntables: {t: {source: memry}}\nslides: [a]\n")
    with pytest.raises(Exception, match=r"unknown key 'titel'.*\n.*unknown table source 'memry'"):
        resolved_deck(str(path), BuildOptions(offline=True))


def test_nothing_slow_is_computed_for_a_deck_with_a_mistake(folder: DeckFolder) -> None:
    """A slip in the theme's name does not wait for an experiment; what would use its numbers is no mistake."""
    deck = """\
theme: drak
tables: {q: {source: quantization, experiment: weights, models: nobody/nothing}}
slides: ["{{ table('q') }} {{ tables.q.row(1).x }}"]
"""
    assert told(folder.problems(deck)) == ["talk.yml:1: unknown theme 'drak'; did you mean 'dark'?"]
