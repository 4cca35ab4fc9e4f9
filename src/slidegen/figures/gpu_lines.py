"""Chooses the GPUs that have a line in a chart of memory."""

from __future__ import annotations

from typing import Final

from slidegen.hardware import Gpu, find_gpu, gpus

NEAR: Final = 1.45
"""The next larger card is shown as well if its memory is at most this multiple of the longest bar."""
MOST_CARDS: Final = 4
FIRST: Final = (24, 80, 48, 16, 40, 141, 12, 8, 192, 32, 96)
"""The sizes in GB, the most usual first. If there is no space for all names, the later ones are left out."""


def usual_cards(longest: float) -> list[Gpu]:
    """The cards for bars up to `longest` bytes, the most usual first: those smaller than the longest bar, and the next
    larger one if it is near; at most `MOST_CARDS`. Small cards, which would crowd at the left end, are left out."""
    near = next((card for card in gpus() if card.size >= longest), None)
    end = max(longest, near.size if near is not None and near.size <= NEAR * longest else 0)
    found = [card for card in gpus() if end / 8 <= card.size <= end]
    return sorted(found, key=lambda card: (card is not near, FIRST.index(card.gigabytes)))[:MOST_CARDS]


def chosen_cards(chosen: tuple[str | int, ...]) -> tuple[list[Gpu], list[str]]:
    """The cards with these sizes (in GB) or names, and messages about the unknown ones."""
    found, wrong = [], []
    for one in chosen:
        if isinstance(one, int):
            alike = [card for card in gpus() if card.gigabytes == one]
            # If several cards have this size, the line does not name one.
            found.append(alike[0] if len(alike) == 1 else Gpu(f"{one} GB", "", one, "the deck"))
            continue
        try:
            found.append(find_gpu(one))
        except ValueError as error:
            wrong.append(f"{error}; or a size like 24")
    return sorted(found, key=lambda card: card.gigabytes), wrong
