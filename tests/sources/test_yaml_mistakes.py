"""Mistakes in a YAML deck: each one line with its place, what is wrong, and what is allowed."""

from __future__ import annotations

import pytest

from slidegen.yaml_tree import parse_yaml
from tests.available import FORMATS, SOURCES_OF_TABLES, THEMES
from tests.deck_folder import DeckFolder

SLIDE_KEYS = (
    "attributes, auto_animate, background, check, class, content, dir, footer, id, include, incremental, lang, layout, "
    "minutes, notes, slide_number, transition, visibility, when"
)

MISTAKES = {
    "empty": ("", "talk.yml:1: a deck is a mapping with a key 'slides'"),
    "comment": ("# nothing\n", "talk.yml:1: a deck is a mapping with a key 'slides'"),
    "list": ("- a\n- b\n", "talk.yml:1: a deck is a mapping with a key 'slides'"),
    "word": ("hello\n", "talk.yml:1: a deck is a mapping with a key 'slides'"),
    "no slides": ("title: a\n", "talk.yml:1: slides is missing"),
    "empty slides": ("title: a\nslides: []\n", "talk.yml:2: slides is empty; at least one is needed"),
    "empty stack": ("slides:\n- a\n- []\n", "talk.yml:3: slides.1 is empty; at least one is needed"),
    "stack in a stack": ("slides:\n- - a\n  - - b\n", "talk.yml:3: slides.0.1 is a list; allowed: text or a mapping"),
    "number": (
        "slides:\n- 2.5\n",
        "talk.yml:2: slides.0 is 2.5; allowed: text, a mapping or a list (put it in quotes)",
    ),
    "null slide": ("slides:\n-\n", "talk.yml:2: slides.0 is empty; allowed: text, a mapping or a list"),
    "unknown key": (
        "titel: a\nslides: [a]\n",
        "talk.yml:1: unknown key 'titel'; did you mean 'title'?",
    ),
    "unknown slide key": (
        "slides:\n- content: a\n  nots: b\n",
        f"talk.yml:3: unknown key 'nots'; did you mean 'notes'? available: {SLIDE_KEYS}",
    ),
    "key of an include beside it": (
        "slides:\n- include: a.md\n  vars: {a: 1}\n",
        "talk.yml:2: slides.0: 'vars' stands inside include, as in include: {file: intro.md, vars: ...}",
    ),
    "key of a slide beside an include": (
        "slides:\n- include: a.md\n  layout: end\n",
        "talk.yml:2: slides.0: 'layout' cannot stand beside include; allowed: when",
    ),
    "unknown background key": (
        "slides:\n- content: a\n  background:\n    colour: red\n",
        "talk.yml:4: unknown key 'colour'; did you mean 'color'? "
        "available: color, dark, gradient, image, opacity, position, repeat, size",
    ),
    "a # that begins a comment": (
        "slides:\n- content: a\n  background: linear-gradient(90deg, #123456, #fedcba)\n",
        "talk.yml:3: slides.0.background: 'linear-gradient(90deg,' has an unclosed parenthesis; put quotes around a "
        "value with a #",
    ),
    "title is a date": (
        "title: 2026-07-08\nslides: [a]\n",
        "talk.yml:1: title is 2026-07-08; allowed: text (put it in quotes)",
    ),
    "date is a list": ("date: [a]\nslides: [a]\n", "talk.yml:1: date is a list; allowed: text or a date"),
    "lang is no": ("lang: no\nslides: [a]\n", "talk.yml:1: lang is false; allowed: text (put it in quotes)"),
    "lang": (
        "lang: '\"><script>'\nslides: [a]\n",
        "talk.yml:1: lang is '\"><script>'; a language is written like en or pt-BR",
    ),
    "layout": (
        "slides:\n- layout: tilte\n  content: a\n",
        "talk.yml:2: slides.0.layout is 'tilte'; allowed: 'title', 'section', 'content', 'two-columns', "
        "'table', 'chart', 'code', 'image-left', 'image-right', 'image-full', 'statement', 'quote', 'stats', "
        "'comparison', 'timeline', 'tabs', 'cards', 'agenda', 'code-and-result', 'big-table', 'closing' or 'end'",
    ),
    "visibility": (
        "slides:\n- {content: a, visibility: gone}\n",
        "talk.yml:2: slides.0.visibility is 'gone'; allowed: 'hidden' or 'uncounted'",
    ),
    "footer": (
        "slides:\n- {content: a, footer: [b]}\n",
        "talk.yml:2: slides.0.footer is a list; allowed: False or text",
    ),
    "id": (
        "slides:\n- {content: a, id: 1 x}\n",
        "talk.yml:2: slides.0.id is '1 x'; an id starts with a letter and has letters, digits and - _ : . only",
    ),
    "transition": (
        "slides:\n- {content: a, transition: fad}\n",
        "talk.yml:2: slides.0.transition is 'fad'; a transition is none, fade, slide, convex, concave or zoom, or two "
        "of them like slide-in fade-out",
    ),
    "attribute": (
        "slides:\n- {content: a, attributes: {onclick: b}}\n",
        "talk.yml:2: slides.0.attributes.onclick is 'onclick'; a name like data-something is needed",
    ),
    "size": (
        "size: 100x100\nslides: [a]\n",
        "talk.yml:1: size: a size is 16:9, 4:3 or WIDTHxHEIGHT in pixels, 200 to 4000 each",
    ),
    "size is a number": ("size: 1000\nslides: [a]\n", "talk.yml:1: size is 1000; allowed: text (put it in quotes)"),
    "opacity": (
        "slides:\n- {content: a, background: {opacity: .nan}}\n",
        "talk.yml:2: slides.0.background.opacity is nan; allowed: at most 1",
    ),
    "variable's name": (
        "vars:\n  a b: 1\nslides: [a]\n",
        "talk.yml:2: vars.a b is 'a b'; a name has letters, digits and _ and starts with no digit",
    ),
    "duplicate key": ("title: a\ntitle: b\nslides: [a]\n", "talk.yml:2: key 'title' is given twice"),
    "number as key": ("1: a\nslides: [a]\n", "talk.yml:1: a key is not text; put it in quotes"),
    "list as key": ("? [a, b]\n: c\nslides: [a]\n", "talk.yml:1: a key must be a plain word"),
    "tab": (
        "title: a\nslides:\n\t- a\n",
        "talk.yml:3: not valid YAML: while scanning for the next token found character that cannot start any token",
    ),
    "open quote": (
        "title: 'a\nslides: [a]\n",
        "talk.yml:3: not valid YAML: while scanning a quoted scalar found unexpected end of stream",
    ),
    "expression with brackets among braces": (
        "figures: {a: {where: model == models[0]}}\nslides: [a]\n",
        "talk.yml:1: not valid YAML: while parsing a flow mapping did not find expected ',' or '}'; "
        "put a value that has any of [ ] { } , in quotes",
    ),
    "two documents": (
        "slides: [a]\n---\nslides: [b]\n",
        "talk.yml:2: not valid YAML: expected a single document in the stream but found another document",
    ),
    "Python object": (
        "slides: [!!python/object/apply:os.system [ls]]\n",
        "talk.yml:1: a tag tag:yaml.org,2002:python/object/apply:os.system is not allowed on a list or a mapping",
    ),
    "unknown tag": (
        "title: a\nslides: [!foo b]\n",
        "talk.yml:2: not valid YAML: could not determine a constructor for the tag '!foo'",
    ),
    "merge of a number": ("vars: {<<: 3}\nslides: [a]\n", "talk.yml:1: << takes a mapping or a list of mappings"),
    "escaped mark": (
        'slides:\n- a\n- "\\uFDD00\\uFDD1"\n',
        "talk.yml:3: holds the character U+FDD0, which is not text",
    ),
    "escaped NUL": ('title: "a\\0b"\nslides: [a]\n', "talk.yml:1: holds the character U+0000, which is not text"),
    "self": ("title: a\nvars: &a {x: *a}\nslides: [a]\n", "talk.yml:2: an alias contains itself"),
    "theme": (
        "title: a\ntheme: drak\nslides: [a]\n",
        f"talk.yml:2: unknown theme 'drak'; did you mean 'dark'? available: {THEMES}",
    ),
    "format": ("format: pdf\nslides: [a]\n", f"talk.yml:1: unknown format 'pdf'; available: {FORMATS}"),
    "source": (
        "tables:\n  t:\n    source: memry\nslides: [a]\n",
        f"talk.yml:3: unknown table source 'memry'; did you mean 'memory'? available: {SOURCES_OF_TABLES}",
    ),
    "unit": (
        "tables:\n  t:\n    source: memory\n    unit: Gib\nslides: [a]\n",
        "talk.yml:4: tables.t.unit is 'Gib'; allowed: 'B', 'KiB', 'MiB', 'GiB', 'TiB', 'KB', 'MB', 'GB' or 'TB'",
    ),
    "emphasis": (
        "tables:\n  t:\n    source: memory\n    emphasis:\n    - {when: total > 1, styl: em}\nslides: [a]\n",
        "talk.yml:5: unknown key 'styl'; did you mean 'style'? available: claim, column, legend, style, when",
    ),
}


