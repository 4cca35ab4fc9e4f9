"""Reads the header of a GGUF file: its metadata and the places of its tensors.

Source: ggml, docs/gguf.md, versions 2 and 3, little-endian. The package gguf is not used for this because it takes
seconds for a tokenizer's vocabulary and trusts the counts in a file; it only decodes the tensors.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final

from slidegen.files import open_file

Value = str | int | float | bool | list["Value"]

_MAGIC: Final = b"GGUF"
_NUMBERS: Final[Mapping[int, str]] = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
_STRING: Final = 8
_ARRAY: Final = 9
_DEEPEST: Final = 4
_MOST_DIMENSIONS: Final = 4
_MOST_BYTES: Final = 64 * 2**20
_MOST_TENSORS: Final = 100_000


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """A tensor of a GGUF file: its shape as numpy has it (rows first), the number of its type, its first byte."""

    name: str
    shape: tuple[int, ...]
    type: int
    start: int

    @property
    def elements(self) -> int:
        """Returns how many numbers it holds."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """The part of a GGUF file before its tensors."""

    metadata: Mapping[str, Value]
    tensors: tuple[TensorPlace, ...]


def read_gguf_header(path: Path) -> GgufHeader:
    """Reads the header of a GGUF file.

    Raises ValueError, which says what is wrong, if the file is not a GGUF file or its header is longer than 64 MiB, and
    FileError and OSError.
    """
    with open_file(path) as file:
        if file.read(4) != _MAGIC:
            raise ValueError("it does not start as a GGUF file does")
        # A sparse file can claim any size.
        length = min(os.fstat(file.fileno()).st_size, _MOST_BYTES)
        with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ) as content:
            return _Reader(content).header()


class _Reader:
    """Reads the header from front to back; raises ValueError for a count or length that exceeds the file."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._at = 4

    def header(self) -> GgufHeader:
        version = self._number("<I")
        if version not in (2, 3):
            raise ValueError(f"its version is {version}; allowed: 2, 3")
        tensors, pairs = self._count(24), self._count(12)
        if tensors > _MOST_TENSORS:
            raise ValueError(f"it has {tensors} tensors; at most {_MOST_TENSORS} are allowed")
        metadata = {self._string(): self._value(self._number("<I"), 0) for _ in range(pairs)}
        found = [self._tensor() for _ in range(tensors)]
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1:
            raise ValueError("its alignment is not a positive number")
        start = -(-self._at // alignment) * alignment
        places = tuple(TensorPlace(name, shape, kind, start + offset) for name, shape, kind, offset in found)
        return GgufHeader(metadata, places)

    def _tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        name, dimensions = self._string(), self._number("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError(f"a tensor has {dimensions} dimensions; at most {_MOST_DIMENSIONS} are allowed")
        shape = tuple(int(self._number("<Q")) for _ in range(int(dimensions)))
        return name, shape[::-1], int(self._number("<I")), int(self._number("<Q"))

    def _value(self, kind: int | float, depth: int) -> Value:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY and depth < _DEEPEST:
            inner = self._number("<I")
            return list(self._values(inner, depth + 1))
        if kind in _NUMBERS:
            return self._number(_NUMBERS[int(kind)])
        raise ValueError(f"a value has the unknown type {kind}")

    def _values(self, kind: int | float, depth: int) -> Iterator[Value]:
        if kind in _NUMBERS:
            code = _NUMBERS[int(kind)]
            count = self._count(struct.calcsize(code))
            values = struct.unpack_from(f"<{count}{code[1]}", self._content, self._at)
            self._at += struct.calcsize(code) * count
            yield from values
            return
        read: Callable[[], Value] = self._string if kind == _STRING else lambda: self._value(kind, depth)
        for _ in range(self._count(8)):
            yield read()

    def _string(self) -> str:
        length = self._count(1)
        text = self._content[self._at : self._at + length]
        self._at += length
        return text.decode("utf-8", errors="replace")

    def _count(self, least_bytes: int) -> int:
        """Reads a count of items of at least `least_bytes` each; the rest of the file must have room for them."""
        count = int(self._number("<Q"))
        if count * least_bytes > len(self._content) - self._at:
            raise ValueError("it ends in the middle of its header")
        return count

    def _number(self, code: str) -> int | float:
        end = self._at + struct.calcsize(code)
        if end > len(self._content):
            raise ValueError("it ends in the middle of its header")
        (value,) = struct.unpack_from(code, self._content, self._at)
        self._at = end
        number: int | float = value
        return number
