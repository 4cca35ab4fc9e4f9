"""Parameters by part, active ones, and those of an adapter, beside published tables, hand arithmetic and PEFT."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slidegen.estimate.census import count_parameters
from slidegen.estimate.parts import PARTS, PartCount, adapted_parameters, count_parts, part_of, target_names
from slidegen.model import ParameterGroup
from slidegen.models import catalogue


def counted(name: str, **changes: Any) -> PartCount:
    """The parts of a catalogue model, some facts of its config changed."""
    return count_parts(catalogue.census(name), {**catalogue.facts(name).config, **changes})


@pytest.mark.parametrize("name", list(catalogue.entries()))
def test_the_parts_sum_to_the_model(name: str) -> None:
    """And next to nothing is left over: Whisper's convolutions, DeepSeek V4's last hyper-connection."""
    count = counted(name)
    assert sum(getattr(count, part) for part in PARTS) == count.parameters
    assert count.parameters == count_parameters(catalogue.census(name), "whole")
    assert count.other < 0.02 * count.parameters
    assert count.attention > 0 < count.mlp


def test_llama_2_by_hand() -> None:
    """Touvron et al. 2023: 32 blocks of width 4096, MLP of width 11008, a vocabulary of 32000."""
    attention, mlp, norms = 4 * 4096**2, 3 * 4096 * 11008, 2 * 4096
    assert counted("meta-llama/Llama-2-7b-hf") == PartCount(
        parameters=6_738_415_616,
        active=6_738_415_616,
        embedding=32000 * 4096,
        attention=32 * attention,
        mlp=32 * mlp,
        norm=32 * norms + 4096,
        head=32000 * 4096,
        vision=0,
        other=0,
        layers=32,
        block=attention + mlp + norms,
    )


def test_gpt_2_by_hand() -> None:
    """Its head is its embedding, its positions are embedded, its matrices have biases."""
    count = counted("openai-community/gpt2-medium")
    width = 1024
    assert (count.embedding, count.head) == ((50257 + 1024) * width, 0)
    assert count.block == 12 * width**2 + 13 * width
    assert count.attention == 24 * (4 * width**2 + 4 * width)


@pytest.mark.parametrize(
    ("name", "mlp", "attention", "embedding_and_head", "active"),
    [("openai/gpt-oss-120b", 114.71, 0.96, 1.16, 5.13), ("openai/gpt-oss-20b", 19.12, 0.64, 1.16, 3.61)],
)
def test_gpt_oss_has_a_published_table(
    name: str, mlp: float, attention: float, embedding_and_head: float, active: float
) -> None:
    """The model card of gpt-oss (arXiv:2508.10925), table 1, in billions; its active ones are without the embedding."""
    count = counted(name)
    parts = (count.mlp, count.attention, count.embedding + count.head)
    assert [size / 1e9 for size in parts] == pytest.approx([mlp, attention, embedding_and_head], abs=0.006)
    assert count.active is not None
    assert round((count.active - count.embedding) / 1e9, 2) == active


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("mistralai/Mixtral-8x7B-v0.1", 12.9),  # Mistral's announcement: 46.7B in total, 12.9B a token
        ("mistralai/Mixtral-8x22B-v0.1", 39),  # 39B of 141B
        ("deepseek-ai/DeepSeek-V2", 21),  # arXiv:2405.04434: 21B of 236B
        ("Qwen/Qwen3-235B-A22B", 22),  # arXiv:2505.09388: 22B
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", 17),  # model card: 17B of 109B
        ("meta-llama/Llama-4-Maverick-17B-128E-Instruct", 17),  # 17B of 400B
        ("google/gemma-4-26B-A4B", 3.8),  # model card
        ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B", 3.6),  # model card: 3.6B with embeddings
        ("Qwen/Qwen3.5-397B-A17B", 17),
    ],
)
def test_active_parameters_are_the_published_ones(name: str, billions: float) -> None:
    """As the papers round them."""
    active = counted(name).active
    assert active is not None
    assert round(active / 1e9, 0 if isinstance(billions, int) else 1) == billions


def test_active_parameters_by_hand() -> None:
    """Mixtral: of eight experts with three matrices each, two compute a token."""
    count = counted("mistralai/Mixtral-8x7B-v0.1")
    assert count.active == count.parameters - 32 * 6 * 3 * 4096 * 14336
    assert count.block == 4096 * (2 * 4096 + 2 * 1024) + 8 * 3 * 4096 * 14336 + 8 * 4096 + 2 * 4096


def test_a_dense_model_is_active_whole() -> None:
    """But for the tower that sees pictures, which no token of text passes."""
    assert counted("Qwen/Qwen3-8B").active == counted("Qwen/Qwen3-8B").parameters
    seeing = counted("Qwen/Qwen3-VL-8B-Instruct")
    assert seeing.active == seeing.parameters - seeing.vision
    assert seeing.vision > 5e8


@pytest.mark.parametrize("changes", [{"num_experts_per_tok": None}, {"num_local_experts": None}])
def test_a_mixture_that_does_not_say_how_many_experts(changes: dict[str, None]) -> None:
    """Its active parameters are not known; a guess would be a number like any other."""
    assert counted("mistralai/Mixtral-8x7B-v0.1", **changes).active is None


@pytest.mark.parametrize(
    ("name", "layers"),
    [("deepseek-ai/DeepSeek-V3", 61), ("google/gemma-4-31B-it", 60), ("google-t5/t5-small", None)],
)
def test_blocks_that_differ_have_no_size(name: str, layers: int | None) -> None:
    """Dense layers before a mixture, local and global attention, an encoder beside a decoder."""
    count = counted(name)
    assert (count.layers, count.block) == (layers, None)


@pytest.mark.parametrize(
    "name",
    [
        "openai-community/gpt2",  # Conv1D
        "HuggingFaceTB/SmolLM2-135M",
        "google-bert/bert-base-uncased",  # a head of two matrices, of which PEFT leaves out one
        "google-t5/t5-small",
        "openai/whisper-tiny",
        "google/vit-base-patch16-224",
        "facebook/opt-125m",
        "bigscience/bloom-560m",
        "stabilityai/stablelm-2-1_6b",
        "tiiuae/falcon-7b",
    ],
)
def test_an_adapter_is_what_peft_makes(name: str) -> None:
    """Of rank 8, on all linear layers."""
    peft = pytest.importorskip("peft")
    from slidegen.models.instantiate import build_model, silent

    with silent():
        model = build_model(catalogue.facts(name).config, name, "bfloat16", None)
        adapted = peft.get_peft_model(model, peft.LoraConfig(r=8, target_modules="all-linear"))
    made = sum(parameter.numel() for parameter in adapted.parameters() if parameter.requires_grad)
    assert adapted_parameters(catalogue.census(name), 8) == made


def test_the_adapter_of_the_lora_paper_on_llama() -> None:
    """Rank 8 on queries and values of LLaMA 7B: the 4,194,304 that alpaca-lora's users know from PEFT."""
    assert adapted_parameters(catalogue.census("huggyllama/llama-7b"), 8, ("q_proj", "v_proj")) == 4_194_304


