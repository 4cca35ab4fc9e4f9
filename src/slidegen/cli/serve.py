"""`slidegen serve`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.messages import counted, messages, print_problems
from slidegen.cli.options import build_options, deck_options, served_at
from slidegen.errors import Problem

if TYPE_CHECKING:
    from slidegen.serve.session import Report

PORT = 8765
READY: Final = "Save a file of the deck to see the change. Ctrl-C ends this."


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@served_at(PORT)
@click.option("--follow-edits", "follow", is_flag=True, help="Jump to the slide that was changed last.")
@deck_options
def serve(
    decks: Sequence[str], port: int, open_: bool, follow: bool, quiet: bool, verbose: bool, **settings: Any
) -> None:
    """Show decks in the browser while you write them."""
    if quiet and verbose:
        raise click.UsageError("use one of --quiet and --verbose")
    options = build_options(settings)
    from slidegen.serve.server import serve_decks

    told = messages()

    def ready(address: str) -> None:
        click.echo(address)
        if not quiet:
            told.info(Problem(READY, code="serving"))
        if open_:
            import webbrowser

            webbrowser.open(address)

    def report(built: Report) -> None:
        if quiet:
            return
        if built.problems:
            for problem in built.problems:
                told.error(problem)
            return
        print_problems(built.warnings)
        what = f"{counted(built.slides)}, {built.seconds:.2f} s"
        told.info(Problem(what, built.deck, code="built"))

    serve_decks(decks, options, port=port, follow=follow, ready=ready, report=report)
    told.info(Problem("stopped", code="stopped"))
