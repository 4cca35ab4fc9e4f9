"""Packed checkpoints: their bytes against published files, arithmetic by hand and transformers' own modules."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import torch
from torch import nn

from slidegen.estimate.allocated import Allocation
from slidegen.estimate.checkpoint import as_loaded
from slidegen.estimate.setting import Adapter, BitsAndBytes, Quantization, Scheme, Setting, Stored
from slidegen.models import catalogue
from slidegen.simulate.experts import LinearExperts
from slidegen.simulate.formats import FORMATS
from slidegen.simulate.ledger import Ledger
from slidegen.simulate.packed import Packed
from slidegen.simulate.run import allocation
from slidegen.simulate.stored import Fp8Linear, GroupedLinear
from slidegen.simulate.tracker import Tracker

INFERENCE = Setting("inference", seq_len=8, loading="auto")


def run(name: str, setting: Setting = INFERENCE) -> Allocation:
    """What a catalogue model allocates."""
    config = catalogue.facts(name).config
    return allocation(config, name, as_loaded(config, setting).setting)


def weights(name: str, setting: Setting = INFERENCE) -> int:
    """The bytes of its weights and their constants when it is loaded."""
    held = run(name, setting).timeline[0].held
    return held["weights"] + held["quantization_constants"]


@pytest.mark.parametrize(
    ("name", "file", "layers", "experts"),
    [("openai/gpt-oss-20b", 13.761, 24, 32), ("openai/gpt-oss-120b", 65.249, 36, 128)],
)
def test_gpt_oss_has_the_size_of_its_files(name: str, file: float, layers: int, experts: int) -> None:
    """The safetensors files of the published MXFP4 checkpoints, in GB (10^9).

    transformers holds the experts' biases in float32, and the files in bfloat16; rotary frequencies are in no file.
    """
    biases = layers * experts * (2 * 2880 + 2880) * 2
    assert (weights(name) - biases) / 1e9 == pytest.approx(file, rel=1e-3)


def test_deepseek_v3_by_hand() -> None:
    """A byte for each weight of a linear layer, a float32 for each block of 128 x 128, two bytes for the others."""
    width, heads, vocabulary = 7168, 128, 129280
    attention = [(1536, width), (heads * 192, 1536), (576, width), (heads * 256, 512), (width, heads * 128)]
    dense, expert = [(18432, width)] * 2 + [(width, 18432)], [(2048, width)] * 2 + [(width, 2048)]

    def packed(matrices: list[tuple[int, int]]) -> int:
        return sum(rows * columns + 4 * -(-rows // 128) * -(-columns // 128) for rows, columns in matrices)

    linear = 61 * packed(attention) + 3 * packed(dense) + 58 * 257 * packed(expert)
    norms = 61 * (2 * width + 1536 + 512) + width
    others = 2 * (2 * vocabulary * width + norms + 58 * 256 * width)
    assert weights("deepseek-ai/DeepSeek-V3") == pytest.approx(linear + others, rel=1e-5)


@pytest.mark.parametrize("block", [(128, 128), None])
@pytest.mark.parametrize("shape", [(256, 384), (200, 130)])
def test_fp8_takes_what_transformers_layer_takes(shape: tuple[int, int], block: tuple[int, int] | None) -> None:
    """Byte by byte, also where blocks do not divide the matrix."""
    from transformers.integrations.finegrained_fp8 import FP8Linear

    with torch.device("meta"):
        real = FP8Linear(shape[1], shape[0], block_size=block)
    layer = Fp8Linear(nn.Linear(shape[1], shape[0], bias=False, device="meta"), Scheme(block=block), torch.bfloat16)
    assert _bytes(layer) == sum(one.nbytes for one in real.parameters())


@pytest.mark.parametrize(("bits", "group"), [(4, 128), (8, 32), (4, None)])
def test_gptq_and_awq_by_hand(bits: int, group: int | None) -> None:
    """Weights and zero points in int32, scales in float16; GPTQ has an int32 for each input as well."""
    rows, columns = 1024, 512
    groups = columns // (group or columns)
    by_hand = columns * rows * bits // 8 + groups * rows * bits // 8 + groups * rows * 2
    linear = nn.Linear(columns, rows, bias=False, device="meta")
    scheme = Scheme(bits, group)
    assert _bytes(GroupedLinear(linear, scheme, torch.float16, indices=False)) == by_hand
    assert _bytes(GroupedLinear(linear, scheme, torch.float16, indices=True)) == by_hand + 4 * columns


def test_gptq_packs_only_what_it_lists() -> None:
    """`modules_in_block_to_quantize`: here one projection of each layer."""
    name = "meta-llama/Llama-3.2-1B"
    config = dict(catalogue.facts(name).config)
    shapes = {"self_attn.q_proj": (2048, 2048), "mlp.down_proj": (2048, 8192)}
    found = {}
    for groups in ([], [["self_attn.q_proj"]], [["self_attn.q_proj"], ["mlp.down_proj"]]):
        packing = {"quant_method": "gptq", "bits": 4, "group_size": 128, "modules_in_block_to_quantize": groups}
        stored = {**config, "quantization_config": packing}
        held = allocation(stored, name, as_loaded(stored, INFERENCE).setting).timeline[0].held
        found[len(groups)] = held["weights"] + held.get("quantization_constants", 0)
    saved = [
        16 * (rows * columns * 2 - rows * columns * (0.5 + (0.5 + 2) / 128) - 4 * columns)
        for rows, columns in shapes.values()
    ]
    assert found[0] - found[1] == pytest.approx(saved[0], rel=1e-6)
    assert found[1] - found[2] == pytest.approx(saved[1], rel=1e-6)


def test_gptq_packs_only_inside_its_blocks() -> None:
    """`block_name_to_quantize`: here one layer of sixteen."""
    name = "meta-llama/Llama-3.2-1B"
    sizes = []
    for block in ("model.layers.1.", "model.layers"):
        packing = {"quant_method": "gptq", "bits": 4, "block_name_to_quantize": block}
        stored = {**catalogue.facts(name).config, "quantization_config": packing}
        held = allocation(stored, name, as_loaded(stored, INFERENCE).setting, every_layer=True).timeline[0].held
        sizes.append(held["weights"] + held.get("quantization_constants", 0))
    linear = 2 * 2048 * 2048 + 2 * 512 * 2048 + 3 * 2048 * 8192
    one = linear * (2 - 0.5 - (0.5 + 2) / 128) - 4 * (6 * 2048 + 8192)
    assert sizes[0] - sizes[1] == pytest.approx(15 * one, rel=1e-6)


def test_a_tied_head_is_the_embedding_also_where_it_could_be_packed() -> None:
    """The config names what is left out, and not the head: its weight is tied again when the model is loaded."""
    name = "HuggingFaceTB/SmolLM2-135M"
    sizes = []
    for left_out in (["lm_head"], ["model.layers.0.mlp.gate_proj"]):
        packing = {"quant_method": "fp8", "ignored_layers": left_out}
        stored = {**catalogue.facts(name).config, "quantization_config": packing}
        held = allocation(stored, name, as_loaded(stored, INFERENCE).setting, every_layer=True).timeline[0].held
        sizes.append(held["weights"] + held.get("quantization_constants", 0))
    packed = 576 * 1536 + 4 * -(-576 // 128) * -(-1536 // 128)
    assert sizes[1] - sizes[0] == pytest.approx(2 * 576 * 1536 - packed, abs=1024)


def test_experts_with_biases_are_not_packed_in_fp8() -> None:
    """transformers' own layer asserts that there are none."""
    with pytest.raises(ValueError, match="packs no experts with biases in fp8"):
        weights("openai/gpt-oss-20b", Setting("inference", seq_len=8, quantization=Quantization("fp8")))


