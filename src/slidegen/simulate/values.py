"""Keeps the values of indices next to their meta tensors, for models whose shapes depend on them.

A vision tower of images of any size computes from their grids how many patches there are and which of them attend to
each other. On a GPU these are small tensors, whose values Python reads (`tolist`, `item`) or operations need
(`repeat_interleave`, an index by a mask). Tensors without memory have none, so the same operations also run on copies
with values on the CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.weak import WeakTensorKeyDictionary

LARGEST: Final = 2**24
"""The most numbers of a tensor whose values are kept. Indices are smaller; masks of long sequences are not needed."""
META: Final = torch.device("meta")
_aten: Final = torch.ops.aten
FACTORIES: Final = frozenset(
    {
        *(_aten.arange.default, _aten.arange.start, _aten.arange.start_step, _aten.zeros.default, _aten.ones.default),
        *(_aten.full.default, _aten.scalar_tensor.default, _aten.linspace.default),
    }
)
"""The operations that create values from nothing but numbers."""
real_tensor: Final = torch.tensor
READS: Final = (NotImplementedError, RuntimeError)
"""What operations raise that need the values of meta tensors."""


class Values(TorchDispatchMode):
    """Computes operations on tensors with known values twice: on the meta device, and on the CPU.

    Values are known of what is copied from the CPU to the meta device, of new tensors of numbers, and of whatever is
    computed only from known ones. The mode must be entered before the one that records allocations, which then does not
    see the copies.
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: Any = WeakTensorKeyDictionary()

    def known(self, tensor: torch.Tensor) -> bool:
        """Returns whether the values of a tensor are known."""
        return not tensor.is_meta or tensor in self._values

    def keep(self, tensor: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        """Records the values of a meta tensor, and returns it."""
        self._values[tensor] = values
        return tensor

    def tensor(self, data: Any, **options: Any) -> torch.Tensor:
        """Replaces `torch.tensor`, which drops the numbers of a new tensor on the meta device."""
        values = tree_map(self._number, data)
        if not _is_meta(options.get("device")):
            return real_tensor(values, **options)
        return real_tensor(values, **{**options, "device": "cpu"}).to(META)

    def _number(self, one: Any) -> Any:
        return one.item() if isinstance(one, torch.Tensor) and one.numel() == 1 and self.known(one) else one

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        tensors = [one for one in tree_leaves((args, given)) if isinstance(one, torch.Tensor)]
        on_meta = any(one.is_meta for one in tensors) or _is_meta(given.get("device"))
        if not on_meta or not (tensors or func in FACTORIES):
            return func(*args, **given)
        if not all(map(self.known, tensors)) or sum(one.numel() for one in tensors) > LARGEST:
            self._forget(func, args)
            return func(*self._without_masks(func, args), **given)
        return self._both(func, args, given)

    def _both(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        """Runs an operation on both devices; returns what is on the meta device, or what it reads."""
        values = tree_map(self._value, args), tree_map(self._value, given)
        if given.get("device") is not None and not _is_meta(given["device"]):
            return func(*values[0], **values[1])  # a copy to the CPU: tolist
        try:
            out = func(*args, **given)
        except READS:
            found = func(*values[0], **values[1])
            return tree_map(self._on_meta, found)
        leaves = [one for one in tree_leaves(out) if isinstance(one, torch.Tensor)]
        if leaves and sum(one.numel() for one in leaves) <= LARGEST:
            found = func(*values[0], **values[1])
            for one, value in zip(leaves, tree_leaves(found), strict=True):
                self.keep(one, value)
        return out

    def _value(self, one: Any) -> Any:
        if isinstance(one, torch.Tensor) and one.is_meta:
            return self._values[one]
        return torch.device("cpu") if isinstance(one, torch.device) and _is_meta(one) else one

    def _on_meta(self, one: Any) -> Any:
        if not isinstance(one, torch.Tensor):
            return one
        return self.keep(torch.empty_like(one, device=META), one)

    def _forget(self, func: Any, args: tuple[Any, ...]) -> None:
        """Forgets the values of a tensor into which unknown ones are written, and those of its views."""
        if not func._schema.is_mutable or not args or args[0] not in self._values:
            return
        written = self._values[args[0]].untyped_storage().data_ptr()
        for one in [one for one, value in self._values.items() if value.untyped_storage().data_ptr() == written]:
            del self._values[one]

    def _without_masks(self, func: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Replaces each mask by which an unknown tensor is indexed by the numbers of what it selects, as CUDA does."""
        if func is not _aten.index.Tensor:
            return args
        indices: list[Any] = []
        for index in args[1]:
            if index is not None and index.dtype == torch.bool and self.known(index):
                where = self._value(index).nonzero().unbind(1)
                indices += [torch.empty_like(one, device=META) for one in where]
            else:
                indices.append(index)
        return args[0], indices


def _is_meta(device: Any) -> bool:
    return device is not None and torch.device(device).type == "meta"
