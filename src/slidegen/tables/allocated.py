"""The table source `allocated`: the peak of the memory that a step really allocates, and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slidegen.estimate.allocated import AllocatedEstimate, estimate_of
from slidegen.model import CellValue, Column, ModelFacts, Table
from slidegen.row_notes import joined_notes
from slidegen.tables.accuracy import allocated_accuracy
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.fields import columns_of
from slidegen.tables.model_parameters import find_models, model_digests
from slidegen.tables.rows import one_by_one, settings
from slidegen.tables.setting_rules import without_effect
from slidegen.tables.settings import SettingParameters
from slidegen.tables.simulated import NOTES, allocation, as_loaded, origin

SIZES: Final = {
    Column("parameters", "Parameters", "count"): "parameters",
    Column("trainable_parameters", "Trainable", "count"): "trainable_parameters",
    Column("stored_as", "Stored as", "text"): "stored_as",
    Column("weights", "Weights", "bytes"): "weights_bytes",
    Column("quantization_constants", "Constants", "bytes"): "quantization_constant_bytes",
    Column("adapter", "Adapter", "bytes"): "adapter_bytes",
    Column("gradients", "Gradients", "bytes"): "gradient_bytes",
    Column("optimizer", "Optimizer states", "bytes"): "optimizer_bytes",
    Column("activations", "Activations", "bytes"): "activation_bytes",
    Column("logits", "Logits", "bytes"): "logits_bytes",
    Column("kv_cache", "KV cache", "bytes"): "kv_cache_bytes",
    Column("kv_cache_lasting", "KV cache that lasts", "bytes"): "kv_cache_lasting_bytes",
    Column("kv_cache_per_token", "KV cache bytes per token", "integer"): "kv_cache_bytes_per_token",
    Column("temporaries", "Temporaries", "bytes"): "temporary_bytes",
    Column("workspace", "Workspace", "bytes"): "workspace_bytes",
    Column("rounding", "Rounding", "bytes"): "rounding_bytes",
    Column("total", "Peak", "bytes"): "peak_allocated_bytes",
    Column("peak_phase", "Peak in", "text"): "peak_phase",
    Column("reserved", "Reserved", "bytes"): "reserved_high_bytes",
    Column("context", "Context", "bytes"): "context_bytes",
    Column("end_of_step", "Between steps", "bytes"): "end_of_step_allocated_bytes",
    NOTES: "notes",
}
"""The columns beside those of the setting, each with the field of `AllocatedEstimate` that it shows."""
COLUMNS: Final = (Column("model", "Model", "model"), *columns_of(SettingParameters), *SIZES)
FIELDS: Final = tuple(SIZES.get(column, column.key) for column in COLUMNS)
"""The field of `AllocatedEstimate` in each column. The field of a setting has the name of its column."""
SWITCHES: Final = {True: "yes", False: "no"}


def allocated_estimates(request: SettingParameters, context: SourceContext) -> tuple[AllocatedEstimate, ...]:
    """Returns one estimate for each row, models outermost. Raises ModelError with a line for each missing model."""
    return _estimates(request, find_models(request.models, context), context)


def _compute(request: SettingParameters, context: SourceContext) -> Table:
    facts = find_models(request.models, context)
    rows = tuple(map(_row, _estimates(request, facts, context)))
    return Table(COLUMNS, rows, origin("allocated", tuple(facts.values()), request.quick))


def _estimates(
    request: SettingParameters, facts: Mapping[str, ModelFacts], context: SourceContext
) -> tuple[AllocatedEstimate, ...]:
    return tuple(
        estimate_of(model, as_loaded(facts[model], setting), allocation(facts[model], setting, request.quick, context))
        for model, setting in settings(request)
    )


def _row(line: AllocatedEstimate) -> tuple[CellValue, ...]:
    return tuple(_cell(getattr(line, name)) for name in FIELDS)


def _cell(value: Any) -> CellValue:
    if isinstance(value, tuple):
        return joined_notes(value)
    return SWITCHES[value] if isinstance(value, bool) else value


ALLOCATED_SOURCE: Final = TableSource(
    "allocated",
    2,
    SettingParameters,
    "models",
    model_digests,
    _compute,
    one_by_one,
    accuracy=allocated_accuracy,
    without_effect=without_effect,
)
