"""Packed layers: their bytes against bitsandbytes' own, and what their products hold."""

from __future__ import annotations

import gc
from itertools import accumulate

import bitsandbytes
import bitsandbytes.functional
import pytest
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from slidegen.estimate.setting import Quantization
from slidegen.models import catalogue
from slidegen.models.instantiate import build_model
from slidegen.simulate.formats import pack
from slidegen.simulate.ledger import Ledger
from slidegen.simulate.packed import EightBitLinear, FourBitLinear, PackedLinear
from slidegen.simulate.tracker import Tracker
from tests.simulate.recorder import memory_events, plain_kernels, storages

SHAPES = ((320, 384), (1, 64), (33, 90), (4096, 1024))


def linear(rows: int, columns: int, bias: bool = False) -> nn.Linear:
    """A layer on the meta device."""
    return nn.Linear(columns, rows, bias=bias, dtype=torch.bfloat16, device="meta")


@pytest.mark.parametrize("double", [False, True], ids=["single", "double"])
@pytest.mark.parametrize("name", ["nf4", "fp4"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_four_bits_take_what_bitsandbytes_makes_of_them(shape: tuple[int, int], name: str, double: bool) -> None:
    """Packed weights and constants, byte by byte."""
    packed, state = bitsandbytes.functional.quantize_4bit(
        torch.randn(shape, dtype=torch.bfloat16), quant_type=name, compress_statistics=double
    )
    constants = [*vars(state).values(), *(vars(state.state2).values() if double else ())]
    layer = FourBitLinear(linear(*shape), double, torch.bfloat16)
    assert layer.weight.nbytes == packed.nbytes
    assert sum(one.nbytes for one in layer.constants()) == storages(constants)


@pytest.mark.parametrize(("double", "bits"), [(False, 4.5), (True, 4 + 8 / 64 + 32 / (64 * 256))])
def test_four_bits_are_a_little_more_than_four(double: bool, bits: float) -> None:
    """QLoRA (Dettmers et al. 2023, section 3): 0.5 bits a parameter for the constants, 0.127 quantized twice."""
    layer = FourBitLinear(linear(4096, 4096), double, torch.bfloat16)
    size = layer.weight.nbytes + sum(one.nbytes for one in layer.constants())
    assert 8 * size / 4096**2 == pytest.approx(bits, abs=0.001)


def test_eight_bits_take_a_byte_a_weight_and_a_scale_a_row() -> None:
    """LLM.int8() keeps a float32 for each row of the weight."""
    codes, scales, _ = bitsandbytes.functional.int8_vectorwise_quant(torch.randn(48, 100, dtype=torch.float16))
    layer = EightBitLinear(linear(48, 100))
    assert layer.weight.nbytes == codes.nbytes
    assert sum(one.nbytes for one in layer.constants()) == scales.nbytes


@pytest.mark.parametrize("double", [False, True], ids=["single", "double"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=str)
@pytest.mark.parametrize("tokens", [7, 700])
def test_a_product_takes_what_bitsandbytes_takes(dtype: torch.dtype, double: bool, tokens: int) -> None:
    """The most that is held in the forward and in the backward pass beside what was there, and what is left."""
    with plain_kernels():
        real = _real_product(dtype, double, tokens)
    layer = FourBitLinear(linear(*SHAPES[0]), double, dtype)
    ledger = Ledger(1)
    with Tracker(ledger, {}, None) as tracker:
        inputs = torch.empty((tokens, SHAPES[0][1]), dtype=dtype, device="meta", requires_grad=True)
        incoming = torch.empty((tokens, SHAPES[0][0]), dtype=dtype, device="meta")
        tracker.hold([inputs, incoming], "weights")
        ledger.mark("forward")
        out = layer(inputs)
        ledger.mark("backward")
        grad = torch.autograd.grad(out, inputs, incoming)
    forward, backward = (int((one.peak - one.start).sum()) for one in ledger.segments())
    assert (forward, backward) == pytest.approx(real, abs=16)
    del out, grad


def test_a_product_of_eight_bits_may_be_changed_in_place() -> None:
    """Llama-4 multiplies such outputs in place; autograd forbids that of views."""
    layer = EightBitLinear(linear(48, 100))
    out = layer(torch.empty((2, 5, 100), dtype=torch.bfloat16, device="meta", requires_grad=True))
    assert out.mul_(2).shape == (2, 5, 48)


def test_the_output_head_and_what_must_stay_float32_are_not_packed() -> None:
    """As transformers leaves them: the head of a Llama, and T5's `wo`, which its class keeps in float32.

    GPT-2's layers are no `nn.Linear`, and are packed nevertheless.
    """
    gpt2 = build_model(catalogue.facts("openai-community/gpt2").config, "gpt2", "bfloat16", None)
    llama = build_model(catalogue.facts("meta-llama/Llama-3.2-1B").config, "llama", "bfloat16", None)
    t5 = build_model(catalogue.facts("google-t5/t5-small").config, "t5", "bfloat16", None)
    for model in (llama, t5, gpt2):
        pack(model, Quantization("nf4"), torch.bfloat16)
    assert _packed_names(llama) == {
        *("q_proj", "k_proj", "v_proj", "o_proj"),
        *("gate_proj", "up_proj", "down_proj"),
    }
    assert _packed_names(gpt2) == {"c_attn", "c_proj", "c_fc"}
    assert _packed_names(t5) == {"q", "k", "v", "o", "wi"}


def _real_product(dtype: torch.dtype, double: bool, tokens: int) -> tuple[int, int]:
    """What bitsandbytes' layer allocates at most in its forward and in its backward pass."""
    layer = bitsandbytes.nn.Linear4bit(SHAPES[0][1], SHAPES[0][0], bias=False, compute_dtype=dtype)
    weight = torch.randn(SHAPES[0], dtype=dtype)
    layer.weight = bitsandbytes.nn.Params4bit(
        weight, requires_grad=False, compress_statistics=double, quant_type="nf4", module=layer
    )
    layer = layer.to("cpu")
    inputs = torch.randn(tokens, SHAPES[0][1], dtype=dtype, requires_grad=True)
    incoming = torch.randn(tokens, SHAPES[0][0], dtype=dtype)
    gc.collect()  # what other tests left behind would be freed while this is measured
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as first:
        out = layer(inputs)
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as second:
        torch.autograd.grad(out, inputs, incoming)
    return _most(first), _most(second)


def _most(profiler: profile) -> int:
    return max(accumulate(size for _, size in memory_events(profiler)))


def _packed_names(model: nn.Module) -> set[str]:
    return {path.rpartition(".")[2] for path, one in model.named_modules() if isinstance(one, PackedLinear)}
