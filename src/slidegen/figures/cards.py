"""The memory of common graphics cards, for the lines of a memory chart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from slidegen.errors import nearest
from slidegen.units import BYTES_PER_UNIT


@dataclass(frozen=True, slots=True)
class Card:
    """A card: its full name and its memory as it is sold; `source` is the maker's page or data sheet.

    `capability` is NVIDIA's compute capability (developer.nvidia.com, "CUDA GPU Compute Capability"), None of others.
    """

    name: str
    short: str
    gigabytes: int
    source: str
    capability: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """Its memory in bytes: makers sell memory of cards by GB and put in as many GiB."""
        return self.gigabytes * BYTES_PER_UNIT["GiB"]

    @property
    def compute_capability(self) -> tuple[int, int]:
        """NVIDIA's compute capability; other makers' cards are taken for an A100, whose kernels theirs follow."""
        return self.capability or (8, 0)


@cache
def cards() -> tuple[Card, ...]:
    """The cards of `cards.json`, the smallest first."""
    found = json.loads(Path(__file__).with_name("cards.json").read_text(encoding="utf-8"))
    for one in found:
        one["capability"] = tuple(one["capability"]) if one["capability"] else None
    return tuple(sorted((Card(**one) for one in found), key=lambda card: card.gigabytes))


def find_card(name: str) -> Card:
    """The card of this name, full or short. Raises ValueError with the names there are."""
    for card in cards():
        if name.lower() in (card.name.lower(), card.short.lower()):
            return card
    raise ValueError(f"unknown card {name!r}; {nearest(name, [card.short for card in cards()])}")


BEYOND: Final = 1.45
"""The next larger card is shown, too, if its memory is at most so many times that of the longest bar."""
FIRST: Final = (24, 80, 48, 16, 40, 141, 12, 8, 192, 32, 96)
"""The sizes in GB, the most usual first: where there is no room for all names, the others give way."""


def usual_cards(longest: float) -> list[Card]:
    """The cards for bars up to `longest` bytes, the most usual first: those that some bar passes, and the next larger
    one if it is near. The small ones are left out where they would crowd at the left end."""
    near = next((card for card in cards() if card.size >= longest), None)
    end = max(longest, near.size if near is not None and near.size <= BEYOND * longest else 0)
    found = [card for card in cards() if end / 8 <= card.size <= end]
    return sorted(found, key=lambda card: (card is not near, FIRST.index(card.gigabytes)))


def asked_cards(wanted: tuple[str | int, ...]) -> tuple[list[Card], list[str]]:
    """The cards of these sizes (in GB) or names, and what is wrong with those that are unknown."""
    found, wrong = [], []
    for one in wanted:
        if isinstance(one, int):
            alike = [card for card in cards() if card.gigabytes == one]
            # A size that several cards have names none of them.
            found.append(alike[0] if len(alike) == 1 else Card(f"{one} GB", "", one, "the deck"))
            continue
        try:
            found.append(find_card(one))
        except ValueError as error:
            wrong.append(f"{error}; or a size like 24")
    return sorted(found, key=lambda card: card.gigabytes), wrong
