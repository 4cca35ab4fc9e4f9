"""The claims of the example talk: each slide with a computed table has one, and they hold for other models as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.pipeline import resolved_deck
from slidegen.resolved import PlacedTable

DECK = str(Path(__file__).parents[1] / "slides" / "europython.yml")


@pytest.mark.parametrize(
    "models",
    [
        None,
        "Qwen/Qwen3-8B,google/gemma-3-12b-pt",
        "Qwen/Qwen2-1.5B",
        "meta-llama/Meta-Llama-3-70B",
        "google/gemma-2-9b,Qwen/Qwen2-72B,openai-community/gpt2",
    ],
)
def test_each_slide_with_a_table_has_a_claim_that_holds(models: str | None) -> None:
    """Whatever the models are: all fit, none does, one, or some."""
    settings = {} if models is None else {"models": models, "rank": "64"}
    deck = resolved_deck(DECK, BuildOptions(offline=True, settings=settings))
    claimed = {claim.slide for claim in deck.claims}
    slides = [slide for stack in deck.stacks for slide in stack]
    placing = {
        number
        for number, slide in enumerate(slides, start=1)
        if any(isinstance(placed, PlacedTable) for placed in slide.content.marked().values())
    }
    assert len(placing) == 3
    assert placing < claimed
    assert all(claim.holds for claim in deck.claims)
    assert not deck.problems
