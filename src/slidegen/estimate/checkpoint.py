"""How a checkpoint stores its weights, and how transformers loads it: the dtype and `quantization_config` of a config.

Source: transformers 5.23, `modeling_utils.py` (_get_dtype), `quantizers/` (auto.py and the quantizer of each method),
`utils/quantization_config.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from slidegen.estimate.setting import BitsAndBytes, FloatDtype, Loading, Quantization, Scheme, Setting

DEQUANTIZED: Final = "compressed-tensors"
"""The method whose weights become dense in the first forward pass."""
NO_TRAINING: Final = frozenset({"mxfp4"})
"""Methods on which transformers trains nothing (`is_trainable` of their quantizers)."""
STAYS: Final = ("nf4", "fp4", "int8", "gptq", "awq")
"""Beginnings of the names of formats that training keeps packed: those that PEFT adapts as they are."""
CAPABILITY: Final[Mapping[str, tuple[int, int]]] = {"mxfp4": (7, 5), "fp8": (8, 9)}
"""The compute capability that a format's kernels need. On older GPUs transformers dequantizes: `quantizer_mxfp4.py` and
`quantizer_finegrained_fp8.py`, `validate_environment`."""


class CheckpointError(ValueError):
    """A checkpoint that transformers does not load or train as requested."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How weights are stored: the dtype of those that are not packed (None: the config does not say), and the packing.

    `method` is the `quant_method` of the config. A checkpoint in `compressed-tensors` has no packing here, because
    transformers makes its weights dense.
    """

    dtype: FloatDtype | None
    method: str | None = None
    quantization: Quantization | None = None
    words: str | None = None

    @property
    def stored(self) -> str:
        """The name of the format: "mxfp4", "gptq-int4", "float32"."""
        return self.words or (self.quantization.name if self.quantization else self.dtype or "an unknown dtype")


def checkpoint(config: Mapping[str, Any]) -> Checkpoint:
    """Returns how the checkpoint with this config stores its weights.

    Raises CheckpointError for a quantization method that is not simulated.
    """
    dtype = next((found for found in map(_dtype, _levels(config)) if found is not None), None)
    packing = next((one["quantization_config"] for one in _levels(config) if one.get("quantization_config")), None)
    if not isinstance(packing, Mapping):
        return Checkpoint(dtype)
    method = _method(packing)
    if method not in _READERS:
        known = ", ".join(_READERS)
        raise CheckpointError(
            f"its weights are stored by the method {method!r}, which is not simulated; known: {known}"
        )
    if method == DEQUANTIZED:
        return Checkpoint(dtype, method, words=f"{_compressed(packing)} (compressed-tensors)")
    experts = {"expert_dtype": config["expert_dtype"]} if "expert_dtype" in config else {}
    return Checkpoint(dtype, method, _READERS[method]({**experts, **packing}))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A setting with the dtype and the quantization of the loaded weights, their description, and notes on them."""

    setting: Setting
    stored_as: str
    notes: tuple[str, ...]


def as_loaded(config: Mapping[str, Any], setting: Setting) -> Loaded:
    """Returns the setting with which transformers loads a checkpoint.

    Raises CheckpointError for a checkpoint that transformers does not load, or PEFT does not train, in that way.
    """
    if setting.file_type is not None:
        return Loaded(replace(setting, loading="given"), f"{setting.file_type} (GGUF)", ())
    known = checkpoint(config)
    notes: list[str] = []
    loading = setting.loading
    if loading == "default" and known.quantization is not None and known.quantization.name.startswith(STAYS):
        loading = "auto"
    dtype = setting.dtype if loading != "auto" else _auto_dtype(known, notes)
    packing = _packing(known, setting, loading, notes)
    if packing is not None and packing.name.startswith("awq") and dtype == "bfloat16":
        dtype = "float16"
        notes.append("AWQ kernels compute in float16, so transformers loads the other weights in float16")
    if known.method is not None and (packing is None or not packing.checkpoint):
        notes.append(_dequantized(known, dtype, packing))
    if packing is not None and packing.name == "mxfp4" and packing.checkpoint is False:
        _check_mxfp4(config)
    autocast = setting.mixed_precision
    if setting.method == "qlora" and autocast == setting.dtype != dtype:
        autocast = None if dtype == "float32" else dtype
    loaded = replace(setting, dtype=dtype, quantization=packing, mixed_precision=autocast, loading="given")
    return Loaded(loaded, _stored_as(known, loaded), tuple(notes))


