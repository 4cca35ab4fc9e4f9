"""The time that a talk is planned to take: the deck's minutes, and those of the sections that have a budget."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from slidegen.errors import Problem
from slidegen.model import DeckOptions, SlideOptions
from slidegen.resolved import ResolvedDeck

BUDGET: Final = "data-minutes"
"""The attribute of a slide that begins a section: the section's minutes. The key `minutes` of a slide sets it."""
MOST: Final = 1440
"""The most minutes: a day."""
ALLOWED: Final = f"allowed: a number above 0, at most {MOST}"


def deck_minutes(options: DeckOptions) -> float | None:
    """Returns the minutes of a deck. Those of reveal.js' `totalTime`, in seconds, count if the deck has no other."""
    total = options.reveal.get("totalTime")
    if options.minutes is not None or not isinstance(total, int | float) or not 0 < total <= 60 * MOST:
        return options.minutes
    return total / 60


def budget(options: SlideOptions) -> float | None:
    """Returns the minutes of the section that a slide begins; None if it has none."""
    try:
        minutes = float(options.attributes[BUDGET])
    except (KeyError, ValueError):
        return None
    return minutes if 0 < minutes <= MOST else None


def planned(minutes: float | None, budgets: Sequence[float | None]) -> tuple[float, ...]:
    """Returns the second at which each slide is to begin, and at last that at which the talk is to end. Empty if
    nothing is planned.

    `budgets` has one entry a slide. A budget is for the slides up to the next one that has a budget, in equal parts.
    Slides before the first budget share what is left of `minutes`; without such slides, it is left for questions.
    """
    given = [(at, one) for at, one in enumerate(budgets) if one is not None]
    taken = sum(one for _, one in given)
    if minutes is None and not given:
        return ()
    ends = [*(at for at, _ in given), len(budgets)]
    parts = [0.0] * len(budgets)
    rest = max(0.0, (minutes or 0) - taken)
    parts[: ends[0]] = [60 * rest / ends[0]] * ends[0] if ends[0] else []
    for (at, one), (_, end) in zip(given, pairwise(ends), strict=True):
        parts[at:end] = [60 * one / (end - at)] * (end - at)
    starts = [0.0]
    for part in parts:
        starts.append(starts[-1] + part)
    starts[-1] = max(starts[-1], 60 * (minutes or 0)) if not ends[0] else starts[-1]
    return tuple(round(start, 3) for start in starts)


def timing_json(options: DeckOptions, slides: Sequence[SlideOptions]) -> str:
    """Returns the plan of a deck for its page, as JSON: `plan` as by `planned`, and the numbers of the slides (from 0)
    that begin a section, except the first slide."""
    budgets = [budget(slide) for slide in slides]
    plan = planned(deck_minutes(options), budgets)
    if not plan:
        return "{}"
    sections = [at for at, one in enumerate(budgets) if one is not None and at > 0]
    return json.dumps({"plan": plan, "sections": sections})


def timing_warnings(deck: ResolvedDeck) -> Iterator[Problem]:
    """Warns of budgets that are not usable, and of those that take longer than the talk."""
    slides = [slide for stack in deck.stacks for slide in stack if BUDGET in slide.options.attributes]
    total = 0.0
    for slide in slides:
        minutes = budget(slide.options)
        line = slide.options.lines.get(BUDGET, slide.content.source.line)
        if minutes is None:
            text = slide.options.attributes[BUDGET]
            what = f"minutes is {text!r} and is left out; {ALLOWED}"
            yield Problem(what, slide.content.source.path, line, code="wrong-value")
        total += minutes or 0
    most = deck_minutes(deck.options)
    if most is not None and total > most and not math.isclose(total, most):
        lines = deck.options.lines
        where = lines.get("minutes") or lines.get("reveal.totalTime")
        what = f"the sections take {total:g} minutes, and the deck has {most:g}"
        yield Problem(what, deck.source.name, where, code="wrong-value")
