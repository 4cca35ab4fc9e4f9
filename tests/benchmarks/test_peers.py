"""What the peers are asked, and what is made of their answers."""

from __future__ import annotations

import pytest

from benchmarks.measurements.rows import Row
from benchmarks.peers import accelerates, case_of, cell, expressible, summary
from slidegen.estimate.accelerate import accelerate_row
from slidegen.estimate.setting import Adapter, Quantization, Setting
from slidegen.models import catalogue

GPT2 = "openai-community/gpt2"


def row_of(setting: Setting, size: int = 1000) -> Row:
    """A row of GPT-2 of which so many bytes were measured."""
    return Row(
        id="one",
        model=GPT2,
        card="a card",
        measured="allocated",
        bytes=size,
        setting=setting,
        versions={"transformers": "5.0.0"},
        source="paper",
        counts=True,
    )


@pytest.mark.parametrize(
    ("setting", "known"),
    [
        (Setting("full"), True),
        (Setting("full", optimizer="adafactor"), False),
        (Setting("full", gpus=2, sharding="zero3"), False),
        (Setting("lora", adapter=Adapter(16)), False),
        (Setting("inference"), True),
        (Setting("inference", quantization=Quantization("nf4")), False),
    ],
)
def test_what_peers_can_express(setting: Setting, known: bool) -> None:
    """Training of all weights with Adam, and inference of plain weights, on one card."""
    assert expressible(row_of(setting)) is known


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_accelerate_says_what_its_table_says(dtype: str) -> None:
    """Its functions on the model of a row give the table that slidegen prints, which tests hold to its command."""
    table = accelerate_row(catalogue.census(GPT2), dtype)
    training, inference = (
        row_of(Setting("full", dtype="float32" if dtype == "float32" else "bfloat16")),
        row_of(Setting("inference", dtype="float32" if dtype == "float32" else "bfloat16")),
    )
    assert (accelerates(training), accelerates(inference)) == (table.training_bytes, table.total_bytes)


def test_a_case_counts_each_parameter_once() -> None:
    """GPT-2 has 124,439,808 parameters; its output head is its embedding, the largest layer, and stored once."""
    case = case_of(row_of(Setting("inference", seq_len=10, max_new_tokens=5)))
    assert case["parameters"] == 124_439_808
    assert case["largest"] == 50257 * 768
    assert [name for name in case["header"] if "lm_head" in name] == []
    assert case["header"]["transformer.wte.weight"] == {"dtype": "BF16", "shape": [50257, 768]}
    assert case["tokens"] == 15


def test_errors_are_of_the_measured_value() -> None:
    """A summary is of the rows that a peer has answered, slidegen's mean of the same."""
    rows = [row_of(Setting("full")), row_of(Setting("full"), 2000)]
    answers = [{"slidegen": (1010, 0.5), "peer": (1500, 0.1)}, {"slidegen": (1000, 0.5)}]
    assert cell(rows[0], answers[0]["peer"]) == "   +50.0%  0.100 s"
    assert cell(rows[1], answers[1].get("peer")).strip() == "-"
    assert summary("peer", rows, answers) == "peer: mean absolute error 50.0%, slidegen's 1.0% on the same 1 rows"
    assert summary("other", rows, answers) == "other: not installed, or it cannot express any row"
