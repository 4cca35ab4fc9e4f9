"""Fences: code with the attributes of pandoc and Quarto, code cells without their options, raw HTML."""

from __future__ import annotations

from typing import Final

from markdown_it.token import Token

from slidegen.pandoc.attributes import html_attributes
from slidegen.pandoc.cells import read_cell
from slidegen.pandoc.fences import HTML, Fence, raw_format, read_info
from slidegen.render.code import CodeOptions, has_lexer, line_steps
from slidegen.render.context import Env
from slidegen.render.magic_move import STATES

LINES: Final = ("code-line-numbers", "data-line-numbers", "data-code-line-numbers", "line-numbers")
NUMBERED: Final = frozenset({"numberLines", "number-lines", "line-numbers"})
START: Final = ("startFrom", "start-from", "data-ln-start-from", "code-line-numbers-start", "startfrom")
SET: Final = frozenset({*LINES, *START, "filename", "lst-cap", "title", "id", "style"})


def fences(tokens: list[Token], _: Env) -> list[Token]:
    """Reads the attributes of each fence and drops raw blocks of other formats."""
    found = []
    for token in tokens:
        if token.type == "fence":
            if STATES in token.meta:
                for state in token.meta[STATES]:
                    _read(state)
                found.append(token)
                continue
            kind = raw_format(token.info)
            if kind is not None and kind not in HTML:
                continue
            if kind is not None:
                token.type = "html_block"
            else:
                _read(token)
        found.append(token)
    return found


def _read(token: Token) -> None:
    cell = read_cell(token.info, token.content)
    if cell is None:
        fence = read_info(token.info)
    else:
        token.content = cell.code
        fence = Fence(cell.language, (), dict(cell.options))
    given = fence.attributes
    count = token.content.removesuffix("\n").count("\n") + 1
    lines = next((given[name] for name in LINES if name in given), "")
    stepped = lines if lines not in ("", "true", "false") else fence.steps
    steps = line_steps(stepped, count) if stepped else ()
    start = next((given[name] for name in START if name in given), "1")
    numbered = bool(NUMBERED & set(fence.classes)) or lines not in ("", "false")
    classes = [name for name in fence.classes if name not in NUMBERED]
    kept = {key: value for key, value in given.items() if key not in SET - {"id", "style"}} if cell is None else {}
    token.meta = {
        "code": CodeOptions(
            language=fence.language if has_lexer(fence.language) else "",
            steps=steps,
            first_number=int(start) if numbered and start.isdigit() else 1 if numbered else None,
            title=given.get("filename") or given.get("lst-cap") or given.get("title"),
            attributes=html_attributes(kept) | ({"class": " ".join(classes)} if classes else {}),
        )
    }
    token.info = fence.language
