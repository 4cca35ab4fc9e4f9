"""`slidegen estimate`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.options import DTYPES, choice, format_option, offline_option, several

if TYPE_CHECKING:
    from slidegen.units import Unit

METHODS = ("full", "lora", "qlora", "inference")
ACCOUNTINGS = ("textbook", "accelerate")


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@choice("--method", "methods", METHODS, "Repeatable, or with commas; all of them without it.")
@choice("--dtype", "dtypes", DTYPES, "Repeatable, or with commas.  [default: float16]")
@several("--rank", "ranks", click.INT.convert, metavar="N", help="Of the adapter; repeatable.  [default: 16]")
@click.option("--accounting", type=click.Choice(ACCOUNTINGS), default="textbook", show_default=True)
@click.option("--unit", type=click.Choice(("GiB", "GB")), default="GiB", show_default=True)
@format_option
@offline_option
def estimate(
    models: Sequence[str],
    methods: Sequence[str],
    dtypes: Sequence[str],
    ranks: Sequence[int],
    accounting: str,
    unit: Unit,
    format_: str,
    offline: bool,
) -> None:
    """Print the memory that models need: a catalogue name, org/name[@revision], a folder or a config.json."""
    from slidegen.cli.progress import Reporter
    from slidegen.models.finder import ModelFinder
    from slidegen.printing import csv_text, leaves_out, print_table, split_notes, table_records
    from slidegen.progress import Step
    from slidegen.project import project_models
    from slidegen.tables import find_source
    from slidegen.tables.base import Workbench
    from slidegen.tables.desk import check_parameters
    from slidegen.tables.memory import MemoryParameters, memory_estimates

    given: dict[str, Any] = {"models": list(models)} | ({"dtype": list(dtypes)} if dtypes else {})
    if accounting == "accelerate":
        if methods or ranks:
            raise click.UsageError("accelerate's accounting knows neither --method nor --rank")
        source = find_source("dtypes")
    else:
        given |= {"method": list(methods or METHODS)} | ({"rank": list(ranks)} if ranks else {})
        source = find_source("memory")
    parameters = check_parameters(source, given)
    finder = ModelFinder(project_models(Path.cwd()), offline=offline)
    with Reporter() as progress:
        workbench = Workbench(finder, lambda text: progress(Step(text)))
        table = source.compute(parameters, workbench)
    if format_ in ("json", "csv"):
        records: Sequence[dict[str, Any]] = [{"accounting": accounting, **row} for row in table_records(table)]
        if isinstance(parameters, MemoryParameters):
            records = [asdict(line) for line in memory_estimates(parameters, workbench)]
        click.echo(json.dumps(records, indent=1) if format_ == "json" else csv_text(records))
        return
    if format_ != "table":
        click.echo(print_table(table, format_, unit))
        return
    short, notes = split_notes(table)
    click.echo(print_table(short, format_, unit))
    for line in ("", *(f"n/a: {note}." for note in notes), f"Accounting: {accounting}. {leaves_out(table)}"):
        click.echo(line)
