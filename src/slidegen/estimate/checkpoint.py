"""How a checkpoint stores its weights, and how transformers loads it: the dtype and `quantization_config` of a config.

Source: transformers 5.23, `modeling_utils.py` (_get_dtype), `quantizers/` (auto.py and the quantizer of each method),
`utils/quantization_config.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from slidegen.estimate.quantization_config import KEY, Stored, read_quantization_config
from slidegen.estimate.setting import BitsAndBytes, FloatDtype, Quantization, Setting, casts_adapters

MXFP4_TYPES: Final = frozenset({"gpt_oss"})
"""The types of models whose experts transformers packs in MXFP4 (`integrations/mxfp4.py`)."""
NO_TRAINING: Final = frozenset({"mxfp4"})
"""Methods on which transformers trains nothing (`is_trainable` of their quantizers)."""
STAYS: Final = ("nf4", "fp4", "int8", "gptq", "awq")
"""Beginnings of the names of formats that training keeps packed: those that PEFT adapts as they are."""
FOUR_BIT: Final = ("nf4", "fp4")
NOT_UPCAST: Final = "gptq"
"""The method whose models PEFT's `prepare_model_for_kbit_training` does not make float32 (0.21, `utils/other.py`)."""
CAPABILITY: Final[Mapping[str, tuple[int, int]]] = {"mxfp4": (7, 5), "fp8": (8, 9)}
"""The compute capability that a format's kernels need. On older GPUs transformers dequantizes: `quantizer_mxfp4.py` and
`quantizer_finegrained_fp8.py`, `validate_environment`."""


class CheckpointError(ValueError):
    """A checkpoint that transformers does not load or train as requested."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How weights are stored: the dtype of those that are not packed, and the packing, if any.

    `named_dtype` is what the config says, None if it says nothing. `dtype` is None for a dtype that is not simulated,
    too: float8, say.
    """

    named_dtype: str | None
    packed: Stored | None = None

    @property
    def dtype(self) -> FloatDtype | None:
        """Returns the dtype that the config names, if it is simulated."""
        return next((dtype for dtype in get_args(FloatDtype) if dtype == self.named_dtype), None)

    @property
    def words(self) -> str:
        """Returns the name of the format: "mxfp4", "gptq-int4", "float32"."""
        return self.packed.words if self.packed is not None else self.named_dtype or "an unknown dtype"


def checkpoint(config: Mapping[str, Any]) -> Checkpoint:
    """Returns how the checkpoint with this config stores its weights.

    Raises CheckpointError for a quantization method that is not simulated, or a `quantization_config` with values that
    transformers does not allow.
    """
    dtype = next((found for found in map(_dtype, _levels(config)) if found is not None), None)
    found = next((one[KEY] for one in _levels(config) if one.get(KEY) is not None), None)
    if found is None:
        return Checkpoint(dtype)
    try:
        stored = read_quantization_config(found, config.get("expert_dtype"))
    except ValueError as error:
        raise CheckpointError(str(error)) from None
    return Checkpoint(dtype, stored)


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
    own = known.packed.packing if known.packed is not None else None
    notes: list[str] = []
    stays = setting.loading == "default" and own is not None and own.name.startswith(STAYS)
    # TRL's trainers name a dtype when they load a model, also a packed one.
    given = setting.loading == "given" or (setting.loading == "default" and (not stays or setting.loop == "trl"))
    dtype = setting.dtype if given else _auto_dtype(known, notes)
    packing = _packing(own, setting, stays or setting.loading == "auto", notes)
    if packing is not None and packing.name.startswith("awq") and dtype == "bfloat16":
        dtype = "float16"
        notes.append("AWQ kernels compute in float16, so transformers loads the other weights in float16")
    if known.packed is not None:
        notes += _notes(known.packed, dtype, packing)
    if packing is not None and packing.name == "mxfp4" and config.get("model_type") not in MXFP4_TYPES:
        allowed = "dtype bfloat16" if packing.checkpoint else "nf4, fp4, int8, fp8"
        raise CheckpointError(f"transformers packs only the experts of gpt-oss in mxfp4; allowed here: {allowed}")
    loaded = _settled(replace(setting, dtype=dtype, quantization=packing, loading="given"))
    return Loaded(loaded, _stored_as(known, loaded), tuple(notes))


def _settled(setting: Setting) -> Setting:
    """Returns the setting with what depends on the loaded weights: autocast of scripts for qlora, and the adapter.

    TRL's trainers cast adapters to bfloat16 on models that bitsandbytes quantizes (1.16, `sft_trainer.py` and
    `dpo_trainer.py`: `is_loaded_in_4bit` or `is_loaded_in_8bit`).
    """
    autocast, adapter = setting.mixed_precision, setting.adapter
    if "mixed_precision" in setting.defaulted and autocast is not None:
        autocast = None if setting.dtype == "float32" else setting.dtype
    if "adapter_dtype" in setting.defaulted and adapter is not None and casts_adapters(setting):
        adapter = replace(adapter, dtype="bfloat16")
    return replace(setting, mixed_precision=autocast, adapter=adapter, defaulted=())


