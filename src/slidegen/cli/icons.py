"""`slidegen icons`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from slidegen.errors import Problem, SlidegenError


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
def icons(words: Sequence[str]) -> None:
    """List the icons whose names have all these words, as a deck writes them."""
    from slidegen.outputs.icons import icons_named, no_icon

    found = icons_named(words)
    if not found:
        raise SlidegenError([Problem(no_icon(" ".join(words)), code="unknown-name")])
    for name in found:
        click.echo(f":lucide-{name}:")
