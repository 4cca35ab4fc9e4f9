"""Compares the types that slidegen gives the tensors of GGUF files with those of llama.cpp's own library.

    python -m benchmarks.llama_quantize path/to/libllama.so [MODEL ...]

Each model of the catalogue becomes a float16 file whose tensors are a hole, so it takes no space.
`llama_model_quantize` reads its metadata and, with `dry_run`, logs the type of each tensor and the size of the file.
Build the library from llama.cpp's sources: cmake -B build -DBUILD_SHARED_LIBS=ON && cmake --build build --target llama
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from slidegen.errors import ModelError
from slidegen.estimate.gguf.conversion import gguf_tensors
from slidegen.estimate.gguf.mix import Facts, Tensor, tensor_types
from slidegen.estimate.gguf.types import FILE_TYPES, IMATRIX_NEEDED
from slidegen.models import catalogue
from slidegen.models.tensors import checkpoint_tensors

LINE: Final = re.compile(
    r"\[\s*\d+/\s*\d+\]\s+(\S+)\s+- \[[^\]]*\], type =\s*(\S+), size =\s*[\d.]+ MiB(?: ->\s*[\d.]+ MiB \((\S+)\))?"
)
TOTAL: Final = re.compile(r"quant size\s+=\s+([\d.]+) MiB")


IGNORED: Final = (
    *("expert_feed_forward_length", "expert_shared_feed_forward_length", "expert_shared_count"),
    *("leading_dense_block_count", "interleave_moe_layer_step", "attention.kv_lora_rank", "attention.q_lora_rank"),
    *("attention.sliding_window", "attention.shared_kv_layers", "embedding_length_per_layer_input"),
    *("attention.key_length_swa", "attention.value_length_swa", "ssm.conv_kernel", "ssm.inner_size", "ssm.state_size"),
    *("ssm.time_step_rank", "ssm.group_count", "expert_gating_func"),
)
"""Keys that some architectures must have and that the rules do not read."""


class Parameters(ctypes.Structure):
    """`llama_model_quantize_params` of llama.cpp b11434, include/llama.h."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in ("nthread", "ftype", "output_tensor_type", "token_embedding_type")),
        *((name, ctypes.c_bool) for name in ("allow_requantize", "quantize_output_tensor", "only_copy", "pure")),
        *((name, ctypes.c_bool) for name in ("keep_split", "dry_run")),
        *((name, ctypes.c_void_p) for name in ("imatrix", "kv_overrides", "tt_overrides", "prune_layers")),
        ("max_buf_size", ctypes.c_size_t),
    )


class Matrix(ctypes.Structure):
    """`llama_model_imatrix_data`: an entry of an importance matrix."""

    _fields_ = (("name", ctypes.c_char_p), ("data", ctypes.POINTER(ctypes.c_float)), ("size", ctypes.c_size_t))


class Library:
    """llama.cpp's library, and what it logs."""

    def __init__(self, path: Path) -> None:
        for name in ("libggml-base", "libggml-cpu", "libggml"):
            ctypes.CDLL(str(path.with_name(f"{name}{path.suffix}")), mode=ctypes.RTLD_GLOBAL)
        self._library = ctypes.CDLL(str(path))
        self._library.llama_model_quantize_default_params.restype = Parameters
        self._log: list[str] = []
        kind = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
        self._callback = kind(lambda _, text, __: self._log.append(text.decode("utf-8", "replace")))
        self._library.llama_log_set(self._callback, None)
        self._library.llama_backend_init()

    def types(self, file: Path, number: int, imatrix: bool) -> tuple[Mapping[str, str], float]:
        """Returns the type of each tensor of the quantized file, and the MiB of all. Raises ValueError if it fails."""
        parameters = self._library.llama_model_quantize_default_params()
        parameters.ftype, parameters.dry_run, parameters.nthread = number, True, 1
        one = (ctypes.c_float * 1)(1.0)
        entries = (Matrix * 2)(Matrix(b"any", one, 1), Matrix(None, None, 0))
        parameters.imatrix = ctypes.cast(entries, ctypes.c_void_p) if imatrix else None
        self._log.clear()
        failed = self._library.llama_model_quantize(str(file).encode(), b"none.gguf", ctypes.byref(parameters))
        text = "".join(self._log)
        total = TOTAL.search(text)
        if failed or total is None:
            raise ValueError(text[-300:])
        return {name: (new or old).lower() for name, old, new in LINE.findall(text)}, float(total[1])


