"""The search for the largest number that fits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slidegen.tables.search import PARTS, largest

NEEDS: dict[str, Callable[[int], float]] = {
    "in proportion": lambda number: 3 * number,
    "with the square": lambda number: number * number / 50 + number,
    "in steps": lambda number: 1000 * (number // 100),
    "with a base": lambda number: max(500_000, 7 * number),
}


def search(need: Callable[[int], float], memory: int, start: int, most: int) -> tuple[int | None, int]:
    """The result, and how many numbers were tried."""
    tried: list[int] = []

    def room(number: int) -> int:
        assert 1 <= number <= most
        assert number not in tried
        tried.append(number)
        return int(memory - need(number)) if need(number) <= memory else min(-1, int(memory - need(number)))

    return largest(room, start, most), len(tried)


@pytest.mark.parametrize("name", NEEDS)
@given(memory=st.integers(0, 10**7), start=st.integers(1, 5000), most=st.integers(1, 2**20))
def test_what_is_found_fits_and_little_more_does_not(name: str, memory: int, start: int, most: int) -> None:
    """Wherever the search begins, and whatever the need grows with."""
    need = NEEDS[name]
    found, tries = search(need, memory, start, most)
    if found is None:
        assert need(1) > memory
        return
    assert need(found) <= memory
    assert found == most or need(found + max(1, found // PARTS)) > memory
    assert tries <= 40


@pytest.mark.parametrize(("memory", "expected"), [(3 * 37 + 1, 37), (2, None), (10**9, 4096)])
def test_small_numbers_are_exact(memory: int, expected: int | None) -> None:
    """Batches, mostly."""
    assert search(NEEDS["in proportion"], memory, 1, 4096)[0] == expected


def test_a_straight_line_takes_few_tries() -> None:
    """Halving takes 20."""
    found, tries = search(NEEDS["in proportion"], 300_001, 512, 2**20)
    assert found is not None
    assert 98_000 < found <= 100_000
    assert tries <= 7


def test_what_does_not_fit_for_another_reason_ends_the_search_as_well() -> None:
    """Free memory in pieces: no number says how much is missing, so what is left is halved."""
    tried: list[int] = []

    def room(number: int) -> int:
        tried.append(number)
        return -1 if number > 700 else 10**9 - number

    assert largest(room, 1, 4096) in range(690, 701)
    assert len(tried) <= 25
