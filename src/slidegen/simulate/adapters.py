"""LoRA adapters, as PEFT builds them, also on packed layers.

On layers of FP8, GPTQ and AWQ PEFT computes them as on linear layers (`tuners/lora/gptq.py`, `awq.py`, `layer.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora.layer import Linear as LoraLinear

from slidegen.errors import nearest
from slidegen.estimate.setting import Adapter
from slidegen.simulate.packed import EightBitLinear, FourBitLinear


class PackedLora(LoraLinear):
    """An adapter on a packed layer, as PEFT computes it on bitsandbytes' layers.

    Unlike PEFT's `Linear` it copies the layer's output before adding to it, and casts inputs only without autocast.
    Source: PEFT 0.21, `tuners/lora/bnb.py` (Linear4bit.forward, Linear8bitLt.forward).
    """

    def forward(self, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Returns the sum of the layer's product and the adapter's; without the adapter if it is disabled."""
        if self.disable_adapters:
            return self.base_layer(x, *args, **kwargs)
        result = self.base_layer(x, *args, **kwargs)
        if self.base_layer.weight.dtype == torch.uint8:
            result = result.clone()
        converts = not torch.is_autocast_enabled()
        for name in self.active_adapters:
            inputs = self._cast_input_dtype(x, self.lora_A[name].weight.dtype) if converts else x
            output = self.lora_B[name](self.lora_A[name](self.lora_dropout[name](inputs))) * self.scaling[name]
            result = result + (output.to(result.dtype) if converts else output)
        return result


def adapt(model: Any, adapter: Adapter) -> Any:
    """Returns the model with its adapter and everything else frozen. Raises ValueError if a named module is missing.

    Modules that are trained whole keep the model's dtype: PEFT casts only its own layers to float32
    (`cast_adapter_dtype`).
    """
    everywhere = adapter.target_modules == ("all-linear",)
    _check_names(model, "modules_to_save", adapter.modules_to_save, "")
    _check_names(model, "target_modules", () if everywhere else adapter.target_modules, ".")
    targets: Any = adapter.target_modules[0] if everywhere else list(adapter.target_modules)
    config = LoraConfig(
        r=adapter.rank,
        lora_alpha=adapter.rank,
        target_modules=targets,
        modules_to_save=list(adapter.modules_to_save) or None,
        lora_dropout=adapter.dropout,
        use_dora=adapter.dora,
    )
    config._register_custom_module({FourBitLinear: PackedLora, EightBitLinear: PackedLora})
    with torch.device("meta"):
        adapted = get_peft_model(model, config, autocast_adapter_dtype=adapter.dtype == "float32")
    for name, parameter in adapted.named_parameters():
        if parameter.requires_grad and ".lora_" in name:
            parameter.data = parameter.data.to(getattr(torch, adapter.dtype))
    return adapted


def cast_trained(model: torch.nn.Module, dtype: torch.dtype) -> None:
    """Casts what is trained on quantized weights, DoRA's magnitudes excepted (TRL 1.16, SFTTrainer.__init__)."""
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and "lora_magnitude_vector" not in name:
            parameter.data = parameter.data.to(dtype)


def disable_dropout(model: torch.nn.Module) -> None:
    """Turns dropout off, as TRL's DPOTrainer does (`disable_dropout_in_model`)."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0


def _check_names(model: Any, parameter: str, names: Sequence[str], before: str) -> None:
    """Raises ValueError if one of the `names` ends the path of no module, which PEFT ignores if another one does.

    `before` is what stands before the end of a path: "." if names are whole (PEFT 0.21, `tuners/tuners_utils.py`,
    check_target_module_exists), nothing for modules to save (`utils/other.py`, _set_trainable).
    """
    paths = [path for path, _ in model.named_modules()]
    for name in names:
        if not any(path == name or path.endswith(f"{before}{name}") for path in paths):
            last = {path.rpartition(".")[2] for path in paths}
            hint = nearest(name, (one for one in last if one and not one.isdigit()))
            raise ValueError(f"{parameter}: it has no module {name!r}; {hint}")
