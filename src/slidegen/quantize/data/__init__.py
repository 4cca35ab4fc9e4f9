"""The shipped sentences and text that models are run on: written for slidegen, and under its licence."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Final

_SENTENCES: Final = "sentences.txt"
_TEXT: Final = "text.txt"


def sentences() -> tuple[str, ...]:
    """Fifty sentences on ten subjects, five on each: sentences of a subject are alike, and some more than others."""
    return tuple(_read(_SENTENCES).splitlines())


def text() -> str:
    """Prose of some three thousand words: stories, explanations, dialogue, instructions."""
    return _read(_TEXT)


def data_digest() -> str:
    """The SHA-256 of both: what is computed on them changes when they do."""
    return hashlib.sha256((_read(_SENTENCES) + "\0" + _read(_TEXT)).encode()).hexdigest()


def _read(name: str) -> str:
    return files("slidegen.quantize.data").joinpath(name).read_text(encoding="utf-8")
