"""Reads the `quantization_config` of a model's config: the method, and what it says about the sizes of weights.

Source: transformers 5.23, `utils/quantization_config.py`, whose classes allow the same values.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    model_validator,
)

from slidegen.estimate.setting import FloatDtype, Quantization, Scheme
from slidegen.validation import Words, mistakes

KEY: Final = "quantization_config"
DEQUANTIZED: Final = "compressed-tensors"
"""The method whose weights become dense in the first forward pass."""
WORDS: Final = Words(whole=f"its {KEY}", about=f"its {KEY}: ")


Dense = Literal["stored", "loaded", "run"]
"""When weights become dense: they are stored so, transformers dequantizes while it loads, or in the first forward
pass."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How a checkpoint stores packed weights: its `method`, the packing, and the format in `words`, "mxfp4".

    `packing` is None if the weights become `dense`. `compute_dtype` is that of products, if the config has one.
    """

    method: str
    packing: Quantization | None
    words: str
    dense: Dense | None = None
    compute_dtype: FloatDtype | None = None


def read_quantization_config(found: Any, expert_dtype: str | None = None) -> Stored:
    """Returns what a `quantization_config` says. `expert_dtype` is that of the config around it (DeepSeek-V4).

    Raises ValueError for a method that is not simulated, and with every value that transformers does not allow.
    """
    if not isinstance(found, Mapping):
        raise ValueError(f"its {KEY} is not a mapping")
    method = found.get("quant_method")
    if method in ("bitsandbytes_4bit", "bitsandbytes_8bit"):
        return read_quantization_config({f"load_in_{method[13:]}": True, **found, "quant_method": None}, expert_dtype)
    if found.get("load_in_4bit") or found.get("load_in_8bit"):  # older configs name no method
        method = "bitsandbytes"
    if not isinstance(method, str) or method not in SCHEMAS:
        named = f"the method {method!r}, which is not simulated" if isinstance(method, str) else "no method"
        raise ValueError(f"its {KEY} names {named}; known: {', '.join(SCHEMAS)}")
    schema, given = SCHEMAS[method], dict(found)
    if expert_dtype is not None and method == "fp8":
        given = {"expert_dtype": expert_dtype, **given}
    try:
        return schema.model_validate(given).stored()
    except ValidationError as error:
        raise ValueError("; ".join(one.message for one in mistakes(error, schema, given, WORDS))) from None


MOST_REPEATS: Final = 3
LONGEST: Final = 300
"""The most repetitions and characters of a pattern of module names: time grows with the power of the repetitions."""
REPEATS: Final = re.compile(r"[*+{?]")
REPEATED_GROUP: Final = re.compile(r"\)[*+?{]")


def _is_pattern(name: str) -> str:
    """Checks a name of modules, which transformers also tries as a regular expression.

    A stranger may have written it, so it has no more repetitions than are quickly tried on a path, and no repeated
    group.
    """
    if len(name) > LONGEST or len(REPEATS.findall(name)) > MOST_REPEATS or REPEATED_GROUP.search(name):
        shown = name if len(name) <= 60 else f"{name[:60]}..."
        raise ValueError(f"{shown!r} may take too long to match; allowed: {MOST_REPEATS} repetitions, none of a group")
    try:
        re.compile(f"(?:{name})")
    except (re.error, OverflowError):
        raise ValueError(f"{name!r} is not a pattern of module names") from None
    return name


Names = tuple[Annotated[str, AfterValidator(_is_pattern)], ...]
"""Names of modules, as `should_convert_module` of transformers compares them."""


def _group(size: Any) -> Any:
    """Checks the size of a group: a positive number, or -1 for a whole row."""
    if isinstance(size, int) and not isinstance(size, bool) and size < 1 and size != -1:
        raise ValueError(f"{size} is not the size of a group; allowed: 1 and more, or -1 for a whole row")
    return size


Group = Annotated[StrictInt, BeforeValidator(_group), Field(le=1_000_000)]
Side = Annotated[StrictInt, Field(ge=1, le=1_000_000)]


def _two(sides: tuple[int, ...]) -> tuple[int, ...]:
    if len(sides) != 2:
        raise ValueError(f"a block has two sides, not {len(sides)}")
    return sides


def _dtype_name(value: Any) -> Any:
    return value.removeprefix("torch.") if isinstance(value, str) else value


Lower: Final = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)


class _Part(BaseModel):
    """A part of a config. Keys that do not decide about sizes are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Schema(_Part):
    """The keys of a method."""

    @abstractmethod
    def stored(self) -> Stored:
        """Returns what the keys say."""


class _BitsAndBytes(_Schema):
    load_in_4bit: StrictBool = False
    load_in_8bit: StrictBool = False
    bnb_4bit_quant_type: Literal["nf4", "fp4"] = "fp4"
    bnb_4bit_use_double_quant: StrictBool = False
    bnb_4bit_compute_dtype: Annotated[FloatDtype, BeforeValidator(_dtype_name)] = "float32"
    llm_int8_skip_modules: Names | None = None

    @model_validator(mode="after")
    def _one_number(self) -> _BitsAndBytes:
        if self.load_in_4bit and self.load_in_8bit:
            raise ValueError("load_in_4bit and load_in_8bit exclude each other")
        if not (self.load_in_4bit or self.load_in_8bit):
            raise ValueError("neither load_in_4bit nor load_in_8bit is true, so transformers does not quantize it")
        return self

    def stored(self) -> Stored:
        name = "int8" if self.load_in_8bit else self.bnb_4bit_quant_type
        double = not self.load_in_8bit and self.bnb_4bit_use_double_quant
        packing = Quantization(name, double, checkpoint=True, scheme=Scheme(left_out=self.llm_int8_skip_modules))
        dtype = None if self.load_in_8bit else self.bnb_4bit_compute_dtype
        return Stored("bitsandbytes", packing, name, compute_dtype=dtype)


