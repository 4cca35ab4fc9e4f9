"""What is wrong with a deck as a browser shows it."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen.browser.deck import open_deck
from slidegen.built import Built
from slidegen.errors import Problem


def shown_problems(deck: str, built: Built) -> Iterator[Problem]:
    """What runs off the slides of a built deck, what it asks of the network, and what the browser's console says."""
    with open_deck(built.output) as opened:
        for found in opened.overflows():
            yield built.problem(str(found), deck, found.index)
        yield from (Problem(f"asks the network for {url}", deck) for url in opened.requests[1:])
        yield from (Problem(f"the browser's console says: {message}", deck) for message in opened.messages)
