"""The setting of a run: how a model is trained or used, with everything that its memory depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from slidegen.estimate.gguf.types import FILE_TYPES, FileType
from slidegen.estimate.images import TYPICAL, Size

Method = Literal["full", "lora", "qlora", "inference"]
Loop = Literal["trainer", "trl", "plain"]
Reference = Literal["separate", "adapter", "precomputed", "none"]
Attention = Literal["eager", "sdpa", "flash"]
Kernel = Literal["flash", "memory-efficient", "math"]
"""The kernels of PyTorch's `scaled_dot_product_attention` (`torch.nn.attention.SDPBackend`)."""
Sharding = Literal["none", "zero1", "zero2", "zero3", "fsdp", "tensor"]
Offload = Literal["none", "optimizer", "all"]
BitsAndBytes = Literal["nf4", "fp4", "int8"]
Stored = Literal["mxfp4", "fp8", "gptq-int4", "awq-int4"]
QuantizationName = Literal[BitsAndBytes, Stored, FileType]
"""What can be asked for; `slidegen.simulate.formats.FORMATS` has a packer for each but the types of GGUF files, which
llama.cpp runs. A checkpoint's own format may have other bits: "gptq-int8"."""
KvDtype = Literal["auto", "fp8", "int8", "int4", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"]
"""How the KV cache is stored: auto is the dtype of the model, float16 beside a GGUF file. fp8, int8 and int4 are
transformers' QuantizedCache, the others llama.cpp's types (`--cache-type-k`, `--cache-type-v`)."""
Loading = Literal["given", "auto", "default"]
Defaulted = Literal["mixed_precision", "adapter_dtype"]
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
class Scheme:
    """What a `quantization_config` says about the sizes of packed tensors; the defaults are transformers'.

    GPTQ and AWQ: `bits` of a weight, `group` of weights in a row that share a scale (None: a whole row).
    FP8: `block` of weights that share a scale (None: a whole matrix), `scale_size` in bytes, `fp4_experts` with half a
    byte for each weight, `static` scales of activations.
    `left_out` names modules that are not packed, None those that transformers leaves out by default; `only` names those
    that are (ends of their paths), None all others, and `blocks` is the beginning of their paths.
    """

    bits: int = 4
    group: int | None = 128
    block: tuple[int, int] | None = (128, 128)
    scale_size: int = 4
    fp4_experts: bool = False
    static: bool = False
    left_out: tuple[str, ...] | None = None
    only: tuple[str, ...] | None = None
    blocks: str | None = None


@dataclass(frozen=True, slots=True)
class Quantization:
    """How the weights of linear layers are stored; `double` also quantizes the scales of nf4 and fp4.

    `upcast` says whether PEFT's `prepare_model_for_kbit_training` makes the other half-precision weights float32,
    `experts` whether the fused experts of a mixture are linear modules, which bitsandbytes can pack, and `checkpoint`
    whether the checkpoint is stored like this, with its own `scheme`.
    """

    name: str
    double: bool = True
    upcast: bool = True
    experts: bool = False
    checkpoint: bool = False
    scheme: Scheme = Scheme()

    @property
    def by_bitsandbytes(self) -> bool:
        """Returns whether bitsandbytes packs the weights."""
        return self.name in get_args(BitsAndBytes)


@dataclass(frozen=True, slots=True)
class Preference:
    """Direct preference optimization (DPO), as TRL does it, and where its reference model comes from.

    `reference` is a second model ("separate"), the model with its adapter disabled ("adapter"), or logarithms of
    probabilities computed before training ("precomputed"); "none" leaves it out.
    """

    reference: Reference


@dataclass(frozen=True, slots=True)
class Setting:
    """A step of training (or a generation, for inference) on one kind of GPU.

    `dtype` is that of the weights: of those that are not quantized, and of 4-bit ones when they are dequantized for a
    product. `mixed_precision` is the dtype of autocast. `seq_len` is the number of tokens of each sequence,
    `max_new_tokens` how many are generated. `capability` is the CUDA compute capability of the GPU, 8.0 for an A100,
    which determines the available kernels; `any_gpu` means that no GPU is named, so only kernels of attention count.
    `padded` batches need an attention mask. `loop` is transformers' Trainer, TRL's trainers, or a plain loop of one
    function. `outputs_kept` means that the loop keeps logits and cache until the end of the next forward pass;
    transformers' Trainer drops them. `preference` is for DPO. `images` is the number of images in each
    sequence of a vision-language model, `image_size` their width and height in pixels before the model's processor
    scales them, `kv_dtype` how the cache of an inference is stored. `memory` is the number of bytes that the GPU has
    for PyTorch, if it is known.

    `loading` says whether `dtype` is given, or that of the checkpoint with its quantization ("auto"), or the default of
    training. `defaulted` names what nobody has given and what depends on the checkpoint.
    `slidegen.estimate.checkpoint.as_loaded` settles both.
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
    any_gpu: bool = True
    padded: bool = False
    outputs_kept: bool = False
    images: int = 0
    image_size: Size = TYPICAL
    loop: Loop = "trainer"
    preference: Preference | None = None
    kv_dtype: KvDtype = "auto"
    memory: int | None = None
    loading: Loading = "given"
    defaulted: tuple[Defaulted, ...] = ()

    @property
    def file_type(self) -> FileType | None:
        """Returns the type of the GGUF file that llama.cpp runs; None if transformers runs the model."""
        name = None if self.quantization is None else self.quantization.name
        return next((one for one in FILE_TYPES if one == name), None)

    @property
    def trains(self) -> bool:
        """Returns whether there is a backward pass and an optimizer."""
        return self.method != "inference"

    @property
    def name(self) -> str:
        """Returns the method with DPO, as tables show it: "lora", "dpo", "dpo-lora"."""
        if self.preference is None:
            return self.method
        return "dpo" if self.method == "full" else f"dpo-{self.method}"


def casts_adapters(setting: Setting) -> bool:
    """Returns whether the loop casts what is trained to bfloat16: TRL's trainers do, on models of bitsandbytes."""
    return setting.loop == "trl" and setting.quantization is not None and setting.quantization.by_bitsandbytes
