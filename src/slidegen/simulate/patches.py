"""Patches what needs the values of tensors, which meta tensors do not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from os import environ
from typing import Any, Final

import torch

from slidegen.estimate.setting import Setting
from slidegen.simulate.cuda import Cuda
from slidegen.simulate.replaced import replaced
from slidegen.simulate.values import Values

TORCH_CHECK: Final = "TRANSFORMERS_DISABLE_TORCH_CHECK"


@contextmanager
def meta_patches(setting: Setting, cuda: Cuda) -> Iterator[None]:
    """Patches what needs the values of meta tensors, which have none: sequences are not packed, masks are used.

    Some models build a mask of ones for batches without padding (OPT), which attention then skips.
    Tensors in the host's memory, which have values, behave as usual. With images, those of indices are kept.
    """
    from transformers import masking_utils

    with ExitStack() as stack:
        if not setting.padded:
            for name in ("_ignore_causal_mask_sdpa", "_ignore_bidirectional_mask_sdpa"):
                skips = partial(_without_padding, getattr(masking_utils, name))
                stack.enter_context(replaced(masking_utils, name, skips))
        stack.enter_context(replaced(torch, "autocast", cuda.instead_of_autocast))
        stack.enter_context(replaced(masking_utils, "find_packed_sequence_indices", lambda _: None))
        truth, written = torch.Tensor.__bool__, torch.Tensor.__format__
        known = stack.enter_context(_values_kept(setting))
        stack.enter_context(replaced(torch.Tensor, "__bool__", lambda one: known(one) and truth(one)))
        stack.enter_context(
            replaced(torch.Tensor, "__format__", lambda one, how: "?" if one.is_meta else written(one, how))
        )
        before = environ.get(TORCH_CHECK)
        environ[TORCH_CHECK] = "1"
        if before is None:
            stack.callback(environ.pop, TORCH_CHECK)
        else:
            stack.callback(environ.__setitem__, TORCH_CHECK, before)
        if setting.mixed_precision is not None:
            enabled = torch.is_autocast_enabled("cuda")
            torch.set_autocast_enabled("cuda", True)
            stack.callback(torch.set_autocast_enabled, "cuda", enabled)
        yield


def _without_padding(skips: Callable[..., bool], _: object, *rest: Any, **others: Any) -> bool:
    """Returns whether attention skips its mask for a batch without padding, whatever mask the model passes."""
    return skips(None, *rest, **others)


@contextmanager
def _values_kept(setting: Setting) -> Iterator[Callable[[torch.Tensor], bool]]:
    """Keeps the values of indices if there are images; yields the function that says whether a tensor has values."""
    if not setting.images:
        yield lambda one: not one.is_meta
        return
    with Values() as values, replaced(torch, "tensor", values.tensor):
        yield values.known
