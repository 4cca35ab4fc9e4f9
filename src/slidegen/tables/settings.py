"""The parameters of the table sources on allocated memory, and the settings that they describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from slidegen.errors import nearest
from slidegen.estimate.setting import (
    AMPERE,
    OPTIMIZERS,
    Adapter,
    Attention,
    FloatDtype,
    HalfDtype,
    Method,
    Offload,
    Quantization,
    QuantizationName,
    Setting,
    Sharding,
)
from slidegen.hardware import Gpu, find_gpu
from slidegen.tables.base import SourceParameters
from slidegen.tables.fields import ColumnSpec, Many, Several, SeveralSwitches, combinations
from slidegen.tables.model_parameters import ModelNames

Count = Annotated[int, Field(gt=0, le=10_000_000)]
OptimizerName = Annotated[str, Field(max_length=100)]
TargetName = Annotated[str, Field(min_length=1, max_length=200)]
DEFAULT_RANK: Final = 16
DEFAULT_LENGTH: Final = 2048


class SettingParameters(SourceParameters):
    """Every combination is a row; a parameter that has no effect on a method adds no rows to it."""

    models: ModelNames
    method: Annotated[
        Several[Method],
        ColumnSpec("Method"),
        Field(description="How the model is used; qlora is lora over quantized weights."),
    ] = ("full",)
    dtype: Annotated[
        Several[FloatDtype],
        ColumnSpec("dtype"),
        Field(description="The dtype of the weights, and of the products of quantized ones."),
    ] = ("bfloat16",)
    quantization: Annotated[
        QuantizationName, ColumnSpec("Quantized"), Field(description="qlora: how the weights are stored.")
    ] = "nf4"
    double_quantization: Annotated[bool, Field(description="nf4, fp4: quantize the scales as well.")] = True
    kbit_upcast: Annotated[
        bool,
        Field(description="qlora: keep the other weights in float32, as PEFT's prepare_model_for_kbit_training does."),
    ] = True
    rank: Annotated[
        Several[Count],
        ColumnSpec("Rank", "integer", phrase="rank {}"),
        Field(description="The inner dimension of the adapter."),
    ] = (DEFAULT_RANK,)
    target_modules: Annotated[
        Many[TargetName],
        Field(min_length=1, description="The layers that get an adapter: all-linear, or names as in PEFT: q_proj, ..."),
    ] = ("all-linear",)
    modules_to_save: Annotated[Many[TargetName], Field(description="Modules that are trained in full.")] = ()
    dora: Annotated[bool, Field(description="DoRA instead of LoRA.")] = False
    adapter_dtype: Annotated[
        FloatDtype, Field(description="The dtype of the adapter, which PEFT keeps in float32.")
    ] = "float32"
    lora_dropout: Annotated[float, Field(ge=0, lt=1, description="The dropout on the adapter's inputs.")] = 0.0
    batch_size: Annotated[
        Several[Count],
        ColumnSpec("Batch", "integer", phrase="batch {}"),
        Field(description="Sequences in a step, on each GPU."),
    ] = (1,)
    seq_len: Annotated[
        Several[Count],
        ColumnSpec("Tokens", "integer", phrase="{} tokens"),
        Field(description="Tokens in a sequence; for inference, in the prompt."),
    ] = (DEFAULT_LENGTH,)
    max_new_tokens: Annotated[int, Field(ge=0, le=10_000_000, description="inference: tokens to generate.")] = 0
    gradient_checkpointing: Annotated[
        SeveralSwitches[bool],
        ColumnSpec("Checkpointing", phrase="checkpointing: {}", implied="no"),
        Field(description="Recompute activations in the backward pass."),
    ] = (False,)
    gradient_accumulation_steps: Annotated[int, Field(gt=0, le=100_000, description="Batches in a step.")] = 1
    attention: Annotated[
        Several[Attention], ColumnSpec("Attention"), Field(description="The implementation of attention.")
    ] = ("sdpa",)
    optimizer: Annotated[
        Several[OptimizerName],
        ColumnSpec("Optimizer", key="optimizer_name"),
        Field(description="The optimizer, by its name in TrainingArguments."),
    ] = (OPTIMIZERS[0],)
    mixed_precision: Annotated[
        Literal["no", "float16", "bfloat16"] | None,
        ColumnSpec("Autocast", phrase="autocast {}"),
        Field(
            description="The dtype of autocast; without it, qlora with kbit_upcast uses that of half-precision weights "
            "and the other methods none."
        ),
    ] = None
    gpus: Annotated[
        Several[Count],
        ColumnSpec("GPUs", "integer", phrase="{} GPUs", implied=1),
        Field(description="The number of GPUs; all sizes are those of one."),
    ] = (1,)
    sharding: Annotated[
        Several[Sharding],
        ColumnSpec("Sharding", phrase="sharding: {}", implied="none"),
        Field(description="What the GPUs divide among them; none is data parallel."),
    ] = ("none",)
    offload: Annotated[Offload, Field(description="What is kept in the host's memory.")] = "none"
    images: Annotated[int, Field(ge=0, le=1000, description="Images in each sequence of a vision-language model.")] = 0
    quick: Annotated[bool, Field(description="Count tensors by formulas instead of a run; needs no torch.")] = False
    padded: Annotated[
        bool, Field(description="The sequences of a batch differ in length, so attention needs a mask.")
    ] = False
    gpu: Annotated[str | None, Field(description="A card by name, such as T4, where its attention kernels matter.")] = (
        None
    )

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
        for names, methods, why in EFFECTIVE:
            useless = sorted(given & names)
            if useless and not methods.intersection(self.method):
                raise ValueError(f"{useless[0]} has no effect on {' or '.join(self.method)}; {why}")
        if "sharding" in given and set(self.sharding) != {"none"} and set(self.gpus) == {1}:
            raise ValueError(f"sharding {self.sharding[0]} divides among several GPUs; give gpus as well")
        if "tensor" in self.sharding and set(self.method) != {"inference"}:
            raise ValueError("sharding tensor is for inference; allowed here: none, zero1, zero2, zero3, fsdp")
        if self.offload == "all" and set(self.gpus) != {1} and not {"zero3", "fsdp"}.issuperset(self.sharding):
            raise ValueError("offload all is for one GPU, or several with sharding zero3 or fsdp, which gather weights")
        if "inference" in self.method and {"zero1", "zero2"}.intersection(self.sharding):
            raise ValueError("sharding zero1 and zero2 divide optimizer states, and inference has none")
        if "all-linear" in self.target_modules and len(self.target_modules) > 1:
            raise ValueError("target_modules: all-linear stands alone; or name the modules, as PEFT does")
        unknown = sorted(name for name in given & ONLY_SIMULATED if getattr(self, name) != _default(name))
        if self.quick and unknown:
            raise ValueError(f"quick has no formula for {unknown[0]}; leave out one of them")
        card = _card_of(self)
        if card is not None and "flash" in self.attention and card.compute_capability < AMPERE:
            raise ValueError(f"attention flash needs a GPU from Ampere on, and {card.short} is older; use sdpa")
        if self.dora and "qlora" in self.method:
            raise ValueError("dora is for the method lora; PEFT computes it differently on quantized weights")
        return self


EFFECTIVE: Final = (
    (
        frozenset({"rank", "target_modules", "modules_to_save", "dora", "adapter_dtype", "lora_dropout"}),
        frozenset({"lora", "qlora"}),
        "it belongs to the adapter of lora and qlora",
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
        "it is for the quantized weights of qlora",
    ),
)
"""Parameters, the methods on which they have an effect, and what the message says for the other methods."""


ONLY_SIMULATED: Final = frozenset(
    {"target_modules", "modules_to_save", "dora", "lora_dropout", "images", "padded", "gradient_accumulation_steps"}
)
"""Parameters that change the result of a simulated run but not that of the formulas."""


def _default(name: str) -> Any:
    return SettingParameters.model_fields[name].default


def settings(request: SettingParameters) -> Iterator[tuple[str, Setting]]:
    """Yields each model with each distinct setting, models outermost."""
    for _, model, setting in _rows(request):
        yield model, setting


def one_by_one(request: SettingParameters) -> list[SettingParameters]:
    """Returns the request as requests for one row each."""
    return [single for single, _, _ in _rows(request)]


def _rows(request: SettingParameters) -> Iterator[tuple[SettingParameters, str, Setting]]:
    seen: set[tuple[str, Setting]] = set()
    for single in combinations(request):
        (model,) = single.models
        setting = _setting(single)
        if (model, setting) not in seen:
            seen.add((model, setting))
            yield single, model, setting


def _setting(single: SettingParameters) -> Setting:
    """Returns the setting of a request for one row."""
    (method,), (dtype,), (rank,), (gpus,) = single.method, single.dtype, single.rank, single.gpus
    (batch_size,), (seq_len,), (checkpointing,) = single.batch_size, single.seq_len, single.gradient_checkpointing
    (attention,), (optimizer,), (sharding,) = single.attention, single.optimizer, single.sharding
    trains = method != "inference"
    adapter = None
    if method in ("lora", "qlora"):
        adapter = Adapter(
            rank, single.target_modules, single.modules_to_save, single.dora, single.adapter_dtype, single.lora_dropout
        )
    quantization = None
    if method == "qlora":
        quantization = Quantization(single.quantization, single.double_quantization, single.kbit_upcast)
    card = _card_of(single)
    return Setting(
        method=method,
        dtype=dtype,
        mixed_precision=_autocast(single, method, dtype),
        batch_size=batch_size,
        seq_len=seq_len,
        max_new_tokens=0 if trains else single.max_new_tokens,
        gradient_checkpointing=trains and checkpointing,
        gradient_accumulation_steps=single.gradient_accumulation_steps if trains else 1,
        attention=attention,
        optimizer=optimizer if trains else OPTIMIZERS[0],
        adapter=adapter,
        quantization=quantization,
        gpus=gpus,
        sharding="none" if gpus == 1 else sharding,
        offload=single.offload,
        capability=AMPERE if card is None else card.compute_capability,
        padded=single.padded,
        images=single.images,
    )


def _autocast(single: SettingParameters, method: Method, dtype: FloatDtype) -> HalfDtype | None:
    """Returns the dtype of autocast: the one given, or what scripts for qlora use, whose other weights are float32."""
    if method == "inference" or single.mixed_precision == "no":
        return None
    if single.mixed_precision is not None:
        return single.mixed_precision
    return dtype if method == "qlora" and single.kbit_upcast and dtype != "float32" else None


def _card_of(request: SettingParameters) -> Gpu | None:
    return None if request.gpu is None else find_gpu(request.gpu)
