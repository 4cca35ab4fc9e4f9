"""The table source `memory`: the memory that models need to run or train."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from slidegen.estimate.census import Dtype
from slidegen.estimate.setting import Method
from slidegen.estimate.textbook import ADAPTER_METHODS, DEFAULT_RANK, MemoryEstimate, estimate, leaves_out
from slidegen.model import CellValue, Column, Table
from slidegen.tables.base import SourceContext, SourceParameters, TableSource
from slidegen.tables.fields import ColumnSpec, Several, columns_of
from slidegen.tables.model_parameters import ModelNames, Subject, digests, provenance, subjects

Rank = Annotated[int, Field(gt=0)]


class MemoryParameters(SourceParameters):
    """Every combination of model, method, dtype and rank is a row; a parameter without an effect adds no rows."""

    models: ModelNames
    method: Annotated[
        Several[Method],
        ColumnSpec("Method"),
        Field(description="How the model is used; qlora is lora over int4 weights."),
    ] = ("full",)
    dtype: Annotated[Several[Dtype], ColumnSpec("dtype"), Field(description="How the weights are stored.")] = (
        "float16",
    )
    rank: Annotated[
        Several[Rank], ColumnSpec("Rank", "integer"), Field(description="The inner dimension of the adapter.")
    ] = (DEFAULT_RANK,)
    accounting: Literal["textbook"] = "textbook"


COLUMNS: Final = (
    Column("model", "Model", "model"),
    *columns_of(MemoryParameters),
    Column("parameters", "Parameters", "count"),
    Column("trainable_parameters", "Trainable", "count"),
    Column("weights", "Weights", "bytes"),
    Column("adapter", "Adapter", "bytes"),
    Column("gradients", "Gradients", "bytes"),
    Column("optimizer", "Optimizer", "bytes"),
    Column("total", "Total", "bytes"),
    Column("note", "Note", "text"),
)


def memory_estimates(parameters: MemoryParameters, context: SourceContext) -> tuple[MemoryEstimate, ...]:
    """Returns one estimate for each row, models outermost. Raises ModelError with a line for each missing model."""
    return _estimates(parameters, subjects(parameters.models, context))


def _compute(parameters: MemoryParameters, context: SourceContext) -> Table:
    models = subjects(parameters.models, context)
    rows = tuple(_row(line) for line in _estimates(parameters, models))
    text = leaves_out(*parameters.method)
    return Table(COLUMNS, rows, provenance("memory", parameters.accounting, models, text))


def _estimates(parameters: MemoryParameters, models: tuple[Subject, ...]) -> tuple[MemoryEstimate, ...]:
    return tuple(
        estimate(subject.census, model=subject.name, method=method, dtype=dtype, rank=rank)
        for subject in models
        for method, dtype, rank in _combinations(parameters)
    )


def _row(line: MemoryEstimate) -> tuple[CellValue, ...]:
    return (
        line.model,
        line.method,
        line.dtype,
        line.rank,
        line.parameters,
        line.trainable_parameters,
        line.weights_bytes,
        line.adapter_bytes,
        line.gradient_bytes,
        line.optimizer_bytes,
        line.total_bytes,
        line.note,
    )


def _combinations(parameters: MemoryParameters) -> Iterator[tuple[str, str, int | None]]:
    """Yields the distinct (method, dtype, rank). The rank is None without an adapter; qlora is always int4."""
    combinations = (
        (
            method,
            "int4" if method == "qlora" else dtype,
            rank if method in ADAPTER_METHODS else None,
        )
        for method in parameters.method
        for dtype in parameters.dtype
        for rank in parameters.rank
    )
    yield from dict.fromkeys(combinations)


def _inputs(parameters: MemoryParameters, context: SourceContext) -> dict[str, str]:
    return digests(parameters.models, context)


MEMORY_SOURCE: Final = TableSource("memory", 1, MemoryParameters, "models", _inputs, _compute)
