"""What the commands say of a deck beside its mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from slidegen.errors import Problem

if TYPE_CHECKING:
    from slidegen.pipeline import Built


def tell_warnings(built: Built) -> None:
    """Prints what looks wrong in a deck, on standard error."""
    tell(built.warnings)


def tell(warnings: Iterable[Problem]) -> None:
    """Prints warnings, on standard error."""
    from slidegen.printing import harmless  # few decks have any

    for warning in warnings:
        click.echo(f"warning: {harmless(str(warning))}", err=True)


def counted(slides: int) -> str:
    """A number of slides."""
    return "1 slide" if slides == 1 else f"{slides} slides"
