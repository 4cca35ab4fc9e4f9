"""The table source `parameters`: how many parameters of a model each kind of module has."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from slidegen.estimate.census import Dtype, count_by_kind, count_parameters
from slidegen.model import Column, Table
from slidegen.tables.base import SourceContext, SourceParameters, TableSource
from slidegen.tables.model_parameters import ModelNames, model_digests, provenance, subjects


class ParametersParameters(SourceParameters):
    """A row for each model and kind of module: embedding, linear, norm, conv, other."""

    models: ModelNames
    dtype: Annotated[Dtype, Field(description="The dtype of the column of sizes.")] = "float16"
    build: Annotated[
        Literal["base", "whole"], Field(description="base: what AutoModel builds; whole: with the output head.")
    ] = "base"


COLUMNS: Final = (
    Column("model", "Model", "model"),
    Column("kind", "Module", "text"),
    Column("modules", "Count", "integer"),
    Column("parameters", "Parameters", "count"),
    Column("size", "Size", "bytes"),
    Column("share", "Share", "percent"),
)
LEAVES_OUT: Final = {
    "base": "the output head and buffers; tied parameters count once",
    "whole": "buffers and what only AutoModel builds; tied parameters count once",
}


def _compute(parameters: ParametersParameters, context: SourceContext) -> Table:
    models = subjects(parameters.models, context)
    rows = []
    for subject in models:
        total = count_parameters(subject.census, parameters.build)
        rows += [
            (subject.name, line.kind, line.modules, line.parameters, line.size, line.parameters / total)
            for line in count_by_kind(subject.census, parameters.dtype, parameters.build)
        ]
    text = LEAVES_OUT[parameters.build]
    return Table(COLUMNS, tuple(rows), provenance("parameters", "textbook", models, text))


PARAMETERS_SOURCE: Final = TableSource("parameters", 1, ParametersParameters, "models", model_digests, _compute)
