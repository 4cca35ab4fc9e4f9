"""Links inside a deck: reveal.js' own links in other outputs, and links without a target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote

from slidegen.errors import MAX_COMPARED, Problem
from slidegen.locate import line_of_text
from slidegen.model import Source, Text
from slidegen.source_lines import ATTRIBUTE

LINK: Final = re.compile(r"""<a\b[^<>]*?\s(?:xlink:)?href="#([^"]*)"[^<>]*""")
LINE: Final = re.compile(rf' {ATTRIBUTE}="([0-9]+)"')
NAMED: Final = re.compile(r"""\s(?:id|name)="([^"]+)\"""")
PLACE: Final = re.compile(r"(/?)([0-9]+)(?:/([0-9]+))?(?:/[0-9]+)?/?")
MAX_HINTS: Final = 20
"""How many dead links of a deck get a hint with the nearest name."""


def dead_links(
    stacks: Sequence[Sequence[str]], sources: Sequence[Sequence[Text]], deck: Source, reveal: Mapping[str, Any] | None
) -> Iterator[Problem]:
    """Warns of links to slides and headings that do not exist. `stacks` holds the HTML of the slides, `sources` their
    text. `reveal` are the options of reveal.js; without them, reveal.js' links "#/3", "#/3/2" and "#/name" are dead."""
    slides = list(zip(chain(*stacks), chain(*sources), strict=True))
    found = [
        (unescape(match[1]), source, _line_in(match[0]))
        for html, source in slides if 'href="#' in html
        for match in LINK.finditer(html)
    ]  # fmt: skip
    if not found:
        return
    whole = Text(deck.text, deck.name, 1)
    names = {unescape(name) for html, _ in slides for name in NAMED.findall(html)}
    hints = 0
    for link, source, line in dict.fromkeys(found):
        target = unquote(link)
        # "#/3" is the number of a slide even if an element is named "3", as Marp's third slide is.
        name = target.removeprefix("/") if reveal is not None and not PLACE.fullmatch(target) else target
        if name in ("", "top") or name in names or link in names or name.startswith(":~:"):
            continue
        if _number(target, list(map(len, stacks)), reveal) is not None:
            continue
        hints += 1
        yield Problem(
            _message(target, names if hints <= MAX_HINTS else set()),
            source.path,
            line or _line(link, target, source, whole),
            code="broken-link",
        )


def _line_in(tag: str) -> int | None:
    line = LINE.search(tag)
    return None if line is None else int(line[1])


def numbered_links(html: str, stacks: Sequence[int], reveal: Mapping[str, Any]) -> str:
    """Rewrites the reveal.js links of a slide ("#/3/2", "#/name") for other pages: as the number of the slide in the
    whole deck, or as the plain name. `stacks` are the numbers of slides in each stack."""

    def plain(match: re.Match[str]) -> str:
        target = unescape(match[1])
        if not target.startswith("/"):
            return match[0]
        number = _number(target, stacks, reveal)
        name = target[1:] if number is None else str(number)
        return match[0].replace(f"#{match[1]}", f"#{escape(name)}")

    return LINK.sub(plain, html) if 'href="#/' in html else html


def _number(target: str, stacks: Sequence[int], reveal: Mapping[str, Any] | None) -> int | None:
    """The number in the whole deck (from 1) of the slide at a place: "#3" is the third slide, and "#/3/2" is
    reveal.js' stack and slide, both from 0. None if there is no such slide, or the link is a name."""
    place = PLACE.fullmatch(target)
    if place is None:
        return None
    across = int(place[2][:9])
    if not place[1]:
        return across if place[3] is None and 0 < across <= sum(stacks) else None
    if reveal is None:
        return None
    least = 1 if reveal.get("hashOneBasedIndex") else 0
    across -= least
    down = 0 if place[3] is None else int(place[3][:9]) - least
    if not (0 <= across < len(stacks) and 0 <= down < stacks[across]):
        return None
    return sum(stacks[:across]) + down + 1


def _message(target: str, names: set[str]) -> str:
    from difflib import get_close_matches

    word = target.removeprefix("/")
    short = [unquote(one) for one in names if len(one) <= MAX_COMPARED]
    near = get_close_matches(word, short, 1) if len(word) <= MAX_COMPARED else []
    hint = f"; did you mean '#{near[0]}'?" if near else ""
    return f"the link '#{target[:MAX_COMPARED]}' leads nowhere: no slide, heading or element has this name{hint}"


def _line(link: str, target: str, *places: Text) -> int | None:
    """The line of a link in the slide, else in the deck, where a footer stands, else the first line of the slide."""
    written = [f"{before}#{one}" for before in ("](", "](<", '"', "'", "]: ", "") for one in (link, target)]
    found = ((place, snippet) for place in places for snippet in written if snippet in place.text)
    place, snippet = next(found, (places[0], ""))
    return line_of_text(place, snippet)