def write(path: Path, facts: Facts, tensors: Iterable[Tensor]) -> None:
    """Writes a GGUF file with the metadata that the rules read, and a hole in place of its tensors."""
    import gguf
    import numpy as np

    writer: Any = gguf.GGUFWriter(None, facts.architecture)
    prefix = facts.architecture
    numbers = {"block_count": facts.blocks, "context_length": 2048, "embedding_length": 1, "feed_forward_length": 1}
    numbers |= {"attention.head_count": max(facts.grouped, 1), "attention.head_count_kv": min(facts.grouped, 1)}
    numbers |= {"expert_count": facts.experts, "expert_used_count": min(facts.experts, 1)}
    numbers |= dict.fromkeys(IGNORED, 1)
    for key, number in numbers.items():
        writer.add_uint32(f"{prefix}.{key}", number)
    for key in ("attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.max_alibi_bias"):
        writer.add_float32(f"{prefix}.{key}", 1e-5)
    writer.add_bool(f"{prefix}.use_parallel_residual", True)
    writer.add_array(f"{prefix}.rope.dimension_sections", [1, 1, 1, 1])
    writer.add_array(f"{prefix}.attention.sliding_window_pattern", [True] * facts.blocks)
    writer.add_file_type(1)
    size = 0
    for tensor in tensors:
        kind = np.dtype(np.float32 if tensor.source == "f32" else np.float16)
        writer.add_tensor_info(tensor.name, tensor.shape, kind, prod(tensor.shape) * kind.itemsize)
        size += -(-prod(tensor.shape) * kind.itemsize // 32) * 32
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    (file,) = writer.fout
    file.flush()
    os.ftruncate(file.fileno(), -(-file.tell() // 32) * 32 + size)
    writer.close()


def compare(library: Library, model: str, folder: Path) -> str:
    """Returns a line on a model: how many types were compared, or the first that differs."""
    import gguf

    config = catalogue.facts(model).config
    class_name, checkpoint = checkpoint_tensors(config, model)
    facts, tensors = gguf_tensors(model, class_name, config, checkpoint)
    file = folder / "model.gguf"
    write(file, facts, tensors)
    compared = 0
    for file_type in FILE_TYPES:
        number = getattr(gguf.LlamaFileType, f"MOSTLY_{file_type.upper()}").value
        for imatrix in (True,) if file_type in IMATRIX_NEEDED else (False, True):
            theirs, mib = library.types(file, number, imatrix)
            ours = tensor_types(tensors, facts, file_type, imatrix=imatrix)
            for name, kind in theirs.items():
                if ours.get(name) != kind:
                    return f"{model}: {file_type}: {name} is {kind}, not {ours.get(name)}"
            size = sum(tensor.bytes(ours[tensor.name]) for tensor in tensors) / 2**20
            if abs(size - mib) > 0.0051 or len(theirs) != len(tensors):
                return f"{model}: {file_type}: {mib} MiB, not {size:.2f}"
            compared += len(theirs)
    return f"{model}: {compared} types are equal"


def main(arguments: list[str]) -> None:
    """Prints a line for each model."""
    if not arguments:
        raise SystemExit(__doc__)
    library = Library(Path(arguments[0]).absolute())
    with TemporaryDirectory() as folder:
        for model in arguments[1:] or catalogue.entries():
            try:
                print(compare(library, model, Path(folder)), flush=True)
            except (ModelError, ValueError) as error:
                print(f"{model}: {str(error).strip().splitlines()[-1]}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
