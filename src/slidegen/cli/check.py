"""`slidegen check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from slidegen.cli.messages import counted, print_problems
from slidegen.cli.options import build_options, deck_options
from slidegen.cli.slide_numbers import SlideNumbers, slides_option
from slidegen.errors import Problem, SlidegenError

WARNINGS: Final = frozenset({"console-message", "contrast", "smaller-text"})
"""The codes of what a browser finds that is not a mistake."""


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@slides_option
@deck_options
def check(decks: Sequence[str], slides: SlideNumbers | None, quiet: bool, verbose: bool, **settings: Any) -> None:
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
                count = len(built.lines)
                chosen = range(1, count + 1) if slides is None else slides.of(deck, count)
                if not quiet:
                    print_problems(warning for warning in built.warnings if warning.slide in (None, *chosen))
                found = list(shown_problems(deck, built, chosen))
            except SlidegenError as error:
                problems += error.problems
                continue
            mistakes = [problem for problem in found if problem.code not in WARNINGS]
            problems += mistakes
            if not quiet:
                print_problems(problem for problem in found if problem.code in WARNINGS)
            if not (mistakes or quiet):
                looked_at = counted(count) if len(chosen) == count else f"{len(chosen)} of {counted(count)}"
                click.echo(f"{deck}: {looked_at}, nothing runs off")
    if problems:
        raise SlidegenError(problems)
