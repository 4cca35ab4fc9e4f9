"""Layers that are left out of a run: it must come out to the byte as if all had been run."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from slidegen.estimate.allocated import Allocation, Held
from slidegen.estimate.setting import Adapter, Preference, Quantization, Setting
from slidegen.models import catalogue
from slidegen.models.instantiate import build_model
from slidegen.simulate.layers import reduced
from slidegen.simulate.run import LayersNeededError, _run, allocation

LORA = Adapter(rank=8)
FULL = Setting("full", seq_len=300)
SETTINGS: dict[str, Setting] = {
    "full": FULL,
    "checkpointing": replace(FULL, gradient_checkpointing=True, batch_size=2),
    "autocast, accumulation": replace(FULL, dtype="float32", mixed_precision="bfloat16", gradient_accumulation_steps=2),
    "adamw_torch, eager": replace(FULL, optimizer="adamw_torch", attention="eager", padded=True),
    "LoRA": replace(FULL, method="lora", adapter=LORA, optimizer="adamw_8bit"),
    "LoRA, autocast, checkpointing": replace(
        FULL, method="lora", adapter=LORA, mixed_precision="bfloat16", gradient_checkpointing=True
    ),
    "QLoRA": replace(FULL, method="qlora", adapter=LORA, quantization=Quantization("nf4"), mixed_precision="bfloat16"),
    "QLoRA, checkpointing, flash": replace(
        FULL,
        method="qlora",
        adapter=LORA,
        quantization=Quantization("int8", upcast=False),
        gradient_checkpointing=True,
        attention="flash",
    ),
    "inference": replace(FULL, method="inference", max_new_tokens=40, batch_size=2),
}
SMALL = {
    "HuggingFaceTB/SmolLM2-135M": (  # all layers alike
        *("checkpointing", "autocast, accumulation", "LoRA, autocast, checkpointing"),
        *("QLoRA, checkpointing, flash", "inference"),
    ),
    "google/gemma-3-1b-pt": ("inference",),  # sliding windows between full
    "google-t5/t5-small": ("full", "inference"),  # two stacks, cross attention, a shared bias
    "google-bert/bert-base-uncased": ("adamw_torch, eager",),
    "google/vit-base-patch16-224": ("LoRA",),
    "openai/whisper-tiny": ("QLoRA",),
    "deepseek-ai/DeepSeek-V2-Lite": ("inference",),  # dense first, latent attention
    "Qwen/Qwen3-30B-A3B": ("QLoRA",),  # experts
    "meta-llama/Llama-4-Scout-17B-16E-Instruct": ("inference",),  # a vision tower, chunked attention
}
"""Every setting on some model; the rest of them are slow."""
MORE = (
    "HuggingFaceTB/SmolLM2-135M",
    "google/gemma-3-1b-pt",
    "google/gemma-3-4b-pt",
    "google-t5/t5-small",
    "google-bert/bert-base-uncased",
    "google/vit-base-patch16-224",
    "openai/whisper-tiny",
    "deepseek-ai/DeepSeek-V2-Lite",
    "Qwen/Qwen3-30B-A3B",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B",  # state spaces, attention and experts
    "Qwen/Qwen3.5-27B",  # linear attention between full
    "Qwen/Qwen3.5-35B-A3B",
    "google/gemma-4-26B-A4B",
    "openai/gpt-oss-20b",
    "openai-community/gpt2",
    "bigscience/bloom-560m",
    "EleutherAI/pythia-6.9b",
    "Qwen/Qwen3-VL-8B-Instruct",
)
TARGETS = {
    # PEFT refuses `all-linear` of the one, and cannot adapt the routers of the other.
    "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B": ("in_proj", "q_proj", "v_proj", "up_proj"),
    "meta-llama/Llama-4-Scout-17B-16E-Instruct": ("q_proj", "k_proj", "v_proj", "o_proj"),
}


def check(name: str, setting: Setting) -> None:
    """Compares a run of some layers with one of all; a run of some must not have fallen back on all."""
    if setting.adapter is not None and name in TARGETS:
        setting = replace(setting, adapter=replace(setting.adapter, target_modules=TARGETS[name]))
    config: dict[str, Any] = dict(catalogue.facts(name).config)
    some = _run(config, name, setting, reduce=True)
    every = allocation(config, name, setting, every_layer=True)
    assert told(some) == told(every)
    for one, other in zip(some.peaks, every.peaks, strict=True):
        assert abs(one.held["rounding"] - other.held["rounding"]) < 0.01 * other.total


def told(allocation: Allocation) -> dict[str, Any]:
    """What a run says of itself, without the timeline, which has stretches for layers only if some are left out.

    Nor with the rounding, which depends on the order in which storages of one size are freed.
    """
    peaks: dict[str, Any] = {}
    for moment in allocation.timeline:
        found = tensors(moment.held)
        if sum(found.values()) > sum(peaks.get(moment.phase, {}).values()):
            peaks[moment.phase] = found
    return {
        "parameters": allocation.parameters,
        "trained": allocation.trainable_parameters,
        "end": tensors(allocation.end),
        **peaks,
    }


def tensors(held: Held) -> dict[str, int]:
    """The bytes of tensors by kind."""
    return {kind: size for kind, size in held.items() if kind != "rounding"}


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in SMALL.items() for kind in kinds], ids=str)
def test_some_layers_stand_for_all(name: str, kind: str) -> None:
    """Peaks of all phases, by kind, and what is left at the end."""
    check(name, SETTINGS[kind])


IN_TRL: dict[str, Setting] = {
    "SFT": replace(FULL, loop="trl", mixed_precision="bfloat16", gradient_checkpointing=True),
    "DPO": replace(FULL, loop="trl", dtype="float32", mixed_precision="bfloat16", preference=Preference("separate")),
    "DPO, LoRA": replace(
        FULL,
        method="lora",
        adapter=LORA,
        loop="trl",
        mixed_precision="bfloat16",
        gradient_checkpointing=True,
        gradient_accumulation_steps=2,
        preference=Preference("adapter"),
    ),
    "DPO, LoRA, two models": replace(
        FULL, method="lora", adapter=LORA, loop="trl", padded=True, preference=Preference("separate")
    ),
}


@pytest.mark.parametrize("kind", IN_TRL)
@pytest.mark.parametrize(
    "name", ["HuggingFaceTB/SmolLM2-135M", pytest.param("google/gemma-3-1b-pt", marks=pytest.mark.slow)]
)
def test_some_layers_stand_for_all_in_trl(name: str, kind: str) -> None:
    """Also where a reference model runs in the same step."""
    check(name, IN_TRL[kind])


@pytest.mark.slow
@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("name", MORE)
def test_some_layers_stand_for_all_of_large_models(name: str, kind: str) -> None:
    """The same for more models in every setting."""
    check(name, SETTINGS[kind])


def test_where_layers_cannot_stand_for_others_all_are_run() -> None:
    """Qwen3.5's first layers have no `q_proj`: if only those are adapted, no gradient reaches the first layers.

    Then layers that are alike differ in whether they have a backward pass.
    """
    name = "Qwen/Qwen3.5-0.8B-like"
    config = {**catalogue.facts("Qwen/Qwen3.5-27B").config}
    config["text_config"] = {**config["text_config"], "num_hidden_layers": 12, "layer_types": None}
    setting = replace(FULL, method="lora", adapter=Adapter(8, ("q_proj",)))
    with pytest.raises(LayersNeededError, match="KeyError: 'backward"):
        _run(config, name, setting, reduce=True)
    lines: list[str] = []
    found = allocation(config, name, setting, progress=lines.append)
    assert told(found) == told(allocation(config, name, setting, every_layer=True))
    assert lines == [f"{name}: no layer can stand in for others, so all layers are run, which takes longer"]


@pytest.mark.parametrize(
    ("model_type", "architecture", "setting", "why"),
    [
        ("gpt_neo", "GPTNeoForCausalLM", replace(FULL, method="inference", seq_len=64, max_new_tokens=4), "IndexError"),
        ("gemma3n_text", "Gemma3nForCausalLM", replace(FULL, seq_len=64), "RuntimeError"),
        ("hrm_text", "HrmTextForCausalLM", replace(FULL, seq_len=64), "ValueError: a layer runs more than once"),
    ],
)
def test_models_whose_layers_are_not_alone(model_type: str, architecture: str, setting: Setting, why: str) -> None:
    """Their layers look for others: transformers' own defaults of these kinds cannot be run without all of them."""
    config = {"model_type": model_type, "architectures": [architecture]}
    with pytest.raises(LayersNeededError, match=why):
        _run(config, model_type, setting, reduce=True)


