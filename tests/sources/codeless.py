"""Input formats as another package adds them that was written before problems had codes, and one that fails."""

from __future__ import annotations

import os
import sys
import warnings

from slidegen import Deck, DeckError, ParseOptions, Problem, Source, SourceFormat


def parse(source: Source, _: ParseOptions) -> Deck:
    """Refuses every deck."""
    raise DeckError([Problem("the line is empty", source.name, 2)])  # type: ignore[call-arg]


def crash(source: Source, _: ParseOptions) -> Deck:
    """Fails as a program does, after some chatter of libraries."""
    warnings.warn("a warning of Python", stacklevel=1)
    print("a line", file=sys.stderr, flush=True)
    os.write(2, b"a line of C\n")
    raise RuntimeError(source.name)


LINES = SourceFormat("a deck of lines", parse)
CRASH = SourceFormat("a deck", crash)
