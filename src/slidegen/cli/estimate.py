"""`slidegen estimate`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from slidegen.cli.options import format_option, jobs_option, models_argument, offline_option
from slidegen.cli.parameter_options import parameter_options
from slidegen.estimate.gguf.types import FILE_TYPES
from slidegen.estimate.setting import Method
from slidegen.estimate.textbook import ADAPTER_METHODS
from slidegen.tables.base import SourceParameters
from slidegen.tables.dtypes import DtypesParameters
from slidegen.tables.fits import FitsParameters
from slidegen.tables.memory import MemoryParameters
from slidegen.tables.rules import RulesParameters
from slidegen.tables.setting_rules import EFFECTIVE
from slidegen.tables.settings import DtypeChoice, SettingParameters

if TYPE_CHECKING:
    from slidegen.model import Table
    from slidegen.progress import Progress
    from slidegen.tables.base import SourceContext
    from slidegen.units import Unit

ACCOUNTINGS: Final[Mapping[str, type[SourceParameters]]] = {
    "allocated": SettingParameters,
    "textbook": MemoryParameters,
    "accelerate": DtypesParameters,
    "rules": RulesParameters,
}
"""The accountings, each with its parameters."""
METHODS: Final = get_args(Method)
NO_OPTION: Final = frozenset({"models", "parameters", "accounting"})
"""Parameters that have their own argument or option."""


@dataclass(frozen=True, slots=True)
class ExtraOutput:
    """What is printed next to the estimates: the cards that they fit, the largest settings that fit, the phases."""

    fits: bool
    cards: tuple[str, ...]
    largest: bool
    phases: bool

    def of_cards(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the parameters of the source `fits`. Named cards are searched for the largest settings.

        `--cards` names those of its table, and `--gpu` the one of the estimate, which is in that table if no other is.
        """
        setting = {name: value for name, value in given.items() if name != "gpu"}
        named = list(self.cards) or [name for name in (given.get("gpu"),) if name is not None]
        return {**setting, "cards": named, "largest": self.largest or bool(named)}


@click.command(
    epilog="""\b
Examples:
  slidegen estimate meta-llama/Llama-3.1-8B --method qlora --gradient-checkpointing --seq-len 4096
  slidegen estimate meta-llama/Llama-3.1-8B --method lora --fits --gpu "RTX 4090"
  slidegen estimate google/gemma-2-9b --method full --gpus 8 --sharding zero3
  slidegen estimate Qwen/Qwen3-8B --method lora --phases --fits --cards "T4,RTX 4090" --format json
"""
)
@models_argument(required=True)
@parameter_options(ACCOUNTINGS, leave_out=NO_OPTION, defaults={"method": "all"})
@click.option(
    "--fits",
    is_flag=True,
    help="Print also which GPUs it fits; with --gpu or --cards, the largest setting that fits these GPUs.",
)
@parameter_options({"fits": FitsParameters}, names=("cards", "largest"), defaults={"cards": ""})
@click.option("--phases", is_flag=True, help="Print also the peak of each phase.")
@click.option("--accounting", type=click.Choice(tuple(ACCOUNTINGS)), default="allocated", show_default=True)
@click.option("--unit", type=click.Choice(("GiB", "GB")), default="GiB", show_default=True)
@jobs_option
@format_option
@offline_option
def estimate(
    models: Sequence[str],
    fits: bool,
    cards: tuple[str, ...],
    largest: bool | None,
    phases: bool,
    accounting: str,
    unit: Unit,
    jobs: int,
    format_: str,
    offline: bool,
    **options: Any,
) -> None:
    """Print the memory that models need: a catalogue name, org/name[@revision], a folder or a config.json.

    The accountings textbook and rules also accept a nominal size, such as 7B.

    Several models or several values of an option make one row each: separate them by commas or repeat the option.

    \b
    Accountings:
      allocated   what PyTorch, PEFT and bitsandbytes allocate at the peak of a step, from
                  running the model without its memory (needs the extra 'models')
      textbook    the usual arithmetic of slides: weights times bytes, times four to train
      accelerate  the numbers of `accelerate estimate-memory`
      rules       published rules of thumb, each with its source, next to what is allocated
                  (alone with --no-truth, which does not need torch)
    """
    from slidegen.cli.progress import Reporter
    from slidegen.models.finder import ModelFinder
    from slidegen.progress import Step
    from slidegen.project import find_project
    from slidegen.tables.base import SourceContext

    given = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    given = {name: value for name, value in given.items() if value not in (None, [])}
    extra = ExtraOutput(fits or bool(cards) or bool(largest), cards, bool(largest), phases)
    _check(given, accounting, extra)
    finder = ModelFinder(find_project(Path()), offline=offline)
    with Reporter() as progress:
        context = SourceContext(finder, lambda text: progress(Step(text)))
        if accounting == "allocated":
            shown = _allocated({"models": list(models), **given}, extra, jobs, context, progress, (format_, unit))
        else:
            shown = _arithmetic({"models": list(models), **given}, accounting, context, format_, unit)
    click.echo(shown)


