"""What quick refuses: settings without a formula, and what transformers itself refuses for a model."""

from __future__ import annotations

from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.estimate.quick.families.base import Model, refused
from slidegen.estimate.setting import Quantization, Setting

ALL_LINEAR: Final = ("all-linear",)


def check(model: Model, setting: Setting) -> None:
    """Raises SlidegenError for a setting without formula, or one that transformers refuses for this model."""
    adapter = setting.adapter
    left_out = {
        "adapters on chosen modules (target_modules)": adapter is not None and adapter.target_modules != ALL_LINEAR,
        "modules that are trained whole (modules_to_save)": adapter is not None and adapter.modules_to_save,
        "DoRA": adapter is not None and adapter.dora,
        "dropout on an adapter's inputs (lora_dropout)": adapter is not None and adapter.dropout,
        "images": setting.images,
        "padded batches": setting.padded,
        "gradient accumulation": setting.gradient_accumulation_steps > 1,
        "outputs that a loop keeps": setting.outputs_kept,
        "autocast from one half-precision dtype to the other": _casts_halves(setting),
        f"the loop {setting.loop}": setting.loop != "trainer",
        "a quantized KV cache": setting.kv_dtype != "auto",
        **_packing(setting.quantization),
    }
    for what, asked in left_out.items():
        if asked:
            raise refused(what)
    length = setting.seq_len + setting.max_new_tokens
    if model.longest is not None and length > model.longest:
        what = f"it has positions for {model.longest} tokens, not for {length}; use a shorter seq_len"
        raise SlidegenError([Problem(what, code="wrong-value")])
    if setting.attention == "flash" and not model.flash:
        raise SlidegenError(
            [Problem("transformers has no flash attention for it; allowed here: sdpa, eager", code="unsupported-model")]
        )


def _casts_halves(setting: Setting) -> bool:
    """Returns whether autocast makes copies of tensors that are as wide as they were."""
    return setting.mixed_precision is not None and "float32" != setting.dtype != setting.mixed_precision


def _packing(quantization: Quantization | None) -> dict[str, bool]:
    """Returns the ways to store weights that have no formula, and whether the setting has them."""
    if quantization is None:
        return {}
    return {
        f"weights stored in {quantization.name}": not quantization.by_bitsandbytes,
        "a checkpoint that is stored quantized": quantization.checkpoint,
        "quantized experts (quantize_experts)": quantization.experts,
    }
