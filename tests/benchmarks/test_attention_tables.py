"""Published peaks of training steps with eager and fused attention: the file, the loop and what is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.accuracy import MEAN_GOAL, WORST_GOAL, report_steps
from benchmarks.measurements.attention_tables import Step, recorded, simulated, steps, tables
from benchmarks.measurements.rows import BrokenData


def test_the_tables_cover_several_generations_of_gpus() -> None:
    """Turing, Ampere and Ada; each table names its page, a licence and both versions."""
    assert {table.capability[0] * 10 + table.capability[1] for table in tables()} >= {75, 80, 86, 89}
    assert all(table.licence and set(table.versions) == {"torch", "transformers"} for table in tables())
    assert len({step.id for step in steps()}) == len(list(steps())) > 100


def test_the_recorded_peaks_reach_the_goal() -> None:
    """The mean of all, and the worst; each step was simulated with its own version of transformers."""
    own = recorded()
    sizes = [abs(own[step.id] / step.measured - 1) for step in steps() if not step.table.uncounted]
    assert len(sizes) > 120
    assert sum(sizes) / len(sizes) < MEAN_GOAL
    assert max(sizes) < WORST_GOAL


@pytest.mark.parametrize("name", ["biogpt 1 x 128 eager", "opt-350m 1 x 512 sdpa"])
def test_models_that_have_not_changed_are_met_by_the_installed_transformers(name: str) -> None:
    """The measured peak is the page's, of another version of transformers and of PyTorch."""
    step = next(step for step in steps() if step.id == name)
    assert simulated(step) == pytest.approx(step.measured, rel=0.001)


def test_a_step_that_is_not_recorded_is_named(tmp_path: Path) -> None:
    """The message says how to record the steps anew."""
    path = tmp_path / "own.json"
    path.write_text(json.dumps({step.id: 1 for step in steps() if step.id != "biogpt 1 x 128 eager"}))
    with pytest.raises(BrokenData, match=r"differ in step 'biogpt 1 x 128 eager'; run benchmarks/own_versions\.py"):
        recorded(path)


def test_the_report_has_a_line_for_each_step_and_table() -> None:
    """Errors are relative to what was measured."""
    table = next(table for table in tables() if table.name == "biogpt")
    step = Step(table, 1, 128, "eager", 1000.0)
    lines = list(report_steps([step], {step.id: 1010}, {step.id: 900}))
    assert lines[1].split()[-2:] == ["+1.00%", "-10.00%"]
    assert "1 steps, mean 1.00%, worst 1.00%; installed transformers: mean 10.00%, worst 10.00%" in lines[2]
