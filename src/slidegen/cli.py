"""The commands. The only module that prints or exits."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen import __version__
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.pipeline import BuildOptions
    from slidegen.tables.desk import Mode
    from slidegen.units import Unit

FORMATS = ("table", "json", "csv", "github", "orgtbl", "rst", "html", "latex", "asciidoc", "tsv")
METHODS = ("full", "lora", "qlora", "inference")
DTYPES = ("float32", "float16", "bfloat16", "int8", "int4")
ACCOUNTINGS = ("textbook", "accelerate")


class Commands(click.Group):
    """The command group: mistakes of the user are one line each on standard error, and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SlidegenError as error:
            from slidegen.printing import harmless

            for problem in error.problems:
                click.echo(f"error: {harmless(str(problem))}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            sys.exit(130)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slidegen")
def main() -> None:
    """Write a deck once; every number on it is computed when it is built."""


def deck_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that `build` and `tables` share."""
    for option in reversed(
        (
            click.option(
                "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Replace a variable of the deck."
            ),
            click.option("--refresh", is_flag=True, help="Compute every table again."),
            click.option("--frozen", is_flag=True, help="Compute nothing; fail if the record lacks something."),
            click.option("--offline", is_flag=True, help="Never ask the Hugging Face Hub."),
        )
    ):
        command = option(command)
    return command


def _options(settings: Sequence[str], refresh: bool, frozen: bool, offline: bool, **more: Any) -> BuildOptions:
    from slidegen.pipeline import BuildOptions

    if refresh and frozen:
        raise click.UsageError("--refresh computes everything and --frozen nothing; use one of them")
    pairs = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"--set {setting}: write NAME=VALUE")
        pairs[name.strip()] = value.strip()
    mode: Mode = "refresh" if refresh else "frozen" if frozen else "reuse"
    return BuildOptions(settings=pairs, mode=mode, offline=offline, progress=_progress, **more)


def _progress(message: str) -> None:
    click.echo(message, err=True)


@main.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (one deck only).")
@click.option("--output-dir", "folder", type=click.Path(path_type=Path), default=Path("build"), show_default=True)
@click.option("--theme", metavar="NAME|FOLDER", help="auto, light, dark, or a theme folder; opens with it.")
@click.option("--format", "format_", metavar="NAME", help="The output format; the deck's own, else reveal.")
@click.option("--theme-set", type=click.Path(path_type=Path), multiple=True, help="Marp theme CSS, a file or a folder.")
@click.option("--fix-encoding", is_flag=True, help="Repair text that was decoded wrongly once, in the build only.")
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
    more: dict[str, Any] = {"theme_set": tuple(theme_set), "fix_encoding": fix_encoding, "remote": remote}
    options = _options(**common, output=output, folder=folder, theme=theme, format=format_, **more)
    problems: list[Problem] = []
    for deck in decks:
        start = time.perf_counter()
        try:
            built = build_deck(deck, options)
        except SlidegenError as error:
            problems += error.problems
            continue
        for warning in built.warnings:
            click.echo(f"warning: {warning}", err=True)
        if built.record is not None:
            click.echo(f"{built.record}: updated", err=True)
        took = time.perf_counter() - start
        slides = "1 slide" if len(built.lines) == 1 else f"{len(built.lines)} slides"
        click.echo(f"{slides}, {built.size / 1e6:.2f} MB, {took:.2f} s", err=True)
        for path in (built.output, *built.beside):
            click.echo(path)
    if problems:
        raise SlidegenError(problems)


@main.command()
@click.argument("deck")
@deck_options
def check(deck: str, **common: Any) -> None:
    """Build a deck and look at every slide in a browser: nothing may run off, nothing may be asked of the network."""
    from tempfile import TemporaryDirectory

    from slidegen.browser.deck import open_deck
    from slidegen.pipeline import build as build_deck

    with TemporaryDirectory(prefix="slidegen-") as folder:
        built = build_deck(deck, _options(**common, folder=Path(folder), keep_record=False))
        with open_deck(built.output) as opened:
            problems = [Problem(str(found), deck, built.lines[found.index]) for found in opened.overflows()]
            problems += [Problem(f"asks the network for {url}", deck) for url in opened.requests[1:]]
            problems += [Problem(f"the browser's console says: {message}", deck) for message in opened.messages]
    if problems:
        raise SlidegenError(problems)
    click.echo(f"{deck}: {len(built.lines)} slides, nothing runs off")


@main.command()
@click.argument("deck")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--table", "names", multiple=True, metavar="NAME", help="Only this table.")
@deck_options
def tables(deck: str, format_: str, names: Sequence[str], **common: Any) -> None:
    """Print the computed tables of a deck."""
    from slidegen.errors import nearest
    from slidegen.pipeline import computed_tables
    from slidegen.printing import print_table, table_records

    found = computed_tables(deck, _options(**common))
    for name in names:
        if name not in found:
            raise SlidegenError([Problem(f"no table {name!r} is declared; {nearest(name, found)}", deck)])
    chosen = {name: placed for name, placed in found.items() if not names or name in names}
    if format_ == "json":
        click.echo(json.dumps({name: table_records(placed.table) for name, placed in chosen.items()}, indent=1))
        return
    for number, (name, placed) in enumerate(chosen.items()):
        if len(chosen) > 1:
            click.echo(("\n" if number else "") + _title(name, placed.look.caption, format_))
        click.echo(print_table(placed.table, format_, placed.look.unit, placed.look.digits))


def _title(name: str, caption: str | None, format_: str) -> str:
    text = f"{name}: {caption}" if caption else name
    return f"#+NAME: {name}\n#+CAPTION: {caption or name}" if format_ == "orgtbl" else text


@main.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "--method", "methods", multiple=True, type=click.Choice(METHODS), help="Repeatable; all of them without it."
)
@click.option("--dtype", "dtypes", multiple=True, type=click.Choice(DTYPES), help="Repeatable.  [default: float16]")
@click.option("--rank", "ranks", multiple=True, type=int, help="Of the adapter; repeatable.  [default: 16]")
@click.option("--accounting", type=click.Choice(ACCOUNTINGS), default="textbook", show_default=True)
@click.option("--unit", type=click.Choice(("GiB", "GB")), default="GiB", show_default=True)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--offline", is_flag=True, help="Never ask the Hugging Face Hub.")
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
    from slidegen.models.finder import ModelFinder
    from slidegen.printing import csv_text, leaves_out, print_table, split_notes, table_records
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
    workbench = Workbench(ModelFinder(project_models(Path.cwd()), offline=offline), _progress)
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


@main.group(invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """List the models of the built-in catalogue, or show one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(models_list)


