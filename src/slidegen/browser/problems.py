"""Problems of a built deck that only a browser finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from slidegen.browser.deck import open_deck
from slidegen.browser.seen import Eyes
from slidegen.built import Built
from slidegen.checks import RULES
from slidegen.checks.rule import Finding, Rule
from slidegen.checks.scene import Spoken
from slidegen.errors import Problem
from slidegen.locate import line_of_text
from slidegen.model import Text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SAID: Final = frozenset({"margins", "smaller-text"})
"""The rules that say nothing new of a slide from which something runs off."""


@dataclass(frozen=True, slots=True)
class ShownSlide:
    """A slide of a built deck: its `text` in the file, and what is said on it."""

    text: Text
    spoken: Spoken | None = None


def shown_problems(
    deck: str, built: Built, shown: Sequence[ShownSlide], chosen: Collection[int], browser: Browser | None = None
) -> Iterator[Problem]:
    """What the rules of `slidegen check` find on the `chosen` slides (from 1) of a built deck, then the deck's network
    requests and what its scripts say. Starts a browser if none is given."""
    with open_deck(built.output, browser=browser) as opened:
        look = _Look(deck, built, shown, Eyes(opened))
        if len(opened.slides) != len(built.lines):
            what = f"the page shows {len(opened.slides)} of {len(built.lines)} slides; a script of the deck breaks it"
            yield Problem(what, deck, code="page-error")
        indexes = [index for index in range(min(len(opened.slides), len(built.lines))) if index + 1 in chosen]
        for index in indexes:
            yield from look.problems(index)
        if opened.page.evaluate("!document.documentElement.dataset.scheme"):
            opened.page.emulate_media(color_scheme="dark")
            for index in indexes:
                yield from look.in_the_dark(index)
        for url in opened.requests[1:]:
            yield Problem(f"loads {url} from the network", deck, code="network-request")
        for message, code in opened.console:
            yield Problem(f"message on the browser's console: {message}", deck, code=code)


class _Look:
    """Looks at the slides of one deck."""

    def __init__(self, deck: str, built: Built, shown: Sequence[ShownSlide], eyes: Eyes) -> None:
        self.deck = deck
        self.built = built
        self.shown = shown
        self.eyes = eyes
        self.light: set[tuple[int, str]] = set()

    def problems(self, index: int) -> Iterator[Problem]:
        """What the rules find on a slide with all fragments, and in each step if some fragments are gone by then."""
        opened = self.eyes.deck
        opened.show(index)
        over = list(self.eyes.overflows(index))
        for found in over:
            yield self.built.problem(str(found), self.deck, index, code="runs-off")
        rules = [rule for rule in RULES.values() if not (over and rule.name in SAID)]
        for change in () if over else opened.adapted_on(index):
            yield self.built.problem(str(change), self.deck, index, code="smaller-text")
        for problem in self._by_rules(index, rules, ""):
            self.light.add((index, problem.code))
            yield problem

    def in_the_dark(self, index: int) -> Iterator[Problem]:
        """What the rules about colours find on a slide of a dark page, unless they found something on the light one."""
        rules = [rule for rule in RULES.values() if rule.of_colors and (index, rule.name) not in self.light]
        if rules:
            self.eyes.deck.show(index)
            yield from self._by_rules(index, rules, " (in the dark theme)")

    def _by_rules(self, index: int, rules: Sequence[Rule], where: str) -> Iterator[Problem]:
        found: dict[str, dict[Finding, None]] = {}
        for measured in self.eyes.scenes(index):
            scene = replace(measured, spoken=self.shown[index].spoken)
            if scene.left and not where:
                what = f"has {scene.left} more texts than are looked at"
                yield self.built.problem(f"slide {self._name(index)}: {what}", self.deck, index, code="limit")
            for rule in rules:
                found.setdefault(rule.name, {}).update(dict.fromkeys(rule.find(scene) if rule.find else ()))
        for rule in rules:
            if some := list(found.get(rule.name, ())):
                yield self._problem(index, rule, some, where)

    def _name(self, index: int) -> str:
        return self.eyes.deck.names()[index]

    def _problem(self, index: int, rule: Rule, found: Sequence[Finding], where: str) -> Problem:
        first, *others = found
        more = f" (and {len(others)} more on this slide)" if others else ""
        message = f"slide {self._name(index)}: {first.message}{where}{more}"
        line = line_of_text(self.shown[index].text, *_snippets(first.text)) if first.text else None
        file = self.built.file(self.deck, index)
        problem = Problem(message, file, line or self.built.lines[index], slide=index + 1, code=rule.name)
        return self.built.located(problem, self.deck)


def _snippets(text: str) -> Iterator[str]:
    """A text, and shorter beginnings of it: in the file there may be marks between its words."""
    words = text.split()
    for count in (len(words), 5, 3, 2):
        if 0 < count <= len(words):
            yield " ".join(words[:count])
