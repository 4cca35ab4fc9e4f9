"""The table source `quantization`: small experiments on real weights, run when the deck is built."""

from __future__ import annotations

from typing import Final

from slidegen.errors import MissingExtraError
from slidegen.model import Provenance, Table
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.quantization.columns import COLUMNS, LEAVES_OUT
from slidegen.tables.quantization.parameters import QuantizationParameters, parts

RUN: Final = ("outputs", "drift", "lm")
"""The experiments that run a model with torch."""


def _compute(parameters: QuantizationParameters, context: SourceContext) -> Table:
    try:
        return _table(parameters, context)
    except ModuleNotFoundError:
        raise MissingExtraError(f"the experiment {parameters.experiment}", "models") from None


def _table(parameters: QuantizationParameters, context: SourceContext) -> Table:
    from slidegen.tables.quantization.rows import ROWS, Request, opened

    columns = COLUMNS[parameters.experiment]
    cells = ROWS[parameters.experiment](Request(parameters, context))
    rows = tuple(tuple(row.get(column.key) for column in columns) for row in cells)
    models = [opened(name, context) for name in parameters.models]
    versions = _versions(parameters) | {package: release for one in models for package, release in one.versions.items()}
    origins = {one.name: f"weights: {one.origin}" for one in models}
    provenance = Provenance("quantization", None, origins, versions, leaves_out=LEAVES_OUT[parameters.experiment])
    return Table(columns, rows, provenance)


def _versions(parameters: QuantizationParameters) -> dict[str, str]:
    """Returns the versions of the libraries that computed a result."""
    from importlib.metadata import version

    used = ["numpy"]
    if parameters.experiment == "formats" or any(_is_small_float(method) for method in parameters.method):
        used.append("ml_dtypes")
    if any(method.startswith("q") for method in parameters.method):
        used.append("gguf")
    if parameters.experiment in RUN:
        used += ["torch", "transformers"]
    return {name: version(name) for name in used}


def _is_small_float(method: str) -> bool:
    return "fp" in method and not method.startswith("fp4-bnb")


def _inputs(parameters: QuantizationParameters, context: SourceContext) -> dict[str, str]:
    if not parameters.models:
        return {}
    from slidegen.tables.quantization.rows import opened

    return {name: opened(name, context).digest for name in parameters.models}


QUANTIZATION_SOURCE: Final = TableSource("quantization", 2, QuantizationParameters, "models", _inputs, _compute, parts)
