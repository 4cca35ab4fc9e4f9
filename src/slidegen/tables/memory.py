"""The table source `memory`: the memory that models need to run or train."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from slidegen.errors import nearest
from slidegen.estimate.census import INTEGER_BITS, Dtype
from slidegen.estimate.setting import HalfDtype, Method
from slidegen.estimate.states import ADAM, STATES
from slidegen.estimate.textbook import ADAPTER_METHODS, DEFAULT_RANK, MemoryEstimate, estimate, leaves_out
from slidegen.model import CellValue, Column, Table
from slidegen.models.nominal import NOMINAL
from slidegen.tables.base import AddedLater, SourceContext, TableSource
from slidegen.tables.fields import ColumnSpec, Several, columns_of
from slidegen.tables.model_parameters import Subject, provenance
from slidegen.tables.sized import SizedParameters, nominal_names, sized_digests, sized_subjects

Rank = Annotated[int, Field(gt=0)]


class MemoryParameters(SizedParameters):
    """Every combination is a row; a parameter without an effect on a method adds no rows to it."""

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
    optimizer: Annotated[
        Several[str],
        ColumnSpec("Optimizer", key="optimizer_name"),
        AddedLater(),
        Field(
            description="The optimizer whose states count: adam, adam_8bit, sgd, momentum, or a name as in allocated."
        ),
    ] = (ADAM,)
    mixed_precision: Annotated[
        Literal["no"] | HalfDtype | None,
        ColumnSpec("Mixed precision"),
        AddedLater(),
        Field(description="full: the dtype of a second copy of the weights; everything else is float32 then."),
    ] = None
    train_embedding: Annotated[
        bool,
        ColumnSpec("Embeddings"),
        AddedLater(),
        Field(description="lora, qlora: put the adapter on embeddings as well, in the textbook accounting."),
    ] = False
    accounting: Annotated[Literal["textbook"], Field(description="The formulas that count.")] = "textbook"

    @field_validator("optimizer")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in STATES:
                raise ValueError(f"unknown optimizer {name!r}; {nearest(name, STATES)}")
        return names

    @model_validator(mode="after")
    def _makes_sense(self) -> MemoryParameters:
        for name, methods in EFFECTIVE.items():
            if name in self.model_fields_set and not methods.intersection(self.method):
                known = ", ".join(sorted(methods))
                raise ValueError(f"{name} has no effect on {' or '.join(self.method)}; it is for {known}")
        adapters = [method for method in self.method if method in ADAPTER_METHODS]
        nominal = nominal_names(self.models)
        if adapters and nominal:
            why = "the size of an adapter depends on the layers"
            raise ValueError(f"{nominal[0]} is a nominal size, and {why}: name a model for {adapters[0]}")
        return self


EFFECTIVE: Final = {
    "optimizer": frozenset({"full", *ADAPTER_METHODS}),
    "mixed_precision": frozenset({"full"}),
    "train_embedding": frozenset(ADAPTER_METHODS),
}
"""Parameters that have no effect on some methods, with the methods on which they have one."""
FIELDS: Final = {
    "weights": "weights_bytes",
    "adapter": "adapter_bytes",
    "gradients": "gradient_bytes",
    "optimizer": "optimizer_bytes",
    "total": "total_bytes",
}
"""The fields of `MemoryEstimate` that do not have the name of their column, by the column."""
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
SWITCHES: Final = {True: "yes", False: "no"}


def memory_estimates(parameters: MemoryParameters, context: SourceContext) -> tuple[MemoryEstimate, ...]:
    """Returns one estimate for each row, models outermost. Raises ModelError with a line for each missing model."""
    return _estimates(parameters, sized_subjects(parameters.models, context))


def _compute(parameters: MemoryParameters, context: SourceContext) -> Table:
    models = sized_subjects(parameters.models, context)
    columns = _columns(parameters)
    rows = tuple(_row(line, columns) for line in _estimates(parameters, models))
    return Table(columns, rows, provenance("memory", parameters.accounting, models, _left_out(parameters)))


def _columns(parameters: MemoryParameters) -> tuple[Column, ...]:
    """Returns the columns. One that was added later exists only if its parameter is not at its default."""
    later = {
        "optimizer_name": parameters.optimizer != (ADAM,),
        "mixed_precision": _autocast(parameters) is not None,
        "train_embedding": parameters.train_embedding,
    }
    return tuple(column for column in COLUMNS if later.get(column.key, True))


def default_settings(method: str) -> dict[str, CellValue]:
    """Returns the settings of a row that has no columns for them."""
    return {
        "optimizer_name": ADAM if method in EFFECTIVE["optimizer"] else None,
        "mixed_precision": None,
        "train_embedding": False if method in EFFECTIVE["train_embedding"] else None,
    }


def _autocast(parameters: MemoryParameters) -> str | None:
    return None if parameters.mixed_precision == "no" else parameters.mixed_precision


def _left_out(parameters: MemoryParameters) -> str:
    text = leaves_out(*parameters.method, mixed_precision=_autocast(parameters) is not None)
    if nominal_names(parameters.models) and set(INTEGER_BITS).intersection(parameters.dtype):
        text += "; of nominal sizes: what an integer dtype leaves in half precision"
    return text


def _estimates(parameters: MemoryParameters, models: tuple[Subject, ...]) -> tuple[MemoryEstimate, ...]:
    return tuple(_estimate(subject, *row, parameters) for subject in models for row in _combinations(parameters))


def _estimate(
    subject: Subject, method: str, dtype: str, rank: int | None, optimizer: str | None, parameters: MemoryParameters
) -> MemoryEstimate:
    line = estimate(
        subject.census,
        model=subject.name,
        method=method,
        dtype=dtype,
        rank=rank,
        optimizer=optimizer or ADAM,
        mixed_precision=_autocast(parameters),
        train_embedding=parameters.train_embedding,
    )
    return replace(line, note=NOMINAL) if line.note is None and nominal_names([subject.name]) else line


def _row(line: MemoryEstimate, columns: tuple[Column, ...]) -> tuple[CellValue, ...]:
    values = (getattr(line, FIELDS.get(column.key, column.key)) for column in columns)
    return tuple(SWITCHES[value] if isinstance(value, bool) else value for value in values)


def _combinations(parameters: MemoryParameters) -> Iterator[tuple[str, str, int | None, str | None]]:
    """Yields the distinct (method, dtype, rank, optimizer).

    The rank is None without an adapter, the optimizer is None without training. qlora is always int4, and full in mixed
    precision is always float32.
    """
    whole = {"qlora": "int4"} | ({"full": "float32"} if _autocast(parameters) else {})
    combinations = (
        (
            method,
            whole.get(method, dtype),
            rank if method in ADAPTER_METHODS else None,
            None if method == "inference" else optimizer,
        )
        for method in parameters.method
        for dtype in parameters.dtype
        for rank in parameters.rank
        for optimizer in parameters.optimizer
    )
    yield from dict.fromkeys(combinations)


def _without_effect(setting: Mapping[str, Any]) -> Set[str]:
    """Returns which parameters of a setting with one value each change nothing, as `_combinations` leaves them out."""
    method = setting.get("method", "full")
    useless = {name for name, methods in EFFECTIVE.items() if method not in methods}
    if method not in ADAPTER_METHODS:
        useless.add("rank")
    if method == "qlora" or (method == "full" and setting.get("mixed_precision") not in (None, "no")):
        useless.add("dtype")
    return useless.intersection(setting)


MEMORY_SOURCE: Final = TableSource(
    "memory", 1, MemoryParameters, "models", sized_digests, _compute, without_effect=_without_effect
)
