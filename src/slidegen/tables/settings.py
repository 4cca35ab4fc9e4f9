"""The parameters of the table sources on allocated memory, and the settings that they describe."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator

from slidegen.errors import nearest
from slidegen.estimate.images import TYPICAL
from slidegen.estimate.setting import (
    OPTIMIZERS,
    Attention,
    FloatDtype,
    KvDtype,
    Loop,
    Offload,
    QuantizationName,
    Reference,
    Sharding,
)
from slidegen.hardware import Gpu, find_gpu
from slidegen.tables.base import AddedLater, SourceParameters
from slidegen.tables.fields import ColumnSpec, Many, Several, SeveralSwitches
from slidegen.tables.loops import MethodName
from slidegen.tables.model_parameters import ModelNames
from slidegen.tables.setting_rules import CHECKS

Count = Annotated[int, Field(gt=0, le=10_000_000)]
DtypeChoice = Literal[FloatDtype, "auto"]
OptimizerName = Annotated[str, Field(max_length=100)]
TargetName = Annotated[str, Field(min_length=1, max_length=200)]
DEFAULT_RANK: Final = 16
DEFAULT_LENGTH: Final = 2048


class SettingParameters(SourceParameters):
    """Every combination is a row; a parameter that has no effect on a method adds no rows to it."""

    models: ModelNames
    method: Annotated[
        Several[MethodName],
        ColumnSpec("Method"),
        Field(
            description="How the model is used; qlora is lora over quantized weights. dpo trains all weights, "
            "dpo-lora an adapter, ..."
        ),
    ] = ("full",)
    loop: Annotated[
        Several[Loop],
        AddedLater(),
        ColumnSpec("Loop", phrase="loop: {}", implied="trainer"),
        Field(
            description="The training loop: transformers' Trainer, TRL's trainers, or a plain loop that keeps its "
            "outputs. A loop has defaults of its own."
        ),
    ] = ("trainer",)
    keep_outputs: Annotated[
        bool | None,
        AddedLater(),
        Field(description="The loop keeps a step's outputs until the next ones are there, as the loop plain does."),
    ] = None
    reference_model: Annotated[
        Reference | None,
        AddedLater(),
        ColumnSpec("Reference", phrase="reference model: {}"),
        Field(
            description="dpo: the reference model is a second one, the model without its adapter, or left out "
            "(precomputed: its probabilities are known before training). TRL's own choice without it."
        ),
    ] = None
    dtype: Annotated[
        Several[DtypeChoice | None],
        ColumnSpec("dtype"),
        Field(
            description="The dtype of the weights, and of the products of quantized ones; auto is the checkpoint's own "
            "dtype and quantization. Without it, inference takes auto; training takes bfloat16, or the packed weights "
            "of a bitsandbytes, GPTQ or AWQ checkpoint."
        ),
    ] = (None,)
    quantization: Annotated[
        QuantizationName | None,
        ColumnSpec("Quantized"),
        Field(
            description="qlora, inference: how weights are quantized when they are loaded; for qlora nf4 without it. "
            "inference: also the type of a GGUF file, which llama.cpp runs."
        ),
    ] = None
    kv_dtype: Annotated[
        Several[KvDtype],
        ColumnSpec("KV dtype", phrase="KV cache {}", implied="auto"),
        AddedLater(),
        Field(
            description="inference: how the KV cache is stored. auto is the dtype of the model, float16 beside a GGUF "
            "file, which also allows q8_0 to q4_0; without one fp8, int8 and int4."
        ),
    ] = ("auto",)
    double_quantization: Annotated[bool, Field(description="nf4, fp4: quantize the scales as well.")] = True
    quantize_experts: Annotated[
        bool,
        Field(
            description="nf4, fp4, int8: make the experts of a mixture linear modules, which can be quantized, as "
            "transformers 4 and unsloth do."
        ),
    ] = False
    kbit_upcast: Annotated[
        bool,
        ColumnSpec("k-bit preparation", phrase="k-bit preparation: {}"),
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
        FloatDtype,
        ColumnSpec("Adapter dtype", phrase="adapter in {}", implied="float32"),
        Field(description="The dtype of the adapter, which PEFT keeps in float32."),
    ] = "float32"
    lora_dropout: Annotated[float, Field(ge=0, lt=1, description="The dropout on the adapter's inputs.")] = 0.0
    batch_size: Annotated[
        Several[Count],
        ColumnSpec("Batch", "integer", phrase="batch {}"),
        Field(description="Sequences in a batch, on each GPU."),
    ] = (1,)
    seq_len: Annotated[
        Several[Count],
        ColumnSpec("Tokens", "integer", phrase="{} tokens"),
        Field(description="Tokens in a sequence; for inference, in the prompt."),
    ] = (DEFAULT_LENGTH,)
    max_new_tokens: Annotated[
        int, Field(ge=0, le=10_000_000, description="inference: tokens to generate; 0 runs the prompt.")
    ] = 0
    gradient_checkpointing: Annotated[
        SeveralSwitches[bool],
        ColumnSpec("Checkpointing", phrase="checkpointing: {}", implied="no"),
        Field(description="Recompute activations in the backward pass."),
    ] = (False,)
    gradient_accumulation_steps: Annotated[int, Field(gt=0, le=100_000, description="Batches in a step.")] = 1
    attention: Annotated[
        Several[Attention],
        ColumnSpec("Attention"),
        Field(
            description="eager computes the whole matrix of scores, sdpa is PyTorch's fused attention (eager in models "
            "that have none), flash the package flash-attn."
        ),
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
    images: Annotated[
        int,
        Field(ge=0, le=1000, description="Images in each sequence of a vision-language model, with tokens in seq_len."),
    ] = 0
    image_size: Annotated[
        str,
        AddedLater(),
        Field(max_length=20, description="Width and height of each image in pixels, which decide its tokens."),
    ] = f"{TYPICAL[0]}x{TYPICAL[1]}"
    quick: Annotated[bool, Field(description="Count tensors by formulas instead of a run; needs no torch.")] = False
    padded: Annotated[
        bool, Field(description="The sequences of a batch differ in length, so attention needs a mask.")
    ] = False
    gpu: Annotated[
        str | None,
        Field(
            description="The GPU by name, such as T4: its kernels and its memory. Without it, the kernels of an A100 "
            "and no limit."
        ),
    ] = None

    @field_validator("optimizer")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in OPTIMIZERS:
                raise ValueError(f"unknown optimizer {name!r}; {nearest(name, OPTIMIZERS)}")
        return names

    @field_validator("image_size")
    @classmethod
    def _pixels(cls, size: str) -> str:
        sides = size.split("x")
        if len(sides) != 2 or not all(
            side.isdecimal() and side.isascii() and 0 < int(side) <= 20_000 for side in sides
        ):
            raise ValueError(f"{size!r} is not allowed; give width x height in pixels, each 1 to 20000: 1024x768")
        return size

    @field_validator("gpu")
    @classmethod
    def _card(cls, name: str | None) -> str | None:
        if name is not None:
            find_gpu(name)
        return name

    @model_validator(mode="after")
    def _makes_sense(self) -> SettingParameters:
        for check in CHECKS:
            check(self)
        return self


def card_of(request: SettingParameters) -> Gpu | None:
    """Returns the GPU that a request names; None without one."""
    return None if request.gpu is None else find_gpu(request.gpu)
