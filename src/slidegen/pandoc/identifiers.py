"""The names that pandoc gives to headings which have none of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

LEFT_OUT: Final = re.compile(r"[^\w\s.-]")
SPACES: Final = re.compile(r"\s+")
SHOWN: Final = frozenset({"text", "code_inline", "math_inline", "math_inline_double"})


def plain_text(children: Sequence[Token]) -> str:
    """The words of some spans, without their marks and notes."""
    words = []
    for child in children:
        if child.type in SHOWN:
            words.append(child.content)
        elif child.type == "image":
            words.append(plain_text(child.children or ()))
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
    return "".join(words)


def identifier(text: str) -> str:
    """What pandoc calls a heading of this text ("auto_identifiers"): "Two & Three!" is "two-three"."""
    words = SPACES.sub("-", LEFT_OUT.sub("", text).strip()).lower()
    while words and not words[0].isalpha():
        words = words[1:]
    return words or "section"


def unique(name: str, taken: dict[str, int]) -> str:
    """`name`, with a number behind it if it is taken; `taken` counts how often."""
    if name not in taken:
        taken[name] = 0
        return name
    while True:
        taken[name] += 1
        one = f"{name}-{taken[name]}"
        if one not in taken:
            taken[one] = 0
            return one
