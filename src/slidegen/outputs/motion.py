"""What moves between two states of a block of code, and between two slides with ``auto_animate``.

Which state is shown depends on the fragments alone; the script in the page moves what two states have in common, and
leaves nothing behind. It is only in pages that need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import Any, Final

from slidegen.errors import Problem
from slidegen.outputs.code_matches import with_keys
from slidegen.rendered import MarpSlide, RenderedSlide
from slidegen.slide_options import AUTO_ANIMATE
from slidegen.themes import base_css

KEPT: Final = tuple(f"{AUTO_ANIMATE}-{name}" for name in ("id", "restart", "duration", "easing"))
"""What a slide may say of it besides, as in reveal.js."""
BLOCK: Final = re.compile(
    r'<div class="(?:[^"]* )?sg-code-block(?: [^"]*)?"(?P<more>[^<>]*)>'
    r'(?:(?!<div class="(?:[^"]* )?sg-code-block|</pre></div>).)*</code></pre></div>',
    re.DOTALL,
)
BETWEEN: Final = re.compile(r'\s*<span class="fragment sg-state-step"[^<>]*></span>\s*')
"""What stands between two states of one block."""
ID: Final = re.compile(r'\sdata-id="([^"]*)"')
MOVING: Final = re.compile(rf'<div class="sg-magic[ "]|<(?:section|svg)\b[^<>]*\s{AUTO_ANIMATE}="')
ANIMATED: Final = re.compile(rf'^<(?:section|svg)\b[^<>]*\s{AUTO_ANIMATE}="')

Slide = RenderedSlide | MarpSlide


@dataclass(frozen=True, slots=True)
class Motion:
    """Finished slides with what moves in them, and warnings."""

    stacks: list[list[str]]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block of code stands: in a slide (by its number from 0), from `start` up to `end`."""

    slide: int
    start: int
    end: int


def has_motion(slides: Iterable[str]) -> bool:
    """Whether something moves on some finished slides."""
    return any(MOVING.search(html) for html in slides)


def animates(slides: Iterable[str]) -> bool:
    """Whether something moves between finished slides."""
    return any(ANIMATED.search(html) for html in slides)


def motion_css(slides: Iterable[str]) -> tuple[str, ...]:
    """The style sheet of what moves, if something does."""
    return (base_css("motion"),) if has_motion(slides) else ()


def with_motion(
    stacks: Sequence[Sequence[str]], slides: Sequence[Sequence[Slide]], reveal: Mapping[str, Any]
) -> Motion:
    """Returns finished slides in which lines of code have the keys by which the page moves them.

    `slides` are the slides before they were finished, `reveal` the deck's options of reveal.js.
    """
    every = list(chain.from_iterable(slides))
    html = list(chain.from_iterable(stacks))
    on = reveal.get("autoAnimate") is not False
    auto = [on and slide.options.moves and slide.options.visibility != "hidden" for slide in every]
    if not any(auto) and not any("sg-magic" in one for one in html):
        return Motion([list(stack) for stack in stacks])
    runs = list(_runs(every, auto))
    html = [_marked(one, slide, shown) for one, slide, shown in zip(html, every, auto, strict=True)]
    rest = iter(_moving(html, list(_sequences(html, runs))))
    done = [[next(rest) for _ in stack] for stack in stacks]
    return Motion(done, tuple(_alone(every[at]) for run in runs if len(run) == 1 and auto[at := run[0]]))


def _runs(slides: Sequence[Slide], auto: Sequence[bool]) -> Iterator[list[int]]:
    """Yields the numbers of slides between which something moves; a slide by itself if nothing does."""
    run: list[int] = []
    for at, slide in enumerate(slides):
        if slide.options.visibility == "hidden":  # the player does not have it
            yield [at]
            continue
        given = slide.options.attributes
        joined = run and auto[at] and auto[run[-1]] and f"{AUTO_ANIMATE}-restart" not in given
        if joined and given.get(f"{AUTO_ANIMATE}-id") == slides[run[-1]].options.attributes.get(f"{AUTO_ANIMATE}-id"):
            run.append(at)
        else:
            if run:
                yield run
            run = [at]
    if run:
        yield run


def _alone(slide: Slide) -> Problem:
    lines = slide.options.lines
    line = lines.get(AUTO_ANIMATE) or slide.source.line
    message = "auto-animate has no effect: neither the slide before nor the slide after has it"
    return Problem(message, slide.source.path, line, code="not-applied")


def _marked(html: str, slide: Slide, auto: bool) -> str:
    """A slide of marp-core says of itself what reveal.js' sections do."""
    if not auto or not isinstance(slide, MarpSlide):
        return html
    given = {
        AUTO_ANIMATE: "",
        **{name: slide.options.attributes[name] for name in KEPT if name in slide.options.attributes},
    }
    told = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
    return re.sub(r"^<(?:section|svg)\b", lambda tag: tag[0] + told, html, count=1)


def _sequences(html: Sequence[str], runs: Iterable[Sequence[int]]) -> Iterator[list[_Place]]:
    """Yields the places of the states of each block of code: on one slide, or on several that follow one another."""
    for run in runs:
        found: dict[str, list[_Place]] = {}
        for at in run:
            unnamed = 0
            for group in _groups(html[at], at):
                named = ID.search(html[at], group[0].start, html[at].index(">", group[0].start))
                name = f"#{named[1]}" if named else str(unnamed)
                unnamed += named is None
                found.setdefault(name, []).extend(group)
        yield from (places for places in found.values() if len(places) > 1)


def _groups(html: str, slide: int) -> Iterator[list[_Place]]:
    """Yields the blocks of code of a slide, those together that are states of one."""
    group: list[_Place] = []
    for found in BLOCK.finditer(html) if "sg-code-block" in html else ():
        if group and not BETWEEN.fullmatch(html, group[-1].end, found.start()):
            yield group
            group = []
        group.append(_Place(slide, *found.span()))
    if group:
        yield group


def _moving(html: Sequence[str], sequences: Sequence[Sequence[_Place]]) -> Iterator[str]:
    """Yields the slides in which the blocks in some places have their keys, and those of a sequence its number."""
    changed: list[tuple[_Place, str]] = []
    for number, places in enumerate(sequences, start=1):
        blocks = with_keys([html[place.slide][place.start : place.end] for place in places])
        opened = (block.replace("<div ", f'<div data-motion="{number}" ', 1) for block in blocks)
        changed += zip(places, opened, strict=True)
    for at, slide in enumerate(html):
        parts, end = [], 0
        for place, block in sorted(
            ((one, text) for one, text in changed if one.slide == at), key=lambda pair: pair[0].start
        ):
            parts += [slide[end : place.start], block]
            end = place.end
        yield "".join((*parts, slide[end:]))