def test_fused_kernels_keep_no_unpacked_weight() -> None:
    """Only the backward pass rebuilds one, with the scales of its rows."""
    layer = Fp8Linear(nn.Linear(512, 256, bias=False, device="meta"), Scheme(), torch.bfloat16)
    ledger = Ledger(1)
    with Tracker(ledger, {}, None) as tracker:
        inputs = torch.empty((8, 512), dtype=torch.bfloat16, device="meta", requires_grad=True)
        incoming = torch.empty((8, 256), dtype=torch.bfloat16, device="meta")
        tracker.hold([inputs, incoming], "weights")
        ledger.mark("forward")
        out = layer(inputs)
        ledger.mark("backward")
        grad = torch.autograd.grad(out, inputs, incoming)
    forward, backward = (int((one.peak - one.start).sum()) for one in ledger.segments())
    assert forward == 8 * 256 * 2
    assert backward == 512 * 256 * 2 + max(256 * 4 * 2, 8 * 512 * 2)
    del grad


def test_float32_configs_count_four_bytes() -> None:
    """OLMo 2's published weights are float32."""
    assert weights("allenai/OLMo-2-0425-1B") == pytest.approx(4 * 1_484_916_736, rel=1e-4)


def test_what_bitsandbytes_leaves_is_said() -> None:
    """Mixtral's experts: 45.1 of its 46.7 billion parameters (its paper has 8 x 3 matrices of 4096 x 14336 a layer)."""
    nf4 = Setting("inference", seq_len=8, quantization=Quantization("nf4"))
    (note,) = run("mistralai/Mixtral-8x7B-v0.1", nf4).notes
    assert f"so {100 * 32 * 8 * 3 * 4096 * 14336 / 46_702_792_704:.0f} % of the parameters" in note
    assert "stay bfloat16" in note
    assert "not FalconLinear" in run("tiiuae/falcon-7b", nf4).notes[-1]
    assert run("meta-llama/Llama-3.2-1B", nf4).notes == ()


