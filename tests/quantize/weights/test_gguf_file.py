"""Weights in a GGUF file, written and read by the package gguf for comparison."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from gguf.quants import dequantize, quantize
from numpy.typing import NDArray

from slidegen.errors import ModelError
from slidegen.quantize.weights import matrices
from slidegen.quantize.weights.gguf_header import read_gguf_header
from tests.quantize.tiny_models import opened

WEIGHTS: NDArray[np.float32] = np.random.default_rng(0).standard_normal((6, 64)).astype(np.float32)


def write(path: Path, kind: GGMLQuantizationType = GGMLQuantizationType.F32, **metadata: Any) -> Path:
    """A GGUF file with a matrix of a block, an embedding and a norm."""
    writer = GGUFWriter(path, "llama")
    writer.add_uint32("a.number", 7)
    writer.add_array("some.words", ["one", "two", "drei"])
    writer.add_array("some.numbers", [1.5, 2.5])
    for name, value in metadata.items():
        writer.add_string(name, value)
    stored = WEIGHTS if kind == GGMLQuantizationType.F32 else quantize(WEIGHTS, kind)
    writer.add_tensor("token_embd.weight", WEIGHTS)
    writer.add_tensor("blk.0.attn_q.weight", stored, raw_dtype=kind)
    writer.add_tensor("blk.0.attn_norm.weight", WEIGHTS[0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def message(path: Path) -> str:
    """The one line with which reading the file `m.gguf` fails."""
    with pytest.raises(ModelError) as caught:
        list(matrices(opened(path, "./m.gguf")))
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize("kind", [GGMLQuantizationType[name] for name in ("F32", "BF16", "Q8_0", "Q5_1", "Q4_0")])
def test_matrices(tmp_path: Path, kind: GGMLQuantizationType) -> None:
    """The matrices of the blocks, as the package gguf reads them back, with the type they are stored in."""
    write(tmp_path / "m.gguf", kind)
    weights = opened(tmp_path, "./m.gguf")
    (matrix,) = matrices(weights)
    expected = dequantize(quantize(WEIGHTS, kind), kind)
    assert (matrix.name, matrix.stored, matrix.values.dtype.name) == ("blk.0.attn_q.weight", kind.name, "float32")
    assert np.array_equal(matrix.values, expected)
    assert (weights.layout, weights.origin) == ("gguf", "file")


@pytest.mark.parametrize("scale", [np.inf, np.nan])
def test_a_scale_that_is_no_number(tmp_path: Path, scale: float) -> None:
    """Nothing is printed about it: who quantizes what comes of it is told which they are."""
    kind = GGMLQuantizationType.Q8_0
    write(tmp_path / "m.gguf", kind)
    stored = quantize(WEIGHTS, kind).tobytes()
    content = (tmp_path / "m.gguf").read_bytes()
    assert content.count(stored) == 1
    broken = np.float16(scale).tobytes() + b"\0" + stored[3:]
    (tmp_path / "m.gguf").write_bytes(content.replace(stored, broken))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (matrix,) = matrices(opened(tmp_path, "./m.gguf"))
    assert np.isnan(matrix.values[0, 0])
    assert np.isfinite(matrix.values[1:]).all()


def test_the_header(tmp_path: Path) -> None:
    """Metadata and tensors are those that the package's own reader finds."""
    path = write(tmp_path / "m.gguf", note="a text, with ümlaut")
    header, reader = read_gguf_header(path), GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}
    assert header.metadata == fields
    assert [(place.name, place.shape, place.type, place.start) for place in header.tensors] == [
        (tensor.name, tuple(int(side) for side in tensor.shape)[::-1], int(tensor.tensor_type), tensor.data_offset)
        for tensor in reader.tensors
    ]


def test_every_cut_is_told(tmp_path: Path) -> None:
    """A file that ends too early is damaged, wherever it ends; nothing else is raised."""
    path = write(tmp_path / "m.gguf")
    content = path.read_bytes()
    # The tensor that is read is followed by one that is not, and by padding.
    end = read_gguf_header(path).tensors[1].start + WEIGHTS.nbytes
    for cut in [*range(0, 700, 7), end - 1]:
        path.write_bytes(content[:cut])
        said = message(tmp_path)
        assert said.startswith("model './m.gguf': m.gguf is damaged (")
        assert said.endswith("; download it again")
    path.write_bytes(content[: end - 1])
    assert "it ends in the middle of blk.0.attn_q.weight" in message(tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\3\4 a zip file", "it does not start as a GGUF file does"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(16), "its version is 1; allowed: 2, 3"),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 100_001, 0) + bytes(24 * 100_001),
            "it has 100001 tensors; at most 100000 are allowed",
        ),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "it ends in the middle of its header"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63), "it ends in the middle of its header"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 99) + bytes(9), "unknown type 99"),
    ],
)
def test_headers_that_lie(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file of another kind, or one with impossible counts, is refused at once."""
    (tmp_path / "m.gguf").write_bytes(content)
    assert reason in message(tmp_path)


def test_a_type_nobody_knows(tmp_path: Path) -> None:
    """A tensor of a type that the package gguf does not have is named."""
    path = write(tmp_path / "m.gguf")
    name = b"blk.0.attn_q.weight"
    content = path.read_bytes()
    at = content.index(name) + len(name) + 4 + 2 * 8
    path.write_bytes(content[:at] + struct.pack("<I", 9999) + content[at + 4 :])
    assert message(tmp_path) == (
        "model './m.gguf': its blk.0.attn_q.weight has type 9999, which the package gguf does not have"
    )


def test_enormous_shapes(tmp_path: Path) -> None:
    """A tensor that claims more numbers than the file can hold is damage, and takes no memory."""
    path = write(tmp_path / "m.gguf")
    name = b"blk.0.attn_q.weight"
    content = path.read_bytes()
    at = content.index(name) + len(name) + 4
    path.write_bytes(content[:at] + struct.pack("<QQ", 2**31, 2**31) + content[at + 16 :])
    assert "it ends in the middle of blk.0.attn_q.weight" in message(tmp_path)


@pytest.mark.parametrize("shape", [(0, 6), (64, 0), (0, 0)])
def test_a_tensor_that_holds_nothing(tmp_path: Path, shape: tuple[int, int]) -> None:
    """Is damage: no model has one."""
    path = write(tmp_path / "m.gguf")
    name = b"blk.0.attn_q.weight"
    content = path.read_bytes()
    at = content.index(name) + len(name) + 4
    path.write_bytes(content[:at] + struct.pack("<QQ", *shape) + content[at + 16 :])
    assert "m.gguf is damaged (blk.0.attn_q.weight holds no numbers); download it again" in message(tmp_path)
