"""Nominal sizes: which names are one, and how one is written."""

from __future__ import annotations

import pytest

from slidegen.errors import ModelError
from slidegen.models.finder import ModelFinder
from slidegen.models.nominal import nominal_size, size_name

SIZES = {
    "7B": 7_000_000_000,
    "7b": 7_000_000_000,
    "1.5B": 1_500_000_000,
    "0.5 B": 500_000_000,
    "350M": 350_000_000,
    "117m": 117_000_000,
    "1T": 10**12,
    "13e9": 13_000_000_000,
    "1.3E+9": 1_300_000_000,
    "6.7B": 6_700_000_000,
    "8030261248": 8_030_261_248,
}


@pytest.mark.parametrize("name", SIZES)
def test_a_size_as_talks_name_it(name: str) -> None:
    """Thousands, millions, billions, trillions, a power of ten, or all digits; in whole numbers."""
    assert nominal_size(name) == SIZES[name]


@pytest.mark.parametrize(
    "name",
    ["", "B", "0B", "-7B", "7BB", "7B-chat", "org/7B", "./7B", "1.5", "7e-3", "9e99", "٧B", "7Б", "gpt2", "1,5B"],
)
def test_what_is_not_a_size(name: str) -> None:
    """Names of models and paths, parts of a parameter, nothing, and more than there will be."""
    assert nominal_size(name) is None


def test_a_size_is_written_as_short_as_it_can_be() -> None:
    """The largest unit with at most three decimals, else all digits."""
    names = [size_name(size) for size in (13_000_000_000, 1_500_000_000, 350_000_000, 8_030_261_248, 12)]
    assert names == ["13B", "1.5B", "350M", "8030261248", "12"]
    assert all(nominal_size(size_name(size)) == size for size in SIZES.values())


def test_where_a_model_is_needed_a_size_is_refused() -> None:
    """In one line, which says what accepts it."""
    with pytest.raises(
        ModelError, match=r"^model '7B': it is a nominal size, not a model; only the accountings textbook "
    ):
        ModelFinder(offline=True).find("7B")
