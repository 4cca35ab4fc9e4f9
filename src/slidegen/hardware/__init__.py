"""GPUs and their facts: memory, compute capability, and the source of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slidegen.errors import nearest
from slidegen.units import BYTES_PER_UNIT


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU: its full name and its memory as it is sold; `source` is the maker's page or data sheet.

    `capability` is NVIDIA's compute capability (developer.nvidia.com, "CUDA GPU Compute Capability"), None of others.
    """

    name: str
    short: str
    gigabytes: int
    source: str
    capability: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """Its memory in bytes: makers sell memory of cards by GB and put in as many GiB."""
        return self.gigabytes * BYTES_PER_UNIT["GiB"]

    @property
    def compute_capability(self) -> tuple[int, int]:
        """NVIDIA's compute capability; other makers' cards are taken for an A100, whose kernels theirs follow."""
        return self.capability or (8, 0)


@cache
def gpus() -> tuple[Gpu, ...]:
    """The cards of `gpus.json`, the smallest first."""
    found = json.loads(Path(__file__).with_name("gpus.json").read_text(encoding="utf-8"))
    for one in found:
        one["capability"] = tuple(one["capability"]) if one["capability"] else None
    return tuple(sorted((Gpu(**one) for one in found), key=lambda card: card.gigabytes))


def find_gpu(name: str) -> Gpu:
    """The card of this name, full or short. Raises ValueError with the names there are."""
    for card in gpus():
        if name.lower() in (card.name.lower(), card.short.lower()):
            return card
    raise ValueError(f"unknown card {name!r}; {nearest(name, [card.short for card in gpus()])}")
