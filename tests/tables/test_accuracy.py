"""How close the numbers of each source are to measurements."""

from __future__ import annotations

import pytest

from benchmarks.measurements.attention_tables import recorded, steps
from slidegen.model import Accuracy, Column, ColumnKind, Provenance, Table
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.accuracy import QUICK, SIMULATED
from slidegen.tables.base import SourceParameters, TableSource

SIZE = Column("total", "Total", "bytes")
RUN = Provenance("allocated", "allocated")


def test_the_accuracy_of_a_run_is_the_worst_of_the_published_steps() -> None:
    """The steps, and the peaks that were simulated for them, are data of benchmarks/."""
    own = recorded()
    counted = [step for step in steps() if not step.table.uncounted]
    assert f"of {len(counted)} published" in SIMULATED.evidence
    worst = max(abs(own[step.id] / step.measured - 1) for step in counted)
    assert worst <= SIMULATED.error < worst + 0.0001


def test_formulas_are_less_accurate_than_a_run() -> None:
    """They differ from it by 1.0 % at most, on top of its own 1.64 %."""
    source = TABLE_SOURCES["allocated"]
    assert source.accuracy_of(SIZE, {}, RUN) == SIMULATED
    assert source.accuracy_of(SIZE, {}, Provenance("allocated", "analytic")) == QUICK
    assert QUICK.error == pytest.approx(0.0164 + 0.01, abs=0.0005)


@pytest.mark.parametrize("key", ["weights", "optimizer", "adapter"])
def test_sizes_of_tensors_are_exact(key: str) -> None:
    """The same to the byte as in real steps on the CPU; so are counts and words."""
    source = TABLE_SOURCES["allocated"]
    assert source.accuracy_of(Column(key, key, "bytes"), {}, RUN) is None
    assert source.accuracy_of(Column("rank", "Rank", "integer"), {}, RUN) is None
    assert source.accuracy_of(Column("method", "Method", "text"), {}, RUN) is None


def test_what_is_free_has_the_error_of_what_is_used() -> None:
    """Of 24 units 20 are reserved: 1.64 % of 20 are 8.2 % of the 4 that are free."""
    source = TABLE_SOURCES["fits"]
    found = source.accuracy_of(Column("free", "Free", "bytes"), {"free": 4, "reserved": 20, "total": 18}, RUN)
    assert found is not None
    assert found.error == pytest.approx(0.082)
    batch = source.accuracy_of(Column("batch_size", "Largest batch", "integer"), {}, RUN)
    assert batch is not None
    assert batch.error == 1 / 64


def test_a_rule_has_its_own_error() -> None:
    """One that says 10 where 8 are allocated is 25 % too high: 20 % of what it says. Unknown without a simulation."""
    source = TABLE_SOURCES["rules"]
    found = source.accuracy_of(SIZE, {"total": 10, "truth": 8, "error": 0.25}, Provenance("rules"))
    assert found is not None
    assert found.error == pytest.approx(0.2)
    assert source.accuracy_of(SIZE, {"total": 10, "truth": None, "error": None}, Provenance("rules")) is None


@pytest.mark.parametrize("name", ["memory", "parameters", "parts", "dtypes", "quantization", "data"])
def test_arithmetic_has_no_measurement(name: str) -> None:
    """What the textbook leaves out is a bias, which its provenance says; nothing bounds it."""
    assert TABLE_SOURCES[name].accuracy is None


def test_a_source_of_another_package_gives_its_own() -> None:
    """One accuracy is that of all numbers but counts and integers."""
    timed = Accuracy(0.05, "five runs on one card")
    source = TableSource(
        "speed", 1, SourceParameters, "x", lambda *_: {}, lambda *_: Table((), (), Provenance("speed")), accuracy=timed
    )
    assert source.accuracy_of(Column("tokens", "Tokens a second", "number"), {}, Provenance("speed")) == timed
    assert source.accuracy_of(Column("batch", "Batch", "integer"), {}, Provenance("speed")) is None


@pytest.mark.parametrize(
    ("key", "kind", "accounting", "expected"),
    [
        ("total", "bytes", "allocated", SIMULATED),
        ("total_p90", "bytes", "allocated", SIMULATED),
        ("total", "bytes", "allocated, analytic", QUICK),
        ("weights_mean", "bytes", "allocated", None),
        ("count", "integer", "allocated", None),
    ],
)
def test_a_cut_of_a_sweep_is_as_accurate_as_its_source(
    key: str, kind: ColumnKind, accounting: str, expected: Accuracy | None
) -> None:
    """Aggregates too; of both accountings the less accurate one counts."""
    provenance = Provenance("allocated", accounting, given="out.parquet", computed_cells=True)
    assert TABLE_SOURCES["sweep"].accuracy_of(Column(key, key, kind), {key: 3}, provenance) == expected
    assert TABLE_SOURCES["sweep"].accuracy_of(Column(key, key, kind), {key: 3}, Provenance("sweep")) is None
