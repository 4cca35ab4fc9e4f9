"""Rows of a figure that are not the same are never taken for one, nor called alike."""

from __future__ import annotations

from typing import Any

import pytest

from slidegen.figures import FigureError
from slidegen.figures.data import row_caveats
from slidegen.model import ColumnKind
from tests.figures.drawing import description, draw, stated, table, texts

TWINS = table({"model": "model", "rank": "integer", "size": "number"}, ("a/X", 1, 10), ("b/X", 1, 20), ("b/Y", 2, 30))


@pytest.mark.parametrize("kind", ["bars", "scatter", "line"])
def test_models_of_two_organisations_keep_their_whole_names(kind: str) -> None:
    """Where the short ones are alike; two series stay two."""
    options: dict[str, Any] = {"value": "size"} if kind == "bars" else {"x": "rank", "y": "size", "series": "model"}
    shown = texts(draw(kind, TWINS, **options))
    assert [name for name in shown if name in ("a/X", "b/X", "X", "Y", "b/Y")] == ["a/X", "b/X", "Y"]


def test_numbers_that_are_rounded_alike_are_two_series() -> None:
    """0.12345 and 0.12349 are both 0.123."""
    rows = table({"x": "integer", "y": "integer", "share": "number"}, (1, 5, 0.12345), (1, 6, 0.12349), (2, 7, 0.5))
    drawn = draw("scatter", rows, x="x", y="y", series="share")
    assert [name for name in ("0.12345", "0.12349", "0.5") if name in texts(drawn)] == ["0.12345", "0.12349", "0.5"]


def test_bars_that_are_called_alike_are_a_mistake() -> None:
    """Rows that are the same in all columns are not."""
    rows = table({"model": "model", "method": "text", "size": "number"}, ("a/X", "full", 1), ("a/X", "lora", 2))
    with pytest.raises(FigureError) as caught:
        draw("bars", rows, value="size", label="model")
    assert stated(caught.value) == (
        ("label", "2 rows are called 'X'; name the columns that tell them apart, or choose rows with where"),
    )
    assert "full: 1; lora: 2" in description(draw("bars", rows, value="size"))
    same = table({"model": "model", "size": "number"}, ("a/X", 1), ("a/X", 1))
    assert texts(draw("bars", same, value="size")).count("X") == 2


def test_a_line_has_one_value_at_each_place() -> None:
    """Several are rows of several lines."""
    rows = table(
        {"rank": "integer", "method": "text", "size": "number"}, (8, "lora", 1), (8, "qlora", 2), (9, "lora", 3)
    )
    with pytest.raises(FigureError) as caught:
        draw("line", rows, x="rank", y="size")
    assert stated(caught.value) == (
        (
            "series",
            "the line has several values at rank 8: qlora · rank 8; give the column that tells them apart as series, "
            "or choose rows with where",
        ),
    )
    assert "lora" in texts(draw("line", rows, x="rank", y="size", series="method"))


def test_levels_of_several_models_are_a_mistake() -> None:
    """One strip of them would show what no model has."""
    rows = table({"model": "model", "method": "text", "level": "number"}, ("a/X", "nf4", 0), ("a/Y", "nf4", 1))
    with pytest.raises(FigureError) as caught:
        draw("levels", rows)
    assert stated(caught.value) == (
        ("group", "'nf4' has levels of several models; choose one with where, or give group"),
    )
    assert "levels" in " ".join(texts(draw("levels", rows, group="model")))


def test_every_caveat_of_a_row_is_told() -> None:
    """Not the first column's only."""
    kinds: dict[str, ColumnKind] = {"a": "text", "why": "caveat", "also": "caveat"}
    rows = table(kinds, ("x", "one", "two"), ("y", None, "three"), ("z", None, None))
    assert row_caveats(rows) == ("one; two", "three", None)
