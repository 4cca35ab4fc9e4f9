"""Decks in Markdown, with whatever their text is."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.deck_folder import PIXEL, DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import mutate
from tests.fuzz.oracle import built_or_refused
from tests.fuzz.seeds import TOKENS, markdown_seeds, some_markdown, yaml_seeds

HEADS = (
    "",
    "---\nmarp: true\n---\n",
    "---\nvars:\n  x: 1\n---\n",
    "---\ntheme: gaia\nheadingDivider: 2\n---\n",
    "---\ntitle: a\n---\n",
)


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Builds a deck in one of the outputs."""
    folder.write("pixel.png", PIXEL)
    if rng.random() < 0.5:
        deck = (rng.choice(HEADS) + some_markdown(rng, 20)).encode("utf-8", "surrogatepass")
    else:
        seeds = markdown_seeds()
        head = rng.choice(HEADS).encode() if rng.random() < 0.5 else b""
        deck = head + mutate(rng, rng.choice(seeds), (*seeds, *yaml_seeds()), TOKENS)
    options = {"fix_encoding": rng.random() < 0.1, "remote": rng.choice(("refuse", "placeholder"))}
    built_or_refused(folder, deck, "talk.md", format=rng.choice((None, "reveal", "marp")), **options)


@smoke_and_all(4000)
def test_markdown_decks_are_built_or_refused(seeds: Sequence[int]) -> None:
    """Changed, spliced and made up, for both outputs."""
    assert faults_of("markdown", attempt, seeds) == []
