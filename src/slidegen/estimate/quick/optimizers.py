"""What optimizers keep between steps, and the temporary memory of a step, in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slidegen.estimate.quick.parameters import rounded

Trained = Sequence[tuple[int, int, int, bool, tuple[int, ...]]]
"""Numbers, width, how many such tensors, whether an embedding, and the shape."""
BNB: Final = {
    "adamw_8bit": (2, 8, False),
    "adamw_bnb_8bit": (2, 8, False),
    "paged_adamw_32bit": (2, 32, True),
    "paged_adamw_8bit": (2, 8, True),
    "lion_32bit": (1, 32, False),
    "lion_8bit": (1, 8, False),
    "paged_lion_32bit": (1, 32, True),
    "paged_lion_8bit": (1, 8, True),
}
"""bitsandbytes' optimizers: moments, bits, paged. Source: bitsandbytes 0.50, `optim/optimizer.py`: parameters of fewer
than 4096 numbers and embeddings keep float32 states, paging begins at 100,000 numbers."""
MOMENTS: Final = {
    "adamw_torch_fused": 2,
    "adamw_torch": 2,
    "adamw_torch_forloop": 2,
    "adagrad": 1,
    "rmsprop": 1,
    "sgd": 0,
    "sgd_momentum": 1,
}
COUNTER: Final = rounded(4)
FOREACH: Final = {"adamw_torch": 1, "adagrad": 2, "rmsprop": 1}
"""Copies of all trained parameters that a step needs: the root of the second moments (PyTorch, `optim/adam.py`,
`rmsprop.py`), and the numerator as well (`adagrad.py`)."""


def states(optimizer: str, trained: Trained) -> int:
    """Returns the bytes of the states in the GPU's memory."""
    if optimizer in BNB:
        moments, bits, paged = BNB[optimizer]
        maps = moments * rounded(256 * 4) if bits == 8 else 0
        return maps + sum(
            count * moments * _bitsandbytes(numel, bits, paged, embedding) for numel, _, count, embedding, _ in trained
        )
    if optimizer == "adafactor":
        return sum(count * _factored(numel, shape) for numel, _, count, _, shape in trained)
    total = sum(count * MOMENTS[optimizer] * rounded(numel * width) for numel, width, count, _, _ in trained)
    if optimizer == "adamw_torch_fused":
        total += COUNTER * sum(count for _, _, count, _, _ in trained)
    return total


def _bitsandbytes(numel: int, bits: int, paged: bool, embedding: bool) -> int:
    small = bits == 32 or numel < 4096 or embedding
    size = 0 if paged and numel >= 100_000 else rounded(numel * (4 if small else 1))
    return size + (0 if small else rounded(-(-numel // 256) * 4))


def _factored(numel: int, shape: tuple[int, ...]) -> int:
    """Adafactor's float32 row and column of a matrix, or a number for each of a vector (`optimization.py`)."""
    if len(shape) < 2:
        return rounded(numel * 4)
    return rounded(numel // shape[-1] * 4) + rounded(numel // shape[-2] * 4)


def step_peak(optimizer: str, trained: Trained) -> int:
    """Returns the temporary memory of a step.

    The foreach forms hold copies of all trained parameters. The loop of AdamW holds the root of a second moment and its
    quotient, for one parameter at a time. Adafactor holds float32 copies of gradient and parameter, if these are in
    half precision, the update, and its square while its mean is taken. Clipping holds a norm for each parameter.
    """
    norms = COUNTER * sum(count for _, _, count, _, _ in trained)
    if optimizer in FOREACH:
        return max(norms, FOREACH[optimizer] * sum(count * rounded(n * width) for n, width, count, _, _ in trained))
    largest, width = max(((numel, width) for numel, width, _, _, _ in trained), default=(0, 4))
    if optimizer == "adamw_torch_forloop":
        return max(norms, 2 * rounded(largest * width))
    if optimizer == "adafactor":
        copies = 0 if width == 4 else 2
        return max(norms, (copies + 2) * rounded(largest * 4))
    return norms