def _auto_dtype(known: Checkpoint, notes: list[str]) -> FloatDtype:
    """Returns the dtype of the config. Without one, transformers takes that of the first weight, which is not known.

    transformers has written the dtype into configs since 4.13; older checkpoints are mostly float32.
    """
    if known.dtype is not None:
        return known.dtype
    assumed: FloatDtype = "float32" if known.method is None else "bfloat16"
    notes.append(f"its config does not name a dtype, so {assumed} is assumed (dtype sets another)")
    return assumed


def _packing(known: Checkpoint, setting: Setting, loading: Loading, notes: list[str]) -> Quantization | None:
    """Returns how the loaded weights are packed: as the checkpoint stores them, or as the setting asks."""
    own, asked = known.quantization, setting.quantization
    if asked is None and (own is None or loading != "auto"):
        return None
    if asked is not None and (own is None or asked.name != own.name):
        if own is None or not own.name.startswith(STAYS):
            return asked if _has_kernels(asked.name, setting, "keeps the weights unpacked", notes) else None
        if not setting.trains:
            raise CheckpointError(
                f"it is stored in {own.name}, and transformers does not quantize it again; leave quantization out"
            )
    assert own is not None
    if asked is not None:
        own = replace(own, experts=asked.experts)
    if setting.trains:
        return _trained(own, setting)
    return own if _has_kernels(own.name, setting, "dequantizes the checkpoint while it loads", notes) else None


def _has_kernels(name: str, setting: Setting, instead: str, notes: list[str]) -> bool:
    """Returns whether the named GPU has kernels for a format, and adds a note; else transformers does `instead`."""
    needed = CAPABILITY.get(name, (0, 0))
    if not setting.any_gpu and setting.capability < needed:
        given, least = (".".join(map(str, one)) for one in (setting.capability, needed))
        notes.append(
            f"a GPU of compute capability {given} has no kernels for {name}, which need {least}, "
            f"so transformers {instead}"
        )
        return False
    if name not in get_args(BitsAndBytes):
        notes.append(f"kernels of {name} unpack weights inside the product, so no unpacked copy is counted")
    return True


def _trained(own: Quantization, setting: Setting) -> Quantization:
    """Returns the packing of frozen weights. Raises CheckpointError if transformers or PEFT does not train on it."""
    allowed = "allowed: method lora" + ("" if own.name.startswith(("gptq", "awq")) else ", or dtype bfloat16")
    if setting.method == "full":
        raise CheckpointError(
            f"its weights are stored in {own.name}, and only adapters train on packed ones; {allowed}"
        )
    if own.name in NO_TRAINING:
        what = f"transformers does not train on {own.name}"
        raise CheckpointError(f"{what}; allowed: dtype bfloat16, which dequantizes it")
    if setting.adapter is not None and setting.adapter.dora:
        raise CheckpointError(f"PEFT has no DoRA on {own.name} here; use lora without it, or dtype bfloat16")
    upcast = own.by_bitsandbytes and setting.quantization is not None and setting.quantization.upcast
    return replace(own, upcast=upcast)


def _dequantized(known: Checkpoint, dtype: FloatDtype, packing: Quantization | None) -> str:
    """Returns the note on a packed checkpoint whose weights are not used as they are stored."""
    if known.method == DEQUANTIZED:
        return (
            f"the checkpoint is {known.stored}, which transformers loads packed and makes {dtype} in the first forward "
            "pass, so the dense weights are counted"
        )
    if packing is not None:
        return (
            f"the checkpoint is {known.stored}, which transformers does not quantize again, so a copy dequantized to "
            f"{dtype} is quantized to {packing.name}"
        )
    return f"the checkpoint is {known.stored}, and its weights are counted as dequantized to {dtype}"


def _stored_as(known: Checkpoint, setting: Setting) -> str:
    packing = setting.quantization
    if packing is not None:
        return f"{packing.name} (checkpoint)" if packing.checkpoint else packing.name
    return setting.dtype if known.method is None else f"{setting.dtype} (dequantized)"


