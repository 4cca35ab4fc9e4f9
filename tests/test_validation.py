"""Mistakes that pydantic finds, in slidegen's words."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, ValidationError, create_model

from slidegen.validation import Words, mistakes


class Shade(Enum):
    """A value that a model of another package may ask for."""

    DARK = "dark"
    LIGHT = "light"


class Patterns(BaseModel):
    """Two patterns, of which one has words."""

    x: str = Field(pattern="^a")
    y: str = Field(pattern="^b")


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Annotated[int, Field(ge=1)], 0, "x is 0; allowed: 1 and more"),
        (Annotated[int, Field(gt=0)], -3, "x is -3; allowed: more than 0"),
        (Annotated[float, Field(le=1)], 1.5, "x is 1.5; allowed: at most 1"),
        (Annotated[float, Field(lt=0.5)], 0.5, "x is 0.5; allowed: less than 0.5"),
        (Annotated[int, Field(le=10_000_000)], 10_000_001, "x is 10000001; allowed: at most 10000000"),
        (Annotated[int, Field(multiple_of=16)], 7, "x is 7; allowed: a multiple of 16"),
        (Annotated[float, Field(allow_inf_nan=False)], float("inf"), "x is inf; allowed: a finite number"),
        (int, "9" * 5000, f"x is '{'9' * 59}...; allowed: a smaller number"),
        (Annotated[tuple[int, ...], Field(max_length=3)], [1, 2, 3, 4], "x has 4 items; allowed: at most 3"),
        (Annotated[list[int], Field(min_length=2)], [1], "x has 1 item; allowed: at least 2"),
        (Annotated[list[int], Field(min_length=2)], [], "x has 0 items; allowed: at least 2"),
        (Annotated[list[int], Field(min_length=1)], [], "x is empty; at least one is needed"),
        (Annotated[dict[str, int], Field(max_length=1)], {"a": 1, "b": 2}, "x has 2 items; allowed: at most 1"),
        (Annotated[str, Field(min_length=2)], "a", "x has 1 character; allowed: at least 2"),
        (Annotated[str, Field(max_length=2)], "abc", "x has 3 characters; allowed: at most 2"),
        (Annotated[str, Field(min_length=1)], "", "x is empty; at least one is needed"),
        (Annotated[str, Field(pattern="^[a-z]+$")], "A", "x is 'A'; allowed: text that matches ^[a-z]+$"),
        (Shade, "drak", "x is 'drak'; allowed: 'dark' or 'light'"),
        (set[int], 3, "x is 3; allowed: a list"),
        (Path, 3, "x is 3; it is not a valid path for <class 'pathlib.Path'>"),
    ],
)
def test_every_limit_says_the_value_and_what_is_allowed(kind: Any, value: object, message: str) -> None:
    """Also limits that only models of other packages have."""
    given = {"x": value}
    model = create_model("Model", x=(kind, ...))
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    assert [one.message for one in mistakes(caught.value, model, given, Words())] == [message]


def test_a_pattern_that_has_words() -> None:
    """They stand in the place of the pattern, and of no other one."""
    given = {"x": "c", "y": "c"}
    with pytest.raises(ValidationError) as caught:
        Patterns.model_validate(given)
    found = mistakes(caught.value, Patterns, given, Words(patterns={"^a": "write a word with a"}))
    assert [one.message for one in found] == [
        "x is 'c'; write a word with a",
        "y is 'c'; allowed: text that matches ^b",
    ]