@models.command("list")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
def models_list(format_: str) -> None:
    """List the models of the built-in catalogue."""
    from slidegen.model import Column, Provenance, Table
    from slidegen.models.catalogue import list_catalogue
    from slidegen.printing import print_table, table_records

    columns = (
        Column("model", "Model", "text"),
        Column("class", "Class", "text"),
        Column("parameters", "Parameters", "count"),
    )
    rows = tuple((entry.name, entry.model_class, entry.parameters) for entry in list_catalogue())
    table = Table(columns, rows, Provenance("catalogue"))
    click.echo(json.dumps(table_records(table), indent=1) if format_ == "json" else print_table(table, format_, "GiB"))


@models.command("show")
@click.argument("model")
@click.option("--dtype", type=click.Choice(DTYPES), default="float16", show_default=True)
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
@click.option("--offline", is_flag=True, help="Never ask the Hugging Face Hub.")
def models_show(model: str, dtype: str, format_: str, offline: bool) -> None:
    """Show a model: its config, its parameters by kind, and where the facts come from."""
    from slidegen.models.finder import ModelFinder
    from slidegen.printing import harmless, print_table
    from slidegen.project import project_models
    from slidegen.tables.cards import kinds_table, model_card

    card = model_card(ModelFinder(project_models(Path.cwd()), offline=offline), model, dtype)
    head = {
        "model": model,
        "class": card.census.model_class,
        "AutoModel builds": card.census.base_class,
        "parameters": card.parameters,
        "parameters without the output head": card.base_parameters,
        "LoRA parameters per rank": card.adapter_per_rank,
        "origin": card.origin,
        "source": card.facts.source,
    }
    if format_ == "json":
        kinds = [asdict(kind) for kind in card.kinds]
        click.echo(json.dumps({**head, "config": card.facts.config, "kinds": kinds}, indent=1))
        return
    for name, value in {**head, **card.config}.items():
        if value is not None:
            click.echo(harmless(f"{name}: {value:,}" if type(value) is int else f"{name}: {value}"))
    click.echo()
    click.echo(print_table(kinds_table(card, dtype), "table", "GiB"))


@main.command()
def schema() -> None:
    """Print the JSON Schema of YAML decks, for editors."""
    from slidegen.sources.schema import DeckModel

    click.echo(json.dumps(DeckModel.model_json_schema(), indent=1))
