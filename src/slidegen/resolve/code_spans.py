"""Finds the code in Markdown, so that Jinja leaves it alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from markdown_it import MarkdownIt

from slidegen.backticks import code_spans
from slidegen.marks import CODE

EXPANDED = "jinja"
"""The word in a fence's info line that asks for its code to be expanded."""


@cache
def _blocks() -> MarkdownIt:
    return MarkdownIt("commonmark").disable(["inline", "html_block"])


def protect_code(text: str, pieces: list[str]) -> str:
    """`text` with its code blocks and code spans replaced by marks; what they stand for is added to `pieces`."""
    if not any(sign in f"\n{text}" for sign in ("`", "~~~", "\n    ", "\n\t")):
        return text

    def keep(code: str) -> str:
        pieces.append(code)
        return CODE.mark(len(pieces) - 1, code.count("\n"))

    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    done: list[str] = []
    at = 0
    for token in _blocks().parse(text):
        if token.type not in ("fence", "code_block") or token.map is None:
            continue
        first, last = token.map
        done.append(_protect_spans("".join(lines[at:first]), keep))
        block = "".join(lines[first:last])
        expanded = token.type == "fence" and EXPANDED in token.info.split()
        ending = "\n" if block.endswith("\n") else ""
        done.append(block if expanded else keep(block.removesuffix("\n")) + ending)
        at = last
    done.append(_protect_spans("".join(lines[at:]), keep))
    return "".join(done)


def _protect_spans(text: str, keep: Callable[[str], str]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in code_spans(text):
        parts += [text[at:start], keep(text[start:end])]
        at = end
    return "".join((*parts, text[at:]))