def test_experts_as_linear_modules_are_packed() -> None:
    """Half a byte and a sixteenth for each weight of an expert, and no note."""
    setting = Setting("inference", seq_len=8, quantization=Quantization("nf4", double=False, experts=True))
    name = "mistralai/Mixtral-8x7B-v0.1"
    experts = 32 * 8 * 3 * 4096 * 14336
    attention = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024)
    others = 46_702_792_704 - experts - attention
    found = run(name, setting)
    assert found.notes == ()
    assert found.parameters == 46_702_792_704
    by_hand = (experts + attention) * (0.5 + 4 / 64) + others * 2
    assert weights(name, setting) == pytest.approx(by_hand, rel=1e-3)


def test_experts_run_one_after_another() -> None:
    """As many rows come out as tokens go in, whatever the number of experts."""

    class Fused(nn.Module):  # type: ignore[misc]
        is_transposed, has_gate, has_bias = False, True, False
        act_fn = nn.SiLU()

        def __init__(self) -> None:
            super().__init__()
            self.down_proj = nn.Parameter(torch.empty(4, 24, 32, device="meta"))

        def _apply_gate(self, gate_up: torch.Tensor) -> Any:
            gate, up = gate_up.chunk(2, dim=-1)
            return self.act_fn(gate) * up

    experts = LinearExperts(Fused())
    tokens = torch.empty(7, 24, device="meta")
    chosen = torch.empty((7, 2), dtype=torch.int64, device="meta")
    assert experts(tokens, chosen, torch.empty((7, 2), device="meta")).shape == (7, 24)
    assert sum(one.numel() for one in experts.parameters()) == 4 * 3 * 24 * 32


def test_lora_on_fp8_holds_the_packed_weights() -> None:
    """PEFT adapts FP8 layers like linear ones, with float32 adapters."""
    config = {**catalogue.facts("meta-llama/Llama-3.2-1B").config, "quantization_config": {"quant_method": "fp8"}}
    setting = Setting("lora", seq_len=8, adapter=Adapter(4), loading="auto")
    found = allocation(config, "fp8", as_loaded(config, setting).setting)
    plain = run("meta-llama/Llama-3.2-1B", Setting("lora", seq_len=8, adapter=Adapter(4)))
    assert found.trainable_parameters == plain.trainable_parameters
    linear = 16 * (2 * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192)
    saved = plain.timeline[0].held["weights"] - found.timeline[0].held["weights"]
    assert saved == pytest.approx(linear, rel=1e-4)


def test_every_name_that_can_be_asked_for_has_a_packer() -> None:
    """A new format is one line in each of the two places."""
    names = {*get_args(BitsAndBytes), *get_args(Stored)}
    assert {name if name in FORMATS else name.partition("-")[0] for name in names} == set(FORMATS)


def _bytes(layer: Packed) -> int:
    return int(layer.weight.nbytes + sum(one.nbytes for one in layer.constants()))
