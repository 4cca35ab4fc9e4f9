"""Runs real training steps with PEFT, in the order of transformers' Trainer, and reads memory counters by phase."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from slidegen.estimate.setting import Quantization, Setting

STEPS: Final = 3
IMPLEMENTATIONS: Final = {"eager": "eager", "sdpa": "sdpa", "flash": "flash_attention_2"}


class Counters(Protocol):
    """The memory counters of a device."""

    def reset(self) -> None:
        """Starts counting peaks."""

    def read(self) -> Mapping[str, int]:
        """Returns the peaks since the last reset and what is held now, in bytes."""


class CudaCounters:
    """The counters of PyTorch's allocator; `requested` is before rounding and without the unused ends of blocks."""

    def reset(self) -> None:
        """Starts counting peaks."""
        import torch

        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()

    def read(self) -> Mapping[str, int]:
        """Returns the peaks of allocated, reserved and requested memory, and what is allocated now."""
        import torch

        torch.cuda.synchronize()
        stats = torch.cuda.memory_stats()
        peaks = {name: int(stats[f"{name}_bytes.all.peak"]) for name in ("allocated", "reserved", "requested")}
        return {**peaks, "held": int(stats["allocated_bytes.all.current"])}


def build(config: Mapping[str, Any], name: str, setting: Setting, device: str) -> Any:
    """Builds the model with random weights, as a training script prepares it: quantized, adapted, checkpointed."""
    import torch
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    from slidegen.models.instantiate import build_model

    attention, dtype = IMPLEMENTATIONS[setting.attention], getattr(torch, setting.dtype)
    empty: Any = build_model(config, name, setting.dtype, attention)
    with torch.device(device):
        model = type(empty)._from_config(empty.config, dtype=dtype, attn_implementation=attention)
    if setting.quantization is not None:
        quantize(model, setting.quantization, dtype, device)
        model.is_loaded_in_4bit = True
        if setting.quantization.upcast:
            model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    if setting.gradient_checkpointing:
        # The old name is deprecated.
        enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
        enable({"use_reentrant": False})
    if setting.adapter is not None:
        one = setting.adapter
        targets: Any = one.target_modules[0] if one.target_modules == ("all-linear",) else list(one.target_modules)
        lora = LoraConfig(r=one.rank, lora_alpha=one.rank, target_modules=targets, lora_dropout=one.dropout)
        lora.use_dora, lora.modules_to_save = one.dora, list(one.modules_to_save) or None
        model = get_peft_model(model, lora, autocast_adapter_dtype=one.dtype == "float32")
    if setting.mixed_precision is not None:  # as accelerate's `prepare_model` does it
        from accelerate.utils.operations import convert_outputs_to_fp32

        cast = torch.autocast(torch.device(device).type, getattr(torch, setting.mixed_precision))
        model.forward = convert_outputs_to_fp32(cast(model.forward))
    return model.train()


def quantize(model: Any, quantization: Quantization, dtype: Any, device: str) -> None:
    """Replaces the linear layers that transformers lets bitsandbytes quantize by its 4-bit layers."""
    from bitsandbytes.nn import Linear4bit, Params4bit
    from torch import nn
    from transformers.quantizers.base import get_keys_to_not_convert

    kept = tuple(get_keys_to_not_convert(model))
    how = {"compress_statistics": quantization.double, "quant_type": quantization.name}
    for path, linear in list(model.named_modules()):
        if type(linear) is not nn.Linear or path.startswith(kept):
            continue
        packed = Linear4bit(linear.in_features, linear.out_features, False, compute_dtype=dtype, device="meta", **how)
        weight = linear.weight.data
        packed.weight = Params4bit(weight, requires_grad=False, module=packed, **how).to(device)
        packed.bias = linear.bias
        parent, _, name = path.rpartition(".")
        setattr(model.get_submodule(parent), name, packed)


def optimizer_of(model: Any, name: str) -> Any:
    """Returns the optimizer that the Trainer creates for a name of TrainingArguments."""
    import torch
    from transformers import Trainer, TrainingArguments

    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if name == "adamw_torch_forloop":
        return torch.optim.AdamW(trained, foreach=False)
    if name == "sgd_momentum":
        return torch.optim.SGD(trained, lr=1e-5, momentum=0.9)
    kind, options = Trainer.get_optimizer_cls_and_kwargs(TrainingArguments(optim=name, report_to="none"))
    if options.get("optim_bits") == 8:
        from bitsandbytes.optim import GlobalOptimManager

        for module in model.modules():
            if isinstance(module, torch.nn.Embedding):
                GlobalOptimManager.get_instance().register_module_override(module, "weight", {"optim_bits": 32})
    return kind(trained, **options)


def step(model: Any, optimizer: Any, setting: Setting, device: str, counters: Counters) -> dict[str, Mapping[str, int]]:
    """Runs a step in the Trainer's order, which drops outputs before the backward pass; returns counters by phase."""
    import torch

    phases = {}
    for _ in range(setting.gradient_accumulation_steps):
        counters.reset()
        shape = (setting.batch_size, setting.seq_len)
        ids = torch.randint(model.config.get_text_config().vocab_size, shape, device=device)
        inputs = {"input_ids": ids, "labels": ids.clone()}
        del ids
        if setting.padded:
            inputs["attention_mask"] = torch.ones(shape, dtype=torch.int64, device=device)
            inputs["attention_mask"][:, -1] = 0
        loss = model(**inputs, use_cache=False)["loss"]
        del inputs
        phases["forward"] = counters.read()
        counters.reset()
        loss.backward()
        loss = loss.detach()
        phases["backward"] = counters.read()
    counters.reset()
    torch.nn.utils.clip_grad_norm_((one for one in model.parameters() if one.requires_grad), 1.0)
    optimizer.step()
    phases["step"] = counters.read()
    optimizer.zero_grad()
    phases["end"] = counters.read()
    return phases


def measure(
    config: Mapping[str, Any], name: str, setting: Setting, device: str, counters: Counters
) -> dict[str, Mapping[str, int]]:
    """Runs a model with a setting; returns the counters of the third step."""
    model = build(config, name, setting, device)
    optimizer = optimizer_of(model, setting.optimizer)
    return [step(model, optimizer, setting, device, counters) for _ in range(STEPS)][-1]


def clean() -> None:
    """Frees the device's memory, as before the first case."""
    import torch

    gc.collect()
    with suppress(AttributeError):
        torch._C._cuda_clearCublasWorkspaces()
    torch.cuda.empty_cache()
