"""Watches every operation of PyTorch and records the storages it allocates in a ledger."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from slidegen.estimate.allocated import Kind, Phase
from slidegen.simulate.ledger import Ledger

Temporaries = Mapping[Any, Callable[..., int]]
"""By operator: a function from its arguments to the bytes that its kernel allocates and frees beside its outputs."""


class Tracker(TorchDispatchMode):
    """Records in `ledger` what operations allocate while the mode is on, and when it is freed.

    Only tensors on the meta device count: tensors on the CPU stay in the host's memory when a model is on a GPU.
    A new storage has the kind "temporaries", or "logits" if its last dimension is `vocabulary`, until it is renamed.
    What a checkpoint recomputes in the backward pass (with gradients enabled) has the kind "activations". `phase` is
    the pass that runs.
    """

    def __init__(self, ledger: Ledger, temporaries: Temporaries, vocabulary: int | None) -> None:
        super().__init__()
        self.ledger = ledger
        self.phase: Phase = "forward"
        self._temporaries = temporaries
        self._vocabulary = vocabulary
        self._numbers: dict[int, int] = {}
        self._references: dict[int, weakref.ref[Any]] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if isinstance(out, torch.Tensor):
            self._track(out)
        elif isinstance(out, tuple | list):
            for one in out:
                if isinstance(one, torch.Tensor):
                    self._track(one)
        extra = self._temporaries.get(func)
        if extra is not None and (size := extra(*args, **(kwargs or {}))):
            self.ledger.free(self.ledger.allocate(size, "temporaries"))
        return out

    def hold(self, tensors: Iterable[torch.Tensor | None], kind: Kind) -> None:
        """Records that tensors, tracked before or not, are of this kind."""
        for tensor in tensors:
            if tensor is not None:
                number = self._track(tensor)
                if number is not None:
                    self.ledger.rename(number, kind)

    def _track(self, tensor: torch.Tensor) -> int | None:
        if not tensor.is_meta:
            return None
        storage = tensor.untyped_storage()
        key = storage._cdata
        number = self._numbers.get(key)
        if number is None and (size := storage.nbytes()):
            kind: Kind = "activations" if self.phase == "backward" and torch.is_grad_enabled() else "temporaries"
            if tensor.ndim > 1 and tensor.shape[-1] == self._vocabulary:
                kind = "logits"
            number = self._numbers[key] = self.ledger.allocate(size, kind)
            self._references[key] = weakref.ref(storage, partial(self._free, key))
        return number

    def _free(self, key: int, _: object) -> None:
        self.ledger.free(self._numbers.pop(key))
        del self._references[key]
