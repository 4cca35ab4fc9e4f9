"""What llama.cpp allocates on one GPU that holds a whole GGUF file: the file's tensors and the KV cache."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, Final

from slidegen.estimate.allocated import KINDS, Allocation, Kind, Moment
from slidegen.estimate.gguf.cache import cache_bytes, layer_caches, token_bytes
from slidegen.estimate.gguf.conversion import gguf_tensors
from slidegen.estimate.gguf.mix import Facts, tensor_types
from slidegen.estimate.setting import Setting
from slidegen.units import format_bytes

LEFT_OUT: Final = (
    "llama.cpp's size of a GGUF file counts its tensors only, without the tokenizer and other metadata of some MB, and "
    "its compute buffer is left out"
)


def gguf_allocation(
    name: str, class_name: str, config: Mapping[str, Any], checkpoint: Mapping[str, tuple[int, ...]], setting: Setting
) -> Allocation:
    """Returns what llama.cpp allocates for a file of the type in `setting.quantization`; the cache is there from start.

    Raises ModelError if llama.cpp has no architecture for the model, ValueError if the cache's type does not fit.
    """
    assert setting.file_type is not None
    facts, tensors = gguf_tensors(name, class_name, config, checkpoint)
    types = tensor_types(tensors, facts, setting.file_type)
    sizes = {tensor.name: tensor.bytes(types[tensor.name]) for tensor in tensors}
    caches = layer_caches(facts, tensors, {**config, **(config.get("text_config") or {})})
    cache_type = "f16" if setting.kv_dtype == "auto" else setting.kv_dtype
    tokens = setting.seq_len + setting.max_new_tokens
    held: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    held["weights"] = sum(sizes.values())
    held["kv_cache"] = cache_bytes(caches, tokens, setting.batch_size, cache_type)
    moment = Moment("load", "load", held)
    blocks = [sum(sizes[tensor.name] for tensor in tensors if tensor.layer == at) for at in range(facts.blocks)]
    return Allocation(
        parameters=sum(prod(tensor.shape) for tensor in tensors),
        trainable_parameters=0,
        peaks=(moment,),
        timeline=(moment,),
        end=held,
        reserved=moment.total,
        layers=sum(blocks),
        layer=max(blocks),
        outside=held["weights"] - sum(blocks),
        notes=(LEFT_OUT, *_notes(sizes), *_experts(facts, setting)),
        token_bytes=token_bytes(caches, cache_type),
    )


def _experts(facts: Facts, setting: Setting) -> tuple[str, ...]:
    """A note on gpt-oss, whose checkpoint is quantized: `llama-quantize` does not quantize such tensors again."""
    if facts.architecture != "gpt-oss" or setting.file_type in ("mxfp4_moe", "f16", "bf16"):
        return ()
    return ("llama.cpp keeps gpt-oss's experts in MXFP4, and makes this file only of a checkpoint in bfloat16",)


def _notes(sizes: Mapping[str, int]) -> tuple[str, ...]:
    if "output.weight" not in sizes:
        return ()
    size = format_bytes(sizes["token_embd.weight"], "GiB")
    return (f"llama.cpp keeps the input embedding, {size} GiB, in the host's memory, and it is counted here",)
