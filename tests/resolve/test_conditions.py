"""Conditions on slides, in all kinds of decks."""

from __future__ import annotations

import re

import pytest

from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import DeckFolder

YAML = """\
vars: {audience: talk, cards: 3}
minutes: 10
slides:
  - "# Always"
  - content: "## Course {{ audience }}"
    when: audience == "course"
    minutes: 12
  - - {content: "## Few", when: cards < 4}
    - {content: "## Never", when: false}
"""
MARP = """\
---
marp: true
vars: {audience: talk}
---
# Always

---

<!-- when: audience == "course" -->

## Course

---

<!--
minutes: 3
when: audience == "talk"
-->

## Talk
"""
REVEAL = """\
---
dialect: reveal
vars: {audience: talk}
---
# Always

---

<!-- .slide: data-when="audience == 'course'" -->
## Course
"""
PANDOC = """\
---
format: revealjs
vars: {audience: talk}
---

## Always

## Course {when="audience == 'course'"}
"""


def headings(html: str) -> list[str]:
    """The headings of the slides."""
    return re.findall(r"<h[12][^>]*>(?:<[^>]*>)*(Always|Course|Few|Never|Talk)", html)


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("deck", "name", "talk", "course"),
    [
        (YAML, "talk.yml", ["Always", "Few"], ["Always", "Course", "Few"]),
        (MARP, "talk.md", ["Always", "Talk"], ["Always", "Course"]),
        (REVEAL, "talk.md", ["Always"], ["Always", "Course"]),
        (PANDOC, "talk.md", ["Always"], ["Always", "Course"]),
    ],
)
def test_slides_are_there_if_their_condition_holds(
    deck: str, name: str, talk: list[str], course: list[str], output: str, folder: DeckFolder
) -> None:
    """`--set` gives the value; the page holds no trace of the others, nor of the conditions."""
    page = folder.build(deck, name, format=output)
    assert headings(page.html) == talk
    assert "data-when" not in page.html
    assert "audience ==" not in page.html
    assert headings(folder.build(deck, name, format=output, settings={"audience": "course"}).html) == course


def test_slides_that_are_left_out_take_no_time(folder: DeckFolder) -> None:
    """Their minutes give a warning only where they are shown."""
    assert [str(one) for one in folder.build(YAML).built.warnings] == []
    (warning,) = folder.build(YAML, settings={"audience": "course"}).built.warnings
    assert "the sections take 12 minutes, and the deck has 10" in str(warning)


def test_slides_that_are_left_out_do_not_count_in_messages(folder: DeckFolder) -> None:
    """The number of a slide is that in the built deck."""
    deck = YAML.replace("## Few", "## Few [link](#nowhere)")
    for audience, number in (("talk", 2), ("course", 3)):
        warnings = folder.build(deck, settings={"audience": audience}).built.warnings
        assert [one.slide for one in warnings if one.code == "broken-link"] == [number]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("audince == 1", "when: unknown name 'audince'; did you mean 'audience'?"),
        ("audience", "when: 'audience' is 'talk', which is not a truth value; compare it with something"),
        ("audience ==", "when: the expression ends too early: something is missing at its end"),
        ("audience = 'a'", "when: something follows the expression; compare with ==, and join by and, or"),
        ("audience > 3", "when: '>' not supported between instances of 'str' and 'int'"),
        ("3 > 'a'", "when: '>' not supported between instances of 'int' and 'str'"),
        ("tables.t", "when: 'tables.t' is a table or a picture, which is not a truth value; compare it with something"),
        ("1 / 0 == 1", "when: the expression cannot be computed: division by zero"),
    ],
)
def test_mistakes_have_their_line(condition: str, message: str, folder: DeckFolder) -> None:
    """A slide with one stays, so that its own mistakes are found too."""
    head = "vars: {audience: talk}\ntables: {t: {source: data, rows: [{a: 1}]}}\n"
    deck = f"{head}slides:\n  - content: '{{{{ nothing }}}}'\n    when: {condition}\n"
    below, above = folder.problems(deck)
    assert "unknown name 'nothing'" in below
    assert above.startswith(f"talk.yml:5: {message}")


@pytest.mark.parametrize(
    "comment",
    ["when:", "when:a > 1", "when: a > 1\n  and a < 3", "\ncheck:\n  ignore: [contrast]\n", "minutes: five"],
)
def test_directives_that_marp_reads_as_notes_are_told(comment: str, folder: DeckFolder) -> None:
    """The slide would be shown, and the audience would hear of it; other notes may begin as they like."""
    deck = f"---\nmarp: true\ntheme: plain\nvars: {{a: 1}}\n---\n\n# A\n\n<!-- {comment} -->\n"
    (warning,) = folder.build(deck, "talk.md").built.warnings
    assert (warning.line, warning.code) == (9, "not-applied")
    assert "this comment is a speaker note; a directive is written in one line: <!-- " in warning.message
    told = deck.replace(comment, "check: do they follow?").replace("A\n", "A\n\n<!-- when: a == 1 -->\n")
    assert not folder.build(told, "talk.md").built.warnings


def test_a_deck_of_which_nothing_is_left(folder: DeckFolder) -> None:
    """It is not written."""
    assert folder.problems("vars: {a: 1}\nslides:\n  - {content: x, when: a == 2}\n") == [
        "talk.yml: no slide is left: none has a condition that holds; change the values that the conditions use"
    ]


def test_a_deck_without_values(folder: DeckFolder) -> None:
    """Markdown of which nothing is expanded: the condition is told."""
    page = folder.build("# A\n\n---\n\n<!-- when: x == 1 -->\n\n# B\n", "talk.md")
    assert [str(one).split("/")[-1] for one in page.built.warnings] == [
        "talk.md:5: when: has no effect in a deck without vars: in its front matter; the slide stays"
    ]


def test_conditions_use_computed_values(folder: DeckFolder) -> None:
    """A slide that is only there while a number is true."""
    memory = 'memory("Qwen/Qwen2-1.5B", method="full").total'
    page = folder.build(
        f"slides:\n  - {{content: '# Always', when: '{memory} > 8 * GiB'}}\n"
        f"  - {{content: '# Never', when: '{memory} < 8 * GiB'}}\n"
    )
    assert headings(page.html) == ["Always"]
    assert build(str(folder.path / "talk.yml"), BuildOptions(folder=folder.path / "b", mode="frozen")).lines == (2,)
