"""`slidegen build`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.options import build_options, counted, deck_options, look_options
from slidegen.cli.places import deck_folders
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.pipeline import Built

STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""What `-o` calls standard output. To open it anew would write over what stands in a file that it leads to."""


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@click.option("-o", "--output", help="The file to write (one deck only); - writes the page to standard output.")
@click.option("--output-dir", "folder", type=click.Path(path_type=Path), default=Path("build"), show_default=True)
@look_options
@click.option("--fetch-remote", is_flag=True, help="Fetch images of the network into the file.")
@click.option("--fetch-private", is_flag=True, help="Fetch them from this machine and private networks too.")
@click.option("--allow-remote-missing", is_flag=True, help="Show a placeholder for images of the network.")
@deck_options
def build(
    decks: Sequence[str],
    output: str | None,
    folder: Path,
    theme: str | None,
    format_: str | None,
    theme_set: Sequence[Path],
    fix_encoding: bool,
    quiet: bool,
    fetch_remote: bool,
    fetch_private: bool,
    allow_remote_missing: bool,
    **common: Any,
) -> None:
    """Build decks: one self-contained file each."""
    from slidegen.cli.progress import Reporter
    from slidegen.pipeline import build as build_deck

    places = deck_folders(decks, folder)
    if output is not None and len(places) > 1:
        raise click.UsageError("--output names one file, but there are several decks; use --output-dir")
    if (fetch_remote or fetch_private) and allow_remote_missing:
        raise click.UsageError(
            f"use one of {'--fetch-private' if fetch_private else '--fetch-remote'} and --allow-remote-missing"
        )
    fetched = "fetch-private" if fetch_private else "fetch" if fetch_remote else "refuse"
    remote = "placeholder" if allow_remote_missing else fetched
    more: dict[str, Any] = {"theme": theme, "format": format_, "remote": remote}
    more |= {"theme_set": tuple(theme_set), "fix_encoding": fix_encoding}
    if output in STDOUT:
        more["stream"] = sys.stdout.buffer
    elif output is not None:
        more["output"] = Path(output)
    problems: list[Problem] = []
    taken: dict[Path, str] = {}
    for deck, place in places.items():
        start = time.perf_counter()
        try:
            with Reporter(quiet) as progress:
                more |= {"folder": place, "taken": taken}
                built = build_deck(deck, build_options(**common, progress=progress, more=more))
            taken |= {path.resolve(): deck for path in (built.output, *built.beside)}
            _report(built, time.perf_counter() - start, quiet)
        except SlidegenError as error:
            for note in getattr(error, "__notes__", ()):
                click.echo(note, err=True)
            problems += error.problems
    if problems:
        raise SlidegenError(problems)


def _report(built: Built, took: float, quiet: bool) -> None:
    """Prints what was written where; with `quiet` only the paths, none for standard output."""
    if not quiet:
        for warning in built.warnings:
            click.echo(f"warning: {warning}", err=True)
        if built.record is not None:
            click.echo(f"{built.record}: updated", err=True)
        click.echo(f"{counted(len(built.lines))}, {built.size / 1e6:.2f} MB, {took:.2f} s", err=True)
    for path in (built.output, *built.beside):
        if str(path) != STDOUT[0]:
            click.echo(path)
