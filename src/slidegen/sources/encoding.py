"""Text that was decoded with the wrong encoding once: found and, when asked for, repaired by ftfy."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What UTF-8 looks like when it was read as Latin-1, Windows-1252 or Mac Roman: the lead byte of a sequence, then more.
SIGNS = re.compile(r"[ÂÃÄÅâäðÐƒ√‚][^\s\x00-\x7f]|√|‚Ä|Ã.|Â.")


def misread_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """The lines that look misread: line number (from 1), the first such word, and what it was meant to be."""
    if SIGNS.search(text) is None:
        return
    from ftfy import fix_encoding

    for number, line in enumerate(text.split("\n"), start=1):
        if SIGNS.search(line) is None:
            continue
        fixed = fix_encoding(line)
        if fixed != line:
            before, after = _first_difference(line, fixed)
            yield number, before, after


def repaired(text: str) -> str:
    """The text with every misread line repaired."""
    from ftfy import fix_encoding

    return "\n".join(fix_encoding(line) if SIGNS.search(line) else line for line in text.split("\n"))


def _first_difference(line: str, fixed: str) -> tuple[str, str]:
    words, meant = line.split(), fixed.split()
    if len(words) == len(meant):
        for word, other in zip(words, meant, strict=True):
            if word != other:
                return word, other
    return line.strip()[:60], fixed.strip()[:60]
