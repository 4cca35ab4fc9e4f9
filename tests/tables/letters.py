"""A slow table source for tests: a row for each letter, each a part of its own. Written by hand, computed for real."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from slidegen.errors import DeckError, ModelError, Problem
from slidegen.model import Column, Provenance, Table
from slidegen.tables.base import SourceContext, SourceParameters, TableSource
from slidegen.tables.fields import Many

COLUMNS: Final = (Column("letter", "Letter", "model"), Column("code", "Code", "integer"))


class LettersParameters(SourceParameters):
    """`log` is a file that gets a line for each letter that is computed: the letter and the process.

    As long as there is a file `<log>.hold`, the letters in it are not finished.
    """

    letters: Many[str]
    seconds: float = 0
    log: str | None = None


def _parts(parameters: LettersParameters) -> list[LettersParameters]:
    return [parameters.model_copy(update={"letters": (letter,)}) for letter in parameters.letters]


def _inputs(parameters: LettersParameters, _: SourceContext) -> Mapping[str, str]:
    if "?" in parameters.letters:
        raise ModelError([Problem("model '?': not here", code="unknown-model")])
    return {letter: f"digest of {letter}" for letter in parameters.letters}


def _hold(log: str | None, letter: str) -> None:
    """Waits as long as the file `<log>.hold` has the letter, but at most a minute: a test that fails must not hang."""
    hold, end = Path(f"{log}.hold"), time.monotonic() + 60
    while log is not None and hold.exists() and letter in hold.read_text(encoding="utf-8"):
        if time.monotonic() > end:
            raise TimeoutError(f"{hold} has held {letter} for a minute")
        time.sleep(0.01)


def _compute(parameters: LettersParameters, context: SourceContext) -> Table:
    (letter,) = parameters.letters
    context.progress(f"writing {letter}")
    time.sleep(parameters.seconds / 2)
    context.advance(0.5)
    _hold(parameters.log, letter)
    time.sleep(parameters.seconds / 2)
    if letter == "!":
        raise DeckError([Problem("letters: ! is no letter; allowed: a to z", code="wrong-value")])
    if letter == "%":
        raise ValueError("what no one\nforesaw")
    if letter == "-":
        os.kill(os.getpid(), signal.SIGKILL)
    if letter == "^":
        print("chatter of a library")
    if parameters.log is not None:
        with Path(parameters.log).open("a", encoding="utf-8") as file:
            file.write(f"{letter} {os.getpid()} {os.environ['OMP_NUM_THREADS']}\n")
    code = ord(letter[0])
    provenance = Provenance(
        "letters", "alphabet", {letter: f"box {letter}"}, {"lib": f"{code % 2}.0"}, leaves_out="case"
    )
    return Table(COLUMNS, ((letter, code),), provenance)


LETTERS: Final = TableSource("letters", 1, LettersParameters, "letters", _inputs, _compute, _parts)
