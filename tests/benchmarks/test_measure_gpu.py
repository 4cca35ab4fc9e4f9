"""The measuring of real steps, on the CPU: the same code path with counters that are not CUDA's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.measure_gpu import MODELS, Case, grid, main, record
from benchmarks.measurements.rows import ROW_FIELDS, Row
from benchmarks.measurements.steps import measure
from slidegen.estimate.setting import Adapter, Quantization, Setting

TINY: dict[str, Any] = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
NAME = "meta-llama/Llama-3.2-1B"


class Counted:
    """Counters that count how often they are asked."""

    def __init__(self) -> None:
        self.resets = 0
        self.reads = 0

    def reset(self) -> None:
        """Counts."""
        self.resets += 1

    def read(self) -> Mapping[str, int]:
        """As many bytes as it was read before."""
        self.reads += 1
        return {"allocated": self.reads, "reserved": 2 * self.reads, "requested": self.reads, "held": 1}


@pytest.mark.parametrize(
    "setting",
    [
        Setting("full", dtype="float32", seq_len=16, optimizer="adamw_torch", gradient_accumulation_steps=2),
        Setting("full", dtype="float32", seq_len=16, optimizer="adamw_torch_forloop", mixed_precision="bfloat16"),
        Setting("full", dtype="float32", seq_len=16, optimizer="adafactor", attention="eager"),
        Setting(
            "lora", seq_len=16, gradient_checkpointing=True, adapter=Adapter(4), padded=True, optimizer="adamw_torch"
        ),
        Setting("qlora", seq_len=16, adapter=Adapter(4), quantization=Quantization("nf4"), optimizer="sgd"),
    ],
    ids=lambda setting: f"{setting.method}-{setting.optimizer}",
)
def test_a_tiny_model_takes_three_steps(setting: Setting) -> None:
    """Each phase is read once after a reset, those of forward and backward in every accumulated batch."""
    counters = Counted()
    phases = measure(TINY, NAME, setting, "cpu", counters)
    assert list(phases) == ["forward", "backward", "step", "end"]
    in_a_step = 2 * setting.gradient_accumulation_steps + 1
    assert (counters.resets, counters.reads) == (3 * in_a_step, 3 * (in_a_step + 1))
    assert phases["end"]["allocated"] == counters.reads


def test_a_record_is_a_row() -> None:
    """What is written can be read as a row that counts; its bytes are the largest of the phases, not of the end."""
    setting = Setting("lora", adapter=Adapter(4))
    peaks = {"forward": 3, "backward": 7, "step": 5, "end": 9}
    line = json.loads(
        json.dumps(record(Case(NAME, setting), "a card", {k: {"allocated": v} for k, v in peaks.items()}))
    )
    row = Row.model_validate({name: value for name, value in line.items() if name in ROW_FIELDS})
    assert (row.setting, row.bytes, row.counts, row.measured) == (setting, 7, True, "allocated")
    assert line["phases"]["end"] == {"allocated": 9}


def test_what_does_not_fit_is_noted() -> None:
    """Without bytes, so that `make accuracy` passes it over."""
    line = record(Case(NAME, Setting("full")), "a card", None)
    assert line["out_of_memory"]
    assert "bytes" not in line


def test_the_grid_has_every_case_once() -> None:
    """Names differ; cards without bfloat16 get float16, and QLoRA is there if bitsandbytes is."""
    cases = grid(MODELS, (8, 0), bitsandbytes=True)
    assert len({case.id for case in cases}) == len(cases) > 200
    assert {case.setting.method for case in cases} == {"full", "lora", "qlora"}
    assert {case.setting.seq_len for case in cases} >= {512, 2048, 4096}
    old = grid(MODELS[:1], (7, 5), bitsandbytes=False)
    assert {case.setting.dtype for case in old} == {"float16", "float32"}
    assert {case.setting.method for case in old} == {"full", "lora"}


def test_dry_run_lists_the_grid(capsys: pytest.CaptureFixture[str]) -> None:
    """One name a line, for the models that were asked for."""
    assert main(["--dry-run", "--model", NAME]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 40
    assert all(line.startswith("llama-3.2-1b-") for line in lines)


def test_an_unknown_model_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With the name that was meant."""
    with pytest.raises(SystemExit):
        main(["--dry-run", "--model", "meta-llama/Llama-3.2-1"])
    assert "did you mean 'meta-llama/Llama-3.2-1B'" in capsys.readouterr().err
