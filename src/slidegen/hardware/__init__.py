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
    """A GPU: its full name and its advertised memory; `source` is the maker's page or data sheet.

    `capability` is NVIDIA's compute capability (developer.nvidia.com, "CUDA GPU Compute Capability"), None for other
    makers.
    """

    name: str
    short: str
    gigabytes: int
    source: str
    capability: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """Returns its memory in bytes: makers advertise GB and build in as many GiB."""
        return self.gigabytes * BYTES_PER_UNIT["GiB"]

    @property
    def compute_capability(self) -> tuple[int, int]:
        """Returns NVIDIA's compute capability; for other makers that of an A100, whose kernels theirs resemble."""
        return self.capability or (8, 0)


@cache
def gpus() -> tuple[Gpu, ...]:
    """Returns the GPUs of `gpus.json`, the smallest memory first."""
    found = json.loads(Path(__file__).with_name("gpus.json").read_text(encoding="utf-8"))
    for one in found:
        one["capability"] = tuple(one["capability"]) if one["capability"] else None
    return tuple(sorted((Gpu(**one) for one in found), key=lambda gpu: gpu.gigabytes))


def find_gpu(name: str) -> Gpu:
    """Returns the GPU with this full or short name. Raises ValueError, with the available names, if there is none."""
    for gpu in gpus():
        if name.lower() in (gpu.name.lower(), gpu.short.lower()):
            return gpu
    raise ValueError(f"unknown GPU {name!r}; {nearest(name, [gpu.short for gpu in gpus()])}")
