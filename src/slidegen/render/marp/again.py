"""Renders only those slides of a Marp deck that have changed.

What marp-core makes of a slide depends on the slide, on the front matter, on its number, on the directives of slides
before it, and on headings with the same words on other slides. Where nothing else is in play, marp-core gets the slide
alone, with these directives before it; its numbers and names are those that it had. In every other case the deck is
rendered as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slidegen.marks import CONTENT
from slidegen.memo import Memo
from slidegen.render.marp.composed import Composed
from slidegen.render.marp.engine import MarpError, MarpResult, MarpSource, Part, start_marp
from slidegen.render.reuse import Found

MOST: Final = 6
"""How many changed slides are rendered one by one."""
INHERITED: Final = frozenset(
    ["class", "paginate", "color", "backgroundColor", "backgroundImage", "backgroundPosition", "backgroundRepeat"]
) | {"backgroundSize"}
"""The directives that hold for the slides after theirs, and that depend on nothing but their text."""
COMMENT: Final = re.compile(r"<!--+(.*?)--+>", re.DOTALL)
DIRECTIVE: Final = re.compile(r"""(?:^|[{,])\s*["']?([\w$-]+)["']?\s*:""", re.MULTILINE)
APART: Final = re.compile(r"<(?:style|script|section|svg|h[1-6])\b", re.IGNORECASE)
"""HTML that concerns other slides, or that looks like marp-core's own."""
DEFINITION: Final = re.compile(r"^[ >*+-]*\[[^\]]+\]:", re.MULTILINE)
MACRO: Final = re.compile(r"\\(?:[gex]?def|(?:re|provide)?newcommand|let|global|futurelet)(?![a-zA-Z])")
CODE: Final = re.compile(r"`|~~~|^(?: {4}|\t)", re.MULTILINE)
HEADING: Final = re.compile(r'(<h[1-6]\b[^>]*? id=")([^"]*)(")')
ID: Final = re.compile(r'(<section\b[^>]*? id=")([^"]*)(")')
PAGE: Final = re.compile(r'( data-marpit-pagination=")([^"]*)(")')
TOTAL: Final = re.compile(r'( data-marpit-pagination-total=")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class KeptDeck:
    """A Marp deck of an earlier build: what marp-core got and made of it, and for each slide its finished SVG, its
    notes, and what finishing it found, as of a build in which it began on a line."""

    source: MarpSource
    result: MarpResult
    svgs: tuple[str, ...]
    comments: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    found: tuple[Found, ...]

    @property
    def finished(self) -> MarpResult:
        """marp-core's result with the finished slides."""
        return replace(self.result, slides=self.svgs, comments=self.comments)


Finish = Callable[[MarpResult, Composed], tuple[str, tuple[str, ...], Found]]
"""Finishes the last slide of a result. Returns its SVG, its notes, and what was found."""


def render_again(memo: Memo, source: MarpSource, composed: Sequence[Composed], finish: Finish) -> KeptDeck | None:
    """Returns the deck with its changed slides rendered anew; None if it has to be rendered as a whole."""
    kept: KeptDeck | None = memo.find("marp deck", "")
    if kept is None or not _alike(kept, source):
        return None
    changed = [at for at in range(len(source.slides)) if _slide(kept.source, at) != _slide(source, at)]
    if len(changed) > MOST:
        return None
    traits = [memo.once("marp traits", text, lambda text=text: _traits(text)) for text in map(_text, source.slides)]  # type: ignore[misc]
    if changed and any(one.stops for one in traits):
        return None
    result = kept.result
    slides, slugs = list(result.slides), list(result.slugs)
    svgs, comments, lines, found = list(kept.svgs), list(kept.comments), list(kept.lines), list(kept.found)
    for at in changed:
        if traits[at].alone_stops or traits[at].inherited or _old_stops(kept.source, at):
            return None
        before = [(Part("markdown", text),) for one in traits[:at] for text in one.inherited]
        try:
            alone = _alone(source, at, before)
        except MarpError:  # rendering the whole deck says what is wrong
            return None
        if alone is None or (svg := _named(alone, slides[at], at, slugs)) is None:
            return None
        slides[at], slugs[at] = svg, alone.slugs[-1]
        svgs[at], comments[at], found[at] = finish(replace(alone, slides=(svg,)), composed[at])
        lines[at] = composed[at].context.text.source.line
    result = replace(result, slides=tuple(slides), slugs=tuple(slugs))
    return KeptDeck(source, result, tuple(svgs), tuple(comments), tuple(lines), tuple(found))


def _alike(kept: KeptDeck, source: MarpSource) -> bool:
    """Whether a deck differs from a kept one in its slides at most, and nothing in it concerns several slides."""
    known = kept.source
    if len(known.slides) != len(source.slides) or len(kept.result.slugs) != len(source.slides):
        return False
    if kept.result.wrong or kept.result.named_themes or kept.result.problems or source.formulas:
        return False
    same = replace(known, slides=source.slides, lines=source.lines, colors=source.colors)
    return same == source


def _slide(source: MarpSource, at: int) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """What marp-core gets of a slide, its lines counted from its first."""
    lines = source.lines[at]
    return source.slides[at], () if isinstance(lines, int) else tuple(line - lines[0] for line in lines)


def _text(parts: Sequence[Part]) -> str:
    return parts[0].text if len(parts) == 1 else "\n".join(part.text for part in parts)


@dataclass(frozen=True, slots=True)
class _Traits:
    """What of a slide concerns other slides: directives that they inherit, or something that `stops` rendering single
    slides. A slide that `alone_stops` can stay, but is not rendered alone."""

    stops: bool
    alone_stops: bool
    inherited: tuple[str, ...]


def _traits(text: str) -> _Traits:
    names = {}
    for comment in COMMENT.finditer(text):
        found = {name for name in DIRECTIVE.findall(comment[1]) if not name.startswith("_")}
        if found:
            names[comment[0]] = found
    inherited = tuple(comment for comment, found in names.items() if found & INHERITED)
    # A note with a colon is no directive; marp-core itself decides what is one of those that are inherited.
    known = set().union(*names.values()) & GLOBAL if names else set()
    stops = bool(known or (inherited and CODE.search(text)) or DEFINITION.search(text) or MACRO.search(text))
    return _Traits(stops, APART.search(text) is not None, inherited)


GLOBAL: Final = frozenset(
    [
        *("theme", "style", "headingDivider", "size", "math", "lang", "title", "description", "author", "keywords"),
        *("url", "image", "header", "footer", "$theme", "$style", "$headingDivider", "$size"),
    ]
)
"""The directives that concern all slides, or whose lines are noted."""


def _old_stops(source: MarpSource, at: int) -> bool:
    """Whether what a slide was before concerned other slides."""
    traits = _traits(_text(source.slides[at]))
    return bool(traits.stops or traits.alone_stops or traits.inherited)


def _alone(source: MarpSource, at: int, before: Sequence[tuple[Part, ...]]) -> MarpResult | None:
    """What marp-core makes of one slide, after slides with the directives that it inherits."""
    alone = replace(source, slides=(*before, source.slides[at]), lines=(*(1 for _ in before), source.lines[at]))
    result = start_marp(alone).result()
    if result.wrong or result.named_themes or result.problems or len(result.slides) != len(alone.slides):
        return None
    # A comment that is no directive belongs to the slide before.
    return replace(result, slides=result.slides[-1:], comments=result.comments[-1:], slugs=result.slugs[-1:])


def _named(alone: MarpResult, old: str, at: int, slugs: Sequence[tuple[str, ...]]) -> str | None:
    """Returns the SVG of a slide that was rendered alone with its number and names in the deck; None if these cannot
    be told from those that it had."""
    new, before = alone.slugs[-1], slugs[at]
    svg = alone.slides[-1]
    if new == before:
        ids = [found[2] for found in HEADING.finditer(old)]
        if len(ids) != len(new) or len(HEADING.findall(svg)) != len(new):
            return None
        left = iter(ids)
        svg = HEADING.sub(lambda found: f"{found[1]}{next(left)}{found[3]}", svg)
    else:
        others = Counter(slug for number, some in enumerate(slugs) for slug in some if number != at)
        if any(slug in others or slug.isdigit() for slug in {*new, *before}):
            return None
    head, opening, rest = svg.partition(CONTENT.opening)
    inside, closing, tail = rest.partition(CONTENT.closing)
    around = [head, tail]
    for pattern in (PAGE, TOTAL):
        known, made = pattern.search(_around(old)), pattern.search(head)
        if (known is None) != (made is None):
            return None
        if known is not None:
            around = [pattern.sub(_setter(known[2]), part) for part in around]
    head, tail = (ID.sub(_setter(str(at + 1)), part) for part in around)
    return f"{head}{opening}{inside}{closing}{tail}"


def _around(svg: str) -> str:
    return svg.partition(CONTENT.opening)[0]


def _setter(value: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{found[1]}{value}{found[3]}"


def moves(kept: KeptDeck, composed: Sequence[Composed]) -> Iterator[int]:
    """Yields how many lines further down each slide now stands."""
    for line, slide in zip(kept.lines, composed, strict=True):
        yield slide.context.text.source.line - line
