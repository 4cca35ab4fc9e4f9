"""The table source `allocated`: the peak of what a step really allocates, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from slidegen.estimate.allocated import ACCOUNTING, AllocatedEstimate, estimate_of
from slidegen.model import CellValue, Column, ModelFacts, Table
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.model_parameters import digests, found
from slidegen.tables.settings import SettingParameters, one_by_one, settings
from slidegen.tables.simulated import allocation, origin

COLUMNS: Final = (
    Column("model", "Model", "model"),
    Column("method", "Method", "text"),
    Column("dtype", "dtype", "text"),
    Column("quantization", "Quantized", "text"),
    Column("rank", "Rank", "integer"),
    Column("batch_size", "Batch", "integer"),
    Column("seq_len", "Tokens", "integer"),
    Column("checkpointing", "Checkpointing", "text"),
    Column("attention", "Attention", "text"),
    Column("optimizer_name", "Optimizer", "text"),
    Column("mixed_precision", "Autocast", "text"),
    Column("gpus", "GPUs", "integer"),
    Column("sharding", "Sharding", "text"),
    Column("parameters", "Parameters", "count"),
    Column("trainable_parameters", "Trainable", "count"),
    Column("weights", "Weights", "bytes"),
    Column("quantization_constants", "Constants", "bytes"),
    Column("adapter", "Adapter", "bytes"),
    Column("gradients", "Gradients", "bytes"),
    Column("optimizer", "Optimizer states", "bytes"),
    Column("activations", "Activations", "bytes"),
    Column("logits", "Logits", "bytes"),
    Column("kv_cache", "KV cache", "bytes"),
    Column("temporaries", "Temporaries", "bytes"),
    Column("workspace", "Workspace", "bytes"),
    Column("total", "Peak", "bytes"),
    Column("peak_phase", "Peak in", "text"),
    Column("reserved", "Reserved", "bytes"),
    Column("context", "Context", "bytes"),
    Column("end_of_step", "Between steps", "bytes"),
)


def allocated_estimates(asked: SettingParameters, context: SourceContext) -> tuple[AllocatedEstimate, ...]:
    """One estimate a row, models outermost. Raises ModelError with a line for each model that cannot be had."""
    return _estimates(asked, found(asked.models, context), context)


def _compute(asked: SettingParameters, context: SourceContext) -> Table:
    facts = found(asked.models, context)
    rows = tuple(map(_row, _estimates(asked, facts, context)))
    return Table(COLUMNS, rows, origin("allocated", tuple(facts.values()), asked.quick))


def _estimates(
    asked: SettingParameters, facts: Mapping[str, ModelFacts], context: SourceContext
) -> tuple[AllocatedEstimate, ...]:
    return tuple(
        estimate_of(model, setting, allocation(facts[model], setting, asked.quick, context))
        for model, setting in settings(asked)
    )


FIELDS: Final = (
    *("model", "method", "dtype", "quantization", "rank", "batch_size", "seq_len", "gradient_checkpointing"),
    *("attention", "optimizer_name", "mixed_precision", "gpus", "sharding", "parameters", "trainable_parameters"),
    *("weights_bytes", "quantization_constant_bytes", "adapter_bytes", "gradient_bytes", "optimizer_bytes"),
    *("activation_bytes", "logits_bytes", "kv_cache_bytes", "temporary_bytes", "workspace_bytes"),
    *("peak_allocated_bytes", "peak_phase", "reserved_high_bytes", "context_bytes", "end_of_step_allocated_bytes"),
)
"""The field of an estimate that stands in each column."""
SWITCHES: Final = {None: None, True: "yes", False: "no"}


def _row(line: AllocatedEstimate) -> tuple[CellValue, ...]:
    values = (getattr(line, name) for name in FIELDS)
    return tuple(SWITCHES[value] if isinstance(value, bool) else value for value in values)


def record(row: tuple[CellValue, ...]) -> dict[str, CellValue]:
    """A row as a flat mapping with the names of `AllocatedEstimate`, for programs."""
    found = dict(zip(FIELDS, row, strict=True))
    switch = {"yes": True, "no": False}.get(str(found["gradient_checkpointing"]))
    return found | {
        "gradient_checkpointing": switch,
        "accounting": ACCOUNTING,
        "reserved_low_bytes": found["peak_allocated_bytes"],
    }


def _inputs(asked: SettingParameters, context: SourceContext) -> dict[str, str]:
    return digests(asked.models, context)


ALLOCATED_SOURCE: Final = TableSource("allocated", 1, SettingParameters, "models", _inputs, _compute, one_by_one)