@pytest.mark.parametrize(("deck", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_with_its_place(folder: DeckFolder, deck: str, message: str) -> None:
    """Path, line, what is wrong and what is allowed; nothing is written."""
    assert folder.problems(deck) == [message]


def test_all_mistakes_of_a_file_are_told_together(folder: DeckFolder) -> None:
    """In the order of their lines, however different they are."""
    deck = """\
        title: [a]
        lang: english
        vars: 3
        tables:
          t: 4
        slides:
          - 1
          - content: a
            layout: wide
            notes: 5
    """
    assert [line.partition("; ")[0] for line in folder.problems(deck)] == [
        "talk.yml:1: title is a list",
        "talk.yml:2: lang is 'english'",
        "talk.yml:3: vars is 3",
        "talk.yml:5: tables.t is 4",
        "talk.yml:7: slides.0 is 1",
        "talk.yml:9: slides.1.layout is 'wide'",
        "talk.yml:10: slides.1.notes is 5",
    ]


def test_ten_thousand_million_laughs_are_few(folder: DeckFolder) -> None:
    """An alias bomb is stopped while it is expanded."""
    lines = ["vars:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert folder.problems("\n".join([*lines, "slides: [a]"])) == [
        "talk.yml:2: more than 500000 values after its aliases are expanded"
    ]


@pytest.mark.parametrize(
    ("deck", "line"),
    [
        ("title: a\nvars: {x: " + "[" * 100_000, 2),
        ("vars: {x: " + "{a: " * 100_000, 1),
        ("vars:\n  " + "- " * 100_000 + "a\n", 2),
        ("vars:\n" + "\n".join(" " * (n + 1) + "a:" for n in range(200)), 101),
        ("vars:\n  a0: &a0 [1]\n" + "".join(f"  a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200)), 2),
    ],
    ids=["lists", "mappings", "items", "blocks", "aliases"],
)
def test_nesting_without_end_is_refused(folder: DeckFolder, deck: str, line: int) -> None:
    """Before it overflows the stack of the YAML library, which would end the process."""
    assert folder.problems(deck) == [f"talk.yml:{line}: YAML is nested more than 100 deep"]


def merged(*lines: str) -> str:
    """A deck with these lines under `vars`."""
    return "\n".join(["vars:", *(f"  {line}" for line in lines), "slides: [a]"])


WIDE = "a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}"


@pytest.mark.parametrize(
    "deck",
    [
        merged(WIDE, "b: {<<: [" + ", ".join(["*a0"] * 500) + "]}"),
        merged(WIDE, *(f"a{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 90))),
        merged("a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 60))),
        merged(WIDE, "b: {" + ", ".join(["<<: *a0"] * 500) + "}"),
    ],
    ids=["list", "chain", "doubling", "repeated"],
)
def test_merging_counts_as_much_as_it_copies(folder: DeckFolder, deck: str) -> None:
    """A file of a few lines cannot ask for hours."""
    (told,) = folder.problems(deck)
    assert told.endswith(": more than 500000 values after its aliases are expanded")


def test_what_is_merged_first_wins_and_what_is_given_wins_over_it() -> None:
    """As YAML's type repository says of the key <<."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {z: 3, <<: [*a, *b]}\nd: {<<: *b, <<: *a}\n"
    value = parse_yaml(text, "a.yml").value
    assert (value["c"], value["d"]) == ({"x": 1, "y": 1, "z": 3}, {"x": 1, "y": 2, "z": 2})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!!bool x", "'x' does not match the tag bool"),
        ("!!int ''", "'' does not match the tag int"),
        ("!!float _", "'_' does not match the tag float"),
        ("!!timestamp x", "'x' does not match the tag timestamp"),
    ],
)
def test_a_text_that_is_not_what_its_tag_says_is_told(folder: DeckFolder, text: str, message: str) -> None:
    """PyYAML itself fails in four ways."""
    assert folder.problems(f"vars:\n  a: {text}\nslides: [a]\n") == [f"talk.yml:2: not valid YAML: {message}"]
