"""Markdown decks: the Marp dialect whole, with slidegen's own keys in the front matter, and reveal-md's separators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.errors import DeckError, Problem
from slidegen.limits import linked, links_too_long, too_much
from slidegen.model import (
    Deck,
    DeckOptions,
    FigureDeclaration,
    MarpHead,
    Slide,
    SlideOptions,
    Source,
    TableDeclaration,
    Text,
)
from slidegen.sources.dates import impossible_date
from slidegen.sources.directives import GLOBAL, LOCAL, META, OWN_KEYS, REVEAL_KEYS, near_directives, near_keys
from slidegen.sources.encoding import misread_lines
from slidegen.sources.heads import misplaced, split_head, swallowed
from slidegen.sources.size import SIZES, parse_size
from slidegen.yaml_tree import YamlTree, parse_yaml

TEXTS = ("theme", "lang", "date")
CHECKED = frozenset({"format", "reveal", "vars", "tables", "figures", "lang", "date"})
OWN_THEMES = ("auto", "light", "dark")
# Values that Marp reads as text, whatever YAML would make of them: "#fff" is no comment, "*x*" no alias.
LOOSE = re.compile(
    rf"^(?P<key>_?(?:{'|'.join((*GLOBAL, *LOCAL))})[ \t]*:[ \t]+)(?P<value>[^\s\"'|>\[{{].*)$",
    re.MULTILINE,
)
DIVIDER = re.compile(r"headingDivider:[ \t]*(\[[^\]\n]{0,100}\]|\d|false)[ \t]*")
UNSEEN_OPENING = re.compile(r"\s*(?:(?P<comment><!--)|<style\b)", re.IGNORECASE)
UNSEEN_CLOSING = {True: re.compile("-->"), False: re.compile("</style>", re.IGNORECASE)}
BLOCK_TO_END = re.compile(r"\s*<(?:!--|(script|pre|style|textarea)\b)", re.IGNORECASE)
"""What begins a block of HTML that only its own end ends, not an empty line (CommonMark, "HTML blocks")."""
NOTE = re.compile(r"^[ \t]*notes?:[ \t]*", re.IGNORECASE | re.MULTILINE)
REVEAL_SIGNS = re.compile(r"<!--\s*\.(?:slide|element):|^-v-[ \t]*$|^----[ \t]*$", re.MULTILINE)
SURELY_REVEAL = re.compile(r"<!--\s*\.(?:slide|element):|^-v-[ \t]*$", re.MULTILINE)
"""Who writes these splits slides by reveal-md's rule: a line of dashes under text is a separator and no heading's."""
REVEAL_THEMES = {
    **dict.fromkeys(("black", "blood", "dracula", "league", "moon", "night"), "dark"),
    **dict.fromkeys(("beige", "serif", "simple", "sky", "solarized", "white"), "light"),
}
"""reveal.js' own themes, and which of slidegen's is nearest."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a front matter says to slidegen; all its other keys are marp-core's or nobody's, as in Marp."""

    theme: str | None = None
    format: str = "reveal"
    reveal: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[TableDeclaration, ...] = ()
    figures: tuple[FigureDeclaration, ...] = ()
    lang: str = "en"
    date: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A slide's text, the line it starts in, and whether it lies below the slide before it."""

    text: str
    line: int
    below: bool


@dataclass(frozen=True, slots=True)
class Separators:
    """The lines that begin a slide: `beside` the last one, `below` it, and those under text, where no heading is meant.

    `rulers` says whether rulers do too.
    """

    beside: str | None = None
    below: frozenset[str] = frozenset()
    underlines: frozenset[str] = frozenset()
    rulers: bool = True


