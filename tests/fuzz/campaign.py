"""Many inputs of one kind: each is made from its seed and tried in a folder of its own, within bounds."""

from __future__ import annotations

import resource
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from tests.deck_folder import DeckFolder

MOST_SECONDS = 20.0
"""Of this process's own work for one input: what other processes do does not count. The usual input takes 0.03."""
MOST_GROWTH = 1 << 30
"""Bytes by which an input may raise the most memory that the process ever held."""
SMOKE = 12
"""Inputs of each kind without the slow tests."""
CHUNK = 250

Attempt = Callable[[Random, DeckFolder], None]
"""Makes one input and tries it; anything that it raises is a fault."""


class TooMuchWorkError(BaseException):
    """An input took more than its bound; no part of slidegen may catch it."""


def smoke_and_all(total: int) -> pytest.MarkDecorator:
    """Runs a test with the seeds of a small sample, and as slow tests with `total` seeds, some at a time."""
    starts = range(0, total, CHUNK)
    chunks = [range(start, min(start + CHUNK, total)) for start in starts]
    slow = [pytest.param(seeds, marks=pytest.mark.slow, id=f"{seeds[0]}-{seeds[-1]}") for seeds in chunks]
    return pytest.mark.parametrize("seeds", [pytest.param(range(SMOKE), id="smoke"), *slow])


def faults_of(kind: str, attempt: Attempt, seeds: Sequence[int], most_seconds: float = MOST_SECONDS) -> list[str]:
    """Tries the inputs of all seeds. Returns a line for each that went wrong, with the command that replays it."""
    faults: list[str] = []
    replay = f"pytest tests/fuzz -k {kind} --fuzz-seed"
    for seed in seeds:
        before = _most_memory()
        with tempfile.TemporaryDirectory(prefix="fuzz-") as path:
            try:
                with _at_most(most_seconds):
                    attempt(Random(f"{kind} {seed}"), DeckFolder(Path(path)))
            except (Exception, TooMuchWorkError) as error:
                faults.append(f"{replay} {seed}: {_described(error)}")
        growth = _most_memory() - before
        if growth > MOST_GROWTH:
            faults.append(f"{replay} {seed}: takes {growth >> 20} MiB more memory than all before it")
    return faults


def _described(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames if "slidegen" in frame.filename]
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{text[:400]} ({' > '.join(own[-4:])})"


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raises TooMuchWorkError as soon as the process itself has worked for so long."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooMuchWorkError(f"more than {seconds:g} s of work")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
