"""What optimizers keep: against the states of the real ones, PyTorch's, transformers' and bitsandbytes'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import bitsandbytes
import pytest
import torch
from torch import nn

from slidegen.estimate.allocated import KINDS
from slidegen.estimate.setting import OPTIMIZERS
from slidegen.estimate.states import flat_states, flat_temporaries
from slidegen.simulate.cuda import Machine
from slidegen.simulate.optimizers import STEPS, steps_of
from slidegen.simulate.training import optimizer_step
from tests.simulate.cpu import cpu
from tests.simulate.recorder import storages
from tests.simulate.small import OPTIMIZERS as REAL

SHAPES = ((5, 819), (4096,), (70, 90), (100_000,), (301, 997))
"""Just under and at bitsandbytes' smallest 8-bit parameter, and at its smallest paged one."""

PACKED: dict[str, type[Any]] = {
    "adamw_8bit": bitsandbytes.optim.AdamW8bit,
    "adamw_bnb_8bit": bitsandbytes.optim.AdamW8bit,
    "lion_32bit": bitsandbytes.optim.Lion,
    "lion_8bit": bitsandbytes.optim.Lion8bit,
}


def simulated(name: str, dtype: torch.dtype, embeddings: Sequence[int] = ()) -> int:
    """Bytes that the optimizer called `name` keeps for parameters of SHAPES, without rounding."""
    parameters = [nn.Parameter(torch.empty(shape, dtype=dtype, device="meta")) for shape in SHAPES]
    states = steps_of(name, parameters, frozenset(id(parameters[number]) for number in embeddings)).states()
    return sum(one.untyped_storage().nbytes() for one in states)


def real_parameters(dtype: torch.dtype) -> list[nn.Parameter]:
    """Parameters of SHAPES with gradients."""
    parameters = [nn.Parameter(torch.randn(shape).to(dtype)) for shape in SHAPES]
    for one in parameters:
        one.grad = torch.randn(one.shape).to(dtype)
    return parameters


def test_every_optimizer_of_the_setting_is_there() -> None:
    """Each name that a setting may have can be run."""
    assert set(STEPS) == set(OPTIMIZERS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", REAL)
def test_states_are_those_of_the_real_optimizer(name: str, dtype: torch.dtype) -> None:
    """After a step; counters of steps that are in the host's memory are left out: all but those of the fused form."""
    parameters = real_parameters(dtype)
    optimizer = REAL[name](parameters)
    optimizer.step()
    values = [
        value
        for state in optimizer.state.values()
        for key, value in state.items()
        if isinstance(value, torch.Tensor) and (name == "adamw_torch_fused" or key != "step")
    ]
    assert simulated(name, dtype) == storages(values)


@pytest.mark.parametrize("name", PACKED)
def test_states_are_those_of_bitsandbytes(name: str) -> None:
    """Small parameters keep float32; each map is shared by all parameters."""
    assert simulated(name, torch.bfloat16) == storages(_bitsandbytes_states(PACKED[name]))


def test_embeddings_keep_float32_states() -> None:
    """transformers' Trainer registers that with bitsandbytes' manager for every embedding."""

    def prepare(optimizer: Any) -> None:
        optimizer.get_config = _with_32_bits(optimizer.get_config, 2)

    assert simulated("adamw_8bit", torch.bfloat16, [2]) == storages(
        _bitsandbytes_states(bitsandbytes.optim.AdamW8bit, prepare)
    )


def test_paged_states_of_large_parameters_are_not_on_the_card() -> None:
    """From 100,000 numbers on; constants of 8-bit states stay. The real ones cannot be paged without a card."""
    small = 5 * 819 + 4096 + 70 * 90
    assert simulated("paged_adamw_32bit", torch.bfloat16) == 2 * 4 * small
    blocks = 16 + -(-6300 // 256) + -(-100_000 // 256) + -(-301 * 997 // 256)
    assert simulated("paged_adamw_8bit", torch.bfloat16) == 2 * (1024 + 4 * 4095 + 4096 + 6300 + 4 * blocks)


@pytest.mark.parametrize(
    ("name", "copies"),
    [("adamw_torch_fused", 0), ("adamw_torch", 1), ("sgd", 0), ("sgd_momentum", 0)],
)
def test_the_step_needs_copies_of_all_parameters(name: str, copies: int) -> None:
    """The foreach form of AdamW holds a denominator as large as all parameters; fused and momentum need nothing."""
    shapes = [(300, 400), (256,), (1000, 64)]
    trained = [nn.Parameter(torch.empty(shape, device="meta")) for shape in shapes]
    machine: Machine = cpu()
    step, _ = optimizer_step(trained, frozenset(), name, machine).segments()
    size = sum(one.nbytes for one in trained)
    assert int((step.peak - step.start).sum()) == pytest.approx(copies * size, abs=100)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_flat_parameter_has_these_states_and_temporaries(name: str) -> None:
    """What ZeRO's formula says of an optimizer on one flat float32 tensor, against a step of the optimizer itself."""
    numbers = 2**22
    flat = nn.Parameter(torch.empty(numbers, device="meta"))
    step, _ = optimizer_step([flat], frozenset(), name, cpu()).segments()
    start, peak = dict(zip(KINDS, step.start, strict=True)), dict(zip(KINDS, step.peak, strict=True))
    assert flat_states(name, numbers) == pytest.approx(int(start["optimizer"]), rel=0.001, abs=0.04 * numbers)
    assert flat_temporaries(name, numbers) == pytest.approx(int(peak["temporaries"] - start["temporaries"]), abs=4096)


def _bitsandbytes_states(kind: type[Any], prepare: Callable[[Any], None] = lambda _: None) -> list[torch.Tensor]:
    """The states that an optimizer of bitsandbytes makes, without a step, which needs a card."""
    optimizer = kind(real_parameters(torch.bfloat16))
    prepare(optimizer)
    for group_number, group in enumerate(optimizer.param_groups):
        for number, parameter in enumerate(group["params"]):
            optimizer.init_state(group, parameter, group_number, number)
    return [value for state in optimizer.state.values() for value in state.values() if isinstance(value, torch.Tensor)]


def _with_32_bits(get_config: Callable[..., dict[str, Any]], parameter: int) -> Callable[..., dict[str, Any]]:
    def changed(group: int, number: int, options: dict[str, Any]) -> dict[str, Any]:
        config = get_config(group, number, options)
        return {**config, "optim_bits": 32} if number == parameter else config

    return changed
