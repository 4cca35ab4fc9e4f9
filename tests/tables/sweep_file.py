"""Writes small Parquet files for tests: in the format of a sweep, without the code that writes real ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

GIB = 2**30
COLUMNS = (
    ("model", "Model", "model"),
    ("method", "Method", "text"),
    ("rank", "Rank", "integer"),
    ("total", "Total", "bytes"),
    ("share", "Share", "percent"),
)
PARAMETERS = ("models", "method", "rank", "quick")
TYPES = {
    "parameter_rank": pa.int64(),
    "parameter_quick": pa.bool_(),
    "rank": pa.int64(),
    "total": pa.int64(),
    "share": pa.float64(),
    "provenance_version": pa.int32(),
}
ROWS: tuple[tuple[str, str, int | None, int], ...] = (
    ("org/a", "full", None, 60 * GIB),
    ("org/a", "lora", 8, 16 * GIB),
    ("org/a", "lora", 16, 17 * GIB),
    ("org/a", "lora", 32, 19 * GIB),
    ("org/b", "full", None, 100 * GIB),
    ("org/b", "lora", 8, 30 * GIB),
    ("org/b", "lora", 16, 30 * GIB),
    ("org/b", "lora", 32, 33 * GIB),
)
"""Model, method, rank and total of the settings that were computed."""
FAILED = (("org/c", "full", None), ("org/c", "lora", 8))


def write_sweep(path: Path, rows: Sequence[tuple[str, str, int | None, int]] = ROWS, group: int = 4) -> None:
    """Writes a sweep of `memory` with two settings that failed, in row groups of `group` rows."""
    lines = [_line(*row) for row in rows]
    lines += [_line(model, method, rank, None, "not found") for model, method, rank in FAILED]
    columns = {name: [line[name] for line in lines] for name in lines[0]}
    arrays = [pa.array(values, TYPES.get(name, pa.string())) for name, values in columns.items()]
    arrays = [array.dictionary_encode() if array.type == pa.string() else array for array in arrays]
    head = {"format": 1, "source": "memory", "parameters": PARAMETERS, "columns": [COLUMNS]}
    table = pa.table(arrays, names=list(columns)).replace_schema_metadata({"slidegen.sweep": json.dumps(head)})
    pq.write_table(table, path, row_group_size=group)


def _line(model: str, method: str, rank: int | None, total: int | None, error: str | None = None) -> Mapping[str, Any]:
    return {
        "parameter_models": model,
        "parameter_method": method,
        "parameter_rank": rank,
        "parameter_quick": model == "org/b",
        "model": None if error else model,
        "method": None if error else method,
        "rank": None if error else rank,
        "total": total,
        "share": None if total is None else total / (100 * GIB),
        "provenance_source": "memory",
        "provenance_version": 1,
        "provenance_parameters": "{}",
        "provenance_inputs": None,
        "provenance_accounting": "textbook",
        "provenance_models": json.dumps({} if error else {model: "catalogue"}),
        "provenance_versions": json.dumps({} if error else {"transformers": "5.23.0"}),
        "provenance_date": "2026-07-15" if model == "org/a" else "2026-08-01",
        "provenance_leaves_out": "the output head, gradients" if method == "full" else "the output head, constants",
        "error": error,
    }
