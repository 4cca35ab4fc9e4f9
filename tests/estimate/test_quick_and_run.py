"""The quick mode beside the run of the same step: within a tenth, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from slidegen.models import catalogue

pytest.importorskip("peft")
from benchmarks.quick import BOUND, Compared, compare

SMALL = (
    "HuggingFaceTB/SmolLM2-135M",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in (
            *("openai-community/gpt2", "google/gemma-3-1b-pt", "Qwen/Qwen3-0.6B", "facebook/opt-125m"),
            "bigscience/bloom-560m",
        )
    ),
)
"""A Llama; others are among those below, each by the methods of a talk."""
TYPICAL = ("meta-llama/Llama-2-7b-hf", "google/gemma-2-9b", "Qwen/Qwen3-30B-A3B", "tiiuae/falcon-7b")


def far(rows: list[Compared]) -> list[str]:
    """The lines that are more than a tenth off."""
    return [row.line() for row in rows if row.ratio is not None and abs(row.ratio - 1) > BOUND]


@pytest.mark.parametrize("name", SMALL)
def test_small_models_by_all_methods(name: str) -> None:
    """Four methods, checkpointing on and off; none is refused."""
    rows = list(compare([name], seq_len=512))
    assert [row.ratio is None for row in rows] == [False] * 7
    assert far(rows) == []


@pytest.mark.parametrize(
    ("name", "methods"),
    [(TYPICAL[0], ("full", "qlora")), (TYPICAL[1], ("lora",)), (TYPICAL[2], ("qlora",)), (TYPICAL[3], ("inference",))],
)
def test_models_that_talks_name(name: str, methods: tuple[str, ...]) -> None:
    """2048 tokens, the default: a dense model, capped scores, a mixture whose experts are not packed, one key head."""
    rows = list(compare([name], methods))
    assert None not in [row.ratio for row in rows]
    assert far(rows) == []


@pytest.mark.parametrize(
    "options",
    [
        {"seq_len": 8192, "batch_size": 4, "methods": ("inference",), "max_new_tokens": 500},
        {"seq_len": 1024, "attention": "eager", "methods": ("lora",)},
        {"seq_len": 512, "attention": "flash", "methods": ("lora",), "batch_size": 4},
        {"seq_len": 1024, "gpu": "T4", "methods": ("lora",)},
        pytest.param({"seq_len": 512, "methods": ("full",), "optimizer": "adafactor"}, marks=pytest.mark.slow),
        {"seq_len": 512, "methods": ("full",), "optimizer": "adamw_torch"},
        {"seq_len": 512, "methods": ("full",), "dtype": "float32", "mixed_precision": "bfloat16"},
        {"seq_len": 512, "methods": ("qlora",), "quantization": "int8"},
        {"seq_len": 512, "methods": ("qlora",), "kbit_upcast": False, "rank": 64},
    ],
    ids=str,
)
def test_settings_beside_the_default(options: dict[str, Any]) -> None:
    """Lengths, batches, forms of attention, optimizers, dtypes and quantizations."""
    rows = list(compare(["Qwen/Qwen3-0.6B"], **options))
    assert None not in [row.ratio for row in rows]
    assert far(rows) == []


@pytest.mark.slow
def test_the_whole_catalogue() -> None:
    """Every model by four methods, checkpointing on and off."""
    rows = list(compare([entry.name for entry in catalogue.list_catalogue()]))
    assert far(rows) == []
    refused = {row.model: row.quick for row in rows if isinstance(row.quick, str)}
    assert all("quick has no formula for" in why for why in refused.values())
    assert [row.line() for row in rows if isinstance(row.run, str) and row.model not in refused] == []
