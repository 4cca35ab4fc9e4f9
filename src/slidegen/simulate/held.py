"""What a model holds: its own tensors by kind, their sizes, and the peak while it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

from slidegen.estimate.allocated import KINDS
from slidegen.estimate.setting import Setting
from slidegen.simulate.cuda import Machine
from slidegen.simulate.ledger import Ledger, Vector
from slidegen.simulate.packed import Packed
from slidegen.simulate.tracker import Tracker


def static(module: nn.Module, adapted: bool, machine: Machine) -> Vector:
    """Returns the bytes of a module's own tensors, by kind."""
    return _own(module, adapted, machine).held()


def sizes(module: nn.Module, adapted: bool, machine: Machine) -> list[int]:
    """Returns the bytes of each of a module's own tensors."""
    return _own(module, adapted, machine).sizes


def _own(module: nn.Module, adapted: bool, machine: Machine) -> Ledger:
    tracker = Tracker(Ledger(machine.granularity), machine.temporaries, None)
    hold_model(tracker, module, adapted)
    return tracker.ledger


def hold_model(tracker: Tracker, model: nn.Module, adapted: bool) -> None:
    """Records a model's tensors in the ledger: weights, quantization constants and, if it is adapted, the adapter."""
    packed = [module for module in model.modules() if isinstance(module, Packed)]
    constants = [one for module in packed for one in module.constants()]
    tracker.hold(constants, "quantization_constants")
    known = {id(one) for one in constants}
    tracker.hold((one for one in model.parameters() if not one.requires_grad), "weights")
    tracker.hold(trained_of(model), "adapter" if adapted else "weights")
    tracker.hold((one for one in model.buffers() if id(one) not in known and one.device.type == "meta"), "weights")


def trained_of(module: nn.Module) -> list[nn.Parameter]:
    """Returns the parameters of a module that are trained."""
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def workspaces(machine: Machine) -> Ledger:
    """Returns a ledger with the workspaces of the threads of the forward and the backward pass."""
    ledger = Ledger(machine.granularity)
    if machine.workspace:
        for _ in range(2):
            ledger.allocate(machine.workspace, "workspace")
    return ledger


def count(model: nn.Module, left_out: Sequence[nn.Module], *, trained_only: bool = False) -> int:
    """Returns the number of parameters of a whole model; a packed weight counts as the unpacked one."""
    return sum(_count(module, trained_only) for module in (model, *left_out))


def _count(module: nn.Module, trained_only: bool) -> int:
    sizes = {id(one.weight): one.numbers for one in module.modules() if isinstance(one, Packed)}
    counted = (one for one in module.parameters() if one.requires_grad or not trained_only)
    return sum(sizes.get(id(one), one.numel()) for one in counted)


def ends(model: Any) -> tuple[int, int]:
    """Returns the bytes of the input embedding and of the output head; of neither if they share their weights."""
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    both = [_parameters(core, name) for name in ("get_input_embeddings", "get_output_embeddings")]
    if {id(one) for one in both[0]} & {id(one) for one in both[1]}:
        return 0, 0
    return sum(one.nbytes for one in both[0]), sum(one.nbytes for one in both[1])


def _parameters(model: Any, name: str) -> list[nn.Parameter]:
    """Returns the parameters of the module that a method of the model returns; none if it has no such module."""
    try:
        module = getattr(model, name)()
    except (AttributeError, NotImplementedError):
        return []
    return [] if module is None else list(module.parameters())


def load(model: nn.Module, left_out: Sequence[nn.Module], setting: Setting, machine: Machine) -> Vector:
    """Returns the peak while the weights are loaded, one tensor after another, by kind.

    A weight that the checkpoint does not store packed is held in its own dtype before it is packed, and in half
    precision before it becomes float32 (see `Quantization`). The adapter is added only later.
    """
    adapted = setting.adapter is not None
    held = sum((static(one, adapted, machine) for one in (model, *left_out)), np.zeros(len(KINDS), dtype=np.int64))
    size = 4 if setting.dtype == "float32" else 2
    stored = setting.quantization is not None and setting.quantization.checkpoint
    packed = [] if stored else [one for one in model.modules() if isinstance(one, Packed)]
    largest = max((one.numbers * size for one in packed), default=0)
    held[KINDS.index("adapter")] = 0
    held[KINDS.index("temporaries")] += largest
    return held
