"""Problems of a built deck that only a browser finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from slidegen.browser.deck import open_deck
from slidegen.built import Built
from slidegen.errors import Problem


def shown_problems(deck: str, built: Built, slides: Collection[int]) -> Iterator[Problem]:
    """What runs off those `slides` of a built deck (from 1), what is set smaller on them, the deck's network requests,
    and what its scripts say."""
    with open_deck(built.output) as opened:
        for found in opened.overflows(slides):
            yield built.problem(str(found), deck, found.index)
        names = opened.names()
        for index, elements in enumerate(opened.smaller()):
            for element, size in dict.fromkeys(elements) if index + 1 in slides else ():
                message = f"slide {names[index]}: a {element} is set in {size.replace('px', ' px')} so that it fits"
                yield built.problem(message, deck, index, "smaller-text")
        yield from (
            Problem(f"loads {url} from the network", deck, code="network-request") for url in opened.requests[1:]
        )
        for message, code in opened.console:
            yield Problem(f"message on the browser's console: {message}", deck, code=code)
