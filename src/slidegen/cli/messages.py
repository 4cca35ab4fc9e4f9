"""Messages of `build` and `check` about a deck, other than its mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from slidegen.errors import Problem

if TYPE_CHECKING:
    from slidegen.pipeline import Built


def print_warnings(built: Built) -> None:
    """Prints the warnings about a deck to standard error."""
    print_problems(built.warnings)


def print_problems(warnings: Iterable[Problem]) -> None:
    """Prints warnings to standard error."""
    from slidegen.printing import printable  # few decks have warnings

    for warning in warnings:
        click.echo(f"warning: {printable(str(warning))}", err=True)


def counted(slides: int) -> str:
    """A number of slides in words: "1 slide"."""
    return "1 slide" if slides == 1 else f"{slides} slides"
