"""`slidegen build`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import counted, messages, print_problems
from slidegen.cli.options import build_options, deck_options
from slidegen.cli.places import deck_folders
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.build_options import BuildOptions
    from slidegen.pipeline import Built
    from slidegen.resolved import ResolvedDeck

STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""What `-o` calls standard output. Opening it again would overwrite the content of a file that it is redirected to."""


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@click.option("-o", "--output", help="The file to write (one deck only); - writes the page to standard output.")
@click.option(
    "--output-dir",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder for the files; the one that a slidegen.toml names, else build.",
)
@deck_options
def build(
    decks: Sequence[str], output: str | None, folder: Path | None, quiet: bool, verbose: bool, **settings: Any
) -> None:
    """Build decks: one self-contained file each."""
    from slidegen.cli.progress import Reporter
    from slidegen.outputs.target import deck_folder
    from slidegen.pipeline import build as build_deck

    places = deck_folders(decks, "build")
    if output is not None and len(places) > 1:
        raise click.UsageError("--output names one file, but there are several decks; use --output-dir")
    options = build_options(settings, folder=folder)
    if output in STDOUT:
        options = replace(options, stream=sys.stdout.buffer)
    elif output is not None:
        options = replace(options, output=Path(output))
    problems: list[Problem] = []
    taken: dict[Path, str] = messages().taken()
    for deck, place in places.items():
        start = time.perf_counter()
        try:
            with Reporter(quiet, verbose) as progress:
                given = replace(options, folder=deck_folder(Path(deck), options) / place) if place.parts else options
                before = None if quiet else _before(deck, options)
                built = build_deck(deck, replace(given, taken=taken, progress=progress))
            taken |= {
                path.resolve(): f"output of {deck}; build them one by one" for path in (built.output, *built.beside)
            }
            _report(deck, built, time.perf_counter() - start, quiet)
            if before is not None:
                _report_refresh(before, deck, options)
        except SlidegenError as error:
            problems += error.problems
    if problems:
        raise SlidegenError(problems)


def _before(deck: str, options: BuildOptions) -> ResolvedDeck | None:
    """The values that a deck shows before its record is refreshed; None if it will not be."""
    if options.mode != "refresh":
        return None
    from slidegen.changes.refreshing import recorded_values
    from slidegen.results.keeping import keeps

    return recorded_values(deck, options) if keeps(options) else None


def _report_refresh(before: ResolvedDeck, deck: str, options: BuildOptions) -> None:
    """Prints what a refresh changed."""
    from slidegen.changes.refreshing import refresh_lines, refreshed
    from slidegen.printing import printable

    lines = [printable(line) for line in refresh_lines(refreshed(before, deck, options), deck)]
    messages().info(
        Problem("; ".join(lines), deck, code="refreshed"), "\n  ".join([f"refreshed: {lines[0]}", *lines[1:]])
    )


def _report(deck: str, built: Built, took: float, quiet: bool) -> None:
    """Prints what was written; with `quiet` only the paths. There is no path for standard output."""
    if not quiet:
        print_problems(built.warnings)
        if built.record is not None:
            messages().info(Problem("updated", str(built.record), code="record-updated"))
        what = f"{counted(len(built.lines))}, {built.size / 1e6:.2f} MB, {took:.2f} s"
        messages().info(Problem(what, deck, code="built"), what)
    for path in (built.output, *built.beside):
        if str(path) != STDOUT[0]:
            click.echo(path)
