"""Parses the blocks of a Markdown deck slide by slide: of a deck that was parsed before, only what has changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markdown_it.token import Token

from slidegen.memo import Memo
from slidegen.scan import block_tokens, has_math

RULER: Final = re.compile(r"(?:(?<=\n\n)|\A)---[ \t]*\n")
"""A line that is a ruler unless it is inside a block: no paragraph, whose heading it could underline, is before it."""


@dataclass(slots=True)
class _Part:
    """The tokens of a part of a text that ends with a ruler, as they stand at `row`, the definitions of its links, and
    the build that used them last."""

    tokens: list[Token]
    references: Mapping[str, Any]
    row: int
    build: object


def deck_tokens(text: str, env: dict[str, Any], memo: Memo | None) -> list[Token]:
    """Returns the same as `block_tokens`.

    A part that ends with a ruler outside of all blocks is parsed alone: no block reaches over the ruler, whatever
    follows.
    """
    if memo is None:
        return block_tokens(text, env)
    math, build = has_math(text), object()
    tokens: list[Token] = []
    references: dict[str, Any] = {}
    start = row = 0
    for ruler in (*RULER.finditer(text), None):
        end = len(text) if ruler is None else ruler.end()
        part = text[start:end]
        if ruler is not None and not part.strip():
            continue
        found = _part(part, row, math, build, memo, whole=ruler is not None)
        if found is None:
            continue  # the ruler is inside a block: the part goes on
        tokens += found.tokens
        for label, reference in found.references.items():
            references.setdefault(label, reference)
        row += part.count("\n")
        start = end
    if references:
        env["references"] = references
    return tokens


def _part(text: str, row: int, math: bool, build: object, memo: Memo, *, whole: bool) -> _Part | None:
    """Returns the tokens of a part of a text that begins in a row. None if it must be `whole` and is not: its last
    line, a ruler, belongs to a block."""
    key = text, math, whole
    known: _Part | bool | None = memo.find("blocks", key)
    if known is False:
        return None
    if isinstance(known, _Part) and known.build is not build:
        known.build = build
        if known.row != row:
            _move(known.tokens, row - known.row)
            known.row = row
        return known
    env: dict[str, Any] = {}
    tokens = block_tokens(text, env, math=math)
    if whole and not _ends_with_ruler(tokens, text.count("\n")):
        memo.keep("blocks", key, False)
        return None
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + row, token.map[1] + row]  # its own: tokens share theirs
    made = _Part(tokens, env.get("references", {}), row, build)
    # An equal part of the same text has tokens of its own.
    return made if isinstance(known, _Part) else memo.keep("blocks", key, made)


def _move(tokens: list[Token], by: int) -> None:
    for token in tokens:
        if token.map:
            token.map[0] += by
            token.map[1] += by


def _ends_with_ruler(tokens: list[Token], rows: int) -> bool:
    last = tokens[-1] if tokens else None
    return last is not None and last.type == "hr" and last.level == 0 and last.map == [rows - 1, rows]
