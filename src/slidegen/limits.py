"""Limits the size of a piece of a slide: the time of the libraries that parse Markdown, formulas and code grows with
the square of its length. Real decks stay far below these limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

MAX_TEXT: Final = 20_000
"""Characters of a paragraph, a heading or a cell, without its HTML tags and data: URIs."""
MAX_TAGGED: Final = 500_000
"""The same with its tags."""
MAX_SIGNS: Final = 2_000
"""The most opening signs (backticks, dollars, ...) in it."""
MAX_FORMULA: Final = 20_000
"""Characters of a formula."""
MAX_MATHJAX: Final = 5_000
"""The same where MathJax sets it, which takes some seconds for that many."""
MAX_COLUMNS: Final = 200
"""Columns of one table."""
MAX_ITEMS: Final = 2_000
"""Items of one list, with those of the lists in it."""
MAX_CODE: Final = 20_000
"""Characters that are highlighted in one block."""
MAX_SPACE: Final = 1_000
"""Spaces and empty lines in a row in such a block."""
MAX_INFO: Final = 1_000
"""Characters of the line that opens a fence."""
MAX_STEPS: Final = 100
"""Steps of one block of code."""
MAX_LINKED: Final = 20_000_000
"""Characters of the addresses and titles of all links by reference together."""
MAX_SEARCH: Final = 20_000_000
"""Steps of marp-core's search for the ends of unclosed styles and comments."""
MAX_DIGITS: Final = 100
"""Digits of one number in a style: the time of marp-core's search for a unit after them grows with their cube."""

SIGNS: Final = "[`$~<"
FORMULAS: Final = frozenset({"math_block", "amsmath"})
TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
DATA: Final = re.compile(r"data:[\w/+.;=-]*,[\w%+/=.~-]*")
DIGITS: Final = re.compile(rf"[0-9]{{{MAX_DIGITS + 1},}}")
SPACE: Final = re.compile(r"\s+")
OR_TEXT: Final = ", or name the language text"
REFERENCE: Final = re.compile(r"\[([^\[\]]+)\]")


def too_much(tokens: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Yields a message and the token for each block that is too long, before its inline text is parsed."""
    columns = items = 0
    for token in tokens:
        message = None
        if token.level == 0 and token.nesting > 0:
            items = 0
        if token.type == "inline":
            message = _text(token.content)
        elif token.type in FORMULAS:
            message = formula(token.content)
        elif token.type == "fence" and token.info.split()[:1] not in ([], ["text"]):
            message = _code(token.content)
        elif token.type == "html_block":
            message = _html(token.content)
        elif token.type == "list_item_open":
            items += 1
            if items == MAX_ITEMS + 1:
                message = f"a list of more than {MAX_ITEMS:,} items is too long"
        elif token.type == "tr_open":
            columns = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "thead_close" and columns > MAX_COLUMNS:
            message = f"a table of {columns:,} columns is too wide; at most {MAX_COLUMNS}"
        if message is not None:
            yield message, token


def formula(tex: str, most: int = MAX_FORMULA) -> str | None:
    """Returns the message about a formula that is too long; None for any other."""
    if len(tex) <= most:
        return None
    return f"a formula of {len(tex):,} characters is too long; at most {most:,}"


def digits(css: str) -> str | None:
    """Returns the message about a number in a style that is too long; None if there is none."""
    found = DIGITS.search(css)
    if found is None:
        return None
    return f"a number of {len(found[0]):,} digits in a style is too long; at most {MAX_DIGITS}"


def linked(tokens: Sequence[Token], references: Mapping[str, Mapping[str, Any]]) -> int:
    """Returns an upper bound of the characters of addresses and titles that links by reference add to the HTML."""
    if not references:
        return 0
    sizes = {label: len(found["href"]) + len(found["title"]) for label, found in references.items()}
    texts = (token.content for token in tokens if token.type == "inline" and "[" in token.content)
    return sum(sizes.get(normalizeReference(label), 0) for text in texts for label in REFERENCE.findall(text))


def links_too_long(size: int) -> str | None:
    """Returns the message if the links by reference of a deck are too long together; None if not."""
    if size <= MAX_LINKED:
        return None
    return f"its links by reference take {-(-size // 1_000_000):,} MB; at most {MAX_LINKED // 1_000_000} MB"


def _text(content: str) -> str | None:
    if len(content) <= MAX_SIGNS:
        return None
    tagged = DATA.sub("", content)
    text = TAG.sub("", tagged)
    signs = sum(map(text.count, SIGNS))
    if len(text) > MAX_TEXT:
        return f"{len(text):,} characters without a blank line are too many; at most {MAX_TEXT:,}"
    if len(tagged) > MAX_TAGGED:
        return f"{len(tagged):,} characters of HTML without a blank line are too many; at most {MAX_TAGGED:,}"
    if signs > MAX_SIGNS:
        return f"{signs:,} of the signs {' '.join(SIGNS)} without a blank line are too many; at most {MAX_SIGNS:,}"
    return None


def _code(text: str) -> str | None:
    if len(text) > MAX_CODE:
        return f"{len(text):,} characters of code are too many to highlight; at most {MAX_CODE:,}{OR_TEXT}"
    space = max(map(len, SPACE.findall(text)), default=0)
    if space > MAX_SPACE:
        return f"{space:,} spaces in a row are too many to highlight; at most {MAX_SPACE:,}{OR_TEXT}"
    return None


def _html(html: str) -> str | None:
    """Returns the message about too long numbers in styles, or unclosed tags whose ends marp-core would search for."""
    lower = html.lower()
    if "style" in lower and (message := digits(html)) is not None:
        return message
    style = lower[lower.rfind("</style>") + 1 :]
    if style.count("<style") * style.count(">") * len(style) > MAX_SEARCH:
        return "a <style> is not closed, and much follows it; write </style>"
    comment = lower[lower.rfind("-->") + 1 :]
    if comment.count("<!--") * len(comment) > MAX_SEARCH:
        return "a comment is not closed, and much follows it; write -->"
    return None
