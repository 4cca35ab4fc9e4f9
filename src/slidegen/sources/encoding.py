"""Finds text that was decoded with the wrong encoding, and repairs it with ftfy on request.

ftfy looks at a line as a whole. It misses two things: a misread word beside one that was read well, and symbols whose
first byte Mac Roman reads as Apple's logo, a private-use character (F0), or as a low quotation mark (E2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

APPLE = "\uf8ff"
"""How Mac Roman reads F0, the first UTF-8 byte of characters above U+FFFF."""
# What UTF-8 looks like when it was read as Latin-1, Windows-1252 or Mac Roman: the lead byte of a sequence, then more.
SIGNS = re.compile(rf"[ÂÃÄÅâäðÐƒ√‚][^\s\x00-\x7f]|√|‚Ä|Ã.|Â.|Ô£ø.|{APPLE}[^\s\x00-\x7f]")

SEQUENCE = re.compile(r"[^\x00-\x7f]{2}")
MAC_FIRST = re.compile(f"{APPLE}|Ô£ø|‚")


def misread_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yields the lines that look misread: line number (from 1), the first such word, and its likely meaning."""
    if SIGNS.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        fixed = _repaired_line(line)
        if fixed != line:
            before, after = _first_difference(line, fixed)
            yield number, before, after


def repaired(text: str) -> str:
    """Returns the text with every misread line repaired."""
    return "\n".join(map(_repaired_line, text.split("\n")))


def _repaired_line(line: str) -> str:
    if SIGNS.search(line) is None:
        return line
    from ftfy import fix_encoding

    words = fix_encoding(line).split(" ")
    fixed = " ".join(fix_encoding(word) if SEQUENCE.search(word) else word for word in words)
    return _mac_symbols().sub(_as_utf8, fixed) if MAC_FIRST.search(fixed) else fixed


@cache
def _mac_symbols() -> re.Pattern[str]:
    """Returns the pattern of a UTF-8 symbol that was read as Mac Roman: once, or twice for one of four bytes.

    No word begins with two such letters after a low quotation mark, or with three after Apple's logo.
    """
    later = bytes(range(0x80, 0xC0)).decode("mac_roman")
    twice = "|".join(_misread(char) for char in later)
    return re.compile(f"‚[{later}]{{2}}|{APPLE}[{later}]{{3}}|{_misread(APPLE)}(?:{twice}){{3}}")


def _misread(text: str) -> str:
    return text.encode().decode("mac_roman")


def _as_utf8(symbol: re.Match[str]) -> str:
    """Returns the symbol that was misread, or the text itself if its bytes are not a character of Unicode."""
    text = symbol[0]
    try:
        while len(text) > 1:
            text = text.encode("mac_roman").decode()
    except UnicodeError:
        return symbol[0]
    return text


def _first_difference(line: str, fixed: str) -> tuple[str, str]:
    words, meant = line.split(), fixed.split()
    if len(words) == len(meant):
        for word, other in zip(words, meant, strict=True):
            if word != other:
                return word, other
    return line.strip()[:60], fixed.strip()[:60]
