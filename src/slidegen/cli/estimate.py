"""`slidegen estimate`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.options import choice, format_option, jobs_option, models_argument, offline_option, options, several

if TYPE_CHECKING:
    from slidegen.model import Table
    from slidegen.progress import Progress
    from slidegen.tables.base import SourceContext
    from slidegen.units import Unit

METHODS = ("full", "lora", "qlora", "inference")
ACCOUNTINGS = ("allocated", "textbook", "accelerate")
DTYPES = ("float32", "float16", "bfloat16", "int8", "int4")
FLOATS = ("float32", "float16", "bfloat16")
KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "textbook": frozenset({"method", "dtype", "rank"}),
    "accelerate": frozenset({"dtype"}),
}
"""The options that the accountings without a simulation take; the other one takes all."""
SWITCH = click.BOOL.convert

setting_options = options(
    choice("--method", "method", METHODS, "Repeatable, or with commas; all of them without it."),
    choice("--dtype", "dtype", DTYPES, "Of the weights; repeatable.  [default: bfloat16; textbook: float16]"),
    several("--rank", "rank", click.INT.convert, metavar="N", help="Of the adapter; repeatable.  [default: 16]"),
    several("--batch-size", "batch_size", click.INT.convert, metavar="N", help="On each GPU.  [default: 1]"),
    several("--seq-len", "seq_len", click.INT.convert, metavar="N", help="Tokens a sequence.  [default: 2048]"),
    click.option("--max-new-tokens", type=int, help="Inference: how many are written.  [default: 0]"),
    several(
        "--target-modules",
        "target_modules",
        click.STRING.convert,
        metavar="NAME",
        help="Of the adapter, as PEFT names them.  [default: all-linear]",
    ),
    several("--modules-to-save", "modules_to_save", click.STRING.convert, metavar="NAME", help="Trained whole."),
    click.option("--dora", is_flag=True, default=None, help="DoRA instead of LoRA."),
    click.option("--adapter-dtype", type=click.Choice(FLOATS), help="[default: float32]"),
    click.option("--lora-dropout", type=float, metavar="P", help="[default: 0]"),
    click.option("--quantization", type=click.Choice(("nf4", "fp4", "int8")), help="Of qlora.  [default: nf4]"),
    click.option(
        "--double-quantization/--no-double-quantization", default=None, help="Quantize the scales.  [default: on]"
    ),
    click.option(
        "--kbit-upcast/--no-kbit-upcast",
        default=None,
        help="qlora: float32 for the rest, as prepare_model_for_kbit_training does.  [default: on]",
    ),
    click.option(
        "--gradient-checkpointing/--no-gradient-checkpointing",
        default=None,
        help="Compute layers anew.  [default: off]",
    ),
    click.option("--gradient-accumulation-steps", type=int, metavar="N", help="[default: 1]"),
    click.option(
        "--mixed-precision",
        type=click.Choice(("no", "float16", "bfloat16")),
        help="Autocast.  [default: qlora that of --dtype, else no]",
    ),
    choice("--attention", "attention", ("eager", "sdpa", "flash"), "Repeatable.  [default: sdpa]"),
    several(
        "--optimizer",
        "optimizer",
        click.STRING.convert,
        metavar="NAME",
        help="As TrainingArguments calls it.  [default: adamw_torch_fused]",
    ),
    several("--gpus", "gpus", click.INT.convert, metavar="N", help="Sizes are those of one.  [default: 1]"),
    choice(
        "--sharding",
        "sharding",
        ("none", "zero1", "zero2", "zero3", "fsdp", "tensor"),
        "How GPUs divide what they hold; none is data parallel.",
    ),
    click.option("--offload", type=click.Choice(("none", "optimizer", "all")), help="To the host.  [default: none]"),
    click.option("--quick", is_flag=True, default=None, help="Formulas from papers instead of a run; needs no torch."),
    click.option("--images", type=int, metavar="N", help="In each sequence, of a vision-language model.  [default: 0]"),
    click.option("--padded", is_flag=True, default=None, help="Sequences of a batch differ in length: a mask."),
)


@click.command(
    epilog="""\b
Examples:
  slidegen estimate meta-llama/Llama-3.1-8B --method qlora --gradient-checkpointing --seq-len 4096
  slidegen estimate meta-llama/Llama-3.1-8B --method lora --fits --gpu "RTX 4090"
  slidegen estimate google/gemma-2-9b --method full --gpus 8 --sharding zero3
