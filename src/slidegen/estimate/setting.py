"""The setting of a run: how a model is trained or used, with everything that its memory depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from slidegen.estimate.images import TYPICAL, Size

Method = Literal["full", "lora", "qlora", "inference"]
Attention = Literal["eager", "sdpa", "flash"]
Kernel = Literal["flash", "memory-efficient", "math"]
"""The kernels of PyTorch's `scaled_dot_product_attention` (`torch.nn.attention.SDPBackend`)."""
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
"""The names of transformers' TrainingArguments, and two of our own: `adamw_torch_forloop` (``foreach=False``) and
`sgd_momentum` (sgd with momentum). `adamw_torch` is PyTorch's default on CUDA, the foreach form."""


AMPERE: Final = (8, 0)
"""The compute capability of an A100."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter as PEFT builds it; `target_modules` holds names of modules, or only "all-linear".

    `dtype` is that of its parameters. On half-precision models PEFT makes them float32 (`autocast_adapter_dtype`).
    """

    rank: int
    target_modules: tuple[str, ...] = ("all-linear",)
    modules_to_save: tuple[str, ...] = ()
    dora: bool = False
    dtype: FloatDtype = "float32"
    dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class Quantization:
    """How bitsandbytes stores the weights of linear layers; `double` also quantizes the scales of nf4 and fp4.

    `upcast` says whether PEFT's `prepare_model_for_kbit_training` makes the other half-precision weights float32.
    """

    name: QuantizationName
    double: bool = True
    upcast: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """A step of training (or a generation, for inference) on one kind of GPU.

    `dtype` is that of the weights: of those that are not quantized, and of 4-bit ones when they are dequantized for a
    product. `mixed_precision` is the dtype of autocast. `seq_len` is the number of tokens of each sequence,
    `max_new_tokens` how many are generated. `capability` is the CUDA compute capability of the GPU, 8.0 for an A100,
    which determines the available attention kernels. `padded` batches need an attention mask. `outputs_kept` means a
    hand-written loop, which keeps logits and cache until the end of the next forward pass; transformers' Trainer drops
    them. `images` is the number of images in each sequence of a vision-language model, `image_size` their width and
    height in pixels before the model's processor scales them.
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
    image_size: Size = TYPICAL

    @property
    def trains(self) -> bool:
        """Returns whether there is a backward pass and an optimizer."""
        return self.method != "inference"
