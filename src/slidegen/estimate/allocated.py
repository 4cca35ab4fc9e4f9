"""The accounting `allocated`: what PyTorch's allocator holds at the peak of a step, by phase and by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "weights",
    "quantization_constants",
    "adapter",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "kv_cache",
    "temporaries",
    "workspace",
]
KINDS: Final[tuple[Kind, ...]] = (
    "weights",
    "quantization_constants",
    "adapter",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "kv_cache",
    "temporaries",
    "workspace",
)
Phase = Literal["load", "forward", "backward", "step", "prefill", "decode"]
Held = Mapping[Kind, int]
"""Bytes by kind."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is held at one moment of a run: the start of a stretch of it, or its peak."""

    phase: Phase
    label: str
    held: Held

    @property
    def total(self) -> int:
        """All bytes that are held."""
        return sum(self.held.values())


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a run allocates on one card, in bytes.

    `peaks` holds the peak of each phase, `timeline` start and peak of each stretch of the run in order (a layer's
    forward pass, the optimizer's step); `end` is what is held between two steps, `reserved` what
    the allocator has asked the card for after two of them.
    """

    parameters: int
    trainable_parameters: int
    peaks: tuple[Moment, ...]
    timeline: tuple[Moment, ...]
    end: Held
    reserved: int

    @property
    def peak(self) -> Moment:
        """The moment at which most is held."""
        return max(self.peaks, key=lambda moment: moment.total)
