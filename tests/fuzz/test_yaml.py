"""Decks in YAML."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import yaml

from tests.deck_folder import PIXEL, DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import extreme, mutate
from tests.fuzz.oracle import built_or_refused
from tests.fuzz.seeds import TOKENS, YAML_TOKENS, markdown_seeds, some_markdown, yaml_seeds

KEYS = tuple(token.removesuffix(": ") for token in YAML_TOKENS if token.endswith(": ") and token[0].isalpha())


def some_value(rng: Random, depth: int = 0) -> Any:
    """A value of YAML; lists and mappings of known keys inside each other."""
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind == 0:
        return rng.choice((None, True, False, 0, -1, 1.5, 10**30, float("inf"), float("nan"), "", "a", "16:9"))
    if kind <= 2:
        return rng.choice((*TOKENS, extreme(rng)))
    if kind <= 5:
        return some_markdown(rng)
    if kind == 6:
        return [some_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice(KEYS): some_value(rng, depth + 1) for _ in range(rng.randrange(5))}


def grammatical(rng: Random) -> bytes:
    """A deck of known keys whose values are anything."""
    deck: dict[Any, Any] = {rng.choice(KEYS): some_value(rng) for _ in range(rng.randrange(4))}
    if rng.random() < 0.9:
        deck["slides"] = [some_value(rng, rng.choice((1, 4))) for _ in range(rng.randrange(1, 4))]
    text = yaml.safe_dump(deck, allow_unicode=rng.random() < 0.8, default_flow_style=rng.choice((None, True, False)))
    return text.encode("utf-8", "surrogatepass")


def plain(rng: Random) -> bytes:
    """A deck whose keys are right and whose texts are anything."""

    def slide() -> Any:
        text = some_markdown(rng, 6)
        more: dict[str, Any] = {
            "notes": some_markdown(rng, 3),
            "layout": rng.choice(("title", "content", "quote", "section")),
            "class": "a",
        }
        more |= {
            "background": rng.choice(("red", {"image": "pixel.png"}, {"color": "#fff", "opacity": 0.5})),
            "id": "b",
        }
        return rng.choice((text, {"content": text, **dict(rng.sample(sorted(more.items()), rng.randrange(3)))}))

    deck: dict[str, Any] = {"vars": {"x": rng.choice((1, 2.5, "a", some_markdown(rng, 2), [1, 2], None))}}
    deck |= rng.choice(
        ({}, {"footer": some_markdown(rng, 2)}, {"theme": "dark"}, {"size": "4:3"}, {"incremental": True})
    )
    deck["slides"] = [rng.choice((slide, slide, lambda: [slide(), slide()]))() for _ in range(rng.randrange(1, 4))]
    return str(yaml.safe_dump(deck, allow_unicode=True)).encode("utf-8", "surrogatepass")


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Builds a deck in one of the outputs."""
    folder.write("pixel.png", PIXEL)
    chance = rng.random()
    if chance < 0.25:
        deck = grammatical(rng)
    elif chance < 0.6:
        deck = plain(rng)
    else:
        seeds = yaml_seeds()
        deck = mutate(rng, rng.choice(seeds), (*seeds, *markdown_seeds()), TOKENS)
    output = rng.choice((None, None, "reveal", "marp"))
    built_or_refused(folder, deck, rng.choice(("talk.yml", "talk.yaml")), format=output, remote="placeholder")


@smoke_and_all(4000)
def test_yaml_decks_are_built_or_refused(seeds: Sequence[int]) -> None:
    """Changed, spliced and made up."""
    assert faults_of("yaml", attempt, seeds) == []
