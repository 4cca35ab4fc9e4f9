"""How close the sources on allocated memory are to measurements. The figures are those of docs/memory.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from slidegen.model import Accuracy, CellValue, Column, Provenance
from slidegen.tables.search import PARTS

STEPS: Final = "the largest error of 131 published steps"
SIMULATED: Final = Accuracy(0.0164, STEPS)
"""`make accuracy`: the worst of the steps that count, each with its own version of transformers."""
QUICK_RATIO: Final = 0.990
"""`benchmarks/quick.py`: the farthest ratio of the quick mode to the run, over the 108 models that it knows."""
QUICK: Final = Accuracy((1 + SIMULATED.error) / QUICK_RATIO - 1, f"{STEPS}, and 1.0 % between formulas and the run")
SEARCHED: Final = Accuracy(1 / PARTS, "where the search for the largest value ends")

EXACT: Final = frozenset(
    {
        *("weights", "quantization_constants", "adapter", "gradients", "optimizer", "kv_cache", "kv_cache_lasting"),
        *("memory", "context"),
    }
)
"""The columns of what needs no measurement: tensors that a step keeps, whose sizes real steps on the CPU have to
the byte, and a card's facts."""


def allocated_accuracy(column: Column, cells: Mapping[str, CellValue], provenance: Provenance) -> Accuracy | None:
    """The accuracy of a size in a table on allocated memory. What is free on a card has the error of what is not."""
    if column.kind != "bytes" or column.key in EXACT:
        return None
    peak = QUICK if "analytic" in (provenance.accounting or "") else SIMULATED  # a cut of a sweep may have both
    if column.key != "free":
        return peak
    free, reserved = cells["free"], max(_size(cells.get("reserved")), _size(cells.get("total")))
    return Accuracy(peak.error * reserved / _size(free), peak.evidence) if free else peak


def fits_accuracy(column: Column, cells: Mapping[str, CellValue], provenance: Provenance) -> Accuracy | None:
    """The same in the table of what fits on a card, whose largest values are searched."""
    if column.kind == "integer":
        return SEARCHED
    return allocated_accuracy(column, cells, provenance)


def rules_accuracy(column: Column, cells: Mapping[str, CellValue], _: Provenance) -> Accuracy | None:
    """The accuracy of a rule of thumb: its own error, where its setting is simulated."""
    if column.key == "truth":
        return SIMULATED
    error = cells.get("error")
    if column.key != "total" or not isinstance(error, float):
        return None
    return Accuracy(abs(error) / (1 + error), "the rule's error for what the simulation allocates")


def swept_accuracy(column: Column, cells: Mapping[str, CellValue], provenance: Provenance) -> Accuracy | None:
    """The accuracy of a number in a cut of a sweep: that of the source that computed it. The least, the mean or a
    percentile of numbers is as accurate as these; a count is exact."""
    from slidegen.tables import TABLE_SOURCES

    if provenance.source == "sweep" or provenance.source not in TABLE_SOURCES:
        return None
    base = column.key.rpartition("_")[0]  # weights_mean
    column = replace(column, key=base) if base in EXACT else column
    return TABLE_SOURCES[provenance.source].accuracy_of(column, cells, provenance)


def _size(cell: CellValue) -> int:
    return cell if isinstance(cell, int) else 0
