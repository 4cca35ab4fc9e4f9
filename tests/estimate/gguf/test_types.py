"""The block layouts of GGUF's types."""

from __future__ import annotations

import gguf
import pytest

from slidegen.estimate.gguf.types import BLOCKS, FILE_TYPES, default_type, row_bytes


def test_blocks_are_those_of_the_package_gguf() -> None:
    """Every type has the numbers in a block and the bytes that llama.cpp's own package gives."""
    theirs = {kind.name.lower(): sizes for kind, sizes in gguf.GGML_QUANT_SIZES.items()}
    assert {name: theirs[name] for name in BLOCKS} == dict(BLOCKS)


def test_every_file_type_has_a_default_type() -> None:
    """A file type's default is a type with a block layout, and llama.cpp has the file type."""
    known = {name.name.lower().removeprefix("mostly_") for name in gguf.LlamaFileType}
    assert set(FILE_TYPES) <= known
    assert {default_type(name) for name in FILE_TYPES} <= set(BLOCKS)


def test_a_row() -> None:
    """4096 numbers in Q4_K are 16 blocks of 144 bytes, 4.5 bits each; 4000 are not a whole number of blocks."""
    assert row_bytes("q4_k", 4096) == 16 * 144 == 4096 * 4.5 / 8
    with pytest.raises(ValueError, match="a row of 4000 numbers is not a whole number of q4_k blocks of 256"):
        row_bytes("q4_k", 4000)
