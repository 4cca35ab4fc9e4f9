"""TRL's loops against TRL: the simulated step, and what its real trainers allocated on the CPU.

`benchmarks/measurements/trl.yml` holds the measurements (see `tests/simulate/real_trl.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest
import torch
import yaml

from slidegen.estimate.setting import Adapter, Preference, Quantization, Setting
from slidegen.models.instantiate import build_model
from slidegen.simulate.attention import implementation
from slidegen.simulate.preparation import keep_float32, prepare
from slidegen.simulate.training import Run, Separate, train
from tests.simulate.cpu import cpu
from tests.simulate.real_trl import BATCH, CASES, LENGTH, measured
from tests.simulate.small import CONFIGS

BOUND: Final = 0.001
RECORDED: Final = yaml.safe_load(
    (Path(__file__).parents[2] / "benchmarks/measurements/trl.yml").read_text(encoding="utf-8")
)


def setting_of(case: Mapping[str, Any]) -> Setting:
    """The setting of a real run."""
    adapted, packed = case.get("adapter", False), case.get("quantized", False)
    reference: Any = "adapter" if adapted else "separate"
    if case.get("precompute_ref_log_probs"):
        reference = "precomputed"
    return Setting(
        "qlora" if packed else "lora" if adapted else "full",
        dtype=case.get("dtype", "float32"),
        mixed_precision="bfloat16",
        batch_size=BATCH,
        seq_len=LENGTH,
        gradient_checkpointing=case.get("activation_checkpointing", True),
        adapter=Adapter(4, dtype="bfloat16" if packed else "float32") if adapted else None,
        quantization=Quantization("nf4", double=True, upcast=False) if packed else None,
        loop="trl",
        preference=Preference(reference) if case["trainer"] == "DPO" else None,
    )


def prepared(name: str, setting: Setting) -> Any:
    """A small model on the meta device, as a script prepares it."""
    model = build_model(CONFIGS[name], name, setting.dtype, implementation(setting.attention))
    keep_float32(model, setting.dtype)
    return prepare(model, setting, cpu(torch.bfloat16))


def simulated(case: Mapping[str, Any]) -> Run:
    """The simulated run of a case, with every layer."""
    setting, name = setting_of(case), case.get("model", "dense")
    reference = None
    if setting.preference is not None and setting.preference.reference == "separate":
        reference = Separate(prepared(name, replace(setting, gradient_checkpointing=False)).eval(), ())
    return train(prepared(name, setting), setting, cpu(torch.bfloat16), (), reference)


def peaks_of(run: Run) -> dict[str, int]:
    """The most bytes held in the forward passes, of policy and reference model, and in the backward pass."""
    held, found = run.start, {"forward": 0, "backward": 0}
    for stretch in run.stretches:
        phase = stretch.label.partition(" ")[0].replace("reference", "forward")
        if phase in found:
            found[phase] = max(found[phase], int((held + stretch.peak).sum()))
        held = held + stretch.added
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_step_allocates_what_trl_allocated(name: str) -> None:
    """The peaks of the forward and the backward pass are within 0.1 % of those of TRL's own trainers."""
    real = RECORDED["cases"][name]["peaks"]
    assert peaks_of(simulated(CASES[name])) == {phase: pytest.approx(peak, rel=BOUND) for phase, peak in real.items()}


@pytest.mark.parametrize("name", CASES)
def test_parameters_have_the_dtypes_that_trl_gives_them(name: str) -> None:
    """Adapters on quantized weights are bfloat16, all others float32; what is not quantized keeps its dtype."""
    model = prepared(CASES[name].get("model", "dense"), setting_of(CASES[name]))
    dtypes = Counter(
        f"{'trained' if one.requires_grad else 'frozen'} {str(one.dtype).removeprefix('torch.')}"
        for one in model.parameters()
    )
    assert dict(dtypes) == RECORDED["cases"][name]["dtypes"]


@pytest.mark.slow
@pytest.mark.skipif(find_spec("trl") is None, reason="TRL is not installed")
def test_the_recorded_steps_are_those_of_the_installed_trl() -> None:
    """One case, measured once more."""
    real = measured(CASES["dpo lora"])
    recorded = RECORDED["cases"]["dpo lora"]
    assert real["dtypes"] == recorded["dtypes"]
    assert real["peaks"] == {phase: pytest.approx(peak, rel=BOUND) for phase, peak in recorded["peaks"].items()}
