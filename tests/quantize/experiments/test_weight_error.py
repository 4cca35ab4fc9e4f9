"""The weight error, against hand arithmetic and against bitsandbytes on a real model."""

from __future__ import annotations

from collections.abc import Callable
from math import log10, sqrt
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from slidegen.errors import SlidegenError
from slidegen.quantize.experiments import weight_error
from slidegen.quantize.weights import Weights
from tests.quantize.experiments.others import bitsandbytes_4bit, rows_int8
from tests.quantize.tiny_models import opened, write_json


def folder_of(path: Path, **matrices: list[list[float]]) -> Weights:
    """A model of nothing but these matrices."""
    write_json(path / "m" / "config.json", {"model_type": "llama"})
    tensors = {f"layers.0.{name}.weight": torch.tensor(values) for name, values in matrices.items()}
    save_file(tensors, path / "m" / "model.safetensors")
    return opened(path, "./m")


def test_by_hand(tmp_path: Path) -> None:
    """Two matrices together: errors and weights are added up over both before anything is divided."""
    # int4 has the codes -7..7. First: scale 1, errors 0.4, 0, 0.25, 0. Second: scale 2, errors 1 (a half goes to the
    # even code 0) and 0.
    weights = folder_of(tmp_path, up_proj=[[2.4, -7.0, 3.25, 1.0]], down_proj=[[1.0, 14.0]])
    result = weight_error(weights, "int4", "tensor")
    error = 0.4**2 + 0.25**2 + 1
    signal = 2.4**2 + 49 + 3.25**2 + 1 + 1 + 196
    assert result.relative_rms == pytest.approx(sqrt(error / signal), rel=1e-6)
    assert result.snr_db == pytest.approx(10 * log10(signal / error), rel=1e-6)
    assert result.max_error == 1
    assert (result.matrices, result.stored.parameters) == (2, 6)
    # 2 bytes and 1 byte of codes, and a float32 scale each.
    assert result.stored.bits_per_parameter == 8 * (2 + 4 + 1 + 4) / 6


def test_no_error_has_no_ratio(tmp_path: Path) -> None:
    """Weights that a method stores exactly have error 0 and no signal-to-noise ratio."""
    result = weight_error(folder_of(tmp_path, up_proj=[[1.0, -7.0, 3.0, 0.0]]), "int4", "tensor")
    assert (result.relative_rms, result.snr_db, result.max_error) == (0.0, None, 0.0)


@pytest.mark.parametrize(
    ("method", "granularity", "other"),
    [
        ("nf4", 64, lambda w: bitsandbytes_4bit(w, "nf4")),
        ("fp4-bnb", 64, lambda w: bitsandbytes_4bit(w, "fp4")),
        ("int8", "row", rows_int8),
    ],
)
def test_a_real_model(
    minilm: Weights, method: str, granularity: int | str, other: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    """MiniLM as bitsandbytes and torch quantize it has the same errors."""
    tensors = load_file(minilm.files[0])
    linear = [w for name, w in tensors.items() if w.ndim == 2 and "embeddings" not in name and w.is_floating_point()]
    errors = [(other(w) - w).double() for w in linear]
    squares = sum(float(e.square().sum()) for e in errors) / sum(float(w.double().square().sum()) for w in linear)
    result = weight_error(minilm, method, granularity)  # type: ignore[arg-type]
    assert result.matrices == len(linear) == 37
    assert result.relative_rms == pytest.approx(sqrt(squares), rel=1e-5)
    assert result.max_error == pytest.approx(max(float(e.abs().max()) for e in errors), rel=1e-5)


def test_weights_on_a_grid(smollm: Weights, glass: Weights) -> None:
    """SmolLM2 is stored as Q4_1, so Q4_1 finds it back exactly, which means nothing; on glassllm it does."""
    again = weight_error(smollm, "q4_1")
    assert (again.relative_rms, again.stored.on_grid, again.stored.meaningful) == (0.0, True, False)
    assert again.stored.note == (
        "the weights already lie on a 4-bit grid, so a 4-bit integer method finds back what is there"
    )
    other = weight_error(glass, "q4_1").stored
    assert (other.on_grid, other.meaningful, other.note) == (False, True, None)


@pytest.mark.parametrize(("rows", "marked"), [(4, False), (6, True)])
def test_a_tenth_on_a_grid_is_enough(tmp_path: Path, rows: int, marked: bool) -> None:
    """Of the model's weights: 4 rows of 44 lie on one, or 6 of 46."""
    numbers = np.random.default_rng(0).standard_normal((40, 64)).tolist()
    grid = np.random.default_rng(1).integers(-7, 8, (rows, 64)).astype(float).tolist()
    stored = weight_error(folder_of(tmp_path, mixed=numbers, gridded=grid), "int4").stored
    assert (stored.on_grid, stored.meaningful) == (marked, not marked)


def test_double_quantization_is_nearly_free(minilm: Weights) -> None:
    """QLoRA, section 3: scales in 8 bits save 0.373 bits a parameter; 4.127 bits are left, at nearly the same error."""
    plain, double = weight_error(minilm, "nf4", 64), weight_error(minilm, "nf4-dq", 64)
    assert plain.stored.bits_per_parameter == 4.5
    assert double.stored.bits_per_parameter == pytest.approx(4.127, abs=5e-4)
    assert plain.relative_rms < double.relative_rms < 1.01 * plain.relative_rms


def test_progress(glass: Weights) -> None:
    """Progress is told once for each matrix."""
    told: list[tuple[int, int]] = []
    weight_error(glass, "int8", progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 28) for number in range(1, 29)]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite(tmp_path: Path, value: float) -> None:
    """NaN and infinity are told with the model and the matrix."""
    weights = folder_of(tmp_path, up_proj=[[1.0, value]])
    with pytest.raises(SlidegenError) as caught:
        weight_error(weights, "nf4")
    assert str(caught.value) == (
        f"model './m': layers.0.up_proj.weight: {value:g} at [0, 1]; weights must be finite and at most 2**126"
    )


@pytest.mark.parametrize("bits", [8, 7, 6, 5])
def test_a_bit_more_halves_the_error(glass: Weights, bits: int) -> None:
    """The error of rounding grows with the step, of which 2^(bits-1) - 1 fit between zero and the largest weight."""
    more, less = weight_error(glass, f"int{bits}", 64), weight_error(glass, f"int{bits - 1}", 64)
    steps = (2 ** (bits - 1) - 1) / (2 ** (bits - 2) - 1)
    assert less.relative_rms / more.relative_rms == pytest.approx(steps, rel=0.01)
