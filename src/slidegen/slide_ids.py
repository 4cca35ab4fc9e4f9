"""The ids of slides: each is on the page once."""

from __future__ import annotations

from dataclasses import replace

from slidegen.errors import Problem
from slidegen.resolved import ResolvedDeck, ResolvedSlide


def with_own_ids(deck: ResolvedDeck) -> ResolvedDeck:
    """Returns a deck whose slides have ids of their own. A slide that is shown again gets another one; one id of two
    slides is told."""
    named = [slide.options.id for stack in deck.shown for slide in stack if slide.options.id]
    if len(set(named)) == len(named):
        return deck
    taken = set(named)
    first: dict[str, ResolvedSlide] = {}
    warnings: list[Problem] = []
    changed: dict[int, ResolvedSlide] = {}
    counts = dict.fromkeys(named, 1)
    for slide in (slide for stack in deck.shown for slide in stack):
        name = slide.options.id
        if not name:
            continue
        before = first.setdefault(name, slide)
        if before is slide:
            continue
        warnings += _told(name, before, slide)
        own = name
        while own in taken:
            counts[name] += 1
            own = f"{name}-{counts[name]}"
        taken.add(own)
        changed[id(slide)] = replace(slide, options=replace(slide.options, id=own))
    stacks = tuple(tuple(changed.get(id(slide), slide) for slide in stack) for stack in deck.stacks)
    return replace(deck, stacks=stacks, warnings=(*deck.warnings, *warnings))


def _told(name: str, before: ResolvedSlide, slide: ResolvedSlide) -> list[Problem]:
    """The warning about an id that two slides are given; none about a slide that is shown twice."""
    one, two = before.content.source, slide.content.source
    if (one.path, one.line) == (two.path, two.line):
        return []
    where = f"line {one.line}" if one.path == two.path else f"{one.path}:{one.line}"
    message = f"the id {name!r} is that of two slides, first on {where}; links lead to the first"
    return [Problem(message, two.path, two.line, code="duplicate-key")]
