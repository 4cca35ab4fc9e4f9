"""Problems of a built deck that only a browser finds."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen.browser.deck import open_deck
from slidegen.built import Built
from slidegen.errors import Problem


def shown_problems(deck: str, built: Built) -> Iterator[Problem]:
    """What runs off the slides of a built deck, its network requests, and the messages of the browser's console."""
    with open_deck(built.output) as opened:
        for found in opened.overflows():
            yield built.problem(str(found), deck, found.index)
        yield from (Problem(f"loads {url} from the network", deck) for url in opened.requests[1:])
        yield from (Problem(f"message on the browser's console: {message}", deck) for message in opened.messages)