def _check(given: Mapping[str, Any], accounting: str, extra: ExtraOutput) -> None:
    """Raises UsageError if the accounting does not support an option or a dtype."""
    if accounting == "allocated" and not set(given.get("dtype", ())) <= set(get_args(DtypeChoice)):
        raise click.UsageError("--dtype: the weights are auto, float32, float16 or bfloat16; see --quantization")
    others = set(given) - set(ACCOUNTINGS[accounting].model_fields)
    if accounting != "allocated":
        others |= {name for name in ("cards", "fits", "largest", "phases") if getattr(extra, name)}
    if others:
        name = sorted(others)[0]
        other = next((other for other, model in ACCOUNTINGS.items() if name in model.model_fields), "allocated")
        option = f"--{name.replace('_', '-')}"
        raise click.UsageError(f"the accounting {accounting} does not support {option}; {other} does")


def _arithmetic(given: dict[str, Any], accounting: str, context: SourceContext, format_: str, unit: Unit) -> str:
    """The estimates of an accounting that is arithmetic, as text."""
    from slidegen.cli.rules_text import for_people
    from slidegen.models.nominal import NOMINAL
    from slidegen.printing import leaves_out, print_table, split_notes
    from slidegen.results.store import check_parameters
    from slidegen.tables import TABLE_SOURCES
    from slidegen.tables.records import table_records

    source = TABLE_SOURCES.find({"accelerate": "dtypes", "textbook": "memory"}.get(accounting, accounting))
    if accounting == "textbook":
        given.setdefault("method", _textbook_methods(given))
    parameters = check_parameters(source, given)
    table = source.compute(parameters, context)
    if format_ in ("json", "csv"):
        return _for_programs(table_records(table), format_)
    if format_ != "table":
        return print_table(table, format_, unit)
    end = [*_nominal(table), f"Accounting: {accounting}. {leaves_out(table)}"]
    if accounting == "rules":
        return "\n".join([for_people(table, unit), "", *end])
    short, notes = split_notes(table)
    impossible = [f"n/a: {note}." for note in notes if note != NOMINAL]
    return "\n".join([print_table(short, format_, unit), "", *impossible, *end])


def _nominal(table: Table) -> list[str]:
    """Returns a line for each model that is a nominal size."""
    from slidegen.models.nominal import NOMINAL

    origins = table.provenance.models.items()
    return [f"{name} is a {origin}, not a model." for name, origin in origins if origin.startswith(NOMINAL)]


def _textbook_methods(given: Mapping[str, Any]) -> list[str]:
    """Returns all methods that can be estimated: those without an adapter if a model is a nominal size."""
    from slidegen.tables.sized import nominal_names

    return [method for method in METHODS if method not in ADAPTER_METHODS or not nominal_names(given["models"])]


