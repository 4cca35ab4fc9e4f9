"""Groups marp-core's slides into the stacks of a deck."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slidegen.checks.ignoring import IGNORE_NOTE
from slidegen.checks.rule import IGNORED
from slidegen.origins import origins
from slidegen.render.marp.engine import MarpResult
from slidegen.render.provenance import sentences
from slidegen.rendered import MarpSlide
from slidegen.resolved import ResolvedDeck, ResolvedSlide
from slidegen.timing import BUDGET, BUDGET_NOTE

# Marp repeats each background next to the rule that shows it, so a file would be inlined three times. It also repeats
# the style of the front matter on every slide.
REPEATED = re.compile(
    r' data-(?:background-image|style)="[^"]*"|--background-image:(?:(?!--background-image:)[^;"&]|&[a-z]+;|&#\d+;)*;'
)


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
        own = slide.options.attributes.keys() & {BUDGET, IGNORED}
        kept = tuple(note for note in notes if not (own and _is_setting(note)))
        number = str(len(stacks) + (not below))
        about = sentences(origin.provenance for origin in origins([slide]))
        rendered = MarpSlide(number, shown, kept, slide.content.source, next(by, 0), slide.options, about)
        if below:
            stacks[-1].append(rendered)
        else:
            stacks.append([rendered])
    return tuple(map(tuple, stacks))


def _is_setting(note: str) -> bool:
    """Whether a comment says nothing but what slidegen reads: the minutes of a section, the rules that do not hold."""
    rows = [row for row in note.split("\n") if row.strip()]
    return bool(rows) and all(BUDGET_NOTE.fullmatch(row) or IGNORE_NOTE.fullmatch(row) for row in rows)
