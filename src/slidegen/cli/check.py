"""`slidegen check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import counted, tell_warnings
from slidegen.cli.options import build_options, deck_options
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.pipeline import Built


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@deck_options
def check(decks: Sequence[str], quiet: bool, verbose: bool, **settings: Any) -> None:
    """Build decks and look at every slide in a browser: nothing may run off, nothing may be asked of the network."""
    from tempfile import TemporaryDirectory

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
                    tell_warnings(built)
                found = list(_problems(deck, built))
            except SlidegenError as error:
                found = list(error.problems)
            problems += found
            if not (found or quiet):
                click.echo(f"{deck}: {counted(len(built.lines))}, nothing runs off")
    if problems:
        raise SlidegenError(problems)


def _problems(deck: str, built: Built) -> Iterator[Problem]:
    """What is wrong with a built deck, as a browser sees it."""
    from slidegen.browser.deck import open_deck

    with open_deck(built.output) as opened:
        for found in opened.overflows():
            yield Problem(str(found), deck, built.lines[found.index])
        yield from (Problem(f"asks the network for {url}", deck) for url in opened.requests[1:])
        yield from (Problem(f"the browser's console says: {message}", deck) for message in opened.messages)