def _allocated(
    given: dict[str, Any],
    extra: ExtraOutput,
    jobs: int,
    context: SourceContext,
    progress: Progress,
    look: tuple[str, Unit],
) -> str:
    """The estimates of the accounting `allocated`, with the cards and phases of `extra`, as text."""
    from slidegen.cli.estimate_records import card_records, on_cards, phase_tables, with_phases
    from slidegen.cli.estimate_text import for_cards, for_notes, for_people, for_phases
    from slidegen.printing import leaves_out, print_table
    from slidegen.results.store import check_parameters
    from slidegen.tables.allocated import ALLOCATED_SOURCE
    from slidegen.tables.fits import FITS_SOURCE
    from slidegen.tables.records import table_records

    format_, unit = look
    given.setdefault("method", _methods(given))
    request: Any = check_parameters(ALLOCATED_SOURCE, given)
    of_cards = check_parameters(FITS_SOURCE, extra.of_cards(given)) if extra.fits else None
    table = _computed(request, jobs, context, progress)
    cards = None if of_cards is None else FITS_SOURCE.compute(of_cards, context)
    programs = format_ in ("json", "csv")
    phases = phase_tables(on_cards(request, cards if programs else None), context) if extra.phases else []
    if programs:
        records = table_records(table) if cards is None else card_records(request, cards, context)
        return _for_programs(with_phases(records, phases, format_ == "json") if phases else records, format_)
    if format_ != "table":
        return "\n\n".join(print_table(one, format_, unit) for one in (table, *phases, cards) if one is not None)
    text = [for_people(table, unit)]
    if phases:
        text += ["", for_phases(table, phases, unit)]
    if cards is not None:
        text += ["", for_cards(table, cards, unit)]
    end = [*for_notes(table, cards), f"Accounting: {table.provenance.accounting}, of one GPU. {leaves_out(table)}"]
    return "\n".join([*text, "", *end])


def _methods(given: Mapping[str, Any]) -> list[str]:
    """Returns all methods on which the given options have an effect."""
    if given.get("quantization") in FILE_TYPES:
        return ["inference"]
    kept = set(METHODS)
    for names, methods, _ in EFFECTIVE:
        if names & set(given):
            kept &= methods
    return [method for method in METHODS if method in kept] or list(METHODS)


def _computed(parameters: Any, jobs: int, context: SourceContext, progress: Progress) -> Table:
    """Computes the table: row by row in this process, or several rows at once in worker processes."""
    from slidegen.progress import Step
    from slidegen.results.parts import joined, labels, split
    from slidegen.results.record import Record
    from slidegen.results.store import ResultStore
    from slidegen.tables.allocated import ALLOCATED_SOURCE

    parts = split(ALLOCATED_SOURCE, parameters)
    if min(jobs, len(parts)) > 1:
        with ResultStore.open(Record(Path()), context, context, "refresh", jobs=jobs, progress=progress) as store:
            return store.serve(ALLOCATED_SOURCE, parameters)
    tables = []
    for number, (part, label) in enumerate(zip(parts, labels(parts), strict=True)):
        if len(parts) > 1:
            progress(Step(label, ALLOCATED_SOURCE.name, number, len(parts)))
        tables.append(ALLOCATED_SOURCE.compute(part, context))
    if len(parts) > 1:
        progress(Step("", ALLOCATED_SOURCE.name, len(parts), len(parts)))
    return joined(ALLOCATED_SOURCE, tables)


def _for_programs(records: Sequence[Mapping[str, Any]], format_: str) -> str:
    from slidegen.printing import csv_text
    from slidegen.row_notes import joined_notes

    if format_ == "json":
        return json.dumps(records, indent=1)
    flat = ({**one, "notes": joined_notes(one["notes"])} if "notes" in one else one for one in records)
    return csv_text(list(flat))