def _auto_dtype(known: Checkpoint, notes: list[str]) -> FloatDtype:
    """Returns the dtype of the config. Without one, transformers takes that of the first weight, which is not known.

    transformers has written the dtype into configs since 4.13; older checkpoints are mostly float32.
    """
    if known.dtype is not None:
        return known.dtype
    if known.named_dtype is not None:
        allowed = ", ".join(get_args(FloatDtype))
        raise CheckpointError(f"its config names the dtype {known.named_dtype!r}; give one with dtype: {allowed}")
    assumed: FloatDtype = "float32" if known.packed is None else "bfloat16"
    notes.append(f"its config does not name a dtype, so {assumed} is assumed (dtype sets another)")
    return assumed


def _packing(own: Quantization | None, setting: Setting, keeps: bool, notes: list[str]) -> Quantization | None:
    """Returns how the loaded weights are packed: as the checkpoint stores them, if it `keeps` that, or as the setting
    asks."""
    asked = setting.quantization
    if asked is None and (own is None or not keeps):
        return None
    if asked is not None and (own is None or asked.name != own.name):
        if own is None or not own.name.startswith(STAYS):
            return asked if _has_kernels(asked.name, setting, "keeps the weights unpacked", notes) else None
        if not setting.trains:
            raise CheckpointError(
                f"it is stored in {own.name}, and transformers does not quantize it again; leave quantization out"
            )
    assert own is not None
    if setting.trains and own.name in NO_TRAINING:
        raise CheckpointError(
            f"transformers does not train on {own.name}; allowed: dtype bfloat16, which dequantizes it"
        )
    if not _has_kernels(own.name, setting, "dequantizes the checkpoint while it loads", notes):
        return None
    if asked is not None:
        own = _asked_of(own, asked, notes)
    return _trained(own, setting, notes) if setting.trains else own


def _asked_of(own: Quantization, asked: Quantization, notes: list[str]) -> Quantization:
    """Returns a checkpoint's packing with what a setting asks of it, and adds notes on what it does not follow."""
    if asked.name != own.name:
        notes.append(f"the checkpoint is {own.name}, so qlora trains on these weights as they are")
    elif own.name in FOUR_BIT and asked.double != own.double:
        notes.append(f"the checkpoint's scales are{'' if own.double else ' not'} quantized a second time, and stay so")
    if asked.experts and not own.by_bitsandbytes:
        raise CheckpointError(f"quantize_experts is for bitsandbytes, and it is stored in {own.name}; leave it out")
    return replace(own, experts=asked.experts)


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


def _trained(own: Quantization, setting: Setting, notes: list[str]) -> Quantization:
    """Returns the packing of frozen weights. Raises CheckpointError if PEFT does not train on it."""
    if setting.method == "full":
        allowed = "allowed: method lora, or dtype bfloat16, which counts them dequantized"
        raise CheckpointError(
            f"its weights are stored in {own.name}, and only adapters train on packed ones; {allowed}"
        )
    if setting.adapter is not None and setting.adapter.dora:
        raise CheckpointError(f"PEFT has no DoRA on {own.name} here; use lora without it, or dtype bfloat16")
    upcast = setting.quantization is not None and setting.quantization.upcast
    if upcast and own.name.startswith(NOT_UPCAST):
        notes.append("PEFT's k-bit preparation makes no weights of a GPTQ model float32")
    return replace(own, upcast=upcast and not own.name.startswith(NOT_UPCAST))


def _notes(stored: Stored, dtype: FloatDtype, packing: Quantization | None) -> Iterator[str]:
    """Yields the notes on a packed checkpoint: what it is counted as, and in which dtype its products are."""
    if packing is None or not packing.checkpoint:
        yield _dequantized(stored, dtype, packing)
    elif stored.compute_dtype not in (None, dtype):
        yield f"its bnb_4bit_compute_dtype is {stored.compute_dtype}, but its products are counted in {dtype}"


def _dequantized(stored: Stored, dtype: FloatDtype, packing: Quantization | None) -> str:
    """Returns the note on a packed checkpoint whose weights are not used as they are stored."""
    if packing is not None:
        return (
            f"the checkpoint is {stored.words}, which transformers does not quantize again, so a copy dequantized to "
            f"{dtype} is quantized to {packing.name}"
        )
    if stored.dense == "stored":
        return f"the checkpoint is {stored.words}, whose weights are stored dense, and are counted so"
    if stored.dense == "loaded":
        return f"the checkpoint is {stored.words}, and its config says that transformers makes it {dtype} as it loads"
    if stored.dense == "run":
        return (
            f"the checkpoint is {stored.words}, which transformers loads packed and makes {dtype} in the first forward "
            "pass, so the dense weights are counted"
        )
    return f"the checkpoint is {stored.words}, and its weights are counted as dequantized to {dtype}"


def _stored_as(known: Checkpoint, setting: Setting) -> str:
    packing = setting.quantization
    if packing is not None:
        return f"{packing.name} (checkpoint)" if packing.checkpoint else packing.name
    return setting.dtype if known.packed is None else f"{setting.dtype} (dequantized)"


def _dtype(config: Mapping[str, Any]) -> str | None:
    """Returns the dtype that a config names; of one for each part, that of the whole. "auto" names none."""
    named = config.get("dtype") or config.get("torch_dtype")
    if isinstance(named, Mapping):
        named = named.get("")
    return None if named in (None, "", "auto") else str(named).removeprefix("torch.")


def _levels(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields a config and that of its text model, where multimodal configs may keep these keys."""
    yield config
    text = config.get("text_config")
    if isinstance(text, Mapping):
        yield text