def parse(source: Source) -> Deck:
    """Parses a Markdown deck.

    Raises:
        DeckError: with every mistake of the front matter.
    """
    split = split_head(source.text, source.name)
    head, body, body_line = split.head or "", split.body, split.line
    tree = _front_matter(head, source.name)
    own = _head(tree, source.name)
    given: dict[str, Any] = tree.value or {}
    revealing = "marp" not in given and bool(REVEAL_SIGNS.search(body) or REVEAL_KEYS & given.keys())
    found = list(_divider_comments(body))
    dividers = _dividers(given, found)
    body = _without(body, found)
    env: dict[str, Any] = {}
    blocks = _blocks().parse(body, env)
    _check_limits(blocks, env, source.name, body_line)
    tokens = [token for token in blocks if token.level == 0 and token.map is not None]
    separators = _separators(given, body) if revealing else Separators()
    parts = list(_split(body, tokens, body_line, separators, dividers))
    own_theme = own.theme if own.theme and (own.theme in OWN_THEMES or "/" in own.theme) else None
    if revealing and own.theme in REVEAL_THEMES:
        own_theme = REVEAL_THEMES[own.theme]
    options = DeckOptions(
        title=_text(given.get("title")),
        author=_text(given.get("author")),
        date=own.date,
        lang=own.lang,
        description=_text(given.get("description")),
        theme=own_theme or "auto",
        format=own.format,
        reveal=own.reveal,
        size=_own_size(given.get("size") if own_theme else None),
        lines={".".join(map(str, path)): line for path, line in tree.lines.items() if len(path) <= 2},
    )
    return Deck(
        source=source,
        options=options,
        variables=own.variables,
        tables=own.tables,
        figures=own.figures,
        stacks=_stacks(parts, source.name, revealing),
        title=None if options.title is None else Text(options.title, source.name, tree.line(("title",))),
        marp=MarpHead(
            text=_without_own(_without_aliases(head), tree, own_theme is not None),
            theme="slidegen" if own_theme else own.theme,
            meta={key: text for key in META if (text := _text(given.get(key))) is not None},
        ),
        templated=bool(own.variables or own.tables or own.figures),
        warnings=(
            *(
                Problem(f"looks misread: {before!r} may be {after!r}; --fix-encoding repairs it", source.name, line)
                for line, before, after in misread_lines(source.text)
            ),
            *near_keys(tree, source.name),
            *impossible_date(own.date, source.name, tree.line(("date",))),
            *swallowed(split, source.name),
            *misplaced(split, source.name),
            *near_directives(tokens, source.name, body_line),
            *_left_open(tokens, body.split("\n"), source.name, body_line),
        ),
        variable_lines=tree.below(("vars",)),
    )


def _check_limits(blocks: list[Token], env: Mapping[str, Any], name: str, first: int) -> None:
    """Raises DeckError with all that is too long."""
    problems = [Problem(said, name, first + (token.map or [0])[0]) for said, token in too_much(blocks)]
    message = links_too_long(linked(blocks, env.get("references", {})))
    if problems or message is not None:
        raise DeckError(problems if message is None else [*problems, Problem(message, name)])


def _front_matter(head: str, name: str) -> YamlTree:
    loose = LOOSE.sub(_quoted, head)
    # A line above, so that line numbers are those of the file.
    tree = parse_yaml("\n" + loose, name)
    if tree.value is not None and not isinstance(tree.value, dict):
        raise DeckError([Problem("the front matter is no mapping of keys to values", name, 2)])
    return tree


def _quoted(match: re.Match[str]) -> str:
    return match["key"] + "'" + match["value"].rstrip(" \t").replace("'", "''") + "'"


def _head(tree: YamlTree, name: str) -> Head:
    given = tree.value or {}
    if given.keys() & CHECKED:
        from slidegen.sources.front_matter import read_head  # most decks have no need to wait for pydantic

        return read_head(tree, {key: _text(given[key]) for key in TEXTS if key in given}, name)
    return Head(theme=_text(given.get("theme")))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _own_size(value: Any) -> tuple[int, int]:
    """The size of slides in slidegen's look; marp-core's rendering warns of one that is none."""
    try:
        return parse_size(str(value or "16:9"))
    except ValueError:
        return SIZES["16:9"]


def _without_aliases(head: str) -> str:
    """The front matter with ``header: **bold**`` in quotes: marp-core drops one with such an alias as a whole."""
    return LOOSE.sub(lambda match: _quoted(match) if match["value"][0] in "*&" else match[0], head)


def _without_own(head: str, tree: YamlTree, own_theme: bool) -> str:
    """The front matter's lines but those of slidegen's keys."""
    drop = {*OWN_KEYS, "theme"} if own_theme else set(OWN_KEYS)
    lines = head.split("\n")
    starts = sorted((line - 2, str(path[0])) for path, line in tree.lines.items() if len(path) == 1)
    kept: list[str] = []
    at, keeping = 0, True
    for start, key in [*starts, (len(lines), "")]:
        if keeping:
            kept += lines[at:start]
        at, keeping = start, key not in drop
    return "\n".join(kept)


@cache
def _blocks() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable("inline")


def _left_open(tokens: list[Token], lines: list[str], name: str, first: int) -> Iterator[Problem]:
    """What nothing ends, so that it takes the rest of the deck: as in Markdown, but seldom meant."""
    for token in tokens:
        start, end = token.map or (0, 0)
        last = lines[end - 1].strip()
        closed = end - start > 1 and last.startswith(token.markup) and set(last) == set(token.markup[:1])
        if token.type == "fence" and not closed:
            yield Problem("the code block is not closed, so the rest of the deck is in it", name, first + start)
        opened = BLOCK_TO_END.match(token.content) if token.type == "html_block" else None
        if opened is None:
            continue
        tag = opened[1].lower() if opened[1] else None
        if ("-->" if tag is None else f"</{tag}") not in token.content.lower():
            what = "comment" if tag is None else f"<{tag}>"
            yield Problem(f"the {what} is not closed, so the rest of the deck is in it", name, first + start)


