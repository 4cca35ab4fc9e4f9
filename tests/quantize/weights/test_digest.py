"""The digest by which a build sees that files changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from slidegen.quantize.weights.digest import WHOLE_BYTES, files_digest


def test_small_files_are_read_whole(tmp_path: Path) -> None:
    """The digest is the SHA-256 of name, size and content of each file, in the order of the names."""
    (tmp_path / "x").write_bytes(b"first")
    (tmp_path / "y").write_bytes(b"second!")
    expected = hashlib.sha256(b"a\n7\nsecond!" + b"b\n5\nfirst").hexdigest()
    assert files_digest([("b", tmp_path / "x"), ("a", tmp_path / "y")]) == expected


@pytest.mark.parametrize("place", [0, 1, -1])
def test_long_files_are_sampled(tmp_path: Path, place: int) -> None:
    """In a file of more than 16 MiB a change of its beginning, of its end or of its length is seen."""
    path = tmp_path / "long"
    content = bytearray(WHOLE_BYTES + 1000)
    path.write_bytes(content)
    before = files_digest([("long", path)])
    content[place] = 1
    path.write_bytes(content)
    assert files_digest([("long", path)]) != before
    path.write_bytes(bytes(len(content) + 1))
    assert files_digest([("long", path)]) != before


def test_other_weights_everywhere_are_seen(tmp_path: Path) -> None:
    """A long file whose every number changed a little has another digest."""
    path = tmp_path / "long"
    path.write_bytes(b"\1\2\3\4" * (WHOLE_BYTES // 3))
    before = files_digest([("long", path)])
    path.write_bytes(b"\1\2\4\4" * (WHOLE_BYTES // 3))
    assert files_digest([("long", path)]) != before
