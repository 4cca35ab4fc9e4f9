"""Splits Markdown, by its tokens, into code, math, raw HTML, comments and prose, each with its place in the text.

Every search in Markdown (for an expression, a directive, a note, a picture) starts from these pieces, so that text in
code has no meaning.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

Kind = Literal["prose", "fence", "indented", "code", "math", "html", "comment"]
"""`code` is a code span, `html` a block of HTML."""

CODE: Final = frozenset({"fence", "indented", "code"})
"""The kinds of code."""
BLOCKS: Final[dict[str, Kind]] = {
    "fence": "fence",
    "code_block": "indented",
    "html_block": "html",
    "math_block": "math",
    "math_block_label": "math",
    "amsmath": "math",
}
SIGNS: Final = ("`", "~~~", "\n    ", "\n\t", "<", "$", "\\begin")
"""A text without any of these is prose."""
INLINE: Final = re.compile(
    r"(?P<escaped>\\?)(?P<ticks>`+)|(?P<comment><!--)|(?P<dollars>(?<!\\)\$\$?)|(?P<blank>\n[ \t]*(?=\n))"
)
DISPLAY: Final = re.compile(r"(?:[^$\\]|\\.)*\$\$", re.DOTALL)
FORMULA: Final = re.compile(r"(?![\s$])(?:[^$\\\n]|\\.|\n(?![ \t]*\n))*?(?<!\s)\$(?!\d)", re.DOTALL)
EQUATION: Final = re.compile(r"(?<=\$\$)[ \t]*\{#eq-[^{}\n]*\}(?=[ \t]*$)", re.MULTILINE)
"""The label of a formula, after the dollars that close it (Quarto, "Cross References")."""
FOOTNOTE: Final = re.compile(r"^[ \t>*+-]*\[\^[^\]\s]+\]:", re.MULTILINE)
DEFINITION: Final = re.compile(r"^[ \t>*+-]*[:~][ \t]", re.MULTILINE)

MAGIC_MOVE: Final = re.compile(r"(?<![\w.#=\"'-])magic-move(?![\w.-])")
"""The word in the info line of a fence that holds several blocks of code (see `slidegen.render.magic_move`)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, from `start` up to `end`. `info` is the line that opens a fence."""

    kind: Kind
    start: int
    end: int
    info: str = ""


@cache
def _parser(math: bool, footnotes: bool = False, definitions: bool = False) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable("inline")
    if footnotes:
        parser.use(footnote_plugin).disable("footnote_tail")
    if definitions:
        parser.use(deflist_plugin)
    if math:
        parser.use(dollarmath_plugin).use(amsmath_plugin).disable("math_inline", ignoreInvalid=True)
        close_at_labels(parser)
    return parser


def close_at_labels(parser: MarkdownIt) -> None:
    """Makes a label end a block of math, as the dollars before it do: else the block goes on to the next formula."""
    for rule in parser.block.ruler.__rules__:
        if rule.name == "math_block":
            rule.fn = _unlabelled(rule.fn)


def _unlabelled(rule: Callable[[StateBlock, int, int, bool], bool]) -> Callable[[StateBlock, int, int, bool], bool]:
    """Wraps the plugin's rule, which takes the last dollars of a line for the end of a block."""

    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]) or "{#eq-" not in state.src:
            return rule(state, start, end, silent)
        original = state.src
        state.src = _without_labels(original)
        try:
            return rule(state, start, end, silent)
        finally:
            state.src = original

    return block


@lru_cache(maxsize=2)
def _without_labels(text: str) -> str:
    """A text with blanks for the labels of its formulas."""
    return EQUATION.sub(lambda found: " " * len(found[0]), text)


def has_math(text: str) -> bool:
    """Returns whether a text may hold blocks of math."""
    return "$$" in text or "\\begin{" in text


def block_tokens(text: str, env: dict[str, Any] | None = None, *, math: bool | None = None) -> list[Token]:
    """Returns the block tokens of CommonMark with tables and blocks of math. Inline text is not parsed.

    `math` says whether blocks of math are looked for; by default, if there may be any."""
    return _parser(has_math(text) if math is None else math).parse(text, env)


