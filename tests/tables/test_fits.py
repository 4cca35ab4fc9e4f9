"""The table source `fits`: verdicts on cards, and the largest settings that fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import SlidegenError
from slidegen.estimate.lengths import positions_of
from slidegen.model import CellValue
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.results.store import check_parameters
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext

pytest.importorskip("peft")
SMALL = "HuggingFaceTB/SmolLM2-135M"


def fits(**parameters: Any) -> list[dict[str, CellValue]]:
    """The rows of the source as mappings."""
    source = TABLE_SOURCES.find("fits")
    bench = SourceContext(ModelFinder(offline=True), lambda _: None, Project.of(Path()))
    table = source.compute(check_parameters(source, {"models": SMALL, **parameters}), bench)
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]


def test_cards_hold_what_is_smaller_than_them() -> None:
    """The card's memory less the context, against what is reserved."""
    (small, large) = fits(method="full", batch_size=32, seq_len=1024, cards=["RTX 4060", "H100"])
    assert (small["fits"], large["fits"]) == ("does not fit", "fits")
    assert large["memory"] == 80 * 2**30
    assert large["free"] == 80 * 2**30 - int(large["reserved"] or 0) - int(large["context"] or 0)


def test_the_largest_batch_fits_and_a_larger_one_does_not() -> None:
    """Within one part in 64."""
    (found,) = fits(method="full", seq_len=512, cards="RTX 3060", largest=True)
    batch = int(found["batch_size"] or 0)
    for size, expected in ((batch, True), (batch + batch // 32 + 2, False)):
        (row,) = fits(method="full", seq_len=512, batch_size=size, cards="RTX 3060")
        assert str(row["fits"]).startswith("fits") is expected


def test_flash_attention_fits_no_card_without_its_kernels() -> None:
    """A T4 is older than what the package flash-attn is for, however much is free on it."""
    (turing, ampere) = fits(seq_len=64, attention="flash", cards=["T4", "A100"])
    assert (turing["fits"], ampere["fits"]) == ("does not fit", "fits")
    assert "flash-attn needs a GPU from Ampere on" in str(turing["notes"])
    (searched,) = fits(seq_len=64, attention="flash", cards="T4", largest=True, quick=True)
    assert (searched["batch_size"], searched["seq_len"], searched["rank"]) == (None, None, None)


@pytest.mark.parametrize(
    ("model", "given", "longest"),
    [
        ("openai-community/gpt2", {"method": "full", "seq_len": 100}, 1024),
        ("openai-community/gpt2", {"method": "inference", "seq_len": 100, "max_new_tokens": 24}, 1000),
        ("openai/whisper-tiny", {"method": "inference", "seq_len": 10}, 448),
    ],
)
def test_no_length_is_tried_that_the_model_has_no_positions_for(
    model: str, given: dict[str, Any], longest: int
) -> None:
    """Under every name that configs have for their number; generated tokens need positions, too."""
    (found,) = fits(models=model, cards="A100", largest=True, **given)
    assert found["seq_len"] == longest


def test_the_number_of_positions_may_be_the_text_models() -> None:
    """Of a vision-language model."""
    assert positions_of({"text_config": {"max_position_embeddings": 131072}}) == 131072
    assert positions_of({"max_position_embeddings": 0, "n_positions": True}) is None


def test_the_end_of_a_search_is_not_below_what_fits() -> None:
    """And it is said that the search ends there, not the memory."""
    (found,) = fits(method="inference", batch_size=5000, seq_len=1, cards="H200", largest=True, quick=True)
    assert (found["fits"], found["batch_size"]) == ("fits", 5000)
    (found,) = fits(method="inference", seq_len=8, cards="H200", largest=True, quick=True)
    assert found["batch_size"] == 4096
    assert "the largest batch is where the search ends" in str(found["notes"])
    (found,) = fits(method="inference", seq_len=20_000, cards="H200", largest=True, quick=True)
    assert int(found["seq_len"] or 0) == 20_000


def test_lengths_that_are_not_aligned_do_not_mislead() -> None:
    """The math kernel of a T4 pads its mask; wherever the search begins, it ends at about the same length."""
    found = [
        int(fits(method="lora", seq_len=start, cards="T4", largest=True, quick=True)[0]["seq_len"] or 0)
        for start in (5, 500, 1021, 3000)
    ]
    assert max(found) - min(found) <= max(found) // 64 + 8
    assert not any(length % 8 for length in found)


def test_a_gpu_is_a_card() -> None:
    """The same name for the same thing in all sources; two of them contradict each other."""
    assert [row["card"] for row in fits(gpu="T4", quick=True, seq_len=64)] == ["Tesla T4"]
    assert [row["card"] for row in fits(cards=["T4", "Tesla T4"], quick=True, seq_len=64)] == ["Tesla T4"]
    with pytest.raises(SlidegenError, match="gpu and cards both name GPUs; give one of them"):
        fits(gpu="T4", cards="A100", quick=True)
