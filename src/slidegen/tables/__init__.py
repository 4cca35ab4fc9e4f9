"""The table sources: each is a module here and a line in the registry."""

from __future__ import annotations

from typing import Final

from slidegen.registry import Registry
from slidegen.tables.base import TableSource

TABLE_SOURCES: Final = Registry(
    "slidegen.table_sources",
    TableSource,
    {
        "memory": "slidegen.tables.memory:MEMORY_SOURCE",
        "allocated": "slidegen.tables.allocated:ALLOCATED_SOURCE",
        "phases": "slidegen.tables.phases:PHASES_SOURCE",
        "timeline": "slidegen.tables.phases:TIMELINE_SOURCE",
        "fits": "slidegen.tables.fits:FITS_SOURCE",
        "rules": "slidegen.tables.rules:RULES_SOURCE",
        "dtypes": "slidegen.tables.dtypes:DTYPES_SOURCE",
        "parameters": "slidegen.tables.parameters:PARAMETERS_SOURCE",
        "parts": "slidegen.tables.parts:PARTS_SOURCE",
        "quantization": "slidegen.tables.quantization:QUANTIZATION_SOURCE",
        "data": "slidegen.tables.data:DATA_SOURCE",
        "sweep": "slidegen.tables.sweep:SWEEP_SOURCE",
    },
    "table source",
)
"""The table sources, by the name that a deck gives as `source`."""
