"""`slidegen tables`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from slidegen.cli.options import build_options, format_option, value_options
from slidegen.errors import Problem, SlidegenError

ONE_TABLE = ("csv", "tsv")
"""The formats that can hold only one table."""


@click.command()
@click.argument("deck", type=click.Path())
@format_option
@click.option("--table", "names", multiple=True, metavar="NAME", help="Only this table; repeatable.")
@value_options
def tables(deck: str, format_: str, names: Sequence[str], quiet: bool, verbose: bool, **settings: Any) -> None:
    """Print the computed tables of a deck."""
    from slidegen.cli.progress import Reporter
    from slidegen.errors import nearest
    from slidegen.pipeline import resolved_deck
    from slidegen.printing import print_table
    from slidegen.tables.records import table_records

    with Reporter(quiet, verbose) as progress:
        # The tables say why a claim is false.
        found = resolved_deck(deck, replace(build_options(settings, progress=progress), claims="warn")).tables
    for name in names:
        if name not in found:
            raise SlidegenError(
                [Problem(f"no table {name!r} is declared; {nearest(name, found)}", deck, code="unknown-name")]
            )
    chosen = {name: placed for name, placed in found.items() if not names or name in names}
    if format_ == "json":
        records = {name: table_records(placed.table, placed.empty) for name, placed in chosen.items()}
        click.echo(json.dumps(records, indent=1))
        return
    if format_ in ONE_TABLE and len(chosen) > 1:
        message = f"--format {format_} prints one table; choose it with --table: {', '.join(chosen)}"
        raise SlidegenError([Problem(message, deck, code="wrong-output")])
    for number, (name, placed) in enumerate(chosen.items()):
        if len(chosen) > 1:
            click.echo(("\n" if number else "") + _title(name, placed.look.caption, format_))
        click.echo(print_table(placed.table, format_, placed.look.unit, placed.look.digits))


def _title(name: str, caption: str | None, format_: str) -> str:
    text = f"{name}: {caption}" if caption else name
    return f"#+NAME: {name}\n#+CAPTION: {caption or name}" if format_ == "orgtbl" else text
