"""Experiment 3, output drift: the embeddings of a sentence encoder before and after quantization.

The shipped sentences are embedded one at a time, without padding. The pooling of the last hidden states is read from
the model's folder (`1_Pooling/config.json`); the default is mean pooling. Source of the pooling: Reimers and Gurevych
2019, Sentence-BERT, section 3.
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
"""Functions from hidden states (tokens, width) to an embedding (width), by their keys in a pooling config."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the embeddings of the sentences moved.

    `mean_cosine` and `smallest_cosine` are, over the sentences, of the cosine between a sentence's embedding before and
    after. `rank_correlation` is Spearman's, between the cosines of all pairs of sentences before and after: 1 if the
    model still ranks all pairs by similarity in the same order. `sentences` is their number.
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
    """Loads a sentence encoder and runs it once.

    Raises ModelError if the model is not a sentence encoder, MissingExtraError without torch.
    """
    with torch_session(weights.name):
        runnable = open_encoder(weights)
        ids = tuple(map(tuple, sentence_ids(runnable)))
        pooling = pooling_of(weights)
        return DriftReference(runnable, pooling, ids, embeddings(runnable, pooling, ids))


def drift(
    reference: DriftReference, method: str, granularity: Granularity | None = None, progress: Progress = ignore
) -> Drift:
    """Returns the drift of a method. Raises SlidegenError for a method or granularity that does not exist."""
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
    """Returns Spearman's rank correlation: Pearson's of the ranks, where equal values share their mean rank.

    It is NaN if all values of one side are equal, because they have no order. Source: Spearman 1904, The proof and
    measurement of association between two things.
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
    """Returns the cosines of all pairs of different sentences."""
    import numpy as np

    pairs: NDArray[np.float64] = (embeddings @ embeddings.T)[np.triu_indices(len(embeddings), 1)]
    return pairs


def embeddings(
    runnable: Runnable, pooling: Callable[[torch.Tensor], torch.Tensor], sentences: tuple[tuple[int, ...], ...]
) -> NDArray[np.float64]:
    """Returns the embeddings of sentences (token ids) as rows of length 1: (sentences, width).

    Call it in a `torch_session`. Raises ModelError if the embeddings are not finite.
    """
    import numpy as np
    import torch

    rows = [pooling(runnable.model(torch.tensor([ids])).last_hidden_state[0]).numpy() for ids in sentences]
    pooled = np.stack(rows).astype(np.float64)
    lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths) & (lengths > 0)):
        raise model_error(
            runnable.weights.name, "its embeddings are not finite numbers; its files may be damaged", code="model-files"
        )
    unit: NDArray[np.float64] = pooled / lengths
    return unit


def pooling_of(weights: Weights) -> Callable[[torch.Tensor], torch.Tensor]:
    """Returns the pooling of a folder's encoder. Raises ModelError for an unknown pooling or several at once."""
    path = weights.location / "1_Pooling" / "config.json"
    if not is_there(path):
        return POOLINGS["pooling_mode_mean_tokens"]
    config: Mapping[str, Any] = read_config(path, weights.name, "its 1_Pooling/config.json")
    modes = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    if len(modes) != 1 or modes[0] not in POOLINGS:
        allowed = ", ".join(POOLINGS)
        raise model_error(
            weights.name,
            f"it pools by {', '.join(modes) or 'no mode'}; allowed: one of {allowed}",
            code="unsupported-model",
        )
    return POOLINGS[modes[0]]
