"""The measurements that the estimator is held against: whether their file says all it has to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import Compared, report
from benchmarks.measurements.rows import BOUNDS, BrokenData, Measurements, Row, measured, published, simulated
from slidegen.estimate.allocated import KINDS, Allocation, Held, Kind, Moment
from slidegen.estimate.setting import Setting

ROW: dict[str, Any] = {
    "id": "one",
    "model": "openai-community/gpt2",
    "card": "a card",
    "measured": "allocated",
    "bytes": 1000,
    "setting": {"method": "full", "capability": [7, 5]},
    "versions": {"transformers": "5.0.0"},
    "source": "paper",
    "counts": True,
}
SOURCES = {"paper": {"url": "https://example.org", "path": "table.md", "licence": "MIT"}}


def file_of(*rows: dict[str, Any]) -> Measurements:
    """A file of these rows."""
    reasons = {"other code": "it is another model", "bound": "it is a bound"}
    return Measurements.model_validate({"sources": SOURCES, "reasons": reasons, "rows": rows})


def held(**kinds: int) -> Held:
    """Bytes by kind, 0 where none are given."""
    every: dict[Kind, int] = {kind: kinds.get(kind, 0) for kind in KINDS}
    return every


def test_published_rows_are_complete() -> None:
    """Every row builds a setting and names a source with a licence and a commit, or says that the commit is unknown."""
    file = published()
    assert len(file.rows) > 30
    for row in file.rows:
        source = file.sources[row.source]
        assert isinstance(row.setting, Setting)
        assert source.licence
        assert row.commit or source.commit or "commit is not known" in (source.note or "")
        assert row.facts["model_type"]


def test_every_reason_and_source_is_used() -> None:
    """The file explains nothing that is not there."""
    file = published()
    assert {row.reason for row in file.rows} - {None} == set(file.reasons)
    assert {row.source for row in file.rows} == set(file.sources)


def test_what_counts_was_measured_with_what_is_simulated() -> None:
    """A counted row is an allocated figure of transformers 5."""
    counted = [row for row in published().rows if row.counts]
    assert counted
    assert all(row.measured not in BOUNDS and row.versions["transformers"].startswith("5.") for row in counted)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"counts": False}, "it needs either counts: true or a reason"),
        ({"reason": "other code"}, "it needs either counts: true or a reason"),
        ({"measured": "reserved"}, "'reserved' does not count, it is a bound"),
        ({"versions": {"transformers": "4.57.1"}}, "only rows of transformers 5 count"),
        ({"model": "nobody/nothing"}, "the catalogue has no 'nobody/nothing'"),
        ({"setting": {"method": "full", "optimizer": "adam"}}, "there is no optimizer 'adam'"),
        ({"setting": {"method": "full", "lenght": 5}}, "lenght"),
        ({"source": "book"}, "one: there is no source 'book'"),
        ({"counts": False, "reason": "why"}, "one: there is no reason 'why'"),
    ],
)
def test_a_wrong_row_is_refused(change: dict[str, Any], message: str) -> None:
    """Each mistake is named."""
    with pytest.raises(ValueError, match=message):
        file_of(ROW | change)


def test_all_mistakes_of_a_file_come_together(tmp_path: Path) -> None:
    """A broken file is one error with a line for each mistake, with its place."""
    path = tmp_path / "rows.yml"
    rows = [ROW | {"bytes": 0}, ROW | {"colour": "red"}]
    path.write_text(json.dumps({"sources": SOURCES, "reasons": {}, "rows": rows}), encoding="utf-8")
    with pytest.raises(BrokenData) as caught:
        published(path)
    assert [line.removeprefix(f"{path}: ") for line in str(caught.value).splitlines()] == [
        "rows.0.bytes: Input should be greater than 0",
        "rows.1.colour: Extra inputs are not permitted",
    ]


def test_measured_rows_are_read_back(tmp_path: Path) -> None:
    """Lines of measure_gpu.py become rows; what did not fit is passed over, a broken line is named."""
    path = tmp_path / "measured.jsonl"
    lines = [{"id": "large", "out_of_memory": True}, ROW | {"phases": {"step": {"allocated": 1000}}}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert [row.id for row in measured(path)] == ["one"]
    path.write_text('{"id": "one", "bytes"', encoding="utf-8")
    with pytest.raises(BrokenData, match=r"measured\.jsonl:1: "):
        list(measured(path))
    assert list(measured(tmp_path / "absent.jsonl")) == []


def test_what_a_measure_stands_for() -> None:
    """A peak, what is held between two steps, and, where a loop keeps its outputs, what is there before the step."""
    peak = Moment("backward", "backward", held(weights=10, logits=5))
    step = Moment("step", "step", held(weights=10, gradients=2))
    run = Allocation(10, 10, (peak,), (peak, step), held(weights=10), 20, 8, 4, 2)
    row = Row.model_validate(ROW)
    after = Row.model_validate(ROW | {"measured": "end of step"})
    kept = Row.model_validate(
        ROW | {"measured": "end of step", "setting": {"method": "full", "outputs_kept": True}},
    )
    assert [simulated(one, run) for one in (row, after, kept)] == [15, 10, 12]


def test_the_report_counts_only_what_counts() -> None:
    """Mean and worst error are those of the counted rows, bounds say whether they hold, others stand by reason."""
    rows = (
        ROW,
        ROW | {"id": "two", "bytes": 2000},
        ROW | {"id": "three", "counts": False, "reason": "other code"},
        ROW | {"id": "four", "measured": "nvidia-smi", "context_bytes": 400, "counts": False, "reason": "bound"},
    )
    file = file_of(*rows)
    sizes = (1010, 1960, 500, 590)
    lines = list(report(file, [Compared(row, size, 630) for row, size in zip(file.rows, sizes, strict=True)]))
    assert lines[1].endswith("+1.00%")
    assert lines[3] == "2 rows count: mean 1.50%, worst 2.00% (goal 0.5% and 2%)"
    assert lines[4] == "\nother code: it is another model"
    assert lines[5].endswith("-50.00%")
    assert lines[7].endswith("-1.67%  within; reserved +5.00%")
