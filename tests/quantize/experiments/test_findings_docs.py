"""The table of results in the documentation, on which its findings rest, is what the experiments give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegen.quantize import QUANTIZERS, Granularity
from slidegen.quantize.experiments import (
    DriftReference,
    LanguageReference,
    OutputReference,
    drift,
    language_model,
    output_error,
    prepare_language_model,
    weight_error,
)
from slidegen.quantize.weights import Weights

PAGE = Path(__file__).parents[3] / "docs" / "quantization.md"
METHODS = {method.title: name for name, method in QUANTIZERS.items()}
LED_BY = ["INT8 tensor", "INT8 row", "NF4 64", "NF4, double quantization 64", "FP4 (bitsandbytes) 64", "INT4 64"]
"""The rows on which the comparison with the literature leads; the others are checked with the slow tests."""


def documented() -> dict[str, list[str]]:
    """The cells of each row behind its method and what shares a scale."""
    lines = (line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| "))
    rows = ([cell.strip() for cell in line.split("|")[1:-1]] for line in lines)
    return {f"{row[0]} {row[1]}": row[2:] for row in rows if len(row) == 9 and row[0] in METHODS}


ROWS = documented()


def asked(row: str) -> tuple[str, Granularity]:
    """The method and granularity of a row."""
    title, _, scale = row.rpartition(" ")
    return METHODS[title], int(scale) if scale.isdecimal() else scale  # type: ignore[return-value]


def agrees(number: float, cell: str) -> bool:
    """Whether a number is the printed one, but for one unit of its last digit: processors differ there."""
    text = re.sub(r"[ %*]", "", cell)
    return abs(number - float(text)) <= 1.5 * 10.0 ** -len(text.partition(".")[2])


@pytest.fixture(scope="module")
def glass_whole(glass: Weights) -> LanguageReference:
    """glassllm on as much text as the documentation says."""
    return prepare_language_model(glass)


@pytest.fixture(scope="module")
def smollm_whole(smollm: Weights) -> LanguageReference:
    """SmolLM2 likewise."""
    return prepare_language_model(smollm)


@pytest.mark.parametrize("row", [pytest.param(row, marks=[] if row in LED_BY else [pytest.mark.slow]) for row in ROWS])
def test_a_row_of_the_table(
    row: str,
    minilm: Weights,
    minilm_outputs: OutputReference,
    minilm_drift: DriftReference,
    glass_whole: LanguageReference,
) -> None:
    """Bits, SNR, output error and drift of MiniLM, and KL divergence of glassllm."""
    method, granularity = asked(row)
    weights = weight_error(minilm, method, granularity)
    moved = drift(minilm_drift, method, granularity)
    numbers = [
        weights.stored.bits_per_parameter,
        weights.snr_db or 0.0,
        100 * output_error(minilm_outputs, method, granularity).relative_error,
        moved.mean_cosine,
        moved.rank_correlation,
        language_model(glass_whole, method, granularity).kl_divergence,
    ]
    assert [
        (cell, number) for cell, number in zip(ROWS[row][:6], numbers, strict=True) if not agrees(number, cell)
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_the_column_of_smollm2(row: str, smollm_whole: LanguageReference) -> None:
    """KL divergence, with a star where the weights' own grid is found back."""
    found = language_model(smollm_whole, *asked(row))
    assert agrees(found.kl_divergence, ROWS[row][6])
    assert ROWS[row][6].endswith("*") == (not found.stored.meaningful)


def test_all_rows_are_read() -> None:
    """None is lost to a title that no method has."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| method | scale per |"))
    table = lines[start + 2 : lines.index("", start)]
    assert len(ROWS) == len(table) > 30
    assert set(LED_BY) < set(ROWS)
