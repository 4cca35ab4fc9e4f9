"""Decides which dialect of Markdown a deck is written in, by these rules in this order.

1. `--dialect`, or `dialect:` in the front matter.
2. A file `.qmd`: pandoc's.
3. `marp:` in the front matter: Marp's.
4. reveal-md's own keys, a comment ``.slide:`` or ``.element``, a paragraph ``-v-``: reveal-md's.
5. A title block (``%``), `format: revealjs`, fenced divs in braces: pandoc's.
6. A directive of Marp's, in the front matter or in a comment, ``<!-- fit -->``, or a background ``![bg]``: Marp's.
7. A ruler ``----``, with which reveal-md begins a slide below: reveal-md's.
8. Otherwise plain Markdown.

Only signs outside code count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from slidegen.build_options import DIALECTS
from slidegen.errors import DeckError, Problem, nearest
from slidegen.marp_themes import MARP_THEMES
from slidegen.model import Deck
from slidegen.sources.directives import DIRECTIVE, LOCAL, REVEAL_KEYS
from slidegen.sources.markdown_file import Choice, MarkdownFile, is_revealjs

MARP_KEYS: Final = frozenset({*LOCAL, *(f"_{key}" for key in LOCAL), "headingDivider", "math", "size", "style"})
"""Directives that only Marp has with this meaning."""
REVEAL_COMMENT: Final = re.compile(r"\s*\.(slide:|element\b)")
BACKGROUND: Final = re.compile(r"\s*!\[bg\b")
TITLE_BLOCK: Final = re.compile(r"%[ \t]+\S")
DIV_IN_BRACES: Final = re.compile(r":{3,}[ \t]*\{[^}\n]*\}[ \t:]*$")


Parse = Callable[[MarkdownFile, Choice, int | None], Deck]


def _marp() -> Parse:
    from slidegen.sources.marp import parse

    return parse


def _reveal() -> Parse:
    from slidegen.sources.reveal_md import parse

    return parse


def _pandocs() -> Parse:
    from slidegen.sources.pandoc import parse

    return parse


def _plain() -> Parse:
    from slidegen.sources.plain import parse

    return parse


LOADERS: Final[dict[str, Callable[[], Parse]]] = {
    "marp": _marp,
    "reveal": _reveal,
    "pandoc": _pandocs,
    "plain": _plain,
}
"""The functions that import each dialect: a build imports only its own."""


def find_dialect(name: str) -> Parse:
    """Returns the parse function of a dialect. Its last argument is the level of the headings that begin slides."""
    return LOADERS[name]()


def choose(file: MarkdownFile, requested: str | None = None) -> Choice:
    """Returns the dialect of a deck. `requested` is that of the command line.

    Raises:
        DeckError: the deck names an unknown dialect.
    """
    if requested is not None:
        return Choice(requested, "--dialect")
    declared = file.own.dialect
    if declared is not None:
        if declared not in DIALECTS:
            message = f"unknown dialect {declared!r}; {nearest(declared, DIALECTS)}"
            raise DeckError([Problem(message, file.name, *file.tree.place(("dialect",)), code="wrong-value")])
        return Choice(declared, "dialect: in the front matter")
    if file.source.path.suffix.lower() == ".qmd":
        return Choice("pandoc", "a file .qmd")
    if "marp" in file.given:
        return Choice("marp", "marp: in the front matter")
    return next(_signs(file), Choice("plain", "no sign of another"))


def _signs(file: MarkdownFile) -> Iterator[Choice]:
    """Yields the dialects that the signs in a deck point to, the surest first."""
    key = next((key for key in file.given if key in REVEAL_KEYS), None)
    if key is not None:
        yield Choice("reveal", f"{key}: in the front matter")
    for piece, comment in file.comments():
        if found := REVEAL_COMMENT.match(comment):
            yield Choice("reveal", f"line {file.line_at(piece.start)}: a comment .{found[1]}")
    for start, row in file.prose() if "-v-" in file.body else ():
        if row.rstrip() == "-v-":
            yield Choice("reveal", f"line {file.line_at(start)}: -v-")
    yield from _pandoc(file)
    yield from _directives(file)
    for token in file.tokens:
        start = (token.map or (0, 0))[0]
        if token.type == "hr" and not token.level and _row(file, start) == "----":
            yield Choice("reveal", f"line {file.line + start}: a ruler ----")


def _pandoc(file: MarkdownFile) -> Iterator[Choice]:
    if file.split.head is None and TITLE_BLOCK.match(file.body):
        yield Choice("pandoc", "line 1: a title block")
    if is_revealjs(file.given.get("format")):
        yield Choice("pandoc", "format: revealjs in the front matter")
    for start, row in file.prose() if ":::" in file.body else ():
        if DIV_IN_BRACES.match(row):
            yield Choice("pandoc", f"line {file.line_at(start)}: a fenced div in braces")


def _directives(file: MarkdownFile) -> Iterator[Choice]:
    """Yields the signs of Marp's directives."""
    for key in file.given:
        if key in MARP_KEYS or (key == "theme" and file.text(key) in MARP_THEMES):
            yield Choice("marp", f"{key}: in the front matter")
    for piece, comment in file.comments():
        if comment.strip() == "fit":
            yield Choice("marp", f"line {file.line_at(piece.start)}: <!-- fit -->")
        rows = [row for row in comment.split("\n") if row.strip()]
        for found in filter(None, map(DIRECTIVE.fullmatch, rows[:1])):
            if found[1] in MARP_KEYS:
                yield Choice("marp", f"line {file.line_at(piece.start)}: the directive {found[1]}")
    for start, row in file.prose() if "![bg" in file.body else ():
        if BACKGROUND.match(row):
            yield Choice("marp", f"line {file.line_at(start)}: a background ![bg]")


def _row(file: MarkdownFile, row: int) -> str:
    return file.body[file.starts[row] : file.starts[row + 1]].strip()
