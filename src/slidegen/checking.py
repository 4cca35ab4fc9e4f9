"""`slidegen check`: builds a deck and applies the rules to what a browser shows of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from slidegen.build_options import BuildOptions
from slidegen.checks import RULES
from slidegen.checks.ignoring import ignored
from slidegen.checks.scene import Spoken
from slidegen.checks.words import count_words
from slidegen.errors import Problem
from slidegen.exports.deck import exported_deck
from slidegen.pipeline import Built, BuiltDeck, build_stages
from slidegen.rendered import MarpSlide, RenderedSlide
from slidegen.timing import budget, deck_minutes, planned

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from slidegen.browser.problems import ShownSlide


@dataclass(frozen=True, slots=True)
class Checked:
    """A deck that was built, the warnings of the build, and what the rules found on the `chosen` slides. `idle` are the
    rules that were switched off and would have found nothing."""

    built: Built
    chosen: Collection[int]
    warnings: tuple[Problem, ...]
    found: tuple[Problem, ...]
    idle: frozenset[str]

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        """What the audience does not see, or what must not happen."""
        return tuple(filter(is_mistake, self.found))


def check_deck(
    name: str,
    options: BuildOptions,
    ignore: Collection[str] = (),
    choose: Callable[[int], Collection[int]] = lambda count: range(1, count + 1),
    browser: Browser | None = None,
) -> Checked:
    """Builds a deck and looks at the slides that `choose` returns for their number. Rules that `ignore`, the deck or
    the slide switches off find nothing. Starts a browser if none is given.

    Raises:
        SlidegenError: the deck has mistakes, or there is no browser.
    """
    from slidegen.browser.problems import shown_problems

    stages = build_stages(name, options)
    built = stages.built
    chosen = choose(len(built.lines))
    everywhere = frozenset((*ignore, *stages.deck.options.ignored))
    slides = [slide.options for slide in slides_of(stages)]
    off = everywhere.union(*(ignored(slides[number - 1]) for number in chosen))
    hidden: set[str] = set()

    def counts(problem: Problem) -> bool:
        here = frozenset() if problem.slide is None else ignored(slides[problem.slide - 1])
        if problem.code not in everywhere | here or problem.code not in RULES:
            return True
        hidden.add(problem.code)
        return False

    warnings = tuple(one for one in built.warnings if one.slide in (None, *chosen) and counts(one))
    found = tuple(filter(counts, shown_problems(name, built, tuple(_shown(stages)), chosen, browser)))
    return Checked(built, chosen, warnings, found, off.intersection(RULES) - hidden)


def _shown(stages: BuiltDeck) -> Iterator[ShownSlide]:
    """The slides of a deck, with what is said on each."""
    from slidegen.browser.problems import ShownSlide

    slides = slides_of(stages)
    words = (
        [0] * len(slides) if stages.page is None else [count_words(one.notes) for one in exported_deck(stages).slides]
    )
    budgets = [budget(slide.options) for slide in slides]
    plan = planned(deck_minutes(stages.deck.options), budgets)
    begun = [at for at, one in enumerate(budgets) if at == 0 or one is not None] if plan else []
    sections = {
        first: (sum(words[first:end]), plan[end] - plan[first])
        for first, end in pairwise([*begun, len(slides)])
        if plan[end] > plan[first]
    }
    for at, slide in enumerate(slides):
        # Without minutes of the deck, nothing is planned for the slides before the first section with a budget.
        seconds = (plan[at + 1] - plan[at] if plan else 0) or None
        yield ShownSlide(slide.source, Spoken(words[at], seconds, sections.get(at)))


def slides_of(stages: BuiltDeck) -> list[RenderedSlide | MarpSlide]:
    """The slides of a deck one after the other."""
    return [slide for stack in stages.rendered.stacks for slide in stack]


def is_mistake(problem: Problem) -> bool:
    """Whether the rule that found a problem says that something is lost."""
    return problem.code in RULES and RULES[problem.code].severity == "mistake"
