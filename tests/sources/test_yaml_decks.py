"""What a correct YAML deck is read as."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from slidegen.model import Background, Deck, Source
from slidegen.project import Project
from slidegen.sources import parse
from slidegen.sources.plain_yaml import plain_deck
from slidegen.sources.schema import DeckModel


def deck_of(text: str) -> Deck:
    """The deck of a text."""
    return parse(Source(Path("talk.yml"), "talk.yml", text, Project.of(Path())))


def background_of(value: str) -> Background | None:
    """The background that a slide gives in one word."""
    return deck_of(f"slides:\n- content: a\n  background: '{value}'\n").stacks[0][0].options.background


@pytest.mark.parametrize(
    ("size", "pixels"), [("16:9", (1280, 720)), ("4:3", (960, 720)), ("1600x900", (1600, 900)), ("'4:3'", (960, 720))]
)
def test_a_size_is_a_ratio_or_pixels(size: str, pixels: tuple[int, int]) -> None:
    """Though YAML 1.1 takes ``16:9`` for a number to the base 60."""
    assert deck_of(f"size: {size}\nslides: [a]\n").options.size == pixels


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("navy", Background(color="navy")),
        ("#0b1730", Background(color="#0b1730")),
        ("oklch(0.2 0.1 200)", Background(color="oklch(0.2 0.1 200)")),
        ("rgb(1 2 3 / 0.5)", Background(color="rgb(1 2 3 / 0.5)")),
        ("linear-gradient(red, #fff 0.5%)", Background(gradient="linear-gradient(red, #fff 0.5%)")),
        ("images/a.jpg", Background(image="images/a.jpg")),
        ("a.png", Background(image="a.png")),
    ],
)
def test_a_background_in_one_word_is_a_colour_a_gradient_or_an_image(value: str, expected: Background) -> None:
    """As its form says; a colour function may hold dots."""
    assert background_of(value) == expected


def test_lists_inside_the_list_are_vertical_stacks() -> None:
    """A stack of one is written as a slide is."""
    deck = deck_of("slides:\n- a\n- - b\n  - content: c\n- [d]\n")
    assert [[slide.content.text for slide in stack] for stack in deck.stacks] == [["a"], ["b", "c"], ["d"]]


def test_texts_know_their_lines() -> None:
    """The first line of the text itself, not that of its key."""
    deck = deck_of(
        "title: T\nfooter: |\n  F\nslides:\n- |\n\n  a\n- content: >\n    b\n  notes: c\n- - 'd'\n  - |\n    e\n"
    )
    slides = [slide for stack in deck.stacks for slide in stack]
    assert [slide.content.line for slide in slides] == [6, 9, 11, 13]
    assert slides[1].notes is not None
    assert (deck.footer.line if deck.footer else 0, slides[1].notes.line) == (3, 10)


@pytest.mark.parametrize(
    ("deck", "expected"),
    [
        ("- a\n- {content: b, incremental: false}", [True, False]),
        ("- {content: b, incremental: true}", [True]),
    ],
)
def test_a_slide_may_differ_from_the_decks_incremental(deck: str, expected: list[bool]) -> None:
    """Lists appear one by one on every slide, but where the slide says no."""
    stacks = deck_of(f"incremental: true\nslides:\n{deck}\n").stacks
    assert [slide.options.incremental for stack in stacks for slide in stack] == expected


def test_merge_keys_and_aliases_are_yaml() -> None:
    """A mapping's own keys win over merged ones, whose first mapping wins."""
    deck = deck_of("vars:\n  a: &a {x: 1, y: 1}\n  b: &b {x: 2, z: 2}\n  c: {<<: [*a, *b], y: 3}\nslides: [a]\n")
    assert deck.variables["c"] == {"x": 1, "y": 3, "z": 2}


@pytest.mark.parametrize(
    ("text", "value"), [("1:30:00", "1:30:00"), ("12", 12), ("1.5", 1.5), ("yes", True), ("~", None)]
)
def test_variables_are_plain_values(text: str, value: Any) -> None:
    """As YAML has them, but for numbers to the base 60."""
    assert deck_of(f"vars: {{x: {text}}}\nslides: [a]\n").variables["x"] == value


@pytest.mark.parametrize(
    "deck",
    [
        "slides: [a]",
        "title: T\nauthor: A\ndate: 2026-07-31\ndescription: D\nfooter: F\ntheme: dark\nformat: marp\nslides: [a, b]",
        "date: July\nslide_number: false\nincremental: true\nslides:\n- content: a\n  notes: n\n  layout: statement\n",
        "slides:\n- [a, {content: b, incremental: true, auto_animate: true}]\n- {footer: false}",
    ],
)
def test_a_plain_deck_is_what_the_schema_makes_of_it(deck: str) -> None:
    """Field by field: it is read without the schema, to save its time."""
    value = yaml.safe_load(deck)
    plain = plain_deck(value)
    assert plain is not None
    assert fields_of(plain) == fields_of(DeckModel.model_validate(value))


@pytest.mark.parametrize(
    "deck",
    [
        "slides: []",
        "title: 3\nslides: [a]",
        "slides: [a]\nlang: en",
        "slides: [a, 1]",
        "slides: [[]]",
        "slides: [{layout: tables}]",
        "slides: [{footer: true}]",
        "slides: [a]\nvars: {n: 1}",
        "slides: [a]\ndate: 2026-07-31 10:00:00",
        "slides: [a]\ntitel: T",
    ],
)
def test_any_other_deck_goes_to_the_schema(deck: str) -> None:
    """A mistake above all."""
    assert plain_deck(yaml.safe_load(deck)) is None


def fields_of(value: Any) -> Any:
    """The fields of a deck, of the schema's or without it."""
    if isinstance(value, list):
        return [fields_of(one) for one in value]
    if isinstance(value, SimpleNamespace | BaseModel):
        names = vars(value) if isinstance(value, SimpleNamespace) else type(value).model_fields
        return {name: fields_of(getattr(value, name)) for name in names}
    return value
