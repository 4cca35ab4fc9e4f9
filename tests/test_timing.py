"""The plan of a talk: its minutes, and those of its sections."""

from __future__ import annotations

import json
import re

import pytest

from slidegen.timing import planned
from tests.deck_folder import DeckFolder, Page


def plan(page: Page) -> dict[str, list[float]]:
    """The plan in a built page."""
    found = re.search(r'id="timing">(.*?)</script>', page.html)
    assert found is not None
    return dict(json.loads(found[1]))


def test_minutes_alone_are_shared_evenly() -> None:
    assert planned(10, [None] * 4) == (0, 150, 300, 450, 600)


def test_a_budget_is_for_the_slides_up_to_the_next_one() -> None:
    """Ten minutes: four for slides 2 and 3, five for slide 4, and the one that is left for slide 1."""
    assert planned(10, [None, 4, None, 5]) == (0, 60, 180, 300, 600)


def test_what_is_left_is_for_questions_if_all_slides_have_a_budget() -> None:
    assert planned(10, [4, 4]) == (0, 240, 600)


def test_budgets_without_minutes_are_the_plan() -> None:
    assert planned(None, [None, 2, 1]) == (0, 0, 120, 180)
    assert planned(None, [None, None]) == ()


def test_budgets_that_take_longer_leave_nothing_for_the_beginning() -> None:
    assert planned(3, [None, 4]) == (0, 0, 240)


def test_a_yaml_deck_gives_its_plan_to_the_page(folder: DeckFolder) -> None:
    """A hidden slide is not in it."""
    deck = """\
        minutes: 3
        slides:
        - one
        - {content: two, minutes: 1}
        - {content: away, visibility: hidden}
        - {content: three, minutes: 0.5}
        """
    expected = {"plan": [0, 90, 150, 180], "sections": [1, 2]}
    assert plan(folder.build(deck)) == expected
    assert plan(folder.build(deck, format="marp")) == expected


MARP = """\
---
marp: true
minutes: 3
---

# One

<!-- A note. -->

---

<!-- minutes: 1 -->
<!-- Another note. -->

# Two

---

<!--
_class: lead
minutes: 0.5
-->

# Three

`<!-- minutes: 2 -->`
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_comment_of_a_marp_deck_is_a_budget_and_no_note(output: str, folder: DeckFolder) -> None:
    page = folder.build(MARP, "talk.md", format=output)
    assert plan(page) == {"plan": [0, 90, 150, 180], "sections": [1, 2]}
    assert "Another note." in page.html
    assert not re.search(r"<p>minutes: 1|\"minutes: 1", page.html)


def test_other_dialects_have_an_attribute(folder: DeckFolder) -> None:
    """reveal-md's comment, pandoc's attributes of a heading, and the key of the front matter in both."""
    slide = '---\nminutes: 3\ndialect: reveal\n---\n# One\n\n---\n\n<!-- .slide: data-minutes="1" -->\n# Two\n'
    pandoc = "---\nminutes: 3\nformat: revealjs\n---\n\n## One\n\n## Two {minutes=1}\n"
    for name, deck in (("a.md", slide), ("b.qmd", pandoc)):
        assert plan(folder.build(deck, name)) == {"plan": [0, 120, 180], "sections": [1]}, name


def test_reveals_total_time_counts(folder: DeckFolder) -> None:
    assert plan(folder.build("reveal: {totalTime: 120}\nslides: [a, b]\n"))["plan"] == [0, 60, 120]


@pytest.mark.parametrize("value", ["0", "-1", "1441", ".nan", ".inf", "true", "'5'", "soon"])
def test_minutes_are_checked(value: str, folder: DeckFolder) -> None:
    """A number above 0, at most a day; each mistake with its line."""
    deck = folder.problems(f"minutes: {value}\nslides: [{{content: a, minutes: {value}}}]\n")
    assert [line.split(": ")[0] for line in deck] == ["talk.yml:1", "talk.yml:2"]
    assert all("minutes" in line for line in deck)
    head = folder.problems(f"---\nminutes: {value}\n---\n# A\n", "talk.md")
    assert [line.split(": ")[0] for line in head] == ["talk.md:2"]


def test_budgets_over_the_minutes_give_a_warning(folder: DeckFolder) -> None:
    built = folder.build(
        "title: T\nminutes: 5\nslides:\n- {content: a, minutes: 4}\n- {content: b, minutes: 2}\n"
    ).built
    shown = [str(warning).rpartition("/")[2] for warning in built.warnings]
    assert shown == ["talk.yml:2: the sections take 6 minutes, and the deck has 5"]


def test_an_attribute_that_is_no_number_gives_a_warning(folder: DeckFolder) -> None:
    built = folder.build("slides:\n- content: a\n  attributes: {data-minutes: soon}\n").built
    shown = [str(warning).rpartition("/")[2] for warning in built.warnings]
    assert shown == ["talk.yml:3: minutes is 'soon' and is left out; allowed: a number above 0, at most 1440"]
