"""The rows of one part: runs the experiment and turns its numbers into cells, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from slidegen.model import CellValue
from slidegen.quantize import QUANTIZERS, experiments
from slidegen.quantize.base import Granularity
from slidegen.quantize.experiments.base import Stored
from slidegen.quantize.experiments.histogram import histogram
from slidegen.quantize.weights import Weights, open_weights
from slidegen.tables.base import SourceContext
from slidegen.tables.quantization.parameters import ExperimentName, QuantizationParameters

Cells = dict[str, CellValue]
"""Cells by the keys of their columns. A missing one is n/a."""


@dataclass(frozen=True, slots=True)
class Request:
    """The request of one part."""

    parameters: QuantizationParameters
    context: SourceContext

    @property
    def weights(self) -> Weights:
        """The weights of the one model, for experiments that have one."""
        return opened(self.parameters.models[0], self.context)

    @property
    def method(self) -> str:
        """The one method."""
        return self.parameters.method[0]

    @property
    def granularity(self) -> Granularity:
        """The one block size."""
        return self.parameters.block_size[0]

    def prepared(self, prepare: Callable[..., Any], *given: int) -> Any:
        """Returns the model, loaded and run unquantized."""
        return _prepared(prepare, self.parameters.models[0], self.context, *given)

    def progress(self, done: int, total: int) -> None:
        """Reports how much of the part is done."""
        self.context.advance(done / total)


@lru_cache(maxsize=8)
def opened(name: str, context: SourceContext) -> Weights:
    """Finds the weights of a model without reading them; cached, as each part needs them. Raises ModelError."""
    return open_weights(name, context.models, context.progress)


@lru_cache(maxsize=1)
def _prepared(prepare: Callable[..., Any], name: str, context: SourceContext, *given: int) -> Any:
    """Prepares a model and caches the last one: the next part most likely uses it, and two may not fit in memory."""
    return prepare(opened(name, context), *given)


def _weights(request: Request) -> Iterator[Cells]:
    found = experiments.weight_error(request.weights, request.method, request.granularity, request.progress)
    yield {
        **_stored(request, found.stored),
        "error": _finite(found.relative_rms),
        "snr_db": found.snr_db,
        "largest_error": _finite(found.max_error),
    }


def _outputs(request: Request) -> Iterator[Cells]:
    reference = request.prepared(experiments.prepare_outputs)
    found = experiments.output_error(reference, request.method, request.granularity, request.progress)
    yield {
        **_stored(request, found.stored),
        "error": _rounded(found.relative_error),
        "worst_error": _rounded(found.worst.relative_error),
        "worst_layer": found.worst.name,
        "tokens": found.tokens,
    }


def _drift(request: Request) -> Iterator[Cells]:
    reference = request.prepared(experiments.prepare_drift)
    found = experiments.drift(reference, request.method, request.granularity, request.progress)
    yield {
        **_stored(request, found.stored),
        "cosine": _rounded(found.mean_cosine),
        "smallest_cosine": _rounded(found.smallest_cosine),
        "rank_correlation": _rounded(found.rank_correlation),
        "sentences": found.sentences,
    }


def _lm(request: Request) -> Iterator[Cells]:
    tokens = request.parameters.tokens
    given = () if tokens is None else (tokens,)
    reference = request.prepared(experiments.prepare_language_model, *given)
    found = experiments.language_model(reference, request.method, request.granularity, request.progress)
    yield {
        **_stored(request, found.stored),
        "kl_nats": _rounded(round(found.kl_divergence, 7)),
        "agreement": found.top1_agreement,
        "perplexity": _rounded(found.perplexity),
        "unquantized_perplexity": _rounded(found.unquantized_perplexity),
        "tokens": found.tokens,
    }


def _outliers(request: Request) -> Iterator[Cells]:
    given: dict[str, Any] = {"sizes": request.parameters.sizes} if request.parameters.sizes else {}
    for row in experiments.outliers(method=request.method, granularities=request.parameters.block_size, **given):
        yield {
            **_named(request.method),
            "block_size": str(row.granularity),
            "outlier": row.outlier,
            "bits": row.bits_per_parameter,
            "error": _finite(row.relative_rms),
            "snr_db": row.snr_db,
            "zeros": row.zeros,
        }


def _toy(request: Request) -> Iterator[Cells]:
    values = request.parameters.values
    found = experiments.toy(values, request.method) if values else experiments.toy(method=request.method)
    for step in found.steps:
        yield {
            **_named(request.method),
            "value": step.value,
            "scaled": step.scaled,
            "code": step.code,
            "dequantized": step.dequantized,
            "error": step.error,
            "scale": found.scale,
            "zero_point": found.zero_point,
            "lowest": found.lowest_code,
            "highest": found.highest_code,
        }


def _formats(request: Request) -> Iterator[Cells]:
    names = request.parameters.formats
    for found in experiments.number_formats(names) if names else experiments.number_formats():
        yield {
            "format": found.name,
            "name": found.title,
            "bits": found.bits,
            "exponent": found.exponent_bits,
            "mantissa": found.mantissa_bits,
            "largest": found.largest,
            "smallest_normal": found.smallest_normal,
            "smallest_subnormal": found.smallest_subnormal,
            "epsilon": found.epsilon,
            "pi": found.pi,
        }


def _levels(request: Request) -> Iterator[Cells]:
    levels = QUANTIZERS[request.method].levels
    yield from ({**_named(request.method), "level": float(level)} for level in (levels() if levels else ()))


def _histogram(request: Request) -> Iterator[Cells]:
    bins = request.parameters.bins
    given = () if bins is None else (bins,)
    for found in histogram(request.weights, request.granularity, *given):
        yield {
            "model": request.weights.name,
            "block_size": str(request.granularity),
            "low": found.low,
            "high": found.high,
            "count": found.count,
            "share": found.share,
        }


ROWS: Final[Mapping[ExperimentName, Callable[[Request], Iterator[Cells]]]] = {
    "weights": _weights,
    "outputs": _outputs,
    "drift": _drift,
    "lm": _lm,
    "outliers": _outliers,
    "toy": _toy,
    "formats": _formats,
    "levels": _levels,
    "histogram": _histogram,
}


def _named(method: str) -> Cells:
    return {"method": method, "title": QUANTIZERS[method].title}


def _stored(request: Request, stored: Stored) -> Cells:
    return {
        "model": request.weights.name,
        **_named(stored.method),
        "block_size": str(stored.granularity),
        "parameters": stored.parameters,
        "bits": stored.bits_per_parameter,
        "note": stored.note,
    }


def _finite(number: float) -> float | None:
    """Returns a finite number, which JSON can hold, and None for an infinite or undefined one."""
    return number if isfinite(number) else None


def _rounded(number: float) -> float | None:
    """Rounds the result of a float32 run to five digits, which are the same on all processors."""
    return _finite(float(f"{number:.5g}"))
