"""Reads the `quantization_config` of a model's config: the method, and what it says about the sizes of weights.

Source: transformers 5.23, `utils/quantization_config.py`, whose classes allow the same values.
"""

from __future__ import annotations

import re
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

from slidegen.estimate.setting import Quantization, Scheme
from slidegen.validation import Words, mistakes

KEY: Final = "quantization_config"
DEQUANTIZED: Final = "compressed-tensors"
"""The method whose weights become dense in the first forward pass."""
WORDS: Final = Words(whole=f"its {KEY}", about=f"its {KEY}: ")


@dataclass(frozen=True, slots=True)
class Stored:
    """How a checkpoint stores packed weights: its `method`, the packing, and the format in `words`, "mxfp4".

    `packing` is None if transformers makes the weights dense.
    """

    method: str
    packing: Quantization | None
    words: str


def read_quantization_config(found: Any, expert_dtype: str | None = None) -> Stored:
    """Returns what a `quantization_config` says. `expert_dtype` is that of the config around it (DeepSeek-V4).

    Raises ValueError for a method that is not simulated, and with every value that transformers does not allow.
    """
    if not isinstance(found, Mapping):
        raise ValueError(f"its {KEY} is not a mapping")
    by_number = found.get("load_in_4bit") or found.get("load_in_8bit")  # older configs name no method
    method = "bitsandbytes" if by_number else found.get("quant_method")
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


def _is_pattern(name: str) -> str:
    """Checks a name of modules, which transformers also tries as a regular expression."""
    try:
        re.compile(f"(?:{name})")
    except re.error:
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


class _Schema(BaseModel):
    """The keys of a method that decide about sizes; others are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    def stored(self) -> Stored:
        """Returns what the keys say."""
        raise NotImplementedError


class _BitsAndBytes(_Schema):
    load_in_4bit: StrictBool = False
    load_in_8bit: StrictBool = False
    bnb_4bit_quant_type: Literal["nf4", "fp4"] = "fp4"
    bnb_4bit_use_double_quant: StrictBool = False
    llm_int8_skip_modules: Names | None = None

    @model_validator(mode="after")
    def _one_number(self) -> _BitsAndBytes:
        if self.load_in_4bit and self.load_in_8bit:
            raise ValueError("load_in_4bit and load_in_8bit exclude each other")
        return self

    def stored(self) -> Stored:
        name = "int8" if self.load_in_8bit else self.bnb_4bit_quant_type
        double = not self.load_in_8bit and self.bnb_4bit_use_double_quant
        return _stored("bitsandbytes", name, Scheme(left_out=self.llm_int8_skip_modules), double=double)


class _Mxfp4(_Schema):
    modules_to_not_convert: Names | None = None

    def stored(self) -> Stored:
        return _stored("mxfp4", "mxfp4", Scheme(left_out=self.modules_to_not_convert))


class _Fp8(_Schema):
    weight_block_size: Annotated[tuple[Side, ...], Field(min_length=2, max_length=2)] | None = (128, 128)
    activation_scheme: Annotated[
        Literal["dynamic", "static"], BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)
    ] = "dynamic"
    scale_fmt: Literal["float", "ue8m0"] = "float"
    expert_dtype: Literal["fp8", "fp4"] = "fp8"
    modules_to_not_convert: Names | None = None
    ignored_layers: Names | None = None

    def stored(self) -> Stored:
        block = self.weight_block_size
        scheme = Scheme(
            bits=8,
            block=None if block is None else (block[0], block[1]),
            scale_size=1 if self.scale_fmt == "ue8m0" else 4,
            fp4_experts=self.expert_dtype == "fp4",
            static=self.activation_scheme == "static",
            left_out=self.ignored_layers if self.modules_to_not_convert is None else self.modules_to_not_convert,
        )
        return _stored("fp8", "fp8", scheme)


class _Gptq(_Schema):
    bits: Literal[2, 3, 4, 8]
    group_size: Group = 128
    modules_in_block_to_quantize: tuple[Names, ...] | None = None
    dynamic: Any = None
    lm_head: StrictBool = False

    @model_validator(mode="after")
    def _is_simulated(self) -> _Gptq:
        for key in ("dynamic", "lm_head"):  # of GPT-QModel: other sizes for some modules, a packed output head
            if getattr(self, key):
                raise ValueError(f"{key} is not simulated")
        return self

    def stored(self) -> Stored:
        groups = self.modules_in_block_to_quantize
        only = None if groups is None else tuple(name for group in groups for name in group)
        return _stored("gptq", f"gptq-int{self.bits}", Scheme(self.bits, _rows(self.group_size), only=only))


class _Awq(_Schema):
    bits: Literal[4, 8] = 4
    group_size: Group = 128
    modules_to_not_convert: Names | None = None

    def stored(self) -> Stored:
        scheme = Scheme(self.bits, _rows(self.group_size), left_out=self.modules_to_not_convert)
        return _stored("awq", f"awq-int{self.bits}", scheme)


class _CompressedWeights(_Schema):
    type: str = "int"
    num_bits: int = 8


class _CompressedGroup(_Schema):
    weights: _CompressedWeights | None = None


class _CompressedTensors(_Schema):
    config_groups: dict[str, _CompressedGroup] = {}

    def stored(self) -> Stored:
        weights = [group.weights for group in self.config_groups.values() if group.weights is not None]
        names = dict.fromkeys(f"{'fp' if one.type == 'float' else 'int'}{one.num_bits}" for one in weights)
        return Stored(DEQUANTIZED, None, f"{' and '.join(names) or 'quantized'} ({DEQUANTIZED})")


SCHEMAS: Final[Mapping[str, type[_Schema]]] = {
    "bitsandbytes": _BitsAndBytes,
    "mxfp4": _Mxfp4,
    "fp8": _Fp8,
    "gptq": _Gptq,
    "awq": _Awq,
    DEQUANTIZED: _CompressedTensors,
}
"""The methods that are simulated, each with the keys that it reads."""


def _rows(size: int) -> int | None:
    """Returns the weights of a row that share a scale; None for all."""
    return None if size == -1 else size


def _stored(method: str, name: str, scheme: Scheme, double: bool = False) -> Stored:
    return Stored(method, Quantization(name, double, checkpoint=True, scheme=scheme), name)
