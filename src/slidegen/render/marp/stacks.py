"""Groups marp-core's slides into the stacks of a deck."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slidegen.checks.rule import IGNORED
from slidegen.origins import origins
from slidegen.render.marp.engine import MarpResult
from slidegen.render.provenance import sentences
from slidegen.rendered import MarpSlide
from slidegen.resolved import ResolvedDeck, ResolvedSlide
from slidegen.slide_lines import WHEN
from slidegen.slide_options import AUTO_ANIMATE
from slidegen.timing import BUDGET

# Marp repeats each background next to the rule that shows it, so a file would be inlined three times. It also repeats
# the style of the front matter on every slide.
REPEATED = re.compile(
    r' data-(?:background-image|style)="[^"]*"|--background-image:(?:(?!--background-image:)[^;"&]|&[a-z]+;|&#\d+;)*;'
)


OWN_NOTE = re.compile(
    r"(\s*(minutes[ \t]*:[ \t]+[0-9.]+|auto_animate[ \t]*:[ \t]+(true|false)|"
    r"when[ \t]*:[ \t]+\S.*|check[ \t]*:[ \t]+\{[^{}\n]*\})[ \t]*(\n|$))+\s*"
)
"""A comment of a Marp deck that only holds slidegen's own directives, and so is not a note."""


def named_slides(deck: ResolvedDeck) -> Iterator[tuple[str, ResolvedSlide]]:
    """Yields the slides that are shown, each with its place: stack and slide in it, from 1."""
    for h, stack in enumerate(deck.shown, start=1):
        for v, slide in enumerate(stack, start=1):
            yield f"{h}.{v}", slide


def stacks_of(deck: ResolvedDeck, result: MarpResult, moved: Sequence[int]) -> tuple[tuple[MarpSlide, ...], ...]:
    """Groups marp-core's slides into the deck's stacks."""
    by = iter(moved)
    stacks: list[list[MarpSlide]] = []
    for (name, slide), svg, notes in zip(named_slides(deck), result.slides, result.comments, strict=True):
        below = not name.endswith(".1")
        shown = REPEATED.sub("", svg) if "background-image" in svg or "data-style" in svg else svg
        own = {BUDGET, IGNORED, AUTO_ANIMATE} & slide.options.attributes.keys() or WHEN in slide.options.lines
        kept = tuple(note for note in notes if not (own and OWN_NOTE.fullmatch(note)))
        number = str(len(stacks) + (not below))
        about = sentences(origin.provenance for origin in origins([slide]))
        rendered = MarpSlide(number, shown, kept, slide.content.source, next(by, 0), slide.options, about)
        if below:
            stacks[-1].append(rendered)
        else:
            stacks.append([rendered])
    return tuple(map(tuple, stacks))
