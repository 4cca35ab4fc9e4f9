"""What is run: a way of training or using a model, with everything that decides how much memory it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["full", "lora", "qlora", "inference"]
Attention = Literal["eager", "sdpa", "flash"]
Sharding = Literal["none", "zero1", "zero2", "zero3", "fsdp", "tensor"]
Offload = Literal["none", "optimizer", "all"]
QuantizationName = Literal["nf4", "fp4", "int8"]
FloatDtype = Literal["float32", "float16", "bfloat16"]
HalfDtype = Literal["float16", "bfloat16"]

OPTIMIZERS: Final = (
    "adamw_torch_fused",
    "adamw_torch",
    "adamw_torch_forloop",
    "adamw_8bit",
    "adamw_bnb_8bit",
    "paged_adamw_32bit",
    "paged_adamw_8bit",
    "adafactor",
    "lion_32bit",
    "lion_8bit",
    "paged_lion_32bit",
    "paged_lion_8bit",
    "adagrad",
    "rmsprop",
    "sgd",
    "sgd_momentum",
)
"""The names of transformers' TrainingArguments. Two are ours: `adamw_torch_forloop` (``foreach=False``) and
`sgd_momentum` (sgd with a momentum). `adamw_torch` is what PyTorch takes by itself on CUDA, the foreach form."""


AMPERE: Final = (8, 0)
"""The compute capability of an A100."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter as PEFT builds it; `target_modules` are their names, or the one name "all-linear".

    `dtype` is that of its parameters: float32 is what PEFT makes of half-precision models (`autocast_adapter_dtype`).
    """

    rank: int
    target_modules: tuple[str, ...] = ("all-linear",)
    modules_to_save: tuple[str, ...] = ()
    dora: bool = False
    dtype: FloatDtype = "float32"
    dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class Quantization:
    """How bitsandbytes stores the weights of linear layers; `double` quantizes the scales of nf4 and fp4 once more.

    `upcast` says whether PEFT's `prepare_model_for_kbit_training` makes the other half-precision weights float32.
    """

    name: QuantizationName
    double: bool = True
    upcast: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """A step of training (or a generation, for inference) on one kind of card.

    `dtype` is that of the weights (of those that are not quantized, and of what 4-bit ones become for a product),
    `mixed_precision` that of autocast; `seq_len` is the number of tokens of each sequence, `max_new_tokens` how many
    are generated. `capability` is the CUDA compute capability of the card, 8.0 for A100: it decides which attention
    kernels there are. `padded` batches need a mask of attention; `outputs_kept` is a hand-written loop, which holds on
    to logits and cache until the next forward pass is over, where transformers' Trainer lets go of them. `images` is
    how many pictures each sequence shows to a vision-language model.
    """

    method: Method
    dtype: FloatDtype = "bfloat16"
    mixed_precision: HalfDtype | None = None
    batch_size: int = 1
    seq_len: int = 2048
    max_new_tokens: int = 0
    gradient_checkpointing: bool = False
    gradient_accumulation_steps: int = 1
    attention: Attention = "sdpa"
    optimizer: str = "adamw_torch_fused"
    adapter: Adapter | None = None
    quantization: Quantization | None = None
    gpus: int = 1
    sharding: Sharding = "none"
    offload: Offload = "none"
    capability: tuple[int, int] = AMPERE
    padded: bool = False
    outputs_kept: bool = False
    images: int = 0

    @property
    def trains(self) -> bool:
        """Whether there is a backward pass and an optimizer."""
        return self.method != "inference"
