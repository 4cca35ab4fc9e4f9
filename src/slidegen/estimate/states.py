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
        raise SlidegenError([Problem(f"unknown optimizer {name!r}; {nearest(name, STATES)}", code="wrong-value")])


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


FLAT_TEMPORARIES: Final[Mapping[str, int]] = {
    "adamw_torch": 1,
    "adamw_torch_forloop": 2,
    "adafactor": 2,
    "adagrad": 2,
    "rmsprop": 1,
}
"""The numbers that a step holds for a while for each number of one flat parameter; other optimizers update in place.

Source: PyTorch 2.13, `torch/optim` (adamw.py: the square root of the second moment; its form without foreach and
adagrad.py have a quotient beside it; rmsprop.py); transformers 5, `optimization.py` (Adafactor).
"""
UNFACTORED: Final = "adafactor"
"""Keeps a whole second moment of a flat parameter, which has no rows and columns."""


def flat_states(optimizer: str, numbers: int) -> int:
    """Returns the bytes of an optimizer's states for one flat float32 parameter, as ZeRO has them."""
    return 4 * numbers if optimizer == UNFACTORED else states_bytes(optimizer, numbers, 4, constants=True)


def flat_temporaries(optimizer: str, numbers: int) -> int:
    """Returns the bytes that a step holds for a while for one flat float32 parameter."""
    return 4 * numbers * FLAT_TEMPORARIES.get(optimizer, 0)
