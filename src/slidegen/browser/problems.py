"""Problems of a built deck that only a browser finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from slidegen.browser.deck import open_deck
from slidegen.built import Built
from slidegen.errors import Problem


def shown_problems(deck: str, built: Built, slides: Collection[int]) -> Iterator[Problem]:
    """What runs off those `slides` of a built deck (from 1) or is changed there, the deck's network requests, and
    what its scripts say."""
    with open_deck(built.output) as opened:
        over = list(opened.overflows(slides))
        for found in over:
            yield built.problem(str(found), deck, found.index, code="runs-off")
        for change in opened.adapted(slides):
            # What runs off even in the smallest type has been said.
            if change.code != "smaller-text" or change.index not in {found.index for found in over}:
                yield built.problem(str(change), deck, change.index, code=change.code)
        yield from (
            Problem(f"loads {url} from the network", deck, code="network-request") for url in opened.requests[1:]
        )
        for message, code in opened.console:
            yield Problem(f"message on the browser's console: {message}", deck, code=code)