def _check_mxfp4(config: Mapping[str, Any]) -> None:
    if config.get("model_type") != "gpt_oss":
        raise CheckpointError(
            "transformers packs only the experts of gpt-oss in mxfp4; allowed here: nf4, fp4, int8, fp8"
        )


def _dtype(config: Mapping[str, Any]) -> FloatDtype | None:
    named = str(config.get("dtype") or config.get("torch_dtype") or "").removeprefix("torch.")
    return next((dtype for dtype in get_args(FloatDtype) if dtype == named), None)


def _levels(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields a config and that of its text model, where multimodal configs may keep these keys."""
    yield config
    text = config.get("text_config")
    if isinstance(text, Mapping):
        yield text


def _method(packing: Mapping[str, Any]) -> str:
    """Returns the method; older configs of bitsandbytes name only the number of bits."""
    if packing.get("load_in_4bit") or packing.get("load_in_8bit"):
        return "bitsandbytes"
    return str(packing.get("quant_method"))


def _bitsandbytes(packing: Mapping[str, Any]) -> Quantization:
    left_out = _names(packing, "llm_int8_skip_modules")
    if packing.get("load_in_8bit"):
        return Quantization("int8", checkpoint=True, scheme=Scheme(left_out=left_out))
    name = str(packing.get("bnb_4bit_quant_type", "fp4"))
    double = bool(packing.get("bnb_4bit_use_double_quant", False))
    return Quantization(name, double, checkpoint=True, scheme=Scheme(left_out=left_out))


def _mxfp4(packing: Mapping[str, Any]) -> Quantization:
    return Quantization("mxfp4", checkpoint=True, scheme=Scheme(left_out=_names(packing, "modules_to_not_convert")))


def _fp8(packing: Mapping[str, Any]) -> Quantization:
    block = packing.get("weight_block_size", (128, 128))
    scheme = Scheme(
        bits=8,
        block=None if block is None else (int(block[0]), int(block[1])),
        scale_size=1 if packing.get("scale_fmt") == "ue8m0" else 4,
        fp4_experts=packing.get("expert_dtype") == "fp4",
        static=str(packing.get("activation_scheme", "dynamic")).lower() == "static",
        left_out=_names(packing, "modules_to_not_convert", "ignored_layers"),
    )
    return Quantization("fp8", checkpoint=True, scheme=scheme)


def _grouped(method: str) -> Callable[[Mapping[str, Any]], Quantization]:
    def read(packing: Mapping[str, Any]) -> Quantization:
        bits = int(packing.get("bits", packing.get("w_bit", 4)))
        group = int(packing.get("group_size", packing.get("q_group_size", 128)))
        left_out = _names(packing, "modules_to_not_convert")
        scheme = Scheme(bits, None if group <= 0 else group, left_out=left_out)
        return Quantization(f"{method}-int{bits}", checkpoint=True, scheme=scheme)

    return read


def _compressed(packing: Mapping[str, Any]) -> str:
    """Returns the format of compressed-tensors in short: "int4", "fp8", or several."""
    groups = packing.get("config_groups")
    found = []
    for group in groups.values() if isinstance(groups, Mapping) else ():
        weights = group.get("weights") if isinstance(group, Mapping) else None
        if isinstance(weights, Mapping):
            kind = "fp" if weights.get("type") == "float" else "int"
            found.append(f"{kind}{weights.get('num_bits', 8)}")
    return " and ".join(dict.fromkeys(found)) or "quantized"


def _names(packing: Mapping[str, Any], *keys: str) -> tuple[str, ...] | None:
    """Returns the list of module names under the first key that has one."""
    found = next((packing[key] for key in keys if packing.get(key) is not None), None)
    return None if found is None else tuple(map(str, found))


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Quantization]]] = {
    "bitsandbytes": _bitsandbytes,
    "mxfp4": _mxfp4,
    "fp8": _fp8,
    "gptq": _grouped("gptq"),
    "awq": _grouped("awq"),
    DEQUANTIZED: lambda _: Quantization(DEQUANTIZED, checkpoint=True),
}
"""The methods of a `quantization_config` that are simulated, each with the function that reads one."""
