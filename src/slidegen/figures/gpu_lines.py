"""Which GPUs a chart of memory has lines for."""

from __future__ import annotations

from typing import Final

from slidegen.hardware import Gpu, find_gpu, gpus

NEAR: Final = 1.45
"""The next larger card is shown, too, if its memory is at most so many times that of the longest bar."""
FIRST: Final = (24, 80, 48, 16, 40, 141, 12, 8, 192, 32, 96)
"""The sizes in GB, the most usual first: where there is no room for all names, the others give way."""


def usual_cards(longest: float) -> list[Gpu]:
    """The cards for bars up to `longest` bytes, the most usual first: those that some bar passes, and the next larger
    one if it is near. The small ones are left out where they would crowd at the left end."""
    near = next((card for card in gpus() if card.size >= longest), None)
    end = max(longest, near.size if near is not None and near.size <= NEAR * longest else 0)
    found = [card for card in gpus() if end / 8 <= card.size <= end]
    return sorted(found, key=lambda card: (card is not near, FIRST.index(card.gigabytes)))


def asked_cards(wanted: tuple[str | int, ...]) -> tuple[list[Gpu], list[str]]:
    """The cards of these sizes (in GB) or names, and what is wrong with those that are unknown."""
    found, wrong = [], []
    for one in wanted:
        if isinstance(one, int):
            alike = [card for card in gpus() if card.gigabytes == one]
            # A size that several cards have names none of them.
            found.append(alike[0] if len(alike) == 1 else Gpu(f"{one} GB", "", one, "the deck"))
            continue
        try:
            found.append(find_gpu(one))
        except ValueError as error:
            wrong.append(f"{error}; or a size like 24")
    return sorted(found, key=lambda card: card.gigabytes), wrong
