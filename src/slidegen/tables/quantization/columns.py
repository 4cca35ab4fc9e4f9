"""The columns of each experiment's table, and what its numbers leave out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from slidegen.model import Column
from slidegen.tables.fields import columns_of
from slidegen.tables.quantization.parameters import ExperimentName, QuantizationParameters

Columns = tuple[Column, ...]

METHOD_COLUMN, BLOCK_SIZE = columns_of(QuantizationParameters)
METHOD: Final[Columns] = (METHOD_COLUMN, Column("title", "Format", "text"))
STORED: Final[Columns] = (
    Column("model", "Model", "model"),
    *METHOD,
    BLOCK_SIZE,
    Column("parameters", "Parameters", "count"),
    Column("bits", "Bits per parameter", "measure"),
)
NOTE: Final = Column("note", "Note", "caveat")
ERROR: Final = Column("error", "Relative error", "percent")
SNR: Final = Column("snr_db", "SNR, dB", "number")

COLUMNS: Final[Mapping[ExperimentName, Columns]] = {
    "weights": (*STORED, ERROR, SNR, Column("largest_error", "Largest error", "measure"), NOTE),
    "outputs": (
        *STORED,
        ERROR,
        Column("worst_error", "Worst layer", "percent"),
        Column("worst_layer", "Which", "text"),
        Column("tokens", "Tokens", "integer"),
        NOTE,
    ),
    "drift": (
        *STORED,
        Column("cosine", "Mean cosine", "ratio"),
        Column("smallest_cosine", "Smallest cosine", "ratio"),
        Column("rank_correlation", "Rank correlation", "ratio"),
        Column("sentences", "Sentences", "integer"),
        NOTE,
    ),
    "lm": (
        *STORED,
        Column("kl_nats", "KL divergence, nats", "measure"),
        Column("agreement", "Same top token", "percent"),
        Column("perplexity", "Perplexity", "number"),
        Column("unquantized_perplexity", "Unquantized", "number"),
        Column("tokens", "Tokens", "integer"),
        NOTE,
    ),
    "outliers": (
        *METHOD,
        BLOCK_SIZE,
        Column("outlier", "Outlier, standard deviations", "significant"),
        Column("bits", "Bits per parameter", "measure"),
        ERROR,
        SNR,
        Column("zeros", "Rounded to zero", "percent"),
    ),
    "toy": (
        *METHOD,
        Column("value", "Value", "significant"),
        Column("scaled", "Value / scale", "number"),
        Column("code", "Code", "integer"),
        Column("dequantized", "Read back", "number"),
        Column("error", "Error", "number"),
        Column("scale", "Scale", "measure"),
        Column("zero_point", "Zero point", "integer"),
        Column("lowest", "Lowest code", "integer"),
        Column("highest", "Highest code", "integer"),
    ),
    "formats": (
        Column("format", "Format", "text"),
        Column("name", "Name", "text"),
        Column("bits", "Bits", "integer"),
        Column("exponent", "Exponent", "integer"),
        Column("mantissa", "Mantissa", "integer"),
        Column("largest", "Largest", "significant"),
        Column("smallest_normal", "Smallest normal", "significant"),
        Column("smallest_subnormal", "Smallest subnormal", "significant"),
        Column("epsilon", "Epsilon", "significant"),
        Column("pi", "Pi as stored", "significant"),
    ),
    "levels": (*METHOD, Column("level", "Level", "ratio")),
    "histogram": (
        Column("model", "Model", "model"),
        BLOCK_SIZE,
        Column("low", "From", "significant"),
        Column("high", "To", "significant"),
        Column("count", "Weights", "integer"),
        Column("share", "Share", "percent"),
    ),
}

_OTHERS: Final = "embeddings, the output head, norms and biases, which are not quantized"
LEAVES_OUT: Final[Mapping[ExperimentName, str | None]] = {
    "weights": _OTHERS,
    "outputs": f"{_OTHERS}; the errors of earlier layers, as each layer gets its real inputs",
    "drift": f"{_OTHERS}; errors of quantized activations",
    "lm": f"{_OTHERS}; errors of quantized activations",
    "outliers": "how real weights differ from Gaussian numbers, one of which is made large",
    "toy": None,
    "formats": None,
    "levels": "the scale of a block, by which each level is multiplied",
    "histogram": f"{_OTHERS}; blocks of zeros",
}
