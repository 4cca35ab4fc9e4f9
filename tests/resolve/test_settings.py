"""``--set NAME=VALUE``: text, read as the type of the deck's own value."""

from __future__ import annotations

from typing import Any

import pytest

from slidegen.errors import DeckError
from slidegen.resolve import apply_settings
from tests.sources.test_yaml_decks import deck_of

DECK = deck_of(
    "vars: {rank: 8, share: 0.5, 'on': true, name: a, models: [x/y], sizes: [1, 2], none: , empty: [], map: {a: 1}}\n"
    "slides: [a]\n"
)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rank", "16", 16),
        ("rank", "-1", -1),
        ("share", "2", 2.0),
        ("share", "0.25", 0.25),
        ("name", "5", "5"),
        ("name", "", ""),
        ("models", "a/b", ["a/b"]),
        ("models", "a/b, c/d", ["a/b", "c/d"]),
        ("sizes", "3,4,5", [3, 4, 5]),
        ("empty", "a,b", ["a", "b"]),
        ("none", "x", "x"),
    ],
)
def test_a_value_has_the_type_of_the_decks_own(name: str, text: str, value: Any) -> None:
    """A list takes its first item's type for all."""
    changed = apply_settings(DECK, {name: text})
    assert changed[name] == value
    assert type(changed[name]) is type(value)
    assert {key: old for key, old in changed.items() if key != name} == {
        key: old for key, old in DECK.variables.items() if key != name
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("rank", "x", "--set rank: 'x' is not a number like 8"),
        ("rank", "1.5", "--set rank: '1.5' is not a number like 8"),
        ("rank", "[1", "--set rank: '[1' is not a number like 8"),
        ("rank", "true", "--set rank: 'true' is not a number like 8"),
        ("rank", "", "--set rank: '' is not a number like 8"),
        ("share", "nan", "--set share: 'nan' is not a number like 0.5"),
        ("sizes", "1,a", "--set sizes: 'a' is not a number like 1"),
        ("map", "1", "--set map: the variable is a mapping; only texts, numbers, truth values and lists can be set"),
        (
            "modles",
            "a",
            "--set modles: the deck has no such variable; did you mean 'models'? "
            "available: empty, map, models, name, none, on, rank, share, sizes",
        ),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, text: str, message: str) -> None:
    """And so is a name that the deck does not declare."""
    with pytest.raises(DeckError) as caught:
        apply_settings(DECK, {name: text})
    assert str(caught.value) == message


def test_all_settings_are_checked() -> None:
    """Not only the first wrong one."""
    with pytest.raises(DeckError) as caught:
        apply_settings(DECK, {"rank": "x", "nope": "1", "share": "y"})
    assert len(caught.value.problems) == 3
