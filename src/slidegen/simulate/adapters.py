"""LoRA adapters: PEFT's own, also on packed layers."""

from __future__ import annotations

from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora.layer import Linear as LoraLinear

from slidegen.estimate.setting import Adapter
from slidegen.simulate.packed import PackedLinear


class PackedLora(LoraLinear):
    """An adapter on a packed layer, as PEFT computes it on bitsandbytes' layers.

    Unlike PEFT's `Linear` it copies the layer's output before it adds to it, and casts inputs only without autocast.
    Source: PEFT 0.21, `tuners/lora/bnb.py` (Linear4bit.forward, Linear8bitLt.forward).
    """

    def forward(self, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """The layer's product and the adapter's."""
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
    """The model with its adapter, and everything else frozen. Raises ValueError if PEFT finds no such modules."""
    targets: Any = adapter.targets[0] if adapter.targets == ("all-linear",) else list(adapter.targets)
    config = LoraConfig(
        r=adapter.rank,
        lora_alpha=adapter.rank,
        target_modules=targets,
        modules_to_save=list(adapter.modules_to_save) or None,
        lora_dropout=adapter.dropout,
        use_dora=adapter.dora,
    )
    config._register_custom_module({PackedLinear: PackedLora})
    with torch.device("meta"):
        adapted = get_peft_model(model, config, autocast_adapter_dtype=adapter.dtype == "float32")
    for parameter in adapted.parameters():
        if parameter.requires_grad and parameter.is_floating_point():
            parameter.data = parameter.data.to(getattr(torch, adapter.dtype))
    return adapted
