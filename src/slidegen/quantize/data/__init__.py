"""The shipped sentences and text on which models run, written for slidegen and under its licence."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Final

_SENTENCES: Final = "sentences.txt"
_TEXT: Final = "text.txt"


def sentences() -> tuple[str, ...]:
    """Returns fifty sentences, five on each of ten subjects; those on one subject are similar to varying degrees."""
    return tuple(_read(_SENTENCES).splitlines())


def text() -> str:
    """Returns about three thousand words of prose: stories, explanations, dialogue, instructions."""
    return _read(_TEXT)


def data_digest() -> str:
    """Returns the SHA-256 of both, on which all results computed from them depend."""
    return hashlib.sha256((_read(_SENTENCES) + "\0" + _read(_TEXT)).encode()).hexdigest()


def _read(name: str) -> str:
    return files("slidegen.quantize.data").joinpath(name).read_text(encoding="utf-8")
