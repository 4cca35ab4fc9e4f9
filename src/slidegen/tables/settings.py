"""The parameters of the table sources on allocated memory, and the settings that they describe."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field, field_validator, model_validator

from slidegen.errors import nearest
from slidegen.estimate.gguf.types import FILE_TYPES
from slidegen.estimate.images import TYPICAL
from slidegen.estimate.setting import (
    AMPERE,
    OPTIMIZERS,
    Attention,
    BitsAndBytes,
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
from slidegen.tables.loops import (
    ADAPTED,
    PACKED,
    PREFERENCES,
    TRAINED,
    MethodName,
    check_loops,
)
from slidegen.tables.model_parameters import ModelNames

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
            "dtype and quantization. Without it, inference takes auto, training bfloat16."
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
            raise ValueError(f"{size!r} is not a size in pixels; allowed: width x height, such as 1024x768")
        return size

    @field_validator("gpu")
    @classmethod
    def _card(cls, name: str | None) -> str | None:
        if name is not None:
            find_gpu(name)
        return name

    @model_validator(mode="after")
    def _makes_sense(self) -> SettingParameters:
        given = self.model_fields_set
        _check_files(self)
        for names, methods, why in EFFECTIVE:
            useless = sorted(given & names - ({"quantization"} if self.quantization in FILE_TYPES else set()))
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
        check_loops(self)
        unknown = sorted(name for name in given & ONLY_SIMULATED if getattr(self, name) != _default(name))
        if self.quick and unknown:
            raise ValueError(f"quick has no formula for {unknown[0]}; leave out one of them")
        card = card_of(self)
        if card is not None and "flash" in self.attention and card.compute_capability < AMPERE:
            raise ValueError(f"attention flash needs a GPU from Ampere on, and {card.short} is older; use sdpa")
        if PACKED.intersection(self.method) and self.quantization not in (None, *get_args(BitsAndBytes)):
            raise ValueError(f"qlora quantizes by bitsandbytes: nf4, fp4, int8; {self.quantization} is for inference")
        by_bitsandbytes = PACKED.intersection(self.method) or self.quantization in get_args(BitsAndBytes)
        if self.quantize_experts and not by_bitsandbytes:
            raise ValueError("quantize_experts is for quantization by bitsandbytes; give quantization nf4, fp4 or int8")
        if "image_size" in given and not self.images:
            raise ValueError("image_size has no effect without images")
        if self.dora and PACKED.intersection(self.method):
            raise ValueError("dora is for the method lora; PEFT computes it differently on quantized weights")
        return self


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


def _check_files(request: SettingParameters) -> None:
    """Raises ValueError if a GGUF file is asked for with what llama.cpp does not do, or its caches without a file."""
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
    changed = sorted(
        name for name in request.model_fields_set & NOT_IN_FILES if getattr(request, name) != _default(name)
    )
    if changed:
        raise ValueError(f"{changed[0]} has no effect on a GGUF file ({name}), which llama.cpp runs on one GPU")
    unknown = sorted(set(request.kv_dtype) & set(CACHES[1:]))
    if unknown:
        raise ValueError(
            f"kv_dtype {unknown[0]} is transformers'; allowed beside a GGUF file: auto, q8_0, q5_1, q5_0, q4_1, q4_0"
        )


def _default(name: str) -> Any:
    return SettingParameters.model_fields[name].default


def card_of(request: SettingParameters) -> Gpu | None:
    """Returns the GPU that a request names; None without one."""
    return None if request.gpu is None else find_gpu(request.gpu)
