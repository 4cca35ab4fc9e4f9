"""`slidegen build`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from slidegen.cli.options import build_options, counted, deck_options, look_options
from slidegen.errors import Problem, SlidegenError


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (one deck only).")
@click.option("--output-dir", "folder", type=click.Path(path_type=Path), default=Path("build"), show_default=True)
@look_options
@click.option("--fetch-remote", is_flag=True, help="Fetch images of the network into the file.")
@click.option("--allow-remote-missing", is_flag=True, help="Show a placeholder for images of the network.")
@deck_options
def build(
    decks: Sequence[str],
    output: Path | None,
    folder: Path,
    theme: str | None,
    format_: str | None,
    theme_set: Sequence[Path],
    fix_encoding: bool,
    fetch_remote: bool,
    allow_remote_missing: bool,
    **common: Any,
) -> None:
    """Build decks: one self-contained file each."""
    from slidegen.cli.progress import Reporter
    from slidegen.pipeline import build as build_deck

    if output is not None and len(decks) > 1:
        raise click.UsageError("--output names one file, but there are several decks; use --output-dir")
    stems = [Path(deck).stem for deck in decks]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        raise click.UsageError(f"several decks would be written to {folder / twice}.html; build them one by one")
    if fetch_remote and allow_remote_missing:
        raise click.UsageError("use one of --fetch-remote and --allow-remote-missing")
    remote = "fetch" if fetch_remote else "placeholder" if allow_remote_missing else "refuse"
    more: dict[str, Any] = {"output": output, "folder": folder, "theme": theme, "format": format_, "remote": remote}
    more |= {"theme_set": tuple(theme_set), "fix_encoding": fix_encoding}
    problems: list[Problem] = []
    for deck in decks:
        start = time.perf_counter()
        try:
            with Reporter() as progress:
                built = build_deck(deck, build_options(**common, progress=progress, more=more))
        except SlidegenError as error:
            for note in getattr(error, "__notes__", ()):
                click.echo(note, err=True)
            problems += error.problems
            continue
        for warning in built.warnings:
            click.echo(f"warning: {warning}", err=True)
        if built.record is not None:
            click.echo(f"{built.record}: updated", err=True)
        took = time.perf_counter() - start
        click.echo(f"{counted(len(built.lines))}, {built.size / 1e6:.2f} MB, {took:.2f} s", err=True)
        for path in (built.output, *built.beside):
            click.echo(path)
    if problems:
        raise SlidegenError(problems)
