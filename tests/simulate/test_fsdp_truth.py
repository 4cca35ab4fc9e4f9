"""The formula of FSDP against PyTorch's and accelerate's own code, on fake tensors."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from transformers import LlamaConfig

from slidegen.estimate.allocated import Allocation, Moment
from slidegen.estimate.setting import Setting
from slidegen.estimate.sharding import on_each_gpu
from slidegen.models.instantiate import build_model
from slidegen.simulate.layers import reduced
from slidegen.simulate.preparation import prepare
from slidegen.simulate.run import _allocation
from slidegen.simulate.training import train
from tests.simulate.cpu import cpu
from tests.simulate.fake_fsdp import gpus, peaks

BATCH = 2


def config(tied: bool) -> LlamaConfig:
    """Of a small Llama whose embedding is larger than a layer."""
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        hidden_size=256,
        intermediate_size=688,
        num_hidden_layers=6,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=4096,
        tie_word_embeddings=tied,
        attn_implementation="sdpa",
    )


def alone(tied: bool, setting: Setting) -> Allocation:
    """What a run on one CPU allocates."""
    model = build_model(config(tied).to_dict(), "a small Llama", setting.dtype, "sdpa")
    stacks, machine = reduced(model), cpu()
    return _allocation(train(prepare(model, setting, machine), setting, machine, stacks))


def tensors(moment: Moment) -> int:
    """The bytes of a moment's tensors."""
    return moment.total - moment.held["rounding"]


@pytest.mark.parametrize(
    ("tied", "length", "bound"),
    [(False, 64, 0.0005), pytest.param(True, 64, 0.006, marks=pytest.mark.slow), (False, 8, 0.03)],
)
def test_what_fsdp_saves_is_what_torch_saves(tied: bool, length: int, bound: float) -> None:
    """In each phase the difference between one of eight GPUs and one alone, relative to what the one of eight holds.

    With 8 tokens weights and gradients are nearly all, so that what is whole decides.
    """
    setting = Setting("full", batch_size=BATCH, seq_len=length, optimizer="adamw_torch", gpus=8, sharding="fsdp")
    one = alone(tied, setting)
    with gpus(8) as mesh:
        truth = peaks(config(tied), "LlamaDecoderLayer", mesh, BATCH, length)
    single = peaks(config(tied), "LlamaDecoderLayer", None, BATCH, length)
    found = {moment.phase: tensors(moment) for moment in on_each_gpu(one, setting).peaks}
    whole = {moment.phase: tensors(moment) for moment in one.peaks}
    for phase, peak in truth.items():
        saved = whole[phase] - found[phase]  # type: ignore[index]
        assert abs(saved - (single[phase] - peak)) < bound * peak, phase