"""
)
@models_argument(required=True)
@setting_options
@click.option("--gpu", metavar="NAME", help="A card: its attention kernels; with --fits the largest that it holds.")
@click.option("--fits", is_flag=True, help="Print which cards hold it, too.")
@click.option("--accounting", type=click.Choice(ACCOUNTINGS), default="allocated", show_default=True)
@click.option("--unit", type=click.Choice(("GiB", "GB")), default="GiB", show_default=True)
@jobs_option
@format_option
@offline_option
def estimate(
    models: Sequence[str],
    gpu: str | None,
    fits: bool,
    accounting: str,
    unit: Unit,
    jobs: int,
    format_: str,
    offline: bool,
    **asked: Any,
) -> None:
    """Print the memory that models need: a catalogue name, org/name[@revision], a folder or a config.json; several with
    spaces or commas between them.

    \b
    Accountings:
      allocated   what PyTorch, PEFT and bitsandbytes allocate at the peak of a step: the
                  model is run without its memory (needs the extra 'models')
      textbook    the arithmetic of slides: weights times bytes, times four to train
      accelerate  the table of `accelerate estimate-memory`
    """
    from slidegen.cli.progress import Reporter
    from slidegen.models.finder import ModelFinder
    from slidegen.progress import Step
    from slidegen.project import find_project
    from slidegen.tables.base import SourceContext

    given = {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}
    given = {name: value for name, value in given.items() if value not in (None, [])}
    _check(given, accounting, gpu, fits)
    finder = ModelFinder(find_project(Path()), offline=offline)
    with Reporter() as progress:
        context = SourceContext(finder, lambda text: progress(Step(text)))
        if accounting == "allocated":
            shown = _allocated({"models": list(models), **given}, gpu, fits, jobs, context, progress, (format_, unit))
        else:
            shown = _arithmetic({"models": list(models), **given}, accounting, context, format_, unit)
    click.echo(shown)


def _check(given: Mapping[str, Any], accounting: str, gpu: str | None, fits: bool) -> None:
    """Nothing, or a UsageError about an option that the accounting does not know."""
    if accounting == "allocated":
        if not set(given.get("dtype", ())) <= set(FLOATS):
            raise click.UsageError("--dtype: the weights are float32, float16 or bfloat16; see --quantization")
        return
    others = set(given) - KNOWN[accounting] | ({"fits"} if fits else set()) | ({"gpu"} if gpu else set())
    if others:
        name = sorted(others)[0].replace("_", "-")
        raise click.UsageError(f"the accounting {accounting} knows no --{name}; allocated does")


def _arithmetic(given: dict[str, Any], accounting: str, context: SourceContext, format_: str, unit: Unit) -> str:
    """The estimates of the accountings that are arithmetic, as text."""
    from slidegen.printing import leaves_out, print_table, split_notes, table_records
    from slidegen.results.store import check_parameters
    from slidegen.tables import TABLE_SOURCES
    from slidegen.tables.memory import MemoryParameters, memory_estimates

    source = TABLE_SOURCES.find("dtypes" if accounting == "accelerate" else "memory")
    if accounting == "textbook":
        given.setdefault("method", list(METHODS))
    parameters = check_parameters(source, given)
    table = source.compute(parameters, context)
    if format_ in ("json", "csv"):
        records: Sequence[dict[str, Any]] = [{"accounting": accounting, **row} for row in table_records(table)]
        if isinstance(parameters, MemoryParameters):
            records = [asdict(line) for line in memory_estimates(parameters, context)]
        return _for_programs(records, format_)
    if format_ != "table":
        return print_table(table, format_, unit)
    short, notes = split_notes(table)
    foot = ("", *(f"n/a: {note}." for note in notes), f"Accounting: {accounting}. {leaves_out(table)}")
    return "\n".join([print_table(short, format_, unit), *foot])


def _allocated(
    given: dict[str, Any],
    gpu: str | None,
    fits: bool,
    jobs: int,
    context: SourceContext,
    progress: Progress,
    look: tuple[str, Unit],
) -> str:
    """The estimates of the accounting `allocated`, and what fits if that is asked for, as text."""
    from slidegen.cli.estimate_text import for_cards, for_people
    from slidegen.printing import leaves_out, print_table, table_records
    from slidegen.results.store import check_parameters
    from slidegen.tables.allocated import ALLOCATED_SOURCE
    from slidegen.tables.fits import FITS_SOURCE

    format_, unit = look
    card = {"gpu": gpu} if gpu else {}
    given.setdefault("method", _methods(given))
    table = _computed(check_parameters(ALLOCATED_SOURCE, given | card), jobs, context, progress)
    cards = None
    if fits:
        wanted = {"cards": [gpu], "largest": True} if gpu else {}
        cards = FITS_SOURCE.compute(check_parameters(FITS_SOURCE, given | card | wanted), context)
    if format_ in ("json", "csv"):
        return _for_programs(_records(table) if cards is None else table_records(cards), format_)
    if format_ != "table":
        return "\n\n".join(print_table(one, format_, unit) for one in (table, cards) if one is not None)
    text = [for_people(table, unit)]
    if cards is not None:
        text += ["", for_cards(table, cards, unit)]
    return "\n".join([*text, "", f"Accounting: {table.provenance.accounting}, of one GPU. {leaves_out(table)}"])


def _methods(given: Mapping[str, Any]) -> list[str]:
    """All methods in which the options that were given play a part."""
    from slidegen.tables.settings import PLAYS

    kept = set(METHODS)
    for names, methods, _ in PLAYS:
        if names & set(given):
            kept &= methods
    return [method for method in METHODS if method in kept] or list(METHODS)


def _computed(parameters: Any, jobs: int, context: SourceContext, progress: Progress) -> Table:
    """The table, one row after the other here, or several at once in processes of their own."""
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


def _records(table: Table) -> list[dict[str, Any]]:
    from slidegen.tables.allocated import record

    return [record(row) for row in table.rows]


def _for_programs(records: Sequence[Mapping[str, Any]], format_: str) -> str:
    from slidegen.printing import csv_text

    return json.dumps(records, indent=1) if format_ == "json" else csv_text(records)