def test_what_has_nothing_to_do_with_layers_is_raised_at_once() -> None:
    """A sequence that is too long for the positions of a model: it is not run a second time to find that out."""
    lines: list[str] = []
    with pytest.raises(ValueError, match="it has positions for 512 tokens"):
        allocation(
            catalogue.facts("google-bert/bert-base-uncased").config,
            "bert",
            replace(FULL, seq_len=600),
            progress=lines.append,
        )
    assert lines == []


def test_the_timeline_has_every_layer() -> None:
    """A stretch for each layer, forward in order and backward in reverse, and no jump between them."""
    name = "HuggingFaceTB/SmolLM2-135M"
    found = allocation(catalogue.facts(name).config, name, FULL)
    starts = list(found.timeline[1::2])  # behind the load
    layers = [f"0.{number}" for number in range(30)]
    assert [one.label for one in starts if one.label.startswith("forward 0.")] == [f"forward {one}" for one in layers]
    assert [one.label for one in starts if one.label.startswith("backward 0.")] == [
        f"backward {one}" for one in reversed(layers)
    ]
    steps = [later.total - one.total for one, later in pairwise(starts) if "0." in one.label]
    middle = steps[1:29]
    assert set(middle) == {middle[0]}


def test_layers_that_differ_are_each_run() -> None:
    """DeepSeek-V2-Lite's first layer is dense, the others have experts: the first, two of the others and the last."""
    name = "deepseek-ai/DeepSeek-V2-Lite"
    model = build_model(catalogue.facts(name).config, name, "bfloat16", None)
    (stack,) = reduced(model)
    assert stack.kept == (0, 1, 2, 26)
    assert stack.like == (0, 1, *[2] * 24, 26)
    assert len(list(stack.left_out())) == 23
    assert model.config.num_hidden_layers == 4


def test_keys_and_values_of_an_encoder_are_cached() -> None:
    """By hand: T5 small has 6 layers of 8 heads of 64 numbers, for 512 tokens and the first that is written."""
    config = {**catalogue.facts("google-t5/t5-small").config}
    found = allocation(config, "google-t5/t5-small", Setting("inference", seq_len=512))
    assert found.end["kv_cache"] == 2 * 2 * 6 * 8 * 64 * (512 + 1)
