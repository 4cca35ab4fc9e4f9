"""The references: at the foot of a slide, and on slides at the end, as many on each as fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from math import ceil
from typing import Final
from unicodedata import bidirectional

from slidegen.citations.html import linked, plain
from slidegen.hidden_slides import HIDDEN
from slidegen.measures import PLAIN_MEASURES
from slidegen.model import SlideOptions, Text
from slidegen.resolved import ResolvedDeck, ResolvedSlide, ResolvedText

CLASS: Final = "references-list"
CHARACTER, OF_MARP, LINE, GAP = 8.8, 9.6, 28.0, 12.0
"""The width of a character, that in the themes of Marp, the height of a line and the space between references at 20
pixels, the size in the style sheet."""
INDENT: Final = 60
"""What the label of a reference, or the indent of its further lines, takes of the width."""
PLACE: Final = re.compile(r"^:{3,}[ \t]*\{[^{}\n]*#refs\b[^{}\n]*\}[ \t]*\n(?:[ \t]*\n)*:{3,}[ \t]*$", re.MULTILINE)
"""Where pandoc puts the references."""
TITLE: Final = re.compile(r"^(?P<text>#{1,6}[ \t][^\n]*?)[ \t]*(?:\{[^{}\n]*\}[ \t]*)?$", re.MULTILINE)
LONE_HEADING: Final = re.compile(r"\s*#{1,6}[ \t][^\n]*\s*")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: its label ("[1]", or ""), its HTML from the style, its id, and the citations that refer to it: the
    number of the slide, and the id of the citation."""

    label: str
    html: str
    name: str
    cited: tuple[tuple[int, str], ...] = ()

    def item(self, rtl: bool) -> str:
        """The item of a list in text that runs from right to left or not; the words of a work may run the other way."""
        own = f' id="{escape(self.name)}"' if self.name else ""
        label = f'<span class="ref-label">{escape(plain(self.label))}</span> ' if self.label else ""
        back = ", ".join(f'<a href="#{escape(name)}">{number}</a>' for number, name in self.cited)
        after = f' <span class="ref-back">↩ {back}</span>' if back else ""
        text = linked(self.html)
        if rtl or any(bidirectional(sign) in ("R", "AL") for sign in text):
            text = f"<bdi>{text}</bdi>"
        return f"<li{own}>{label}{text}{after}</li>"


_Page = list[tuple[Reference, float]]


def foot(listed: Sequence[Reference], rtl: bool) -> str:
    """The references at the foot of a slide, as a block of HTML."""
    return _list(listed, "footnotes references", rtl)


def _list(listed: Sequence[Reference], classes: str, rtl: bool) -> str:
    numbered = " numbered" if any(one.label for one in listed) else ""
    return f'<ol class="{classes}{numbered}">{"".join(one.item(rtl) for one in listed)}</ol>'


def reference_slides(deck: ResolvedDeck, listed: Sequence[Reference], heading: str) -> ResolvedDeck:
    """Adds the slides with the references: where the deck has pandoc's place for them, else at the end."""
    if not listed:
        return deck
    across = OF_MARP if deck.marp else CHARACTER
    rtl = deck.options.direction == "rtl"
    pages = [_list(page, "references", rtl) for page in _pages(listed, deck.options.size, across)]
    place = _placed(deck)
    if place is not None:
        return _filled(deck, *place, pages)
    source = Text("", deck.source.name, 1)
    text = f"## {heading}{{}}\n\n{{}}\n"
    options = SlideOptions(layout="content", classes=(CLASS,))
    slides = [
        (ResolvedSlide(ResolvedText(text.format(number, page), (), source), options, None, deck.footer),)
        for number, page in zip(_numbers(len(pages)), pages, strict=True)
    ]
    return replace(deck, stacks=(*deck.stacks, *slides))


