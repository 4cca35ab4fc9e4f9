"""What a bar says of the time that is left."""

from __future__ import annotations

from slidegen.cli.progress import TimeLeft


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_a_model_that_is_loaded_does_not_count_again() -> None:
    """Two seconds until the first hundredth, then ten hundredths a second: 8.9 more seconds, not 198."""
    clock = Clock()
    left = TimeLeft(clock)
    assert left.after(0, 1) == ""
    clock.time += 2
    assert left.after(0.01, 1) == ""
    clock.time += 1
    assert left.after(0.11, 1) == "0:09 left"
    clock.time += 4.4
    assert left.after(0.55, 1) == "0:05 left"


def test_parts_that_tell_only_their_end() -> None:
    """The first one tells how long each takes."""
    clock = Clock()
    left = TimeLeft(clock)
    clock.time += 50
    assert left.after(1, 4) == "2:30 left"
    clock.time += 30
    assert left.after(2, 4) == "1:00 left"


def test_hours() -> None:
    """A large model takes its time."""
    clock = Clock()
    left = TimeLeft(clock)
    clock.time += 3700
    assert left.after(1, 3) == "2:03:20 left"
