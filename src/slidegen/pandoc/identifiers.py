"""The identifiers that pandoc gives to headings without one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

LEFT_OUT: Final = re.compile(r"[^\w\s.-]")
SPACES: Final = re.compile(r"\s+")
SHOWN: Final = frozenset({"text", "code_inline", "math_inline", "math_inline_double"})


def plain_text(children: Sequence[Token]) -> str:
    """Returns the text of spans, without their markup and notes."""
    parts = []
    for child in children:
        if child.type in SHOWN:
            parts.append(child.content)
        elif child.type == "image":
            parts.append(plain_text(child.children or ()))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def identifier(text: str) -> str:
    """Returns pandoc's identifier for a heading ("auto_identifiers"): "Two & Three!" becomes "two-three"."""
    name = SPACES.sub("-", LEFT_OUT.sub("", text).strip()).lower()
    while name and not name[0].isalpha():
        name = name[1:]
    return name or "section"


def unique(name: str, taken: dict[str, int]) -> str:
    """Returns `name`, with a number after it if it is taken. `taken` counts how often each name is."""
    if name not in taken:
        taken[name] = 0
        return name
    while True:
        taken[name] += 1
        numbered = f"{name}-{taken[name]}"
        if numbered not in taken:
            taken[numbered] = 0
            return numbered
