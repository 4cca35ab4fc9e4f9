"""Counts words, in scripts without spaces too."""

from __future__ import annotations

import re
from typing import Final

WORD: Final = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
SIGNS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Chinese characters and Japanese syllables, of which a word has two on average."""


def count_words(text: str) -> int:
    """The number of words in a text; two Chinese or Japanese characters count as one."""
    signs = len(SIGNS.findall(text))
    return len(WORD.findall(SIGNS.sub(" ", text))) + (signs + 1) // 2
