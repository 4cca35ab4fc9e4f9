"""`slidegen check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from slidegen.cli.messages import counted, print_warnings
from slidegen.cli.options import build_options, deck_options
from slidegen.errors import Problem, SlidegenError


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@deck_options
def check(decks: Sequence[str], quiet: bool, verbose: bool, **settings: Any) -> None:
    """Build decks and check every slide in a browser: nothing may run off the slide or be loaded from the network."""
    from tempfile import TemporaryDirectory

    from slidegen.browser.problems import shown_problems
    from slidegen.cli.progress import Reporter
    from slidegen.pipeline import build as build_deck

    problems: list[Problem] = []
    with TemporaryDirectory(prefix="slidegen-") as folder:
        options = build_options(settings, folder=Path(folder), keep_record=False)
        for deck in decks:
            try:
                with Reporter(quiet, verbose) as progress:
                    built = build_deck(deck, replace(options, progress=progress))
                if not quiet:
                    print_warnings(built)
                found = list(shown_problems(deck, built))
            except SlidegenError as error:
                found = list(error.problems)
            problems += found
            if not (found or quiet):
                click.echo(f"{deck}: {counted(len(built.lines))}, nothing runs off")
    if problems:
        raise SlidegenError(problems)
