"""The accounting `textbook`, against the EuroPython 2024 talk's tables and arithmetic by hand."""

from __future__ import annotations

import dataclasses
from math import ceil

import pytest

from slidegen.errors import SlidegenError
from slidegen.estimate.textbook import LEAVES_OUT, METHODS, estimate, leaves_out
from slidegen.model import Census, ParameterGroup
from slidegen.models import catalogue

GIB = 2**30

TALK = {
    "meta-llama/Meta-Llama-3-8B": (55.92, 14.92, 5.17),
    "meta-llama/Meta-Llama-3-70B": (517.84, 134.09, 38.46),
    "mistralai/Mistral-7B-v0.3": (53.0, 14.19, 4.44),
    "Qwen/Qwen2-1.5B": (11.5, 3.29, 1.46),
    "Qwen/Qwen2-72B": (532.42, 137.81, 39.73),
    "google/gemma-2-9b": (68.86, 18.42, 6.79),
    "google/gemma-2-27b": (202.86, 53.27, 16.88),
}
"""The tables shown in the talk: GiB for full fine-tuning in float16, LoRA and QLoRA of rank 32."""


def small_census() -> Census:
    """One of everything, in numbers that are easy to add by hand."""
    groups = (
        ParameterGroup("Embedding", "model.embed.weight", "embedding", (10, 3), 1, "both"),
        ParameterGroup("Linear", "model.layers.*.up.weight", "linear", (5, 3), 2, "both"),
        ParameterGroup("Linear", "model.layers.*.up.bias", "bias", (5,), 2, "both"),
        ParameterGroup("Experts", "model.experts.down", "linear", (4, 3, 7), 1, "both"),
        ParameterGroup("LayerNorm", "model.norm.weight", "norm", (3,), 1, "both"),
        ParameterGroup("Linear", "model.pooler.weight", "linear", (3, 3), 1, "base"),
        ParameterGroup("Linear", "head.weight", "linear", (10, 3), 1, "head"),
        ParameterGroup("Embedding", "model.shared.weight", "embedding", (10, 3), 1, "both", tied=True),
    )
    return Census("ForTest", "Base", groups, 0, (), 0, {})


@pytest.mark.parametrize("name", TALK)
def test_reproduces_the_talk(name: str) -> None:
    """Full, LoRA and QLoRA of the seven models come out as in the talk, to the last printed digit."""
    census = catalogue.census(name)
    totals = [estimate(census, model=name, method=m, rank=32).total_bytes for m in ("full", "lora", "qlora")]
    assert tuple(round((total or 0) / GIB, 2) for total in totals) == TALK[name]


def test_counts_of_llama_3_8b() -> None:
    """Llama 3 8B has 7,504,924,672 parameters without its head; its rank-32 adapter on every linear 83,886,080."""
    line = estimate(catalogue.census("meta-llama/Meta-Llama-3-8B"), model="llama", method="lora", rank=32)
    per_layer = (4096 + 4096) * 2 + (4096 + 1024) * 2 + (4096 + 14336) * 3
    assert line.parameters == 8_030_261_248 - 128_256 * 4096 == 7_504_924_672
    assert line.trainable_parameters == 32 * 32 * per_layer == 83_886_080
    assert line.adapter_bytes == 4 * 83_886_080


def test_full_is_four_times_the_weights() -> None:
    """Full fine-tuning is weights, gradients and two Adam moments: 30 + 40 + 84 + 3 + 9 parameters, 4 x 2 bytes."""
    line = estimate(small_census(), model="small", method="full", dtype="bfloat16")
    parameters = 30 + 2 * 15 + 2 * 5 + 84 + 3 + 9
    assert (line.parameters, line.trainable_parameters) == (parameters, parameters)
    assert (line.weights_bytes, line.gradient_bytes, line.optimizer_bytes) == (332, 332, 664)
    assert (line.adapter_bytes, line.total_bytes, line.rank) == (0, 4 * 332, None)


def test_lora_by_hand() -> None:
    """A rank-2 adapter has 2 x (in + out) on every linear, experts one by one; float32, and three of it are counted."""
    line = estimate(small_census(), model="small", method="lora", dtype="float32", rank=2)
    adapter = 2 * (2 * (5 + 3) + 4 * (3 + 7) + (3 + 3))
    assert (line.trainable_parameters, line.adapter_bytes) == (adapter, 4 * adapter)
    assert line.total_bytes == 4 * 166 + 3 * 4 * adapter


@pytest.mark.parametrize(("dtype", "bits"), [("int8", 8), ("int4", 4)])
def test_integer_dtypes_hold_linear_weights_only(dtype: str, bits: int) -> None:
    """Linear weights shrink, tensor by tensor rounded up to bytes; all else takes two bytes."""
    line = estimate(small_census(), model="small", method="inference", dtype=dtype)
    linear = 2 * ceil(15 * bits / 8) + ceil(84 * bits / 8) + ceil(9 * bits / 8)
    assert line.total_bytes == line.weights_bytes == linear + 2 * (30 + 10 + 3)


def test_qlora_is_lora_over_int4() -> None:
    """QLoRA says int4 whatever dtype is asked for, and is LoRA over int4 in every other number."""
    qlora = estimate(small_census(), model="small", method="qlora", dtype="float32", rank=3)
    lora = estimate(small_census(), model="small", method="lora", dtype="int4", rank=3)
    assert qlora == dataclasses.replace(lora, method="qlora")
    assert qlora.dtype == "int4"