def slide_tokens(text: str, *, definitions: bool = True) -> list[Token]:
    """Returns the block tokens of a slide's text: also of what stands indented in footnotes and, if they are read, in
    lists of definitions, which would be code elsewhere."""
    footnotes = "[^" in text and FOOTNOTE.search(text) is not None
    definitions = definitions and DEFINITION.search(text) is not None
    return _parser(has_math(text), footnotes, definitions).parse(text)


def scan(text: str, tokens: Sequence[Token] | None = None) -> Iterator[Piece]:
    """Yields the pieces of a text, in order and without gaps. `tokens` are its block tokens, if already parsed; by
    default its `slide_tokens`."""
    if not any(sign in f"\n{text}" for sign in SIGNS):
        if text:
            yield Piece("prose", 0, len(text))
        return
    starts = line_starts(text)
    at = 0
    for token in slide_tokens(text) if tokens is None else tokens:
        kind = BLOCKS.get(token.type)
        if kind is None or token.map is None:
            continue
        start, end = starts[token.map[0]], starts[token.map[1]]
        if start < at:
            continue
        yield from _inline(text, at, start)
        if kind == "html":
            yield from _comments(text, start, end)
        else:
            yield Piece(kind, start, end, token.info.strip() if kind == "fence" else "")
        at = end
    yield from _inline(text, at, len(text))


def is_magic_move(info: str) -> bool:
    """Returns whether the info line of a fence says that the fences in it are states of one block of code."""
    return "magic-move" in info and MAGIC_MOVE.search(info) is not None


def line_starts(text: str) -> list[int]:
    """Returns the offset at which each line begins, and that of the end."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    if starts[-1] != len(text):
        starts.append(len(text))
    return starts


def _comments(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yields a block of HTML and the comments in it. An unclosed comment extends to the end."""
    at = start
    while (opened := text.find("<!--", at, end)) >= 0:
        if opened > at:
            yield Piece("html", at, opened)
        closed = text.find("-->", opened + 4, end)
        at = end if closed < 0 else closed + 3
        yield Piece("comment", opened, at)
    if at < end:
        yield Piece("html", at, end)


def _inline(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yields prose and its code spans, comments and formulas; the first to open wins (CommonMark, "Precedence")."""
    runs = _runs(text, start, end)
    at = seen = start
    while (found := INLINE.search(text, seen, end)) is not None:
        seen = found.end()
        closing = _closing(found, text, end, runs)
        if closing is None:
            continue
        opening, kind, seen = closing
        if opening > at:
            yield Piece("prose", at, opening)
        yield Piece(kind, opening, seen)
        at = seen
    if at < end:
        yield Piece("prose", at, end)


def _closing(
    found: re.Match[str], text: str, end: int, runs: dict[tuple[int, int], list[int]]
) -> tuple[int, Kind, int] | None:
    """Returns the start, kind and end of the piece that opens at a match; None if it is not closed."""
    paragraph = bisect_right(runs.get((0, 0), []), found.start())
    if found["ticks"] is not None:
        length = len(found["ticks"])
        others = runs.get((paragraph, length), [])
        place = bisect_right(others, found.start("ticks"))
        if found["escaped"] or place == len(others):
            return None
        return found.start("ticks"), "code", others[place] + length
    limit = next(iter(runs.get((0, 0), [])[paragraph:]), end)
    if found["comment"] is not None:
        closed = text.find("-->", found.end(), limit)
        return None if closed < 0 else (found.start(), "comment", closed + 3)
    if found["dollars"] is not None:
        form = DISPLAY if len(found["dollars"]) == 2 else FORMULA
        match = form.match(text, found.end(), limit)
        return None if match is None else (found.start(), "math", match.end())
    return None


def _runs(text: str, start: int, end: int) -> dict[tuple[int, int], list[int]]:
    """Returns the offsets of runs of backticks by paragraph (from 0) and length; under (0, 0) the paragraphs' ends."""
    runs: dict[tuple[int, int], list[int]] = {}
    paragraph = 0
    for found in INLINE.finditer(text, start, end):
        if found["blank"] is not None:
            paragraph += 1
            runs.setdefault((0, 0), []).append(found.start())
        elif found["ticks"] is not None:
            runs.setdefault((paragraph, len(found["ticks"])), []).append(found.start("ticks"))
    return runs
