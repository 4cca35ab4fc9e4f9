"""The tensors of a model's checkpoint: names and shapes as `save_pretrained` stores them, without their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slidegen.models.instantiate import build_model, quiet_and_offline


def checkpoint_tensors(config: Mapping[str, Any], name: str) -> tuple[str, Mapping[str, tuple[int, ...]]]:
    """Returns the class of a model and the shape of each tensor of its checkpoint; tied tensors occur once.

    transformers 5 fuses experts and renames modules when it loads a checkpoint. Its own code that saves a checkpoint
    undoes this (`core_model_loading.revert_weight_conversion`); here it runs on the meta device.
    Raises ModelError if transformers cannot build the model, MissingExtraError without the packages.
    """
    model = build_model(config, name, "bfloat16", None)
    from transformers.core_model_loading import revert_weight_conversion

    with quiet_and_offline():
        seen: set[int] = set()
        state: dict[str, Any] = {}
        for path, parameter in model.named_parameters(remove_duplicate=False):
            if id(parameter) not in seen:
                seen.add(id(parameter))
                state[path] = parameter.data
        persistent = model.state_dict()
        state |= {path: buffer for path, buffer in model.named_buffers() if path in persistent}
        stored = revert_weight_conversion(model, state)
    return type(model).__name__, {path: tuple(tensor.shape) for path, tensor in stored.items()}
