"""A Markdown deck before a dialect divides it into slides: its front matter, body and blocks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from markdown_it.token import Token

from slidegen.bibliography import CITING_KEYS
from slidegen.codes import Code
from slidegen.errors import DeckError, Problem
from slidegen.limits import linked, links_too_long, too_much
from slidegen.memo import Memo
from slidegen.model import Deck, DeckOptions, Slide, Source, Text
from slidegen.scan import Piece, line_starts, scan
from slidegen.scan_slides import deck_tokens
from slidegen.sources.dates import impossible_date
from slidegen.sources.directives import GLOBAL, LOCAL, near_directives, near_keys
from slidegen.sources.encoding import misread_lines
from slidegen.sources.heads import SplitDeck, misplaced, split_head, swallowed
from slidegen.sources.own_keys import Head
from slidegen.yaml_tree import YamlTree, parse_yaml

TEXTS: Final = ("theme", "lang", "date")
CHECKED: Final = frozenset(
    {
        "format",
        "reveal",
        "vars",
        "tables",
        "figures",
        "lang",
        "dir",
        "hyphenate",
        "date",
        "dialect",
        "slide-level",
        "minutes",
    }
    | {"appendix", "claims", *CITING_KEYS, "check", "scheme", "accent", "fonts", "logo", "brand"}
)
LOOSE: Final = re.compile(
    rf"^(?P<key>_?(?:{'|'.join((*GLOBAL, *LOCAL))})[ \t]*:[ \t]+)(?P<value>[^\s\"'|>\[{{].*)$",
    re.MULTILINE,
)
"""Values that Marp reads as text, whatever YAML makes of them: "#fff" is not a comment, "*x*" not an alias."""
BLOCK_TO_END: Final = re.compile(
    r"\s*<(?:(?P<comment>!--)|(?P<data>!\[CDATA\[)|(?P<program>\?)|(?P<tag>script|pre|style|textarea)\b)", re.IGNORECASE
)
"""The beginning of a block of HTML that an empty line does not end (CommonMark, "HTML blocks")."""
NOTE: Final = re.compile(r"[ ]{0,3}notes?:(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A dialect, and why it was chosen, in words: "line 1: a title block"."""

    dialect: str
    why: str


@dataclass(frozen=True)
class MarkdownFile:
    """A Markdown deck. `given` is its front matter, `own` holds slidegen's keys of it, `line` is that of the body."""

    source: Source
    split: SplitDeck
    tree: YamlTree
    own: Head
    memo: Memo | None = None

    @property
    def name(self) -> str:
        """The path as the user typed it."""
        return self.source.name

    @property
    def head(self) -> str:
        """The text of the front matter."""
        return self.split.head or ""

    @property
    def given(self) -> Mapping[str, Any]:
        """The front matter's keys and values."""
        return self.tree.value or {}

    @property
    def body(self) -> str:
        """The text after the front matter."""
        return self.split.body

    @property
    def line(self) -> int:
        """The line of the file in which the body begins."""
        return self.split.line

    @cached_property
    def env(self) -> dict[str, Any]:
        """What parsing the body gives besides its tokens: the references of its links."""
        return {}

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """The block tokens of the body."""
        return deck_tokens(self.body, self.env, self.memo)

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """The code, math, HTML, comments and prose of the body."""
        return tuple(scan(self.body, self.tokens))

    @cached_property
    def starts(self) -> Sequence[int]:
        """The offset at which each row of the body begins."""
        return line_starts(self.body)

    @cached_property
    def _rows(self) -> Sequence[int]:
        """The offset after each newline of the body."""
        return [start for start in self.starts[1:] if self.body[start - 1] == "\n"]

    def line_at(self, offset: int) -> int:
        """Returns the line of the file in which an offset of the body stands."""
        return self.line + bisect_right(self._rows, offset)

    def part(self, start: int, end: int) -> Text:
        """Returns a part of the body."""
        return Text(self.body[start:end], self.name, self.line_at(start))

    def comments(self) -> Iterator[tuple[Piece, str]]:
        """Yields the closed comments outside code, each with its text."""
        if "<!--" not in self.body:
            return
        for piece in self.pieces:
            text = self.body[piece.start : piece.end]
            if piece.kind == "comment" and text.endswith("-->"):
                yield piece, text[4:-3]

    def prose(self) -> Iterator[tuple[int, str]]:
        """Yields the rows of the body that begin as prose, each with its offset."""
        inside = [(piece.start, piece.end) for piece in self.pieces if piece.kind not in ("prose", "code")]
        at = 0
        for start in self.starts[:-1] or [0]:
            while at < len(inside) and inside[at][1] <= start:
                at += 1
            if at == len(inside) or not inside[at][0] <= start:
                end = self.body.find("\n", start)
                yield start, self.body[start : len(self.body) if end < 0 else end]

    def text(self, key: str) -> str | None:
        """Returns a value of the front matter as text."""
        return as_text(self.given.get(key))

    def title(self) -> Text | None:
        """Returns the deck's title, with its line."""
        title = self.text("title")
        return None if title is None else Text(title, self.name, self.tree.line(("title",)))

    def lines(self) -> Mapping[str, int]:
        """Returns the lines of the front matter's options, as in `DeckOptions.lines`."""
        return {
            ".".join(map(str, path)): line
            for path, line in self.tree.lines.items()
            if len(path) <= 2 or path[0] == "brand"
        }

    @property
    def options(self) -> DeckOptions:
        """The options that the front matter sets in every dialect that uses slidegen's own keys unchanged."""
        return DeckOptions(
            title=self.text("title"),
            author=self.text("author"),
            date=self.own.date,
            lang=self.own.lang,
            dir=self.own.dir,
            hyphenate=self.own.hyphenate,
            description=self.text("description"),
            scheme=self.own.scheme,
            format=self.own.format,
            minutes=self.own.minutes,
            appendix=self.own.appendix,
            claims=self.own.claims,
            bibliography=self.own.bibliography,
            house=self.own.house,
            ignored=self.own.ignored,
            reveal=self.own.reveal,
            lines=self.lines(),
        )

    def deck(
        self, choice: Choice, options: DeckOptions, stacks: Iterable[Sequence[Slide]], warnings: Iterable[Problem] = ()
    ) -> Deck:
        """The deck of these slides, with what the front matter says in every dialect alike."""
        return Deck(
            source=self.source,
            options=options,
            variables=self.own.variables,
            tables=self.own.tables,
            figures=self.own.figures,
            stacks=tuple(map(tuple, stacks)),
            title=self.title(),
            templated=self.own.templated,
            warnings=(*self.warnings(), *warnings),
            variable_lines=self.tree.below(("vars",)),
            dialect=choice.dialect,
            why=choice.why,
        )

    def problem(self, message: str, *path: str, code: Code) -> Problem:
        """Returns a problem of a key of the front matter."""
        return Problem(message, self.name, *self.tree.place(path), code=code)

    def warnings(self) -> Iterator[Problem]:
        """Yields warnings about what looks wrong in a Markdown deck of any dialect."""
        for line, before, after in misread_lines(self.source.text):
            yield Problem(
                f"looks misread: {before!r} may be {after!r}; --fix-encoding repairs it",
                self.name,
                line,
                code="not-text",
            )
        yield from near_keys(self.tree, self.name)
        yield from impossible_date(self.own.date, self.name, self.tree.line(("date",)))
        yield from swallowed(self.split, self.name)
        yield from misplaced(self.split, self.name)
        yield from near_directives(self.tokens, self.name, self.line)
        yield from self._unclosed_blocks()

    def _unclosed_blocks(self) -> Iterator[Problem]:
        """Yields the blocks that are not closed and so take the rest of the deck: valid Markdown, but seldom meant."""
        lines = self.body.split("\n")
        for token in self.tokens:
            start, end = token.map or (0, 0)
            if token.level or token.type not in ("fence", "html_block"):
                continue
            block = _open_fence(token, lines[end - 1]) if token.type == "fence" else _open_html(token.content)
            if block is not None:
                message = f"{block} is not closed, so the rest of the deck is in it"
                yield Problem(message, self.name, self.line + start, code="unclosed-block")


