"""Includes in Markdown decks: ``<!-- include: intro.md#2-5 -->``, and Quarto's ``{{< include _intro.qmd >}}``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from slidegen.errors import DeckError, KeyPath
from slidegen.model import Include, Slide, Text
from slidegen.pandoc.inlines import INCLUDE
from slidegen.scan import line_starts, scan
from slidegen.yaml_tree import parse_yaml

COMMENT: Final = re.compile(r"<!--+\s*include:\s+(?=\S)")
"""The begin of a comment that may name a file."""
CONDITION: Final = re.compile(r"<!--+\s*when:\s[^\n]*?-->")
"""The comment with the condition of a slide, which is no content of it."""
NAMED: Final = re.compile(r"(?P<file>[^\n#{}]+\.(?:md|markdown|qmd|ya?ml|org|ipynb))(?:#(?P<slides>[^\n]*))?", re.I)
KEYS: Final = frozenset({"file", "slides", "vars", "when"})


@dataclass(frozen=True, slots=True)
class Found:
    """An include in a text: its rows from `first` up to `last` (from 0, not included). One that is `inside` a slide
    gives the slide its text, if that has no slides of its own."""

    first: int
    last: int
    include: Include
    inside: bool = False


def may_include(text: str) -> bool:
    """Returns whether the text of a deck may include others."""
    return "include" in text and (COMMENT.search(text) is not None or "{{<" in text)


def includes_in(text: Text, dialect: str) -> list[Found]:
    """Returns the includes of a slide's text, in order. Each stands on rows of its own."""
    if not may_include(text.text):
        return []
    return sorted((*_comments(text), *(_shortcodes(text) if dialect == "pandoc" else ())), key=lambda one: one.first)


def rows_of(text: Text, first: int, last: int) -> Text:
    """Returns some rows of a text, from `first` up to `last`."""
    rows = text.text.split("\n")[first:last]
    lines = None if text.lines is None else tuple(text.line_of(first + row) for row in range(max(1, len(rows))))
    return Text("\n".join(rows), text.path, text.line_of(first), lines)


def divided(slide: Slide, found: list[Found]) -> Iterator[Slide]:
    """Yields the parts of a slide that stand around its includes, and the includes. What is before an include keeps the
    options of the slide."""
    text, at, begun = slide.content, 0, False
    later = replace(slide.options, layout=None, id=None)
    for one in found:
        part = rows_of(text, at, one.first)
        if CONDITION.sub("", part.text).strip():
            yield Slide(part, later) if begun else replace(slide, content=part)
            begun = True
        yield Slide(Text("", text.path, one.include.line), slide.options, include=one.include)
        at = one.last
    rest = rows_of(text, at, len(text.text.split("\n")))
    if CONDITION.sub("", rest.text).strip():
        yield Slide(rest, later) if begun else replace(slide, content=rest)


def _comments(text: Text) -> Iterator[Found]:
    for piece in scan(text.text):
        if piece.kind != "comment":
            continue
        comment = text.text[piece.start : piece.end]
        match = COMMENT.match(comment)
        begin = text.text.rfind("\n", 0, piece.start) + 1
        end = text.text.find("\n", piece.end)
        end = len(text.text) if end < 0 else end
        alone = not (text.text[begin : piece.start] + text.text[piece.end : end]).strip()
        if match is None or not alone:
            continue
        first = text.text.count("\n", 0, piece.start)
        line = text.line_of(first)
        include = _named(comment[match.end() :].removesuffix(">").rstrip("-").rstrip(), text.path, line)
        if include is not None:
            yield Found(first, first + text.text.count("\n", piece.start, piece.end) + 1, include)


def _named(value: str, path: str, line: int) -> Include | None:
    """The include that a comment names, by a file or by a mapping; None if it is a note like any other."""
    if (found := NAMED.fullmatch(value)) is not None:
        return Include(found["file"].strip(), path, line, found["slides"] or "")
    if not value.startswith("{"):
        return None
    try:
        given: Any = parse_yaml(value, path).value
    except DeckError:
        return None
    if not isinstance(given, dict) or not KEYS.issuperset(given) or not isinstance(given.get("file"), str):
        return None
    slides, values, when = given.get("slides"), given.get("vars", {}), given.get("when")
    slides = slides if isinstance(slides, list) else [] if slides is None else [slides]
    lines: dict[KeyPath, int] = {(): line}
    include = Include(given["file"], path, line, ",".join(map(str, slides)), values, lines)
    return include.under(None if when is None else str(when), line)


def _shortcodes(text: Text) -> Iterator[Found]:
    starts = line_starts(text.text)
    code = [(piece.start, piece.end) for piece in scan(text.text) if piece.kind != "prose"]
    begins = [start for start, _ in code]
    for row, content in enumerate(text.text.split("\n")):
        found = INCLUDE.fullmatch(content)
        if found is None:
            continue
        before = bisect_right(begins, starts[row])
        if not before or starts[row] >= code[before - 1][1]:
            include = Include(found["file"].strip('"'), text.path, text.line_of(row))
            yield Found(row, row + 1, include, inside=True)