class _Mxfp4(_Schema):
    modules_to_not_convert: Names | None = None
    dequantize: StrictBool = False

    def stored(self) -> Stored:
        return _stored("mxfp4", "mxfp4", Scheme(left_out=self.modules_to_not_convert), self.dequantize)


class _Fp8(_Schema):
    weight_block_size: Annotated[tuple[Side, ...], AfterValidator(_two)] | None = (128, 128)
    activation_scheme: Annotated[Literal["dynamic", "static"], Lower] = "dynamic"
    scale_fmt: Literal["float", "ue8m0"] = "float"
    expert_dtype: Literal["fp8", "fp4"] = "fp8"
    modules_to_not_convert: Names | None = None
    ignored_layers: Names | None = None
    modules_to_convert: Any = None
    dequantize: StrictBool = False

    @model_validator(mode="after")
    def _is_simulated(self) -> _Fp8:
        _refuse(self, "modules_to_convert")  # embeddings in FP8
        return self

    def stored(self) -> Stored:
        scheme = Scheme(
            bits=8,
            block=None if self.weight_block_size is None else (self.weight_block_size[0], self.weight_block_size[1]),
            scale_size=1 if self.scale_fmt == "ue8m0" else 4,
            fp4_experts=self.expert_dtype == "fp4",
            static=self.activation_scheme == "static",
            left_out=self.ignored_layers if self.modules_to_not_convert is None else self.modules_to_not_convert,
        )
        return _stored("fp8", "fp8", scheme, self.dequantize)


class _Gptq(_Schema):
    bits: Literal[2, 3, 4, 8]
    group_size: Group = 128
    modules_in_block_to_quantize: tuple[Names, ...] | None = None
    block_name_to_quantize: str | None = None
    dynamic: Any = None
    lm_head: StrictBool = False

    @model_validator(mode="after")
    def _is_simulated(self) -> _Gptq:
        _refuse(self, "dynamic", "lm_head")  # of GPT-QModel: other sizes for some modules, a packed output head
        return self

    def stored(self) -> Stored:
        groups = self.modules_in_block_to_quantize
        only = None if groups is None else tuple(name for group in groups for name in group)
        scheme = Scheme(self.bits, _rows(self.group_size), only=only, blocks=self.block_name_to_quantize)
        return _stored("gptq", f"gptq-int{self.bits}", scheme)


class _Awq(_Schema):
    bits: Literal[4, 8] = 4
    group_size: Group = 128
    version: Annotated[Literal["gemm"], Lower] = "gemm"
    modules_to_not_convert: Names | None = None

    def stored(self) -> Stored:
        scheme = Scheme(self.bits, _rows(self.group_size), left_out=self.modules_to_not_convert)
        return _stored("awq", f"awq-int{self.bits}", scheme)


class _CompressedWeights(_Part):
    type: str = "int"
    num_bits: int = 8


class _CompressedGroup(_Part):
    weights: _CompressedWeights | None = None


class _CompressedTensors(_Schema):
    config_groups: dict[str, _CompressedGroup | tuple[str, ...]] | None = None
    quantization_status: str = "initialized"
    dequantize: StrictBool = False
    run_compressed: StrictBool | None = None
    use_optimized_inference: StrictBool = False

    @model_validator(mode="after")
    def _is_simulated(self) -> _CompressedTensors:
        if not self._dequantized:
            _refuse(self, "use_optimized_inference")  # layers that stay packed
        return self

    @property
    def _dequantized(self) -> bool:
        return self.dequantize or self.run_compressed is False

    def stored(self) -> Stored:
        groups = (self.config_groups or {}).items()
        names = dict.fromkeys(filter(None, (_group_name(name, group) for name, group in groups)))
        dense: Dense = "loaded" if self._dequantized else "run"
        if self.quantization_status != "compressed":
            dense = "stored"
        return Stored(DEQUANTIZED, None, f"{' and '.join(names) or 'quantized'} ({DEQUANTIZED})", dense)


SCHEMAS: Final[Mapping[str, type[_Schema]]] = {
    "bitsandbytes": _BitsAndBytes,
    "mxfp4": _Mxfp4,
    "fp8": _Fp8,
    "gptq": _Gptq,
    "awq": _Awq,
    DEQUANTIZED: _CompressedTensors,
}
"""The methods that are simulated, each with the keys that it reads."""


PRESET: Final = re.compile(r"\w{1,40}")


def _group_name(name: str, group: _CompressedGroup | tuple[str, ...]) -> str | None:
    """Returns the format of a group's weights; a group without one is named after a preset: "W4A16"."""
    if isinstance(group, tuple):
        return name if PRESET.fullmatch(name) else None
    weights = group.weights
    return None if weights is None else f"{'fp' if weights.type == 'float' else 'int'}{weights.num_bits}"


def _refuse(config: _Schema, *keys: str) -> None:
    """Raises ValueError if one of the keys says something."""
    for key in keys:
        if getattr(config, key):
            raise ValueError(f"{key} is not simulated")


def _rows(size: int) -> int | None:
    """Returns the weights of a row that share a scale; None for all."""
    return None if size == -1 else size


def _stored(method: str, name: str, scheme: Scheme, dequantize: bool = False) -> Stored:
    if dequantize:
        return Stored(method, None, name, "loaded")
    return Stored(method, Quantization(name, double=False, checkpoint=True, scheme=scheme), name)
