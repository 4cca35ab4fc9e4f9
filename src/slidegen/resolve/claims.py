"""``claim(condition, "words")`` in a deck's text: words that are shown as long as they are true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Undefined

from slidegen.comparison_text import described, reason, share, truth
from slidegen.errors import Problem
from slidegen.judgments import Judgment
from slidegen.marks import NO_TEXT
from slidegen.resolve.judging import is_true
from slidegen.resolve.values import Quantity, ValueProblem, plain, shown
from slidegen.resolved import Claim, PlacedClaim

if TYPE_CHECKING:
    from slidegen.resolve.environment import Environment

CLAIM: Final = 500
"""Steps of a claim, besides those of its condition and its words: it is kept until the deck is built."""
MAX_WORDS: Final = 60
"""Characters of a claim's words that a message quotes."""
USE: Final = 'write {{ claim(x.total < 24 * GiB, "fits on a 24 GB card") }}'
SPACE: Final = re.compile(r"[ \t\r\n]+")

Place = tuple[str, int]
"""A file of the deck and a line in it."""


class Claims:
    """The claims of a deck and of the files that it includes, each once for its place.

    `place` is where the current text stands, None where none is shown; `slide` the number of the current slide.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Claim] = {}
        self.place: Place | None = None
        self.slide: int | None = None

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._made.values())

    def add(self, words: str, judgment: Judgment, place: Place, lang: str = "en", instead: str = "") -> PlacedClaim:
        """Keeps a claim, and returns what stands on the slide."""
        claim = Claim(words, judgment, *place, self.slide, instead)
        compares = ((part.left.value, part.operator, part.right.value) for part in judgment.parts)
        self._made.setdefault((words, *place, judgment.holds, *compares), claim)
        compared = described(judgment.closest, lang)
        return PlacedClaim(words, compared, judgment.provenance, "" if claim.holds else truth(judgment, lang), lang)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Forgets the claims that were made inside if an error is raised."""
        count = len(self._made)
        try:
            yield
        except BaseException:
            self.forget(count)
            raise

    def __len__(self) -> int:
        return len(self._made)

    def forget(self, count: int) -> None:
        """Forgets all claims but the first `count`."""
        while len(self._made) > count:
            self._made.popitem()


def claim_function(environment: Environment, lang: str) -> Callable[..., PlacedClaim]:
    """Returns ``claim(condition, words)`` for the texts of an environment."""

    def claim(*given: Any, **named: Any) -> PlacedClaim:
        environment.spend(CLAIM)
        if len(given) != 2 or named:
            raise ValueProblem(f"claim() takes a condition and its words: {USE}", code="wrong-expression")
        if environment.claims.place is None:
            message = "claim() is for a text that is shown; a condition is written as it is"
            raise ValueProblem(message, code="wrong-expression")
        words = _words(environment.read(given[1]))
        return environment.claims.add(words, _judgment(given[0], words), environment.claims.place, lang)

    return claim


def _words(value: Any) -> str:
    words = SPACE.sub(" ", shown(value)).strip(" ")
    if not words:
        raise ValueProblem(f"the words of claim() are empty; {USE}", code="wrong-expression")
    if NO_TEXT.search(words):
        raise ValueProblem("the words of claim() hold a character that is not text", code="wrong-expression")
    return words


def _judgment(condition: Any, words: str) -> Judgment:
    """Returns the judgment of a condition. Raises ValueProblem for one that compares nothing."""
    if isinstance(condition, Judgment):
        return condition
    if isinstance(condition, Quantity) and isinstance(condition.value, bool):
        return is_true(condition)
    if isinstance(condition, Undefined):
        shown(condition)  # a strict one raises its error
    value = plain(condition)
    if isinstance(value, bool):
        what = f"is {str(value).lower()} and does not say of which numbers"
    elif isinstance(value, str | int | float | None):
        what = f"is {shown(value)[:MAX_WORDS]!r}"
    else:
        what = "is not a truth value"
    message = f"claim({quoted(words)}): the condition {what}; compare by an operator in it: {USE}"
    raise ValueProblem(message, code="wrong-expression")


def quoted(words: str) -> str:
    """Returns words in quotes, shortened for a message."""
    return f'"{words}"' if len(words) <= MAX_WORDS else f'"{words[:MAX_WORDS]}..."'


def problems_of(claims: Iterable[Claim], warns: bool) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Returns the problems of claims that do not hold, and warnings of those that hold by too little."""
    made = tuple(claims)
    false = tuple(false_claim(claim, warns) for claim in made if not claim.holds)
    return false, tuple(filter(None, map(thin_claim, made)))


def thin_claim(claim: Claim) -> Problem | None:
    """Warns of a claim that holds by less than the numbers that it compares may be off; None for any other."""
    part = claim.judgment.thin
    uncertain = None if part is None else part.uncertain
    if part is None or uncertain is None:
        return None
    sources = "; ".join(
        f"numbers of {one.source} are within {share(one.accuracy.error)}, {one.accuracy.evidence}"
        for one in uncertain.evidence
    )
    together = part.relative(uncertain.error) or 0.0
    if together > max(one.accuracy.error for one in uncertain.evidence):
        sources += f"; together within {share(together)}" if isfinite(together) else "; together without bounds"
    what = f"the claim {quoted(claim.words)} holds by {share(part.margin)}, but {sources}"
    return Problem(what, claim.path, claim.line, slide=claim.slide, code="thin-claim")


def false_claim(claim: Claim, warns: bool) -> Problem:
    """Returns the problem of a claim that does not hold."""
    why = claim.instead or reason(claim.judgment)
    what = f"the claim {quoted(claim.words)} is false: {why}; change the words or the condition"
    message = what if warns else f"{what}, or set claims: warn"
    return Problem(message, claim.path, claim.line, slide=claim.slide, code="false-claim")
