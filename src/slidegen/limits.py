"""How much one piece of a slide may hold: the libraries that read Markdown, formulas and code take a time that grows
with the square of its length. What a deck says in earnest stays far below these limits."""

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
"""How often the signs that open something may stand in it."""
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
"""Characters of all addresses and titles that links by reference repeat."""
MAX_SEARCH: Final = 20_000_000
"""Steps in which marp-core looks for the ends of styles and comments that have none."""
MAX_DIGITS: Final = 100
"""Digits of one number in a style: marp-core looks for a unit behind them in a time that grows with their cube."""

SIGNS: Final = "[`$~<"
FORMULAS: Final = frozenset({"math_block", "amsmath"})
TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
DATA: Final = re.compile(r"data:[\w/+.;=-]*,[\w%+/=.~-]*")
DIGITS: Final = re.compile(rf"[0-9]{{{MAX_DIGITS + 1},}}")
SPACE: Final = re.compile(r"\s+")
OR_TEXT: Final = ", or name the language text"
REFERENCE: Final = re.compile(r"\[([^\[\]]+)\]")


def too_much(tokens: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """What is too long among the blocks of a text, before the texts in them are read: a message, and where."""
    columns = items = 0
    for token in tokens:
        said = None
        if token.level == 0 and token.nesting > 0:
            items = 0
        if token.type == "inline":
            said = _text(token.content)
        elif token.type in FORMULAS:
            said = formula(token.content)
        elif token.type == "fence" and token.info.split()[:1] not in ([], ["text"]):
            said = _code(token.content)
        elif token.type == "html_block":
            said = _html(token.content)
        elif token.type == "list_item_open":
            items += 1
            if items == MAX_ITEMS + 1:
                said = f"a list of more than {MAX_ITEMS:,} items is too long"
        elif token.type == "tr_open":
            columns = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "thead_close" and columns > MAX_COLUMNS:
            said = f"a table of {columns:,} columns is too wide; at most {MAX_COLUMNS}"
        if said is not None:
            yield said, token


def formula(tex: str, most: int = MAX_FORMULA) -> str | None:
    """What is wrong with the length of a formula, if anything is."""
    if len(tex) <= most:
        return None
    return f"a formula of {len(tex):,} characters is too long; at most {most:,}"


def digits(css: str) -> str | None:
    """What is wrong with the length of the numbers in a style, if anything is."""
    found = DIGITS.search(css)
    if found is None:
        return None
    return f"a number of {len(found[0]):,} digits in a style is too long; at most {MAX_DIGITS}"


def linked(tokens: Sequence[Token], references: Mapping[str, Mapping[str, Any]]) -> int:
    """At most so many characters of addresses and titles stand in the HTML for links by reference."""
    if not references:
        return 0
    sizes = {label: len(found["href"]) + len(found["title"]) for label, found in references.items()}
    texts = (token.content for token in tokens if token.type == "inline" and "[" in token.content)
    return sum(sizes.get(normalizeReference(label), 0) for text in texts for label in REFERENCE.findall(text))


def links_too_long(size: int) -> str | None:
    """What is wrong with the length of all links by reference, if anything is."""
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
    """What nothing closes, for marp-core looks for each end in all that follows; and numbers in styles."""
    lower = html.lower()
    if "style" in lower and (said := digits(html)) is not None:
        return said
    style = lower[lower.rfind("</style>") + 1 :]
    if style.count("<style") * style.count(">") * len(style) > MAX_SEARCH:
        return "a <style> is not closed, and much follows it; write </style>"
    comment = lower[lower.rfind("-->") + 1 :]
    if comment.count("<!--") * len(comment) > MAX_SEARCH:
        return "a comment is not closed, and much follows it; write -->"
    return None
