"""Code from files: fills the code blocks of a deck that name a file, such as ```` ```python {file="train.py"} ````."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from textwrap import dedent
from typing import Final

from slidegen.errors import Problem, nearest
from slidegen.files import FileError, read_text
from slidegen.marks import NO_TEXT
from slidegen.model import Deck, Slide, Text
from slidegen.scan import Piece, is_magic_move, scan
from slidegen.snippets.selecting import CodeFile, Selection, SnippetError, select
from slidegen.typos import count_typos

BRACES: Final = re.compile(r"\{[^{}]*\}")
KEYS: Final = ("file", "lines", "symbol", "region", "starts")
OTHER: Final = re.compile(r"""(?<![\w.#"'=-])(?P<key>[a-z]+)=""")
ELSEWHERE: Final = frozenset({*KEYS, "line", "start"})
"""Words that are no typing errors: pandoc and others have attributes of these names."""
MARK: Final = "\ufeff"
"""What some editors write at the beginning of a file."""
KEY: Final = re.compile(
    rf"(?<![\w.#-])(?P<key>{'|'.join(KEYS)})="
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s}"']+))\s*"""
)
OPENING: Final = re.compile(r"(?P<before>.*?)(?P<fence>`{3,}|~{3,})")
CLOSING: Final = re.compile(r"(?P<before>[ \t>]*)(?P<fence>`{3,}|~{3,})[ \t]*")
NUMBERS: Final = re.compile(r"(?<![\w.#=-])numbers(?![\w=-])")
LINES_SETTING: Final = re.compile(r"\blines\s*:\s*true\b")
"""Slidev's setting of a magic move: all its blocks have line numbers."""
NUMBER_LINES: Final = re.compile(r"\.(numberLines|number-lines)\b")
WORDS: Final = re.compile(r"[`~]{3} ?[\w+#.-]{0,30} ?\{[^{}\n]{0,200}=")
"""The beginning of a code block that may have a mistyped key."""
MAX_CODE_BYTES: Final = 1_000_000
"""The most bytes of a file of code."""
MAX_CODE: Final = 2_000_000
"""The most characters that a deck takes from files: a talk shows a thousandth of them."""
MAX_BLOCKS: Final = 1000
"""The most code blocks of a deck that name a file: each takes its time, and a deck may show the same file in all."""
MAX_MISTAKES: Final = 50
"""The most mistakes in them that are told: for each, the names in a file are compared."""


def with_snippets(deck: Deck) -> Deck:
    """Returns the deck with the code that its code blocks take from files. Mistakes are added to its `problems`."""
    if not _may_name(deck.source.text):
        return deck
    filler = _Filler(deck)
    stacks = tuple(tuple(filler.slide(slide) for slide in stack) for stack in deck.stacks)
    return replace(deck, stacks=stacks, problems=(*deck.problems, *filler.problems))


def takes_code(fence: str) -> bool:
    """Whether a fence has no code of its own and names a file."""
    return any("file" in block.given and not block.has_code for block in _blocks(dedent(fence)))


class _Filler:
    """Fills the code blocks of one deck, and collects their mistakes."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._files: dict[str, CodeFile] = {}
        self._count = self._size = 0
        self._numbered = False
        self.problems: list[Problem] = []

    def slide(self, slide: Slide) -> Slide:
        notes = None if slide.notes is None else self._text(slide.notes)
        return replace(slide, content=self._text(slide.content), notes=notes)

    def _text(self, text: Text) -> Text:
        """Returns a text with its code blocks filled. What comes from a file has the line of the block's first row."""
        if not _may_name(text.text):
            return text
        rows = text.text.split("\n")
        filled: list[str] = []
        lines: list[int] = []
        at = 0
        for block in _blocks(text.text):
            first, last = block.first, block.last
            found = self._states(block, text) if is_magic_move(block.info) else self._code(block, text)
            if found is None:
                continue
            filled += [*rows[at:first], *(row for row, _ in found)]
            lines += [*map(text.line_of, range(at, first)), *(line for _, line in found)]
            at = last
        if at == 0:
            return text
        filled += rows[at:]
        lines += map(text.line_of, range(at, len(rows)))
        return Text("\n".join(filled), text.path, text.line, tuple(lines))

    def _states(self, block: _Block, text: Text) -> list[tuple[str, int]] | None:
        """Returns the rows of a fence whose blocks of code are filled, each with its line; None if none of them is."""
        rows = [row.removeprefix(block.indent) for row in block.rows]
        inside = Text(
            "\n".join(rows), text.path, 1, tuple(text.line_of(block.first + 1 + at) for at in range(len(rows)))
        )
        self._numbered = NUMBERS.search(block.info) is not None or LINES_SETTING.search(block.info) is not None
        filled = self._text(inside)
        self._numbered = False
        if filled is inside:
            return None
        fence = block.fence_around(filled.text)
        opened, closed = text.line_of(block.first), text.line_of(block.last - 1)
        shown = [
            (f"{block.indent}{row}".rstrip(), filled.line_of(at)) for at, row in enumerate(filled.text.split("\n"))
        ]
        return [(f"{block.before}{fence}{block.info}", opened), *shown, (f"{block.indent}{fence}", closed)]

    def _code(self, block: _Block, text: Text) -> list[tuple[str, int]] | None:
        """Returns the rows of a filled block, each with the line of its first; None if the block stays as it is."""
        line = text.line_of(block.first)
        code = self._filled(block, text.path, line)
        return None if code is None else [(row, line) for row in code]

    def _filled(self, block: _Block, path: str, line: int) -> list[str] | None:
        """Returns the rows of a filled block; None if the block stays as it is."""
        given = block.given
        if "file" not in given:
            if not block.has_code and self._deck.dialect == "slidegen":
                wrong = block.mistyped
                message = (
                    f"code: unknown key {wrong!r}; {nearest(wrong, KEYS)}"
                    if wrong
                    else f"code: {', '.join(given)} chooses a part of a file, and none is named; write file="
                )
                self.problems.append(Problem(message, path, line, code="code-block"))
            return None
        if block.has_code:
            # Elsewhere the attribute says where the code of the block is written to, as in Entangled.
            if self._deck.dialect == "slidegen":
                message = f"code: the block has code and names the file {given['file']!r}; leave one of them out"
                self.problems.append(Problem(message, path, line, code="code-block"))
            return None
        if wrong := block.mistyped:
            message = f"code: unknown key {wrong!r}; {nearest(wrong, KEYS)}"
            self.problems.append(Problem(message, path, line, code="code-block"))
            return block.filled("", 1)
        if twice := block.repeated:
            message = f"code: {twice} is given twice; leave one of them out"
            self.problems.append(Problem(message, path, line, code="code-block"))
            return block.filled("", 1)
        if len(self.problems) >= MAX_MISTAKES:
            return block.filled("", 1)
        try:
            found = self._selected(given)
        except SnippetError as error:
            self.problems.append(Problem(f"code: {error}", path, line, code=error.code))
            return block.filled("", 1)
        numbered = self._numbered and not NUMBERS.search(block.info) and not NUMBER_LINES.search(block.info)
        return (replace(block, info=f"{block.info} numbers") if numbered else block).filled(found.code, found.first)

    def _selected(self, given: dict[str, str]) -> Selection:
        """Returns the part of a file that a block shows. Raises SnippetError; all parts together have a limit."""
        self._count += 1
        if self._count > MAX_BLOCKS:
            raise SnippetError(f"more than {MAX_BLOCKS:,} blocks take code from files", code="limit")
        name = given["file"]
        if name not in self._files:
            self._files[name] = self._read(name)
        found = select(self._files[name], {key: value for key, value in given.items() if key != "file"})
        self._size += len(found.code)
        if self._size > MAX_CODE:
            message = f"the blocks take more than {MAX_CODE:,} characters from files; show less of them"
            raise SnippetError(message, code="limit")
        return found

    def _read(self, name: str) -> CodeFile:
        project = self._deck.source.project
        path = project.folder / name
        if not project.admits(path):
            raise SnippetError(f"the file {name!r} {project.outside()}", code="outside-root")
        try:
            text = read_text(path, MAX_CODE_BYTES)
        except FileError as error:
            raise SnippetError(f"the file {name!r} cannot be read: {error}", code=error.code) from None
        except UnicodeDecodeError:
            raise SnippetError(f"the file {name!r} is not UTF-8 text", code="not-text") from None
        if forbidden := NO_TEXT.search(text):
            message = f"the file {name!r} holds the character U+{ord(forbidden[0]):04X}, which is not text"
            raise SnippetError(message, code="not-text")
        return CodeFile(text.removeprefix(MARK), name)


@dataclass(frozen=True, slots=True)
class _Block:
    """A code block that names a file, or holds some that do: its rows from `first` up to `last` (from 0, not included),
    how each begins, its fence, its info line with the keys, and the rows between its fences."""

    first: int
    last: int
    before: str
    indent: str
    fence: str
    info: str
    rows: tuple[str, ...]

    @property
    def has_code(self) -> bool:
        """Whether it has code of its own."""
        return any(row.strip(" \t>") for row in self.rows)

    @property
    def given(self) -> dict[str, str]:
        """What the info line says of the file."""
        return {m["key"]: m["double"] or m["single"] or m["bare"] or "" for m in KEY.finditer(_braces(self.info))}

    @property
    def mistyped(self) -> str:
        """The first key beside that of the file which is nearly one that chooses a part of it; "" if none."""
        return _mistyped(_braces(self.info))

    @property
    def repeated(self) -> str:
        """The first key that the info line has more than once; "" if none."""
        keys = [found["key"] for braces in BRACES.finditer(self.info) for found in KEY.finditer(braces[0])]
        return next((key for key in keys if keys.count(key) > 1), "")

    def fence_around(self, code: str) -> str:
        """A fence that no row of the code closes."""
        inside = max((len(run) for run in re.findall(f"{self.fence[0]}+", code)), default=0)
        return self.fence[0] * max(len(self.fence), inside + 1)

    def filled(self, code: str, first: int) -> list[str]:
        """The rows of the block with `code`, which begins in line `first` of its file."""
        fence = self.fence_around(code)
        braces = _braces(self.info)
        kept = "{" + KEY.sub("", braces[1:-1]).strip() + "}"
        if NUMBER_LINES.search(kept) and "start" not in kept:
            kept = f'{kept[:-1]} startFrom="{first}"}}'
        info = self.info.replace(braces, "" if kept == "{}" else kept).strip()
        if not re.match(r"[\w+#-]|\{\s*\.", info):
            info = f"{_language(self.given['file'])} {info}".strip()
        info = NUMBERS.sub(f"numbers={first}", info) if not kept.startswith("{.") else info
        rows = [f"{self.indent}{row}".rstrip() for row in code.split("\n")] if code else []
        return [f"{self.before}{fence}{info}", *rows, f"{self.indent}{fence}"]


def _braces(info: str) -> str:
    """The braces of an info line that name a file, else those with another of the keys, or nearly; "" if there are
    none."""
    found = [match[0] for match in BRACES.finditer(info)]
    named = (one for one in found if any(key["key"] == "file" for key in KEY.finditer(one)))
    return next(named, next((one for one in found if KEY.search(one)), next(filter(_mistyped, found), "")))


def _mistyped(braces: str) -> str:
    """The first word before a = that is nearly one of the keys; "" if none."""
    words = (found["key"] for found in OTHER.finditer(braces))
    return next((one for one in words if one not in ELSEWHERE and any(count_typos(one, key) for key in KEYS)), "")


def _may_name(text: str) -> bool:
    return any(f"{key}=" in text for key in KEYS) or WORDS.search(text) is not None


def _blocks(text: str) -> Iterator[_Block]:
    """Yields the code blocks that name a file, or may hold some that do."""
    for piece in scan(text):
        if piece.kind == "fence" and (is_magic_move(piece.info) or _braces(piece.info)):
            yield _block(text, piece)


def _block(text: str, piece: Piece) -> _Block:
    first = text.count("\n", 0, piece.start)
    rows = text[piece.start : piece.end].removesuffix("\n").split("\n")
    opening = OPENING.match(rows[0])
    assert opening is not None  # the piece is a fence
    closing = CLOSING.fullmatch(rows[-1]) if len(rows) > 1 else None
    closed = closing is not None and closing["fence"].startswith(opening["fence"])
    body = rows[1:-1] if closed else rows[1:]
    indent = closing["before"] if closed and closing is not None else re.sub(r"[^\s>]", " ", opening["before"])
    return _Block(first, first + len(rows), opening["before"], indent, opening["fence"], piece.info, tuple(body))


def _language(name: str) -> str:
    """The language of a file by its name, for Pygments; "text" if there is none."""
    from pygments.lexers import find_lexer_class_for_filename

    lexer = find_lexer_class_for_filename(name)
    return str(lexer.aliases[0]) if lexer is not None and lexer.aliases else "text"