def read_markdown(source: Source, memo: Memo | None = None) -> MarkdownFile:
    """Reads a Markdown deck's front matter and blocks.

    Raises:
        DeckError: with everything that is too long, and the mistakes of the front matter.
    """
    split = split_head(source.text, source.name)
    tree = _front_matter(split.head or "", source.name)
    file = MarkdownFile(source, split, tree, _head(tree, source.name), memo)
    problems = [
        Problem(text, file.name, file.line + (token.map or [0])[0], code="limit")
        for text, token in too_much(file.tokens)
    ]
    message = links_too_long(linked(file.tokens, file.env.get("references", {})))
    if problems or message is not None:
        problems += [] if message is None else [Problem(message, file.name, code="limit")]
        raise DeckError([*file.own.problems, *problems])
    return file


def is_revealjs(form: Any) -> bool:
    """Returns whether `format:` in a front matter is Quarto's ``revealjs``."""
    return form == "revealjs" or (isinstance(form, dict) and "revealjs" in form)


def as_text(value: Any) -> str | None:
    """Returns a value of a front matter as text; None for an empty value, a mapping or a list."""
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def quoted(match: re.Match[str]) -> str:
    """Returns a line of `LOOSE` with its value in quotes."""
    return match["key"] + "'" + match["value"].rstrip(" \t").replace("'", "''") + "'"


def _front_matter(head: str, name: str) -> YamlTree:
    # With a line before it, line numbers are those of the file.
    tree = parse_yaml("\n" + LOOSE.sub(quoted, head), name)
    if tree.value is not None and not isinstance(tree.value, dict):
        raise DeckError([Problem("the front matter is not a mapping of keys to values", name, 2, code="front-matter")])
    return tree


def _head(tree: YamlTree, name: str) -> Head:
    given = tree.value or {}
    if is_revealjs(given.get("format")):  # Quarto's: here only --format says what slidegen writes
        given = {key: value for key, value in given.items() if key != "format"}
        tree = replace(tree, value=given)
    if given.keys() & CHECKED:
        from slidegen.sources.front_matter import read_head  # most decks need not wait for pydantic

        texts: dict[str, object] = {key: as_text(given[key]) for key in TEXTS if key in given}
        if isinstance(given.get("lang"), list | dict):
            texts["lang"] = given["lang"]  # the message says what it is
        return read_head(tree, texts, name)
    return Head(theme=as_text(given.get("theme")))


def _open_fence(token: Token, last: str) -> str | None:
    start, end = token.map or (0, 0)
    closed = end - start > 1 and last.strip().startswith(token.markup) and set(last.strip()) == set(token.markup[:1])
    return None if closed else "the code block"


def _open_html(html: str) -> str | None:
    opened = BLOCK_TO_END.match(html)
    if opened is None:
        return None
    tag = opened["tag"]
    if tag:
        return None if f"</{tag.lower()}" in html.lower() else f"the <{tag.lower()}>"
    if opened["comment"]:
        return None if "-->" in html else "the comment"
    if opened["data"]:
        return None if "]]>" in html else "the <![CDATA["
    return None if "?>" in html else "the <?"
