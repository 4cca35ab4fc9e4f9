"""Experiment 4, language model: the next-token predictions of the quantized model beside those of the unquantized one.

The text is the shipped one, in windows of `context` tokens that do not overlap. The predictions of all tokens of a
window but its first are compared. No tokens are sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, isfinite
from typing import TYPE_CHECKING, Final

from slidegen.errors import model_error
from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Progress, Stored, ignore
from slidegen.quantize.experiments.inputs import text_windows
from slidegen.quantize.experiments.running import Runnable, open_language_model, quantized, torch_session
from slidegen.quantize.weights.base import Weights

if TYPE_CHECKING:
    import torch

TOKENS: Final = 2048
CONTEXT: Final = 512
_ROWS: Final = 64
"""The number of predictions compared at a time, in double precision."""


@dataclass(frozen=True, slots=True)
class LanguageScore:
    """How the predictions of the next token changed.

    `kl_divergence`, in nats per token, is the mean of KL(P || Q) = sum of p ln(p / q) over the vocabulary, where P is
    the unquantized model's prediction and Q the quantized one's: the loss from using Q instead of P (Kullback and
    Leibler 1951, section 2). `top1_agreement` is the share of predictions in which both have the same most likely
    token. `perplexity` is exp of the mean of -ln q(next token). `tokens` is the number of predictions, `context` the
    length of a window.
    """

    stored: Stored
    kl_divergence: float
    top1_agreement: float
    perplexity: float
    unquantized_perplexity: float
    tokens: int
    context: int


@dataclass(frozen=True, slots=True, eq=False)
class LanguageReference:
    """A language model, the windows (windows, context), and its unquantized predictions as float32 logarithms of p."""

    runnable: Runnable
    windows: torch.Tensor
    predictions: tuple[torch.Tensor, ...]
    perplexity: float

    @property
    def tokens(self) -> int:
        """Returns the number of predictions."""
        return sum(len(rows) for rows in self.predictions)

    @property
    def context(self) -> int:
        """Returns the length of a window."""
        return int(self.windows.shape[1])


def prepare_language_model(weights: Weights, tokens: int = TOKENS, context: int = CONTEXT) -> LanguageReference:
    """Loads a language model and runs it once on the text's first `tokens` tokens.

    Raises ModelError if it is not a language model or cannot be run, MissingExtraError without torch.
    """
    import torch

    with torch_session(weights.name):
        runnable = open_language_model(weights)
        windows = torch.tensor(text_windows(runnable, tokens, context))
        predictions = tuple(_predictions(runnable, windows))
        surprise = sum(
            float(-_of_next(rows, window).double().sum()) for rows, window in zip(predictions, windows, strict=True)
        )
    reference = LanguageReference(runnable, windows, predictions, 0.0)
    mean = surprise / reference.tokens
    if not isfinite(mean):
        raise model_error(
            weights.name, "its predictions are not finite numbers; its files may be damaged", code="model-files"
        )
    return LanguageReference(runnable, windows, predictions, exp(mean))


def language_model(
    reference: LanguageReference, method: str, granularity: Granularity | None = None, progress: Progress = ignore
) -> LanguageScore:
    """Returns the scores of a method. Raises SlidegenError for a method or granularity that does not exist."""
    runnable, windows = reference.runnable, reference.windows
    steps = len(runnable.layers) + len(windows)
    divergence = surprise = 0.0
    agreed = 0
    with (
        torch_session(runnable.weights.name),
        quantized(runnable, runnable.layers, method, granularity, lambda done, _: progress(done, steps)) as stored,
    ):
        for number, rows in enumerate(_predictions(runnable, windows)):
            before = reference.predictions[number]
            for p, q in zip(before.split(_ROWS), rows.split(_ROWS), strict=True):
                divergence += _kl(p, q)
            agreed += int((before.argmax(dim=1) == rows.argmax(dim=1)).sum())
            surprise -= float(_of_next(rows, windows[number]).double().sum())
            progress(len(runnable.layers) + number + 1, steps)
    tokens = reference.tokens
    return LanguageScore(
        stored=stored,
        kl_divergence=divergence / tokens,
        top1_agreement=agreed / tokens,
        perplexity=_perplexity(surprise / tokens),
        unquantized_perplexity=reference.perplexity,
        tokens=tokens,
        context=reference.context,
    )


def _predictions(runnable: Runnable, windows: torch.Tensor) -> Iterator[torch.Tensor]:
    """Yields, for each window, ln of the probabilities of its tokens after the first: (context - 1, vocabulary)."""
    import torch

    for window in windows:
        logits = runnable.model(window[None], use_cache=False).logits[0, :-1]
        yield torch.log_softmax(logits.float(), dim=1)


def _of_next(rows: torch.Tensor, window: torch.Tensor) -> torch.Tensor:
    """Returns ln of the predicted probability of each next token of the window."""
    return rows.gather(1, window[1:, None])[:, 0]


def _kl(p: torch.Tensor, q: torch.Tensor) -> float:
    """Returns the sum of KL(P || Q) in nats over rows of ln p and ln q."""
    p, q = p.double(), q.double()
    return float((p.exp() * (p - q)).sum())


def _perplexity(mean_surprise: float) -> float:
    """Returns exp of a mean of -ln q; infinity if that exceeds a float."""
    return exp(mean_surprise) if mean_surprise < 700 else float("inf")