def _separators(given: Mapping[str, Any], body: str) -> Separators:
    """Those of a deck for reveal-md: its own, if the front matter names some, else the usual ones."""
    beside, below = (_literal(given.get(key)) for key in ("separator", "verticalSeparator"))
    surely = SURELY_REVEAL.search(body) or REVEAL_KEYS & given.keys()
    return Separators(
        beside=beside,
        below=frozenset({below}) if below else frozenset({"----", "-v-"}),
        underlines=frozenset({"---", "----"} if surely else ()),
        rulers=beside is None,
    )


def _literal(value: Any) -> str | None:
    """The line that a separator stands for: reveal-md takes an expression, of which only line ends are understood."""
    text = re.sub(r"^\^|\$$|\\r\?|\\n|\s", "", value) if isinstance(value, str) else ""
    return text or None


def _split(
    body: str, tokens: list[Token], line: int, separators: Separators, dividers: frozenset[str]
) -> Iterator[_Part]:
    """The slides of a body with these `tokens`, split at rulers on Markdown's top level, at reveal-md's `separators`
    and before dividing headings.

    A heading divides as Marpit's headingDivider does: wherever anything but comments and styles stands before it.
    """
    lines = body.split("\n")
    at, below, visible = 0, False, False
    for token in tokens:
        start, end = token.map or (0, 0)
        if token.type == "heading_open" and token.tag in dividers and visible:
            yield _Part("\n".join(lines[at:start]), line + at, below)
            at, below = start, False
            continue
        shown = lines[start].strip()
        if token.type == "heading_open" and token.markup == "-" and lines[end - 1].strip() in separators.underlines:
            yield _Part("\n".join(lines[at : end - 1]), line + at, below)
            at, below = end, lines[end - 1].strip() == "----"
            continue
        visible = visible or not (token.type == "html_block" and _is_unseen(token.content))
        vertical = end == start + 1 and shown in separators.below
        ruler = token.type == "hr" and separators.rulers
        if token.nesting < 0 or not (vertical or ruler or (end == start + 1 and shown == separators.beside)):
            continue
        yield _Part("\n".join(lines[at:start]), line + at, below)
        at, below = end, vertical
    yield _Part("\n".join(lines[at:]), line + at, below)


def _is_unseen(html: str) -> bool:
    """Whether a block of HTML holds nothing but comments and styles."""
    at = 0
    while (opening := UNSEEN_OPENING.match(html, at)) is not None:
        closing = UNSEEN_CLOSING[opening["comment"] is not None].search(html, opening.end())
        if closing is None:
            return False
        at = closing.end()
    return at > 0 and not html[at:].strip()


def _divider_comments(body: str) -> Iterator[re.Match[str]]:
    """The first headingDivider of each comment; one that is not closed goes on to the end."""
    at = body.find("<!--")
    while at >= 0:
        end = body.find("-->", at)
        end = len(body) if end < 0 else end
        found = DIVIDER.search(body, at, end)
        if found is not None:
            yield found
        at = body.find("<!--", end)


def _without(text: str, parts: list[re.Match[str]]) -> str:
    """`text` without some parts of it, which stand in order."""
    starts = [0, *(part.end() for part in parts)]
    ends = [*(part.start() for part in parts), len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _dividers(given: dict[str, Any], found: list[re.Match[str]]) -> frozenset[str]:
    """The headings that begin a slide: headingDivider in the front matter or in a comment, one level or a list."""
    value = found[0][1] if found else given.get("headingDivider")
    levels = [int(digit) for digit in re.findall(r"[1-6]", str(value or ""))]
    if len(levels) == 1 and not isinstance(value, list) and "[" not in str(value):
        levels = list(range(1, levels[0] + 1))
    return frozenset(f"h{level}" for level in levels)


def _stacks(parts: list[_Part], name: str, revealing: bool) -> tuple[tuple[Slide, ...], ...]:
    stacks: list[list[Slide]] = []
    for part in parts:
        content, notes = Text(part.text, name, part.line), None
        note = NOTE.search(part.text) if revealing else None
        if note:
            content = Text(part.text[: note.start()], name, part.line)
            notes = Text(part.text[note.end() :], name, part.line + part.text.count("\n", 0, note.start()))
        slide = Slide(content, SlideOptions(), notes)
        if part.below and stacks:
            stacks[-1].append(slide)
        else:
            stacks.append([slide])
    return tuple(map(tuple, stacks))
