"""Decks that marp-core renders: it gets their front matter, and their slides begin at rulers and headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slidegen.checks.rule import IGNORED
from slidegen.errors import Problem
from slidegen.marp_themes import OWN_THEME, names_marp_theme
from slidegen.model import Deck, MarpHead, Slide, SlideOptions, Text
from slidegen.project import Project
from slidegen.scan import block_tokens
from slidegen.slide_lines import WHEN
from slidegen.slide_options import AUTO_ANIMATE
from slidegen.sources.directives import DIRECTIVE, LOCAL, META, OWN_KEYS
from slidegen.sources.markdown_file import LOOSE, NOTE, Choice, MarkdownFile, quoted
from slidegen.sources.size import SIZES, parse_size
from slidegen.themes import PLAIN_NAMES, is_theme_name
from slidegen.timing import BUDGET

CONTAINER: Final = re.compile(r"(?P<colons>:{3,})[ \t]*(?:tabs|columns)\b")
"""The first line of a container whose headings do not begin slides."""
RUNNING: Final = ("header", "footer", "_header", "_footer")
COMMENT: Final = re.compile(r"\s*<!--")
STYLE: Final = re.compile(r"\s*<style\b.*?</style>", re.IGNORECASE | re.DOTALL)

OWN: Final = {
    BUDGET: re.compile(r"^[ \t]*minutes[ \t]*:[ \t]+(?P<value>[0-9]+(?:\.[0-9]+)?)[ \t]*$", re.MULTILINE),
    WHEN: re.compile(r"^[ \t]*when[ \t]*:[ \t]+(?P<value>\S.*?)[ \t]*$", re.MULTILINE),
    IGNORED: re.compile(
        r"^[ \t]*check[ \t]*:[ \t]+\{[ \t]*ignore[ \t]*:[ \t]+\[?(?P<value>[^\[\]{}\n]*)\]?[ \t]*\}[ \t]*$",
        re.MULTILINE,
    ),
    AUTO_ANIMATE: re.compile(r"^[ \t]*auto_animate[ \t]*:[ \t]+(?P<value>true|false)[ \t]*$", re.MULTILINE),
}
"""slidegen's own directives in comments, by the attributes of the slide that they set."""
UNREAD: Final = re.compile(r"\s*(?P<key>when|check|minutes|auto_animate)[ \t]*:(?P<rest>.*)", re.DOTALL)
"""A comment that begins as one with a directive of slidegen's own."""
WRITTEN: Final = {
    "when": "when: CONDITION",
    "check": "check: {ignore: [RULE]}",
    "minutes": "minutes: 5",
    "auto_animate": "auto_animate: true",
}
NOTES: Final = re.compile(rf"^{NOTE.pattern}", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rules:
    """Where slides begin: at rulers on the top level, and at headings of some levels ("h2").

    With `as_marp`, a heading right after a ruler begins another slide, which leaves an empty one before it, and so does
    a heading inside a quote or a list.
    """

    headings: Collection[str] = ()
    as_marp: bool = False


def deck(file: MarkdownFile, choice: Choice, rules: Rules, warnings: Sequence[Problem] = ()) -> Deck:
    """Returns the deck of a file, its slides divided by `rules`."""
    own = file.own
    own_theme = own.theme if own.theme and is_own_theme(own.theme, file.source.project) else None
    size = file.text("size")
    options = replace(file.options, theme=own_theme or "auto", size=own_size(size if own_theme else None))
    expressions = _expressions(file)
    head = LOOSE.sub(lambda match: quoted(match) if match["value"][0] in "*&" else match[0], file.head)
    marp = MarpHead(
        text=_without(head, file, {*OWN_KEYS, *expressions, *(["theme"] if own_theme else [])}),
        theme=OWN_THEME if own_theme else own.theme,
        meta={key: text for key in META if (text := file.text(key)) is not None},
        directives=expressions,
        running={text: file.tree.line((key,)) for key in RUNNING if (text := file.text(key)) is not None},
        size=size,
    )
    stacks = ((slide,) for slide in slides(file, rules))
    return replace(file.deck(choice, options, stacks, (*notes_on_slides(file), *_unread(file), *warnings)), marp=marp)


def slides(file: MarkdownFile, rules: Rules) -> Iterator[Slide]:
    """Yields the slides of a file."""
    own = list(_own_directives(file))
    inside = _in_containers(file)
    at, visible = 0, False
    for token in file.tokens:
        if token.map is None or (token.level and not (rules.as_marp and token.type == "heading_open")):
            continue
        start, end = (file.starts[min(row, len(file.starts) - 1)] for row in token.map)
        if token.type == "heading_open":
            stays = token.level and not _is_heading(file.body[start:end])
            if token.tag in rules.headings and visible and not stays and token.map[0] not in inside:
                yield _slide(file, at, start, own)
                at = start
        elif token.type == "hr":
            yield _slide(file, at, start, own)
            at, visible = end, rules.as_marp
            continue
        visible = visible or not (token.type == "html_block" and _is_invisible(token.content))
    yield _slide(file, at, len(file.body), own)


def _in_containers(file: MarkdownFile) -> frozenset[int]:
    """Returns the rows inside of tabsets and columns that are closed."""
    if not CONTAINER.search(file.body):
        return frozenset()
    code = {row for token in file.tokens if token.type == "fence" and token.map for row in range(*token.map)}
    lines = [(row, line.strip()) for row, line in enumerate(file.body.split("\n")) if row not in code]
    found: set[int] = set()
    opened: tuple[int, int] | None = None
    for row, line in lines:
        opening = CONTAINER.match(line)
        if opened is None and opening is not None:
            opened = row, len(opening["colons"])
        elif opened is not None and len(line) >= opened[1] and not line.strip(":"):
            found.update(range(opened[0], row))
            opened = None
    return frozenset(found)


def _slide(file: MarkdownFile, start: int, end: int, own: Sequence[tuple[int, str, str]]) -> Slide:
    given = [one for one in own if start <= one[0] < end]
    if not given:
        return Slide(file.part(start, end), SlideOptions())
    attributes = {name: value for _, name, value in given}
    lines = {name: file.line_at(at) for at, name, _ in given}
    return Slide(file.part(start, end), SlideOptions(attributes=attributes, lines=lines))


def _own_directives(file: MarkdownFile) -> Iterator[tuple[int, str, str]]:
    """Yields the offset, the attribute and the value of each directive of slidegen's own. It stands in a comment that
    holds nothing but directives; the last one of a slide counts."""
    if not any(name in file.body for name in WRITTEN):
        return
    for piece, comment in file.comments():
        rows = [row for row in comment.split("\n") if row.strip()]
        if all(map(DIRECTIVE.fullmatch, rows)):
            for name, pattern in OWN.items():
                for found in pattern.finditer(comment):
                    yield piece.start + len("<!--") + found.start("value"), name, found["value"]


def _unread(file: MarkdownFile) -> Iterator[Problem]:
    """Warns of comments that look like directives of slidegen's own and are notes, as Marp reads them."""
    if not any(name in file.body for name in WRITTEN):
        return
    read = {at for at, *_ in _own_directives(file)}
    for piece, comment in file.comments():
        found = UNREAD.match(comment)
        if found is None or any(piece.start <= at < piece.end for at in read):
            continue
        if found["key"] == "check" and "ignore" not in found["rest"]:
            continue
        how = f"<!-- {WRITTEN[found['key']]} -->"
        message = f"{found['key']}: this comment is a speaker note; a directive is written in one line: {how}"
        yield Problem(message, file.name, file.line_at(piece.start), code="not-applied")


def _is_heading(rows: str) -> bool:
    """Returns whether rows of a quote or a list hold a heading when they are parsed alone."""
    return any(token.type == "heading_open" for token in block_tokens(rows))


def notes_on_slides(file: MarkdownFile) -> Iterator[Problem]:
    """Warns of text that is a note in reveal-md but stays on the slide here."""
    if not NOTES.search(file.body):
        return
    blank = True
    for start, row in file.prose():
        if blank and NOTE.match(row):
            yield Problem(
                f"{row.strip()[:5].rstrip(':')}: is text of the slide; notes are comments <!-- ... --> or stand in "
                "::: notes; with dialect: reveal, this is a note",
                file.name,
                file.line_at(start),
                code="not-applied",
            )
        blank = not row.strip()


def _expressions(file: MarkdownFile) -> dict[str, Text]:
    """Returns the directives in a front matter that hold an expression, if the deck's text goes through Jinja."""
    if not file.own.templated:
        return {}
    return {
        key: Text(value, file.name, file.tree.text_lines.get((key,), file.tree.line((key,))))
        for key, value in file.given.items()
        if key.removeprefix("_") in LOCAL and isinstance(value, str) and "{{" in value
    }


def _is_invisible(html: str) -> bool:
    """Returns whether a block of HTML shows nothing: it holds only styles and comments.

    Text behind a comment in the same row belongs to it, as marp-core reads it.
    """
    at = 0
    while (style := STYLE.match(html, at)) is not None:
        at = style.end()
    return COMMENT.match(html, at) is not None or (at > 0 and not html[at:].strip())


def is_own_theme(name: str, project: Project) -> bool:
    """Returns whether a deck's theme is one of slidegen's: a path, the plain look, or another one unless a Marp theme
    has its name."""
    if "/" in name:
        return True
    marps = name not in PLAIN_NAMES and names_marp_theme(name, project)
    return not marps and is_theme_name(name)


def own_size(value: str | None) -> tuple[int, int]:
    """Returns the size of slides in slidegen's look. The rendering by marp-core warns of an unknown size."""
    try:
        return parse_size(value or "16:9")
    except ValueError:
        return SIZES["16:9"]


def _without(head: str, file: MarkdownFile, keys: Collection[str]) -> str:
    """Returns the front matter's lines without those of some keys."""
    lines = head.split("\n")
    starts = sorted((line - 2, str(path[0])) for path, line in file.tree.lines.items() if len(path) == 1)
    kept: list[str] = []
    at, keeping = 0, True
    for start, key in [*starts, (len(lines), "")]:
        if keeping:
            kept += lines[at:start]
        at, keeping = start, key not in keys
    return "\n".join(kept)
