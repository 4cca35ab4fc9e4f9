"""Selections of slides: numbers and ranges."""

from __future__ import annotations

import click
import pytest

from slidegen.cli.selection import selected
from slidegen.errors import SlidegenError


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3", (3,)),
        ("3-5,8", (3, 4, 5, 8)),
        ("8-", (8, 9, 10)),
        ("-2", (1, 2)),
        (" 4 , 1 - 2 ", (1, 2, 4)),
        ("2-4,3-5,2", (2, 3, 4, 5)),
        ("10", (10,)),
    ],
)
def test_numbers_and_ranges(text: str, numbers: tuple[int, ...]) -> None:
    """In the order of the deck, each once."""
    assert selected(text).numbers(10) == numbers


@pytest.mark.parametrize("text", ["", "-", "a", "1,,2", "0", "0-3", "1.5", "1-2-3", "--3", "99999999999"])
def test_other_forms_are_refused(text: str) -> None:
    """The message shows the form."""
    with pytest.raises(click.BadParameter, match="is not a selection of slides; write numbers and ranges"):
        selected(text)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    """It would choose nothing."""
    with pytest.raises(click.BadParameter, match="the range '7-3' ends before it begins"):
        selected("7-3")


@pytest.mark.parametrize("text", ["11", "3-11", "11-"])
def test_a_slide_that_is_not_there_is_an_error(text: str) -> None:
    """The message says how many there are."""
    with pytest.raises(SlidegenError, match=f"--slides {text}: the deck does not have a slide 11; allowed: 1 to 10"):
        selected(text).numbers(10)
