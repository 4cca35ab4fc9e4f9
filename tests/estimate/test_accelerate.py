"""The table of accelerate, against accelerate's own code on a real meta model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from slidegen.estimate.accelerate import accelerate_row, accelerate_table, leaves_out, training_bytes
from slidegen.models import catalogue


def accelerates_own(name: str, monkeypatch: pytest.MonkeyPatch, *, keep_ties: bool = False) -> list[list[Any]]:
    """What `accelerate estimate-memory` computes; only asking the Hub is replaced by the catalogue's config.

    `keep_ties` builds on the meta device throughout. Without it accelerate makes every parameter anew on registration,
    which breaks ties, and first allocates fused experts for real.
    """
    import torch
    from accelerate import init_empty_weights
    from accelerate.commands import estimate
    from transformers import AutoModel
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    config = dict(catalogue.facts(name).config)
    settings = CONFIG_MAPPING[config["model_type"]].from_dict(config)
    if keep_ties:
        with init_empty_weights(include_buffers=True):
            model = AutoModel.from_config(settings, dtype=torch.float32)
        monkeypatch.setattr(estimate, "create_empty_model", lambda *args, **kwargs: model)
    else:
        monkeypatch.setattr(estimate, "verify_on_hub", lambda *_: SimpleNamespace(config=config))
        monkeypatch.setattr(estimate.AutoConfig, "from_pretrained", lambda *args, **kwargs: settings)
    dtypes = ["float32", "float16", "int8", "int4"]
    arguments = SimpleNamespace(model_name=name, library_name="transformers", trust_remote_code=False, dtypes=dtypes)
    return list(estimate.gather_data(arguments))


def printed(rows: list[list[Any]]) -> list[tuple[str, float, float, int | None]]:
    """accelerate's rows as its command shows them: the largest of the training figures, N/A for -1."""
    lines = []
    for dtype, layer, total, training in rows:
        peak = max(training.values())
        lines.append((dtype, layer, total, None if peak == -1 else peak))
    return lines


@pytest.mark.parametrize(
    "name",
    [
        "meta-llama/Meta-Llama-3-8B",
        "google/gemma-2-9b",
        "Qwen/Qwen2-1.5B",
        "openai-community/gpt2",
        "google-bert/bert-base-uncased",
        "google/vit-base-patch16-224",
        "openai/whisper-tiny",
        "facebook/opt-6.7b",
        "tiiuae/falcon-7b",
        "microsoft/Phi-3.5-mini-instruct",
    ],
)
def test_equals_accelerate(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Largest layer, total size and training with Adam equal accelerate's, byte for byte."""
    ours = [
        (row.dtype, row.largest_layer_bytes, row.total_bytes, row.training_bytes)
        for row in accelerate_table(catalogue.census(name))
    ]
    for mine, theirs in zip(ours, printed(accelerates_own(name, monkeypatch)), strict=True):
        assert (mine[0], mine[3]) == (theirs[0], theirs[3])
        assert 0 <= mine[1] - theirs[1] < 1  # accelerate divides floats, bytes are rounded up
        assert 0 <= mine[2] - theirs[2] < 1


@pytest.mark.parametrize("name", ["mistralai/Mixtral-8x7B-v0.1", "google-t5/t5-base", "deepseek-ai/DeepSeek-V3"])
def test_equals_accelerate_with_experts_and_ties(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So they do for fused experts and tied embeddings, when accelerate builds on the meta device throughout."""
    ours = [
        (row.dtype, row.largest_layer_bytes, row.total_bytes, row.training_bytes)
        for row in accelerate_table(catalogue.census(name))
    ]
    theirs = printed(accelerates_own(name, monkeypatch, keep_ties=True))
    assert [row[:1] + row[3:] for row in ours] == [row[:1] + row[3:] for row in theirs]
    assert all(0 <= a[1] - b[1] < 1 and 0 <= a[2] - b[2] < 1 for a, b in zip(ours, theirs, strict=True))


def test_phi_3_5_mini_is_14_23_gb() -> None:
    """As accelerate's table has it, whose GB are powers of 1024: its auto_map names the class with the output head."""
    from accelerate.utils import convert_bytes

    row = accelerate_row(catalogue.census("microsoft/Phi-3.5-mini-instruct"), "float32")
    assert convert_bytes(row.total_bytes) == "14.23 GB"


def test_an_output_head_that_is_measured_is_not_said_to_be_left_out() -> None:
    """The models of which accelerate measures it are named."""
    assert leaves_out([]).startswith("the output head, activations and ")
    assert leaves_out(["a/b"]).startswith(
        "the output head (but that of a/b is in: its config's auto_map asks for it), activations and "
    )


def test_training_needs_floats() -> None:
    """Integer dtypes have no training figure, where accelerate prints N/A."""
    assert [training_bytes(100, dtype) for dtype in ("float32", "float16", "int8", "int4")] == [400, 200, None, None]


def test_bfloat16_is_not_in_the_table() -> None:
    """accelerate offers four dtypes, and no row is made up for another."""
    with pytest.raises(ValueError, match="bfloat16"):
        accelerate_row(catalogue.census("openai-community/gpt2"), "bfloat16")
