"""The simulator against the truth: real training steps on the CPU, and the allocator's events that they cause.

Models are small, steps are whole: forward pass, backward pass, clipping, optimizer. Nothing of the simulator is in
what it is held to but the setting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional

from slidegen.estimate.setting import Adapter, Quantization, Setting
from slidegen.models.instantiate import build_model
from slidegen.simulate.attention import implementation, real_attention
from slidegen.simulate.cuda import Machine
from slidegen.simulate.preparation import keep_float32, prepare
from slidegen.simulate.training import Run, train
from tests.simulate.cpu import Cpu, cpu
from tests.simulate.recorder import PHASES
from tests.simulate.small import CONFIGS, OPTIMIZERS, real_step

BOUND = 0.001
LORA = Adapter(rank=4)
FULL: dict[str, Any] = {"method": "full", "dtype": "float32", "batch_size": 2, "seq_len": 90}
ADAPTED: dict[str, Any] = {**FULL, "method": "lora", "adapter": LORA}
PLAIN: dict[str, Any] = {"loop": "plain", "outputs_kept": True}
PACKED: dict[str, Any] = {**ADAPTED, "method": "qlora", "dtype": "bfloat16"}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in CONFIGS},
    **{f"{name}, LoRA": (name, ADAPTED) for name in CONFIGS},
    **{
        f"{name}, LoRA on bfloat16, checkpointing": (
            name,
            {**ADAPTED, "dtype": "bfloat16", "gradient_checkpointing": True},
        )
        for name in ("dense", "grouped-query", "many experts", "encoder-decoder")
    },
    **{
        f"{name}, checkpointing": (name, {"gradient_checkpointing": True})
        for name in ("tied", "experts", "encoder-decoder")
    },
    **{f"{name}, eager": (name, {"attention": "eager"}) for name in ("dense", "grouped-query", "encoder", "sliding")},
    **{f"{name}, bfloat16": (name, {"dtype": "bfloat16"}) for name in ("dense", "experts", "encoder-decoder")},
    **{f"{name}, padded": (name, {"padded": True}) for name in ("grouped-query", "encoder-decoder", "encoder", "gpt2")},
    **{f"grouped-query, {name}": ("grouped-query", {"optimizer": name}) for name in OPTIMIZERS},
    "dense, bfloat16, eager": ("dense", {"dtype": "bfloat16", "attention": "eager"}),
    "dense, bfloat16, adamw_torch": ("dense", {"dtype": "bfloat16", "optimizer": "adamw_torch"}),
    "dense, accumulation": ("dense", {"gradient_accumulation_steps": 2}),
    "tied, LoRA, accumulation": ("tied", {**ADAPTED, "gradient_accumulation_steps": 2}),
    "dense, DoRA": ("dense", {**ADAPTED, "adapter": Adapter(4, ("q_proj", "v_proj"), dora=True)}),
    "gpt2, DoRA, dropout": ("gpt2", {**ADAPTED, "adapter": Adapter(4, dora=True, dropout=0.05)}),
    "dense, LoRA, dropout": ("dense", {**ADAPTED, "adapter": Adapter(4, dropout=0.05)}),
    "dense, LoRA of bfloat16": ("dense", {**ADAPTED, "dtype": "bfloat16", "adapter": Adapter(4, dtype="bfloat16")}),
    "tied, LoRA and embedding": ("tied", {**ADAPTED, "adapter": Adapter(4, ("q_proj",), ("embed_tokens",))}),
    **{
        f"{name}, autocast": (name, {"mixed_precision": "bfloat16"})
        for name in ("dense", "experts", "encoder-decoder", "encoder")
    },
    **{
        f"{name}, QLoRA": (name, {**PACKED, "quantization": Quantization("nf4", double=True, upcast=False)})
        for name in ("dense", "grouped-query", "many experts", "encoder-decoder", "gpt2")
    },
    "dense, QLoRA of fp4": ("dense", {**PACKED, "quantization": Quantization("fp4", double=False, upcast=False)}),
    "tied, QLoRA, upcast": ("tied", {**PACKED, "quantization": Quantization("nf4")}),
    "dense, QLoRA, checkpointing": (
        "dense",
        {**PACKED, "quantization": Quantization("nf4"), "gradient_checkpointing": True},
    ),
    **{
        f"{name}, QLoRA, autocast": (
            name,
            {
                **PACKED,
                "quantization": Quantization("nf4"),
                "mixed_precision": "bfloat16",
                "gradient_checkpointing": checkpoints,
            },
        )
        for name, checkpoints in (("dense", True), ("grouped-query", False), ("encoder-decoder", False))
    },
    **{f"{name}, float16": (name, {"dtype": "float16"}) for name in ("dense", "encoder-decoder")},
    "many experts, bfloat16, eager": ("many experts", {"dtype": "bfloat16", "attention": "eager"}),
    "dense, eager, autocast": ("dense", {"mixed_precision": "bfloat16", "attention": "eager"}),
    "dense, accumulation, autocast": ("dense", {"mixed_precision": "bfloat16", "gradient_accumulation_steps": 2}),
    "dense, autocast, checkpointing": ("dense", {"mixed_precision": "bfloat16", "gradient_checkpointing": True}),
    "dense, DoRA, dropout, autocast": (
        "dense",
        {**ADAPTED, "mixed_precision": "bfloat16", "adapter": Adapter(4, dora=True, dropout=0.1)},
    ),
    "dense, LoRA, autocast": ("dense", {**ADAPTED, "mixed_precision": "bfloat16"}),
    **{
        f"{name}, plain loop": (name, PLAIN)
        for name in ("dense", "grouped-query", "experts", "encoder-decoder", "encoder")
    },
    "dense, plain loop, checkpointing": ("dense", {**PLAIN, "gradient_checkpointing": True}),
    "dense, plain loop, autocast": ("dense", {**PLAIN, "mixed_precision": "bfloat16"}),
    "tied, plain loop, LoRA": ("tied", {**ADAPTED, **PLAIN}),
    "dense, plain loop, QLoRA": ("dense", {**PACKED, **PLAIN, "quantization": Quantization("nf4")}),
}


def simulated(name: str, setting: Setting, machine: Machine) -> Run:
    """The run of a small model as the simulator sees it, every layer of it."""
    model = build_model(CONFIGS[name], name, setting.dtype, implementation(setting.attention))
    keep_float32(model, setting.dtype)
    return train(prepare(model, setting, machine), setting, machine, ())


def peaks_of(run: Run) -> dict[str, int]:
    """The most bytes held in each phase."""
    held, found = run.start, dict.fromkeys(PHASES, 0)
    for stretch in run.stretches:
        phase = stretch.label.partition(" ")[0]
        found[phase] = max(found[phase], int((held + stretch.peak).sum()))
        held = held + stretch.added
    return found


def _marked(case: str) -> Any:
    """Each kind of model, and each option on two of them, in `make test`; options on the others in `make test-all`."""
    model, _, option = case.partition(", ")
    often = not option or model in ("dense", "grouped-query")
    return pytest.param(case, marks=() if often else pytest.mark.slow)


@pytest.mark.parametrize("case", map(_marked, CASES))
def test_a_step_allocates_what_is_predicted(case: str) -> None:
    """The peak of each phase is within 0.1 % of the allocator's, and so is what is left after the step."""
    name, options = CASES[case]
    setting = Setting(**{**FULL, **options})
    lower = None if setting.mixed_precision is None else getattr(torch, setting.mixed_precision)
    run, real = simulated(name, setting, cpu(lower)), real_step(name, setting)
    assert peaks_of(run) == {phase: pytest.approx(peak, rel=BOUND) for phase, peak in real.peaks.items()}
    assert int(run.end.sum()) == pytest.approx(real.end, rel=BOUND)


class _Forgetful(Cpu):
    """Attention that keeps nothing for its backward pass."""

    def compute(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        if func is not real_attention:
            return super().compute(func, args, given)
        query, key, value = args[:3]
        with torch.no_grad():
            out = torch.empty_like(query)
        return out + 0 * (query.sum() + key.sum() + value.sum())


class _Wasteful(Cpu):
    """A loss that holds one more copy of the logits, for as long as it is computed."""

    def compute(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        spare = torch.empty_like(args[0]) if func is functional.cross_entropy else None
        out = super().compute(func, args, given)
        del spare
        return out


@pytest.mark.parametrize("mode", [_Forgetful, _Wasteful])
def test_a_simulator_that_forgets_a_tensor_is_found_out(mode: type[Cpu]) -> None:
    """The bound is narrow enough for one tensor of one operation to be missed."""
    setting = Setting(**FULL)
    real = real_step("dense", setting)
    wrong = simulated("dense", setting, replace(cpu(), mode=mode((8, 0))))
    assert abs(peaks_of(wrong)["forward"] / real.peaks["forward"] - 1) > BOUND