def test_experts_are_adapted_as_peft_decides() -> None:
    """Differently from family to family, so there is no number but for attention."""
    census = catalogue.census("mistralai/Mixtral-8x7B-v0.1")
    assert adapted_parameters(census, 16) is None
    assert adapted_parameters(census, 16, ("q_proj", "o_proj")) == 32 * 16 * 2 * (4096 + 4096)
    assert target_names(census) == ("q_proj", "k_proj", "v_proj", "o_proj", "lm_head")


@pytest.mark.parametrize(
    ("name", "kind", "part"),
    [
        ("model.layers.*.self_attn_layer_norm.weight", "norm", "norm"),
        ("model.layers.*.self_attn.q_norm.weight", "norm", "norm"),
        ("encoder.layer.*.attention.output.dense.weight", "linear", "attention"),
        ("encoder.layer.*.output.dense.bias", "bias", "mlp"),
        ("decoder.layers.*.fc1.weight", "linear", "mlp"),
        ("model.layers.*.mixer.in_proj.weight", "linear", "attention"),
        ("model.layers.*.mixer.gate.weight", "linear", "mlp"),
        ("model.layers.*.self_attn.gate_proj.weight", "linear", "attention"),
        ("encoder.block.*.layer.*.SelfAttention.relative_attention_bias.weight", "embedding", "attention"),
        ("embeddings.patch_embeddings.projection.weight", "conv", "embedding"),
        ("model.vision_tower.encoder.layers.*.self_attn.q_proj.weight", "linear", "vision"),
        ("model.something.weight", "linear", "other"),
    ],
)
def test_names_tell_the_part(name: str, kind: Any, part: str) -> None:
    """The module that holds a parameter decides, and a norm is a norm wherever it stands."""
    group = ParameterGroup("Linear", name, kind, (2, 2), 1, "both")
    assert part_of(group) == part
    assert part_of(replace(group, scope="head")) == "head"
