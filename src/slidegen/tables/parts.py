"""The table source `parts`: a model's parameters by part, its active parameters, and an adapter's share."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, field_validator

from slidegen.errors import model_error, nearest
from slidegen.estimate.parts import ALL_LINEAR, PARTS, Part, adapted_parameters, count_parts, target_names
from slidegen.model import CellValue, Column, Table
from slidegen.tables.base import SourceContext, SourceParameters, TableSource
from slidegen.tables.fields import ColumnSpec, Many, Several, columns_of
from slidegen.tables.model_parameters import ModelNames, Subject, model_digests, provenance, subjects
from slidegen.tables.settings import DEFAULT_RANK, Count, TargetName


class PartsParameters(SourceParameters):
    """A row for each model and rank, with the output head; tied parameters count once."""

    models: ModelNames
    rank: Annotated[
        Several[Count], ColumnSpec("Rank", "integer"), Field(description="The inner dimension of the adapter.")
    ] = (DEFAULT_RANK,)
    target_modules: Annotated[
        Many[TargetName],
        Field(min_length=1, description="The layers that get an adapter: all-linear, or names as in PEFT: q_proj, ..."),
    ] = ALL_LINEAR

    @field_validator("target_modules")
    @classmethod
    def _all_or_named(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) > 1 and ALL_LINEAR[0] in names:
            raise ValueError(
                "all-linear cannot be combined with names; allowed: all-linear alone, or names of modules as in PEFT"
            )
        return names


PART_LABELS: Final[dict[Part, str]] = {
    "embedding": "Embedding",
    "attention": "Attention",
    "mlp": "MLP",
    "norm": "Norms",
    "head": "Output head",
    "vision": "Vision",
    "other": "Other",
}
COLUMNS: Final = (
    Column("model", "Model", "model"),
    Column("parameters", "Parameters", "count"),
    Column("active", "Active", "count"),
    *(Column(part, PART_LABELS[part], "count") for part in PARTS),
    Column("layers", "Blocks", "integer"),
    Column("block", "One block", "count"),
    *columns_of(PartsParameters),
    Column("adapter", "Adapter", "count"),
    Column("adapter_share", "Adapter's share", "percent"),
)
LEAVES_OUT: Final = (
    "buffers, and parameters that only AutoModel builds; tied parameters count once, "
    "active ones compute a token of text"
)


def _compute(parameters: PartsParameters, context: SourceContext) -> Table:
    models = subjects(parameters.models, context)
    rows = tuple(
        _row(subject, rank, parameters.target_modules) for subject in models for rank in dict.fromkeys(parameters.rank)
    )
    return Table(COLUMNS, rows, provenance("parts", "textbook", models, LEAVES_OUT))


def _row(subject: Subject, rank: int, targets: tuple[str, ...]) -> tuple[CellValue, ...]:
    _check_targets(subject, targets)
    count = count_parts(subject.census, subject.facts.config)
    adapter = adapted_parameters(subject.census, rank, targets)
    return (
        *(subject.name, count.parameters, count.active),
        *(getattr(count, part) for part in PARTS),
        *(count.layers, count.block),
        *(rank, adapter, None if adapter is None else adapter / count.parameters),
    )


def _check_targets(subject: Subject, targets: tuple[str, ...]) -> None:
    """Raises ModelError for a name that no linear layer has."""
    for target in targets:
        if (target,) != ALL_LINEAR and adapted_parameters(subject.census, 1, (target,)) == 0:
            hint = nearest(target, target_names(subject.census))
            raise model_error(
                subject.name,
                f"target_modules: the model does not have a linear layer {target!r}; {hint}",
                code="wrong-value",
            )


PARTS_SOURCE: Final = TableSource("parts", 1, PartsParameters, "models", model_digests, _compute)
