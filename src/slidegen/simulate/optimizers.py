"""The optimizers: the states they keep for each parameter, and the temporary memory of their steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import torch

Parameters = Sequence[torch.nn.Parameter]
Embeddings = frozenset[int]
"""The ids of the parameters of embeddings."""


class Steps(Protocol):
    """An optimizer: its states and its step."""

    def states(self) -> list[torch.Tensor]:
        """Returns the tensors that stay between two steps."""

    def step(self) -> None:
        """Updates the parameters, which must have gradients."""


class _Torch:
    """An optimizer that runs on the meta device as it is."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._optimizer = optimizer
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        gradients = [parameter.grad for parameter in parameters]
        for parameter in parameters:
            parameter.grad = torch.empty_like(parameter)
        optimizer.step()
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient

    def states(self) -> list[torch.Tensor]:
        values = (value for state in self._optimizer.state.values() for value in state.values())
        return [value for value in values if isinstance(value, torch.Tensor) and value.device.type == "meta"]

    def step(self) -> None:
        self._optimizer.step()


class _FusedAdamW:
    """Stands in for AdamW in one kernel, which updates in place and does not run on the meta device.

    It keeps two moments for each parameter, and a step counter of four bytes on the GPU. Source: PyTorch 2.13,
    `torch/optim/adam.py` (`_init_group`, `_fused_adam`).
    """

    def __init__(self, parameters: Parameters) -> None:
        self._states = [torch.empty_like(parameter) for parameter in parameters for _ in range(2)]
        self._states += [torch.empty((), device="meta") for _ in parameters]

    def states(self) -> list[torch.Tensor]:
        return self._states

    def step(self) -> None:
        return None


BNB_BLOCK: Final = 256
BNB_SMALLEST: Final = 4096


class _Bitsandbytes:
    """Stands in for bitsandbytes' optimizers, which update in place and keep `moments` states for each parameter.

    8-bit states are a byte a number and a float32 scale for each 256. Parameters of fewer than 4096 numbers keep
    float32 states, and so do embeddings (transformers' Trainer configures that). Paged states stay in the host's
    memory, from which CUDA fetches them. The optimizer itself has two maps of 256 float32. Source: bitsandbytes 0.50,
    `optim/optimizer.py` (Optimizer2State.init_state, get_state_buffer: paging from 100,000 numbers on).
    """

    def __init__(self, parameters: Parameters, embeddings: Embeddings, moments: int, bits: int, paged: bool) -> None:
        self._states: list[torch.Tensor] = []
        if bits == 8:
            self._states += [torch.empty(256, device="meta") for _ in range(moments)]
        for parameter in parameters:
            size = parameter.numel()
            small = bits == 32 or size < BNB_SMALLEST or id(parameter) in embeddings
            for _ in range(moments):
                if not (paged and size >= 100_000):
                    dtype = torch.float32 if small else torch.uint8
                    self._states.append(torch.empty(size, dtype=dtype, device="meta"))
                if not small:
                    self._states.append(torch.empty(-(-size // BNB_BLOCK), device="meta"))

    def states(self) -> list[torch.Tensor]:
        return self._states

    def step(self) -> None:
        return None


def _adafactor(parameters: Parameters, _: Embeddings) -> Steps:
    """Returns transformers' Adafactor with the Trainer's options (no relative step, no scaling by the parameter)."""
    from transformers.optimization import Adafactor

    return _Torch(Adafactor(parameters, lr=1e-3, scale_parameter=False, relative_step=False))


def _adamw(foreach: bool) -> Callable[[Parameters, Embeddings], Steps]:
    return lambda parameters, _: _Torch(torch.optim.AdamW(parameters, foreach=foreach))


def _bitsandbytes(moments: int, bits: int, paged: bool = False) -> Callable[[Parameters, Embeddings], Steps]:
    return lambda parameters, embeddings: _Bitsandbytes(parameters, embeddings, moments, bits, paged)


def _sgd(momentum: float) -> Callable[[Parameters, Embeddings], Steps]:
    return lambda parameters, _: _Torch(torch.optim.SGD(parameters, lr=1e-3, momentum=momentum, foreach=True))


STEPS: Final[dict[str, Callable[[Parameters, Embeddings], Steps]]] = {
    "adamw_torch_fused": lambda parameters, _: _FusedAdamW(parameters),
    "adamw_torch": _adamw(foreach=True),
    "adamw_torch_forloop": _adamw(foreach=False),
    "adamw_8bit": _bitsandbytes(2, 8),
    "adamw_bnb_8bit": _bitsandbytes(2, 8),
    "paged_adamw_32bit": _bitsandbytes(2, 32, paged=True),
    "paged_adamw_8bit": _bitsandbytes(2, 8, paged=True),
    "adafactor": _adafactor,
    "lion_32bit": _bitsandbytes(1, 32),
    "lion_8bit": _bitsandbytes(1, 8),
    "paged_lion_32bit": _bitsandbytes(1, 32, paged=True),
    "paged_lion_8bit": _bitsandbytes(1, 8, paged=True),
    "adagrad": lambda parameters, _: _Torch(torch.optim.Adagrad(parameters, foreach=True)),
    "rmsprop": lambda parameters, _: _Torch(torch.optim.RMSprop(parameters, foreach=True)),
    "sgd": _sgd(0.0),
    "sgd_momentum": _sgd(0.9),
}
"""The optimizers by their names in transformers' TrainingArguments (see `slidegen.estimate.setting.OPTIMIZERS`)."""


def steps_of(name: str, parameters: Parameters, embeddings: Embeddings) -> Steps:
    """Returns the optimizer `name` over `parameters` with its states allocated, as from the second step on."""
    return STEPS[name](parameters, embeddings)
