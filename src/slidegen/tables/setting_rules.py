"""Rules on combinations of the parameters of `SettingParameters`: what has no effect, what does not go together.

Each check raises ValueError with what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

from slidegen.estimate.gguf.types import FILE_TYPES
from slidegen.estimate.setting import AMPERE, BitsAndBytes
from slidegen.hardware import find_gpu
from slidegen.tables.loops import ADAPTED, PACKED, PREFERENCES, TRAINED, check_loops

if TYPE_CHECKING:
    from slidegen.tables.settings import SettingParameters

Check = Callable[["SettingParameters"], None]

EFFECTIVE: Final = (
    (
        frozenset({"rank", "target_modules", "modules_to_save", "dora", "adapter_dtype", "lora_dropout"}),
        ADAPTED,
        "it belongs to the adapter of lora and qlora (also dpo-lora, dpo-qlora)",
    ),
    (
        frozenset({"gradient_checkpointing", "gradient_accumulation_steps", "mixed_precision", "optimizer"})
        | {"loop", "keep_outputs"},
        TRAINED,
        "it is for training: full, lora, qlora, dpo",
    ),
    (frozenset({"max_new_tokens", "kv_dtype"}), frozenset({"inference"}), "it is for inference"),
    (frozenset({"reference_model"}), PREFERENCES, "it is for dpo"),
    (
        frozenset({"quantization", "double_quantization", "quantize_experts"}),
        PACKED | {"inference"},
        "it is for the quantized weights of qlora and inference",
    ),
    (frozenset({"kbit_upcast"}), PACKED, "it is for the quantized weights of qlora"),
)
"""Parameters, the methods on which they have an effect, and what the message says for the other methods."""


ONLY_SIMULATED: Final = frozenset(
    {
        *("target_modules", "modules_to_save", "dora", "lora_dropout", "images", "image_size", "padded"),
        *("gradient_accumulation_steps", "kv_dtype", "loop", "keep_outputs"),
    }
)
"""Parameters that change the result of a simulated run but not that of the formulas."""


NOT_IN_FILES: Final = frozenset(
    {"dtype", "attention", "gpus", "sharding", "offload", "images", "padded", "quick", "double_quantization"}
)
"""Parameters that have no effect on a GGUF file: llama.cpp runs it on one GPU, and its type says all on its tensors."""
CACHES: Final = ("auto", "fp8", "int8", "int4")


def check_effects(request: SettingParameters) -> None:
    """Refuses parameters that have no effect on any of the methods."""
    given = request.model_fields_set
    for names, methods, why in EFFECTIVE:
        useless = sorted(given & names - ({"quantization"} if request.quantization in FILE_TYPES else set()))
        if useless and not methods.intersection(request.method):
            raise ValueError(f"{useless[0]} has no effect on {' or '.join(request.method)}; {why}")
    if "image_size" in given and not request.images:
        raise ValueError("image_size has no effect without images")
    if "all-linear" in request.target_modules and len(request.target_modules) > 1:
        raise ValueError("target_modules: all-linear stands alone; or name the modules, as PEFT does")


def without_effect(setting: Mapping[str, Any]) -> frozenset[str]:
    """Returns which parameters of a setting with one value each change nothing beside the others."""
    method, quantization = setting.get("method", "full"), setting.get("quantization")
    useless = [names for names, methods, _ in EFFECTIVE if method not in methods]
    if quantization in FILE_TYPES and method == "inference":
        useless.append(NOT_IN_FILES)
    if setting.get("gpus", 1) == 1:
        useless.append(frozenset({"sharding"}))
    if not setting.get("images"):
        useless.append(frozenset({"image_size"}))
    return frozenset().union(*useless).intersection(setting)


def check_sharding(request: SettingParameters) -> None:
    """Refuses divisions that need several GPUs or another method, and offloading of what is not there."""
    if "sharding" in request.model_fields_set and set(request.sharding) != {"none"} and set(request.gpus) == {1}:
        raise ValueError(f"sharding {request.sharding[0]} divides among several GPUs; give gpus as well")
    if "tensor" in request.sharding and set(request.method) != {"inference"}:
        raise ValueError("sharding tensor is for inference; allowed here: none, zero1, zero2, zero3, fsdp")
    if request.offload == "all" and set(request.gpus) != {1} and not {"zero3", "fsdp"}.issuperset(request.sharding):
        raise ValueError("offload all is for one GPU, or several with sharding zero3 or fsdp, which gather weights")
    if "inference" in request.method and {"zero1", "zero2"}.intersection(request.sharding):
        raise ValueError("sharding zero1 and zero2 divide optimizer states, and inference has none")
    if request.offload == "optimizer" and set(request.method) == {"inference"}:
        raise ValueError("offload optimizer has no effect on inference, which has no optimizer states")


def check_quick(request: SettingParameters) -> None:
    """Refuses what the formulas of `quick` do not know."""
    unknown = sorted(name for name in request.model_fields_set & ONLY_SIMULATED if _changed(request, name))
    if request.quick and unknown:
        what = f"loop {request.loop[0]}" if unknown[0] == "loop" else unknown[0]
        raise ValueError(f"quick has no formula for {what}; leave out one of them")


def check_card(request: SettingParameters) -> None:
    """Refuses kernels that the named GPU does not have."""
    card = None if request.gpu is None else find_gpu(request.gpu)
    if card is not None and "flash" in request.attention and card.compute_capability < AMPERE:
        raise ValueError(f"attention flash needs a GPU from Ampere on, and {card.short} is older; use sdpa")


def check_quantization(request: SettingParameters) -> None:
    """Refuses formats that do not go with the methods, and options of bitsandbytes without it."""
    packed, name = bool(PACKED.intersection(request.method)), request.quantization
    if packed and name not in (None, *get_args(BitsAndBytes)):
        raise ValueError(f"qlora quantizes by bitsandbytes: nf4, fp4, int8; {name} is for inference")
    if request.quantize_experts and not packed and name not in get_args(BitsAndBytes):
        raise ValueError("quantize_experts is for quantization by bitsandbytes; give quantization nf4, fp4 or int8")
    four_bit = name in ("nf4", "fp4") or (name is None and packed)
    if "double_quantization" in request.model_fields_set and not four_bit and name not in FILE_TYPES:
        raise ValueError("double_quantization is for the scales of nf4 and fp4; give one of them as quantization")
    if request.dora and packed:
        raise ValueError("dora is for the method lora; PEFT computes it differently on quantized weights")


def check_files(request: SettingParameters) -> None:
    """Refuses a GGUF file with what llama.cpp does not do, and llama.cpp's caches without a file."""
    name = request.quantization
    if name not in FILE_TYPES:
        unknown = sorted(set(request.kv_dtype) - set(CACHES))
        if unknown:
            raise ValueError(
                f"kv_dtype {unknown[0]} is llama.cpp's, for a GGUF file; allowed here: {', '.join(CACHES)}"
            )
        return
    if set(request.method) != {"inference"}:
        raise ValueError(f"quantization {name} is the type of a GGUF file, for the method inference")
    changed = sorted(one for one in request.model_fields_set & NOT_IN_FILES if _changed(request, one))
    if changed:
        raise ValueError(f"{changed[0]} has no effect on a GGUF file ({name}), which llama.cpp runs on one GPU")
    unknown = sorted(set(request.kv_dtype) & set(CACHES[1:]))
    if unknown:
        raise ValueError(
            f"kv_dtype {unknown[0]} is transformers'; allowed beside a GGUF file: auto, q8_0, q5_1, q5_0, q4_1, q4_0"
        )


def _changed(request: SettingParameters, name: str) -> bool:
    """Returns whether a parameter has another value than its default."""
    default: Any = type(request).model_fields[name].default
    return bool(getattr(request, name) != default)


CHECKS: Final[tuple[Check, ...]] = (
    check_files,
    check_effects,
    check_sharding,
    check_loops,
    check_quick,
    check_card,
    check_quantization,
)
"""The checks, in the order of their messages."""
