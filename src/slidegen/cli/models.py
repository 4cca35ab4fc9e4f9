"""`slidegen models`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from slidegen.cli.options import FORMATS, complete_model, format_option, list_by_default, offline_option
from slidegen.estimate.census import DTYPES


@click.group(invoke_without_command=True)
@click.option("--format", "format_", type=click.Choice(FORMATS), help="The format of `models list`.  [default: table]")
@click.pass_context
def models(ctx: click.Context, format_: str | None) -> None:
    """List the models of the built-in catalogue, or show one."""
    list_by_default(ctx, models, models_list, format_)


@models.command("list")
@format_option
def models_list(format_: str) -> None:
    """List the models of the built-in catalogue."""
    from slidegen.model import Column, Provenance, Table
    from slidegen.models.catalogue import list_catalogue
    from slidegen.printing import print_table
    from slidegen.tables.records import table_records

    columns = (
        Column("model", "Model", "text"),
        Column("class", "Class", "text"),
        Column("parameters", "Parameters", "count"),
    )
    rows = tuple((entry.name, entry.model_class, entry.parameters) for entry in list_catalogue())
    table = Table(columns, rows, Provenance("catalogue"))
    click.echo(json.dumps(table_records(table), indent=1) if format_ == "json" else print_table(table, format_, "GiB"))


@models.command("show")
@click.argument("model", shell_complete=complete_model)
@click.option("--dtype", type=click.Choice(DTYPES), default="float16", show_default=True)
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
@offline_option
def models_show(model: str, dtype: str, format_: str, offline: bool) -> None:
    """Show a model: its config, its parameters by kind and by part, and the source of these facts."""
    from slidegen.models.finder import ModelFinder
    from slidegen.printing import print_table, printable
    from slidegen.project import find_project
    from slidegen.tables.cards import kinds_table, model_card, parts_table

    card = model_card(ModelFinder(find_project(Path()), offline=offline), model, dtype)
    head = {
        "model": model,
        "class": card.census.model_class,
        "AutoModel builds": card.census.base_class,
        "parameters": card.parameters,
        "parameters without the output head": card.base_parameters,
        "active parameters": card.parts.active,
        "LoRA parameters per rank": card.adapter_per_rank,
        "weights stored as": card.stored_as,
        "origin": card.origin,
        "source": card.facts.source,
    }
    if format_ == "json":
        kinds = [asdict(kind) for kind in card.kinds]
        shown = {**head, "config": card.facts.config, "kinds": kinds, "parts": asdict(card.parts)}
        click.echo(json.dumps(shown, indent=1))
        return
    for name, value in {**head, **card.config}.items():
        if value is not None:
            click.echo(printable(f"{name}: {value:,}" if type(value) is int else f"{name}: {value}"))
    click.echo()
    click.echo(print_table(kinds_table(card, dtype), "table", "GiB"))
    click.echo()
    click.echo(print_table(parts_table(card), "table", "GiB"))
