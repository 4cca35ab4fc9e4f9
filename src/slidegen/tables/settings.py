"""What the sources on allocated memory take, and the settings that it makes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from slidegen.errors import nearest
from slidegen.estimate.setting import (
    AMPERE,
    OPTIMIZERS,
    Adapter,
    Attention,
    FloatDtype,
    HalfDtype,
    Offload,
    Quantization,
    QuantizationName,
    Setting,
    Sharding,
)
from slidegen.hardware import Gpu, find_gpu
from slidegen.tables.base import SourceParameters
from slidegen.tables.model_parameters import ModelNames, as_list

MethodName = Literal["full", "lora", "qlora", "inference"]
Count = Annotated[int, Field(gt=0, le=10_000_000)]
OptimizerName = Annotated[str, Field(max_length=100)]
TargetName = Annotated[str, Field(min_length=1, max_length=200)]
DEFAULT_RANK: Final = 16
DEFAULT_LENGTH: Final = 2048


def _switches(value: Any) -> Any:
    words = {"true": True, "false": False, "on": True, "off": False, "yes": True, "no": False}
    return [words.get(one.lower(), one) if isinstance(one, str) else one for one in as_list(value)]


class SettingParameters(SourceParameters):
    """Every combination is a row; a parameter that plays no part in a method makes no rows of it."""

    models: ModelNames
    method: Annotated[
        tuple[MethodName, ...],
        BeforeValidator(as_list, json_schema_input_type=MethodName | list[MethodName]),
        Field(min_length=1, description="How the model is used; qlora is lora over quantized weights."),
    ] = ("full",)
    dtype: Annotated[
        tuple[FloatDtype, ...],
        BeforeValidator(as_list, json_schema_input_type=FloatDtype | list[FloatDtype]),
        Field(min_length=1, description="Of the weights, and of what quantized ones become for a product."),
    ] = ("bfloat16",)
    rank: Annotated[
        tuple[Count, ...],
        BeforeValidator(as_list, json_schema_input_type=Count | list[Count]),
        Field(min_length=1, description="The adapter's inner dimension."),
    ] = (DEFAULT_RANK,)
    target_modules: Annotated[
        tuple[TargetName, ...],
        BeforeValidator(as_list, json_schema_input_type=TargetName | list[TargetName]),
        Field(min_length=1, description="The adapter's, as PEFT names them: all-linear, or q_proj, v_proj, ..."),
    ] = ("all-linear",)
    modules_to_save: Annotated[
        tuple[TargetName, ...], BeforeValidator(as_list), Field(description="Modules that are trained whole.")
    ] = ()
    dora: Annotated[bool, Field(description="DoRA instead of LoRA.")] = False
    adapter_dtype: Annotated[FloatDtype, Field(description="Of the adapter; PEFT makes it float32.")] = "float32"
    lora_dropout: Annotated[float, Field(ge=0, lt=1, description="Of the adapter's inputs.")] = 0.0
    quantization: Annotated[QuantizationName, Field(description="qlora: how weights are stored.")] = "nf4"
    double_quantization: Annotated[bool, Field(description="nf4, fp4: whether the scales are quantized, too.")] = True
    kbit_upcast: Annotated[
        bool, Field(description="qlora: whether PEFT's prepare_model_for_kbit_training makes the rest float32.")
    ] = True
    batch_size: Annotated[
        tuple[Count, ...],
        BeforeValidator(as_list, json_schema_input_type=Count | list[Count]),
        Field(min_length=1, description="Sequences a step on each GPU."),
    ] = (1,)
    seq_len: Annotated[
        tuple[Count, ...],
        BeforeValidator(as_list, json_schema_input_type=Count | list[Count]),
        Field(min_length=1, description="Tokens of each sequence; of the prompt for inference."),
    ] = (DEFAULT_LENGTH,)
    max_new_tokens: Annotated[int, Field(ge=0, le=10_000_000, description="inference: how many are written.")] = 0
    gradient_checkpointing: Annotated[
        tuple[bool, ...],
        BeforeValidator(_switches, json_schema_input_type=bool | list[bool]),
        Field(min_length=1, description="Whether layers are computed anew in the backward pass."),
    ] = (False,)
    gradient_accumulation_steps: Annotated[int, Field(gt=0, le=100_000, description="Batches a step.")] = 1
    mixed_precision: Annotated[
        Literal["no", "float16", "bfloat16"] | None,
        Field(description="Of autocast; else that of half-precision weights for qlora with kbit_upcast, and no."),
    ] = None
    attention: Annotated[
        tuple[Attention, ...],
        BeforeValidator(as_list, json_schema_input_type=Attention | list[Attention]),
        Field(min_length=1, description="Which implementation."),
    ] = ("sdpa",)
    optimizer: Annotated[
        tuple[OptimizerName, ...],
        BeforeValidator(as_list, json_schema_input_type=OptimizerName | list[OptimizerName]),
        Field(min_length=1, description="As TrainingArguments calls it."),
    ] = (OPTIMIZERS[0],)
    gpus: Annotated[
        tuple[Count, ...],
        BeforeValidator(as_list, json_schema_input_type=Count | list[Count]),
        Field(min_length=1, description="How many GPUs; all sizes are those of one."),
    ] = (1,)
    sharding: Annotated[
        tuple[Sharding, ...],
        BeforeValidator(as_list, json_schema_input_type=Sharding | list[Sharding]),
        Field(min_length=1, description="How several GPUs divide what they hold; none is data parallel."),
    ] = ("none",)
    offload: Annotated[Offload, Field(description="What is in the host's memory.")] = "none"
    images: Annotated[
        int, Field(ge=0, le=1000, description="Pictures in each sequence of a vision-language model.")
    ] = 0
    quick: Annotated[bool, Field(description="Formulas from papers instead of a run; needs no torch.")] = False
    padded: Annotated[bool, Field(description="Whether sequences of a batch differ in length, and need a mask.")] = (
        False
    )
    gpu: Annotated[str | None, Field(description="A card by name, where its attention kernels matter: T4.")] = None

    @field_validator("optimizer")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in OPTIMIZERS:
                raise ValueError(f"unknown optimizer {name!r}; {nearest(name, OPTIMIZERS)}")
        return names

    @field_validator("gpu")
    @classmethod
    def _card(cls, name: str | None) -> str | None:
        if name is not None:
            find_gpu(name)
        return name

    @model_validator(mode="after")
    def _makes_sense(self) -> SettingParameters:
        given = self.model_fields_set
        for names, methods, why in PLAYS:
            useless = sorted(given & names)
            if useless and not methods.intersection(self.method):
                raise ValueError(f"{useless[0]} plays no part in {' or '.join(self.method)}; {why}")
        if "sharding" in given and set(self.sharding) != {"none"} and set(self.gpus) == {1}:
            raise ValueError(f"sharding {self.sharding[0]} divides among several GPUs; give gpus, too")
        if "tensor" in self.sharding and set(self.method) != {"inference"}:
            raise ValueError("sharding tensor is for inference; allowed here: none, zero1, zero2, zero3, fsdp")
        if self.offload == "all" and set(self.gpus) != {1} and not {"zero3", "fsdp"}.issuperset(self.sharding):
            raise ValueError("offload all is for one GPU, or several with sharding zero3 or fsdp, which gather weights")
        if "inference" in self.method and {"zero1", "zero2"}.intersection(self.sharding):
            raise ValueError("sharding zero1 and zero2 divide optimizer states, which inference has not")
        if "all-linear" in self.target_modules and len(self.target_modules) > 1:
            raise ValueError("target_modules: all-linear stands alone; or name the modules, as PEFT does")
        asked = sorted(name for name in given & BEYOND_FORMULAS if getattr(self, name) != _default(name))
        if self.quick and asked:
            raise ValueError(f"{asked[0]} is nothing that the formulas of quick know; leave one of them out")
        card = _card_of(self)
        if card is not None and "flash" in self.attention and card.compute_capability < AMPERE:
            raise ValueError(f"attention flash is for GPUs from Ampere on, which {card.short} is not; use sdpa")
        if self.dora and "qlora" in self.method:
            raise ValueError("dora is for the method lora; PEFT computes it on quantized weights in another way")
        return self


PLAYS: Final = (
    (
        frozenset({"rank", "target_modules", "modules_to_save", "dora", "adapter_dtype", "lora_dropout"}),
        frozenset({"lora", "qlora"}),
        "it is the adapter's, of lora and qlora",
    ),
    (
        frozenset({"gradient_checkpointing", "gradient_accumulation_steps", "mixed_precision", "optimizer"}),
        frozenset({"full", "lora", "qlora"}),
        "it is for training: full, lora, qlora",
    ),
    (frozenset({"max_new_tokens"}), frozenset({"inference"}), "it is for inference"),
    (
        frozenset({"quantization", "double_quantization", "kbit_upcast"}),
        frozenset({"qlora"}),
        "it is for quantized weights, of qlora",
    ),
)
"""Parameters, the methods in which they play a part, and what is said where they play none."""


BEYOND_FORMULAS: Final = frozenset(
    {"target_modules", "modules_to_save", "dora", "lora_dropout", "images", "padded", "gradient_accumulation_steps"}
)
"""Parameters that change what a run finds, and not what formulas do."""


def _default(name: str) -> Any:
    return SettingParameters.model_fields[name].default


def settings(asked: SettingParameters) -> Iterator[tuple[str, Setting]]:
    """Each model with each distinct setting, models outermost."""
    lists = (
        asked.method,
        asked.dtype,
        asked.rank,
        asked.batch_size,
        asked.seq_len,
        asked.gradient_checkpointing,
        asked.attention,
        asked.optimizer,
        asked.gpus,
        asked.sharding,
    )
    for model in dict.fromkeys(asked.models):
        for setting in dict.fromkeys(_setting(asked, *values) for values in product(*lists)):
            yield model, setting


def _setting(
    asked: SettingParameters,
    method: MethodName,
    dtype: FloatDtype,
    rank: int,
    batch_size: int,
    length: int,
    checkpointing: bool,
    attention: Attention,
    optimizer: str,
    gpus: int,
    sharding: Sharding,
) -> Setting:
    trains = method != "inference"
    adapter = None
    if method in ("lora", "qlora"):
        adapter = Adapter(
            rank, asked.target_modules, asked.modules_to_save, asked.dora, asked.adapter_dtype, asked.lora_dropout
        )
    quantization = None
    if method == "qlora":
        quantization = Quantization(asked.quantization, asked.double_quantization, asked.kbit_upcast)
    card = _card_of(asked)
    return Setting(
        method=method,
        dtype=dtype,
        mixed_precision=_autocast(asked, method, dtype),
        batch_size=batch_size,
        length=length,
        new_tokens=0 if trains else asked.max_new_tokens,
        checkpointing=trains and checkpointing,
        accumulation=asked.gradient_accumulation_steps if trains else 1,
        attention=attention,
        optimizer=optimizer if trains else OPTIMIZERS[0],
        adapter=adapter,
        quantization=quantization,
        gpus=gpus,
        sharding="none" if gpus == 1 else sharding,
        offload=asked.offload,
        capability=AMPERE if card is None else card.compute_capability,
        padded=asked.padded,
        images=asked.images,
    )


def _autocast(asked: SettingParameters, method: MethodName, dtype: FloatDtype) -> HalfDtype | None:
    """The dtype of autocast: what was asked for, or what scripts for qlora do, whose other weights are float32."""
    if method == "inference" or asked.mixed_precision == "no":
        return None
    if asked.mixed_precision is not None:
        return asked.mixed_precision
    return dtype if method == "qlora" and asked.kbit_upcast and dtype != "float32" else None


def _card_of(asked: SettingParameters) -> Gpu | None:
    return None if asked.gpu is None else find_gpu(asked.gpu)


def one_by_one(asked: SettingParameters) -> list[Any]:
    """The request as requests of one row each."""
    lists = {
        name: getattr(asked, name)
        for name in (
            *("models", "method", "dtype", "rank", "batch_size", "seq_len", "gradient_checkpointing"),
            *("attention", "optimizer", "gpus", "sharding"),
        )
    }
    seen: set[tuple[str, Setting]] = set()
    found = []
    for values in product(*lists.values()):
        part = dict(zip(lists, ((value,) for value in values), strict=True))
        one = asked.model_copy(update=part)
        (made,) = settings(one)
        if made not in seen:
            seen.add(made)
            found.append(one)
    return found
