"""The states of optimizers by arithmetic: SGD has none, momentum one number per parameter, Adam two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from slidegen.errors import Problem, SlidegenError, nearest

ADAM: Final = "adam"
STATES: Final[Mapping[str, tuple[int, int | None]]] = {
    ADAM: (2, None),
    "adam_8bit": (2, 1),
    "adamw": (2, None),
    "adamw_torch_fused": (2, None),
    "adamw_torch": (2, None),
    "adamw_torch_forloop": (2, None),
    "adamw_8bit": (2, 1),
    "adamw_bnb_8bit": (2, 1),
    "paged_adamw_32bit": (0, None),
    "paged_adamw_8bit": (0, None),
    "adafactor": (0, None),
    "lion_32bit": (1, 4),
    "lion_8bit": (1, 1),
    "paged_lion_32bit": (0, None),
    "paged_lion_8bit": (0, None),
    "adagrad": (1, None),
    "rmsprop": (1, None),
    "sgd": (0, None),
    "sgd_momentum": (1, None),
    "momentum": (1, None),
}
"""The states that an optimizer keeps for each parameter, and the bytes of one (None: as many as the parameter has).

The names are those of `setting.OPTIMIZERS`, and short names that slides use. The constants of 8-bit states and
Adafactor's rows and columns are not counted; paged states are in the host's memory. Sources: Kingma & Ba 2015,
algorithm 1 (Adam); Hugging Face, "Model training anatomy", Anatomy of Model's Memory (8-bit AdamW: 2 bytes, momentum:
4)."""


def check_optimizer(name: str) -> None:
    """Raises SlidegenError for an unknown optimizer."""
    if name not in STATES:
        raise SlidegenError([Problem(f"unknown optimizer {name!r}; {nearest(name, STATES)}")])


def states_bytes(optimizer: str, trained: int, size: int, *, constants: bool = False) -> int:
    """Returns the bytes of an optimizer's states for `trained` parameters of `size` bytes each.

    With `constants`, 8-bit states include their constants: a float32 for each 256 numbers (Dettmers et al. 2022, "8-bit
    Optimizers via Block-wise Quantization").
    """
    states, own = STATES[optimizer]
    each = float(size if own is None else own)
    if constants and own == 1:
        each += 4 / 256
    return int(states * trained * each)
