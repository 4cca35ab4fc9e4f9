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


def _folder(_: click.Context, __: click.Parameter, name: str) -> Path:
    if not name:
        raise click.BadParameter("a name is empty; . is the working directory")
    return Path(name)


@click.command()
@click.argument("folder", callback=_folder)
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
    from slidegen.installed import remote_requirement
    from slidegen.results.store import today
    from slidegen.scaffold import WORKFLOW, as_argument, new_deck, write_deck

    made = new_deck(folder, template, kind, date=today(), github=github)
    for path in write_deck(made):
        click.echo(path)
    if not quiet:
        deck = shlex.quote(as_argument(made.deck))
        there = [] if folder == Path() else [f"cd {shlex.quote(as_argument(str(folder)))}"]
        if github and remote_requirement() is None:
            there.append(f"edit {WORKFLOW}: name the slidegen that it installs, which came from this machine")
        steps = [*there, f"slidegen serve {deck}", f"slidegen build {deck}"]
        messages().info(Problem("; ".join(steps), code="next-step"), "\n".join(["", *steps]))