@pytest.mark.parametrize("dtype", ["int8", "int4"])
def test_full_of_an_integer_dtype_is_impossible(dtype: str) -> None:
    """Integer weights have no gradients: the estimate says so and has no total."""
    line = estimate(small_census(), model="small", method="full", dtype=dtype)
    assert line.note == f"{dtype} weights cannot be trained without an adapter; use lora or qlora"
    assert line.weights_bytes > 0
    rest = (line.trainable_parameters, line.adapter_bytes, line.gradient_bytes, line.optimizer_bytes, line.total_bytes)
    assert rest == (None,) * 5


@pytest.mark.parametrize("method", METHODS)
def test_parts_sum_to_the_total(method: str) -> None:
    """For every model of the catalogue and dtype, the parts of an estimate add up to its total."""
    for entry in catalogue.list_catalogue():
        census = catalogue.census(entry.name)
        for dtype in ("float32", "float16", "bfloat16", "int8", "int4"):
            line = estimate(census, model=entry.name, method=method, dtype=dtype, rank=8)
            parts = (line.weights_bytes, line.adapter_bytes, line.gradient_bytes, line.optimizer_bytes)
            if line.total_bytes is not None:
                assert line.total_bytes == sum(part or 0 for part in parts)
            assert all(type(part) is int for part in parts if part is not None)


def test_the_default_rank_is_16() -> None:
    """Without a rank an adapter has 16; without an adapter there is none."""
    assert estimate(small_census(), model="small", method="lora").rank == 16
    assert estimate(small_census(), model="small", method="inference", rank=4).rank is None


@pytest.mark.parametrize("rank", [0, -3, 1.5, True, "8"])
def test_refuses_a_rank_that_is_no_positive_integer(rank: object) -> None:
    """One clear line for a rank of zero, below, or no integer."""
    with pytest.raises(SlidegenError) as caught:
        estimate(small_census(), model="small", method="lora", rank=rank)  # type: ignore[arg-type]
    assert str(caught.value) == f"the rank of an adapter must be a positive integer, not {rank!r}"


def test_refuses_unknown_methods_and_dtypes() -> None:
    """An unknown word gets the nearest known one and all that are allowed."""
    with pytest.raises(SlidegenError, match=r"^unknown method 'qlorra'; did you mean 'qlora'\? available: full, "):
        estimate(small_census(), model="small", method="qlorra")
    with pytest.raises(
        SlidegenError, match=r"^unknown dtype 'fp8'; available: bfloat16, float16, float32, int4, int8$"
    ):
        estimate(small_census(), model="small", dtype="fp8")


def test_every_method_says_what_it_leaves_out() -> None:
    """No answer is without its limits; for several methods the common part is said once."""
    assert {method for _, method in LEAVES_OUT} == set(METHODS)
    assert "adapter’s gradients" in leaves_out("lora")
    assert leaves_out("full", "qlora").count("the output head") == 1
    assert "; qlora: " in leaves_out("full", "qlora")


@pytest.mark.parametrize(
    ("optimizer", "states"), [("adam", 2), ("sgd", 0), ("momentum", 1), ("sgd_momentum", 1), ("adamw_torch_fused", 2)]
)
def test_what_an_optimizer_keeps(optimizer: str, states: int) -> None:
    """SGD nothing, momentum one number a parameter, Adam two; of the weights' dtype, 166 parameters of 2 bytes."""
    line = estimate(small_census(), model="small", method="full", optimizer=optimizer)
    assert (line.optimizer_bytes, line.total_bytes) == (states * 332, (2 + states) * 332)


def test_8_bit_states_take_a_byte_each() -> None:
    """Whatever the dtype of what is trained: two bytes a parameter of the model, or of the adapter."""
    full = estimate(small_census(), model="small", method="full", dtype="float32", optimizer="adamw_8bit")
    assert full.optimizer_bytes == 2 * 166
    lora = estimate(small_census(), model="small", method="lora", rank=2, optimizer="adam_8bit")
    assert lora.optimizer_bytes == 2 * (lora.trainable_parameters or 0)


@pytest.mark.parametrize(
    ("optimizer", "per_parameter"), [("adam", 18), ("adamw_8bit", 12), ("momentum", 14), ("sgd", 10)]
)
def test_mixed_precision_is_hugging_faces_count(optimizer: str, per_parameter: int) -> None:
    """4 + 2 bytes of weights, 4 of gradients and float32 states, whatever dtype is asked for."""
    line = estimate(
        small_census(), model="small", method="full", dtype="float16", optimizer=optimizer, mixed_precision="bfloat16"
    )
    assert (line.dtype, line.weights_bytes, line.gradient_bytes) == ("float32", 6 * 166, 4 * 166)
    assert line.total_bytes == per_parameter * 166
    assert "master copy" not in leaves_out("full", mixed_precision=True)


def test_an_adapter_on_embeddings() -> None:
    """The one embedding of 10 x 3 gets rank x (10 + 3) more; the tied one shares it."""
    plain, more = (
        estimate(small_census(), model="small", method="lora", rank=2, train_embedding=on) for on in (False, True)
    )
    assert (more.trainable_parameters or 0) - (plain.trainable_parameters or 0) == 2 * (10 + 3)
    assert (plain.train_embedding, more.train_embedding) == (False, True)


def test_refuses_an_unknown_optimizer() -> None:
    """With the nearest name."""
    with pytest.raises(SlidegenError, match=r"^unknown optimizer 'adamm'; did you mean 'adam'\?"):
        estimate(small_census(), model="small", optimizer="adamm")
