"""Finds out, when a deck is built, what blocks of code have in common, so that a page can move it.

Each line gets a key; a line of the next block that is the same one, moved or slightly edited, has the same key. In the
lines that are edited, the words have keys as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html import unescape
from itertools import count, pairwise
from typing import Final

LINE: Final = re.compile(r'<span class="sg-line(?P<steps>[^"]*)"(?P<more>[^<>]*)>(?P<html>.*?)\n</span>', re.DOTALL)
PIECE: Final = re.compile(r'<span class="(?P<kind>[^"]*)">(?P<inside>[^<]*)</span>|(?P<bare>[^<]+)|(?P<tag><[^>]*>)')
TAG: Final = re.compile(r"<[^<>]*>")
WORD: Final = re.compile(r"\s+|\S+")
TOKEN: Final = re.compile(r"\w+|[^\w\s]")
SIMILAR: Final = 0.5
"""How much two lines in the same place have in common if one is the other, edited, from 0 to 1."""
SIMILAR_ELSEWHERE: Final = 0.75
"""The same of two lines in different places."""
LEAST: Final = 3
"""How many letters a line has that is taken for the same one in another place."""
MAX_COMPARED: Final = 20_000
"""How many pairs of lines of two blocks are compared word by word; more take longer than the rest of a build."""
MAX_WORDS: Final = 100
"""The most words of a line that is compared with others: the time grows with the square of their number."""
MAX_WORD_PAIRS: Final = 4_000_000
"""How many pairs of words are compared in these lines."""
MAX_LINES: Final = 2_000
"""The most lines of a block that are compared."""


@dataclass(slots=True)
class _Line:
    """A line of code. `words` are its words with their classes and the spaces between them, `keys` those of the words,
    and `most` the last key that was given in this line or in those that it was."""

    html: str
    text: str
    key: int = 0
    before: _Line | None = None
    words: list[tuple[str, str]] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    most: int = 0


def with_keys(blocks: Sequence[str]) -> list[str]:
    """Returns the HTML of code blocks, each a state of the one before it, with the keys of their lines and words."""
    states = [[_Line(found["html"], _plain(found["html"])) for found in LINE.finditer(html)] for html in blocks]
    numbers = count(1)
    for line in states[0]:
        line.key = next(numbers)
    edited: set[int] = set()
    for old, new in pairwise(states):
        for line, at in zip(new, _matches([one.text for one in old], [one.text for one in new]), strict=True):
            line.before = None if at is None else old[at]
            line.key = next(numbers) if at is None else old[at].key
            if at is not None and old[at].text != line.text:
                edited.add(line.key)
    for line in (line for state in states for line in state if line.key in edited):
        _name_words(line)
    return [_written(html, lines) for html, lines in zip(blocks, states, strict=True)]


def _plain(html: str) -> str:
    return unescape(TAG.sub("", html))


def _written(html: str, lines: Sequence[_Line]) -> str:
    rest = iter(lines)

    def line(found: re.Match[str]) -> str:
        one = next(rest)
        inside = "".join(_words_html(one)) if one.keys else one.html
        return f'<span class="sg-line{found["steps"]}"{found["more"]} data-m="{one.key}">{inside}\n</span>'

    return LINE.sub(line, html)


def _words_html(line: _Line) -> Iterator[str]:
    keys = iter(line.keys)
    for kind, text in line.words:
        own = f' class="{kind}"' if kind else ""
        key = "" if text.isspace() else f' data-p="{next(keys)}"'
        yield f"<span{own}{key}>{text}</span>" if own or key else text


def _name_words(line: _Line) -> None:
    """Gives the words of an edited line their keys: a word that stays has that of the line before."""
    for found in PIECE.finditer(line.html):
        if found["tag"] is None:
            text = found["bare"] if found["bare"] is not None else found["inside"]
            line.words += [(found["kind"] or "", word) for word in WORD.findall(text)]
    shown = [text for _, text in line.words if not text.isspace()]
    before = line.before
    most = 0 if before is None else before.most
    line.most = most + len(shown)
    line.keys = list(range(most + 1, line.most + 1))
    if before is None:
        return
    old = [text for _, text in before.words if not text.isspace()]
    if max(len(old), len(shown)) > MAX_WORDS:
        return
    for start, at, length in SequenceMatcher(None, old, shown, autojunk=False).get_matching_blocks():
        line.keys[at : at + length] = before.keys[start : start + length]


def _matches(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Returns for each new line the place of the old one that it was; None if there is none."""
    found: list[int | None] = [None] * len(new)
    if max(len(old), len(new)) > MAX_LINES:
        return found
    gaps: list[tuple[range, range]] = []
    from_old = from_new = 0
    for start, at, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        found[at : at + length] = range(start, start + length)
        gaps.append((range(from_old, start), range(from_new, at)))
        from_old, from_new = start + length, at + length
    for at, start in _moved(old, new, gaps):
        found[at] = start
    taken = {start for start in found if start is not None}
    pairs = sorted(_similar(old, new, gaps, [at for at, one in enumerate(found) if one is None], taken))
    for *_, at, start in pairs:
        if found[at] is None and start not in taken:
            found[at] = start
            taken.add(start)
    return found


def _moved(old: Sequence[str], new: Sequence[str], gaps: Sequence[tuple[range, range]]) -> Iterator[tuple[int, int]]:
    """Yields the lines that are the same in another place, or indented otherwise, each with its old place."""
    places: dict[str, list[int]] = {}
    for olds, _ in gaps:
        for start in olds:
            places.setdefault(old[start].strip(), []).append(start)
    for _, news in gaps:
        for at in news:
            text = new[at].strip()
            if _is_telling(text) and places.get(text):
                yield at, places[text].pop(0)


def _is_telling(text: str) -> bool:
    """Whether a line is more than a bracket."""
    return sum(sign.isalnum() for sign in text) >= LEAST


def _similar(
    old: Sequence[str],
    new: Sequence[str],
    gaps: Sequence[tuple[range, range]],
    left: Sequence[int],
    taken: set[int],
) -> Iterator[tuple[bool, float, int, int, int]]:
    """Yields pairs of lines that may be one, edited, the best first when sorted: whether they stand in different
    places, how little they have in common, how far they are apart, and their places."""
    gap_of_old = {start: number for number, (olds, _) in enumerate(gaps) for start in olds}
    gap_of_new = {at: number for number, (_, news) in enumerate(gaps) for at in news}
    rest = [start for start in gap_of_old if start not in taken]
    everywhere = len(rest) * len(left) <= MAX_COMPARED
    words = {text: TOKEN.findall(text) for text in {*(old[start] for start in rest), *(new[at] for at in left)}}
    compared = paired = 0
    for at in left:
        for start in rest:
            elsewhere = gap_of_old[start] != gap_of_new[at]
            before, after = words[old[start]], words[new[at]]
            if not before or not after or max(len(before), len(after)) > MAX_WORDS:
                continue
            if elsewhere and not (everywhere and _is_telling(new[at])):
                continue
            compared += 1
            paired += len(before) * len(after)
            if compared > MAX_COMPARED or paired > MAX_WORD_PAIRS:
                return
            matcher = SequenceMatcher(None, before, after, autojunk=False)
            least = SIMILAR_ELSEWHERE if elsewhere else SIMILAR
            if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                ratio = matcher.ratio()
                if ratio >= least:
                    yield elsewhere, -ratio, abs(at - start), at, start
