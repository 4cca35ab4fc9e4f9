"""`slidegen new`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slidegen.cli.messages import messages
from slidegen.cli.options import quiet_option
from slidegen.errors import Problem

if TYPE_CHECKING:
    from slidegen.scaffold import Kind


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--template",
    default="talk",
    show_default=True,
    metavar="NAME",
    help="talk, lecture, lightning, numbers or blank; or the template of an installed package.",
)
@click.option("--kind", type=click.Choice(("yaml", "markdown")), default="yaml", show_default=True)
@click.option("--github", is_flag=True, help="Add a workflow that builds the deck and publishes it with GitHub Pages.")
@quiet_option
def new(folder: Path, template: str, kind: Kind, github: bool, quiet: bool) -> None:
    """Make a folder with a deck that builds at once."""
    from slidegen.results.store import today
    from slidegen.scaffold import new_deck, write_deck

    made = new_deck(folder, template, kind, date=today(), github=github)
    for path in write_deck(made):
        click.echo(path)
    if not quiet:
        deck = shlex.quote(made.deck)
        there = [] if folder == Path() else [f"cd {shlex.quote(str(folder))}"]
        steps = [*there, f"slidegen serve {deck}", f"slidegen build {deck}"]
        messages().info(Problem("; ".join(steps), code="next-step"), "\n".join(["", *steps]))
