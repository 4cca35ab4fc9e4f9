"""Prepares a model as a training script does: its dtypes, quantization, checkpointing and adapter."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import Any

import torch

from slidegen.estimate.setting import Setting, casts_adapters
from slidegen.simulate.adapters import adapt, cast_trained, disable_dropout
from slidegen.simulate.cuda import Machine
from slidegen.simulate.formats import pack
from slidegen.simulate.packed import settle_biases


def keep_float32(model: Any, dtype: str) -> None:
    """Casts to float32 what `from_pretrained` keeps in float32 at any dtype: T5's `wo` in float16, routers' biases.

    Source: transformers 5, `modeling_utils.py` (_get_dtype_plan), `core_model_loading.py` (build_glob_alternation).
    """
    patterns = [re.compile(name.replace("*", ".*")) for name in model._get_dtype_plan(getattr(torch, dtype))]
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if tensor.is_floating_point() and any(pattern.search(name) for pattern in patterns):
            tensor.data = tensor.data.to(torch.float32)


def prepare(model: Any, setting: Setting, machine: Machine) -> Any:
    """Prepares the model as a training script does: packs and adapts it, enables non-reentrant checkpointing.

    The backward pass runs outside the machine's mode but recomputes checkpointed layers inside it.
    Raises ValueError if PEFT does not find any of the adapter's target modules.
    """
    quantization, adapter = setting.quantization, setting.adapter
    if quantization is not None:
        pack(model, quantization, getattr(torch, setting.dtype))
        if quantization.upcast and setting.trains:
            from peft import prepare_model_for_kbit_training

            model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
            settle_biases(model)
    if setting.gradient_checkpointing:
        enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
        enable({"use_reentrant": False, "context_fn": lambda: (nullcontext(), machine.mode.entered())})
    if adapter is not None:
        model = adapt(model, adapter)
        if casts_adapters(setting):
            cast_trained(model, getattr(torch, adapter.dtype))
    if setting.preference is not None:
        disable_dropout(model)
    return model.train(setting.trains)