def _placed(deck: ResolvedDeck) -> tuple[int, int] | None:
    """The slide that waits for the references: the one with pandoc's `::: {#refs}`, or a lone heading at its end."""
    for across, stack in enumerate(deck.stacks):
        for down, slide in enumerate(stack):
            if slide.options.visibility != "hidden" and PLACE.search(slide.content.text):
                return across, down
    shown = [
        (across, down)
        for across, stack in enumerate(deck.stacks)
        for down, slide in enumerate(stack)
        if slide.options.visibility != "hidden" and HIDDEN not in slide.options.attributes
    ]
    if deck.dialect != "pandoc" or not shown:
        return None
    across, down = shown[-1]
    return shown[-1] if LONE_HEADING.fullmatch(deck.stacks[across][down].content.text) else None


def _filled(deck: ResolvedDeck, across: int, down: int, pages: Sequence[str]) -> ResolvedDeck:
    """The deck with the first page on a slide that waits for it, and the others on slides after that one."""
    slide = deck.stacks[across][down]
    text = slide.content.text
    found = PLACE.search(text)
    head, tail = (text[: found.start()], text[found.end() :]) if found else (text, "")
    options = replace(slide.options, layout="content", classes=(*slide.options.classes, CLASS))
    title = TITLE.search(head)
    numbers = _numbers(len(pages)) if title else [""] * len(pages)
    if title:
        head = f"{head[: title.end('text')]}{numbers[0]}{head[title.end('text') :]}"
    own = replace(slide.content, text=f"{head.rstrip()}\n\n", lines=None)
    first = own.followed(pages[0])
    if tail.strip():
        first = replace(first, text=f"{first.text}{tail}")
    again = replace(options, id=None, attributes={})
    heading = title["text"] if title else ""
    texts = [f"{heading}{number}\n\n{page}\n" for number, page in zip(numbers, pages, strict=True)]
    more = [
        replace(slide, content=ResolvedText(text, (), slide.content.source), options=again, notes=None)
        for text in texts[1:]
    ]
    stack = deck.stacks[across]
    filled = (*stack[:down], replace(slide, content=first, options=options), *stack[down + 1 :])
    if len(stack) > 1:
        filled = (*filled[: down + 1], *more, *filled[down + 1 :])
        return replace(deck, stacks=(*deck.stacks[:across], filled, *deck.stacks[across + 1 :]))
    return replace(deck, stacks=(*deck.stacks[:across], filled, *((one,) for one in more), *deck.stacks[across + 1 :]))


def _numbers(count: int) -> list[str]:
    """What follows the heading on each of several slides: " (2/3)"."""
    return [f" ({number}/{count})" if count > 1 else "" for number in range(1, count + 1)]


def _pages(listed: Sequence[Reference], size: tuple[int, int], character: float) -> list[list[Reference]]:
    """The references of each slide, by an estimate of their lines: on no more slides than needed, and on each about the
    same height."""
    across = (size[0] - 2 * PLAIN_MEASURES.side - INDENT) / character
    height = size[1] - PLAIN_MEASURES.top - PLAIN_MEASURES.bottom - PLAIN_MEASURES.heading_height()
    needs = [(one, ceil(_length(one) / across) * LINE + GAP) for one in listed]
    pages = _divided(needs, float(height))
    while len(pages) > 1 and len(lower := _divided(needs, _highest(pages) - 1)) == len(pages):
        pages = lower
    return [[one for one, _ in page] for page in pages]


def _length(one: Reference) -> int:
    """The characters of a reference with its links back."""
    return len(plain(one.html)) + 3 + sum(len(str(number)) + 2 for number, _ in one.cited)


def _highest(pages: Sequence[_Page]) -> float:
    return max(sum(height for _, height in page) for page in pages)


def _divided(needs: _Page, height: float) -> list[_Page]:
    """References with their heights, as many on each page as a height holds, and at least one."""
    pages: list[_Page] = []
    left = -1.0
    for one in needs:
        if not pages or one[1] > left:
            pages.append([])
            left = height
        pages[-1].append(one)
        left -= one[1]
    return pages
