"""Experiment 3, output drift: what a sentence encoder says after quantization, beside what it said before.

The embeddings of the shipped sentences are made one sentence at a time, so no padding takes part. How the model's last
hidden states become one embedding is read from its own folder (`1_Pooling/config.json`), mean pooling without one.
Source of the pooling: Reimers and Gurevych 2019, Sentence-BERT, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import model_error
from slidegen.files import is_there
from slidegen.models.configs import read_config
from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Progress, Stored, ignore
from slidegen.quantize.experiments.inputs import sentence_ids
from slidegen.quantize.experiments.running import Runnable, open_encoder, quantized, torch_session
from slidegen.quantize.weights.base import Weights

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

POOLINGS: Final[Mapping[str, Callable[[torch.Tensor], torch.Tensor]]] = {
    "pooling_mode_mean_tokens": lambda states: states.mean(dim=0),
    "pooling_mode_cls_token": lambda states: states[0],
    "pooling_mode_lasttoken": lambda states: states[-1],
    "pooling_mode_max_tokens": lambda states: states.max(dim=0).values,
}
"""From the hidden states (tokens, width) to an embedding (width), by the key that a folder sets."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the embeddings of the sentences moved.

    `mean_cosine` and `smallest_cosine` are over the sentences: the cosine between a sentence's embedding before and
    after. `rank_correlation` is Spearman's, between the cosines of all pairs of sentences before and after: 1 if the
    model still finds the same pairs more alike than others. `sentences` counts them.
    """

    stored: Stored
    mean_cosine: float
    smallest_cosine: float
    rank_correlation: float
    sentences: int


@dataclass(frozen=True, slots=True, eq=False)
class DriftReference:
    """A sentence encoder, the sentences as token ids, and their embeddings of length 1 (sentences, width)."""

    runnable: Runnable
    pooling: Callable[[torch.Tensor], torch.Tensor]
    sentences: tuple[tuple[int, ...], ...]
    embeddings: NDArray[np.float64]


def prepare_drift(weights: Weights) -> DriftReference:
    """Loads a sentence encoder and runs it once. Raises ModelError if it is none, MissingExtraError without torch."""
    with torch_session(weights.name):
        runnable = open_encoder(weights)
        ids = tuple(map(tuple, sentence_ids(runnable)))
        pooling = pooling_of(weights)
        return DriftReference(runnable, pooling, ids, embeddings(runnable, pooling, ids))


def drift(
    reference: DriftReference, method: str, granularity: Granularity | None = None, progress: Progress = ignore
) -> Drift:
    """The drift of a method. Raises SlidegenError for a method or granularity that does not exist."""
    runnable = reference.runnable
    with (
        torch_session(runnable.weights.name),
        quantized(runnable, runnable.layers, method, granularity, progress) as stored,
    ):
        moved = embeddings(runnable, reference.pooling, reference.sentences)
    cosines = (reference.embeddings * moved).sum(axis=1)
    correlation = spearman(_similarities(reference.embeddings), _similarities(moved))
    return Drift(stored, float(cosines.mean()), float(cosines.min()), correlation, len(cosines))


def spearman(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Spearman's rank correlation: Pearson's, of the ranks, equal values sharing their mean rank.

    Source: Spearman 1904, The proof and measurement of association between two things. NaN if all values of a side are
    equal, as no order can be told from them.
    """
    import numpy as np

    ranks = [_ranks(values) for values in (left, right)]
    centred = [values - values.mean() for values in ranks]
    length = np.sqrt((centred[0] @ centred[0]) * (centred[1] @ centred[1]))
    return float(centred[0] @ centred[1] / length) if length else float("nan")


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[group]
    return mean_ranks


def _similarities(embeddings: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cosines of all pairs of two different sentences."""
    import numpy as np

    pairs: NDArray[np.float64] = (embeddings @ embeddings.T)[np.triu_indices(len(embeddings), 1)]
    return pairs


def embeddings(
    runnable: Runnable, pooling: Callable[[torch.Tensor], torch.Tensor], sentences: tuple[tuple[int, ...], ...]
) -> NDArray[np.float64]:
    """The embeddings of sentences given as token ids, each of length 1 (sentences, width).

    To be called in a `torch_session`. Raises ModelError if the model gives no finite numbers.
    """
    import numpy as np
    import torch

    rows = [pooling(runnable.model(torch.tensor([ids])).last_hidden_state[0]).numpy() for ids in sentences]
    pooled = np.stack(rows).astype(np.float64)
    lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths) & (lengths > 0)):
        raise model_error(runnable.weights.name, "its embeddings are not finite numbers; its files may be damaged")
    unit: NDArray[np.float64] = pooled / lengths
    return unit


def pooling_of(weights: Weights) -> Callable[[torch.Tensor], torch.Tensor]:
    """How a folder's encoder pools. Raises ModelError for a way that is not known here, or for several at once."""
    path = weights.location / "1_Pooling" / "config.json"
    if not is_there(path):
        return POOLINGS["pooling_mode_mean_tokens"]
    config: Mapping[str, Any] = read_config(path, weights.name, "its 1_Pooling/config.json")
    modes = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    if len(modes) != 1 or modes[0] not in POOLINGS:
        allowed = ", ".join(POOLINGS)
        raise model_error(weights.name, f"it pools by {', '.join(modes) or 'nothing'}; allowed is one of: {allowed}")
    return POOLINGS[modes[0]]
