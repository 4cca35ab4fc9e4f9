"""The table source `dtypes`: the table that `accelerate estimate-memory` prints, for several models."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from slidegen.estimate.accelerate import ACCOUNTING, accelerate_row, leaves_out
from slidegen.model import Column, Table
from slidegen.models.configs import mapped_class
from slidegen.tables.base import SourceContext, SourceParameters, TableSource
from slidegen.tables.fields import ColumnSpec, Several, columns_of
from slidegen.tables.model_parameters import ModelNames, model_digests, provenance, subjects

AccelerateDtype = Literal["float32", "float16", "int8", "int4"]


class DtypesParameters(SourceParameters):
    """A row for each model and dtype."""

    models: ModelNames
    dtype: Annotated[
        Several[AccelerateDtype], ColumnSpec("dtype"), Field(description="How all tensors are stored.")
    ] = ("float32", "float16", "int8", "int4")


COLUMNS: Final = (
    Column("model", "Model", "model"),
    *columns_of(DtypesParameters),
    Column("largest_layer", "Largest layer", "bytes"),
    Column("total", "Total size", "bytes"),
    Column("training", "Training with Adam", "bytes"),
)


def _compute(parameters: DtypesParameters, context: SourceContext) -> Table:
    models = subjects(parameters.models, context)
    lines = [
        (subject.name, accelerate_row(subject.census, dtype))
        for subject in models
        for dtype in dict.fromkeys(parameters.dtype)
    ]
    rows = tuple(
        (name, line.dtype, line.largest_layer_bytes, line.total_bytes, line.training_bytes) for name, line in lines
    )
    with_head = [subject.name for subject in models if mapped_class(subject.facts.config)]
    return Table(COLUMNS, rows, provenance("dtypes", ACCOUNTING, models, leaves_out(with_head)))


DTYPES_SOURCE: Final = TableSource("dtypes", 1, DtypesParameters, "models", model_digests, _compute)
