"""Splits a Markdown deck into front matter and body. A deck without front matter may begin with a ruler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from slidegen.errors import DeckError, Problem
from slidegen.sources.directives import known

OPENING: Final = re.compile(r"---[ \t]*\n")
CLOSED: Final = re.compile(r"\A---[ \t]*\n(?:(?P<head>.*?)\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
ENDED: Final = re.compile(r"\A---[ \t]*\n(?P<head>(?:(?!---[ \t]*$).*\n)+?)\.\.\.[ \t]*(?:\n|\Z)", re.MULTILINE)
"""A front matter that ends with YAML's ``...``, as pandoc allows."""
LONGER: Final = re.compile(r"\A(?P<dashes>-{3,})[ \t]*\n(?P<head>.*?)\n(?P=dashes)-*[ \t]*(?:\n|\Z)", re.DOTALL)
"""A front matter between more than three dashes, as Marp allows: at least as many at its end as at its beginning."""
KEY: Final = re.compile(r"[\"']?([A-Za-z_][\w.-]*)[\"']?[ \t]*:(?:\s|$)")
YAML_LINE: Final = re.compile(r"\s|#|- |[\]}]|" + KEY.pattern)
DASHES: Final = re.compile(r"\s*-{3,}[ \t]*\n")
COMMENT: Final = re.compile(r"\s*<!--")
HEADING: Final = re.compile(r"#{1,6} +(?!\w[\w-]*:)\S")


@dataclass(frozen=True, slots=True)
class SplitDeck:
    """A Markdown deck in two parts: its front matter (None if it has none), and its body, which begins on `line`."""

    head: str | None
    body: str
    line: int


def split_head(text: str, name: str) -> SplitDeck:
    """Splits a deck into its front matter and its body.

    Raises:
        DeckError: the front matter is not closed.
    """
    ended, longer = ENDED.match(text), LONGER.match(text)
    match: re.Match[str] | None
    if ended is not None and _first_key(ended["head"]) is not None:
        match = ended
    elif longer is not None and known(_first_key(longer["head"]) or ""):
        match = longer
    else:
        match = CLOSED.match(text)
    if match is None:
        if OPENING.match(text) and _surely_front_matter(text.split("\n")[1:]):
            raise DeckError(
                [Problem("the front matter is not closed; it ends with a line ---", name, 1, code="front-matter")]
            )
        return SplitDeck(None, text, 1)
    head = match["head"] or ""
    if head.strip() and not head.split("\n")[0].strip() and _first_key(head) is None:
        return SplitDeck(None, text, 1)  # a ruler, with text of a slide under it
    return SplitDeck(head.removesuffix("\n"), text[match.end() :], text.count("\n", 0, match.end()) + 1)


def misplaced(split: SplitDeck, name: str) -> Iterator[Problem]:
    """Warns of a front matter that is read as text of a slide: because something stands before it, or because it has
    fewer dashes at its end."""
    ruler = DASHES.match(split.body, _after_comments(split.body)) if split.head is None else None
    under = [] if ruler is None else split.body[ruler.end() :].split("\n")
    key = KEY.match(under[0]) if under else None
    if ruler is not None and key is not None and known(key[1]) and any(line.startswith("---") for line in under):
        line = split.body.count("\n", 0, ruler.end())
        yield Problem(
            "this is text of a slide; a front matter begins with --- in the deck's first line",
            name,
            line,
            code="front-matter",
        )


def _after_comments(text: str) -> int:
    """Returns the offset at which the comments at the beginning of a text end."""
    at = 0
    while (opened := COMMENT.match(text, at)) is not None:
        closed = text.find("-->", opened.end())
        if closed < 0:
            break
        at = closed + len("-->")
    return at


def swallowed(split: SplitDeck, name: str) -> Iterator[Problem]:
    """Warns of a heading in the last line of a front matter, where it is a comment: most likely a slide's."""
    lines = (split.head or "").rstrip().split("\n")
    alone = not any(KEY.match(line) for line in lines)
    apart = not (lines[-2:-1] or ["key"])[0].strip() or len(lines) < split.line - 3  # an empty line before or after it
    if HEADING.match(lines[-1]) and (alone or apart):
        what = lines[-1] if len(lines[-1]) <= 60 else f"{lines[-1][:60]}..."
        yield Problem(
            f"{what!r} is a comment of the front matter, not a heading; is a line --- missing before it?",
            name,
            len(lines) + 1,
            code="front-matter",
        )


def _first_key(head: str) -> str | None:
    """Returns the key in the first line that is not a comment; None if that line has none."""
    for line in head.split("\n"):
        if line.strip() and not line.startswith("#"):
            found = KEY.match(line)
            return None if found is None else found[1]
    return None


def _surely_front_matter(lines: list[str]) -> bool:
    """Returns whether lines under a ruler are meant as a front matter: their first key is known, or all are keys."""
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = next((at for at, line in enumerate(lines[start:], start) if not line.strip()), len(lines))
    paragraph = lines[start:end]
    keys = [match[1] for line in paragraph if (match := KEY.match(line))]
    if not keys or not KEY.match(paragraph[0]):
        return False
    if known(keys[0]):
        return True
    only_keys = all(YAML_LINE.match(line) for line in paragraph)
    return start == 0 and only_keys and (len(keys) > 1 or keys[0].islower())
