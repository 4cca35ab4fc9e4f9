"""The HTML in a slide's Markdown: where its tags stand, for messages. Lexbor does the real parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from slidegen.markup import RAW_TEXT
from slidegen.render.lines import rows

SIGN = re.compile(
    r"""<(?:(?P<comment>!--)|(?P<closing>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?P<rest>(?:[^"'<>]|"[^"]*"|'[^']*')*))"""
)
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
"""Elements without content (HTML, "Void elements")."""
OPTIONAL_END = frozenset(
    [
        *("body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "rp", "rt"),
        *("tbody", "td", "tfoot", "th", "thead", "tr"),
    ]
)
"""Elements whose end tag is optional (HTML, "Optional tags"). That of a paragraph is as well, but its absence is more
likely a mistake."""
OF_PAGES = frozenset({"body", "frame", "frameset", "head", "html"})
"""Elements that a slide cannot have because it is a part of a page."""


@dataclass(frozen=True, slots=True)
class RawHtml:
    """The pieces of HTML in a slide, each with the row (from 0) of the text where it begins."""

    pieces: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> RawHtml:
        """Collects the HTML from a slide's tokens."""
        return cls(tuple(_pieces(tokens)))

    def unmatched(self) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """The tags that are not closed, and the stray closing tags: row and name of each."""
        opened: dict[str, list[int]] = {}
        stray: list[tuple[int, str]] = []
        for row, closing, name in self._tags():
            if not closing:
                opened.setdefault(name, []).append(row)
            elif opened.get(name):
                opened[name].pop()
            elif name not in ("p", "br"):  # a browser makes elements from stray closing tags of these
                stray.append((row, name))
        left = sorted((row, name) for name, rows in opened.items() for row in rows if name not in OPTIONAL_END)
        return left, stray

    def of_pages(self) -> list[tuple[int, str]]:
        """The tags that only a page can have: row and name of each."""
        return [(row, name) for row, closing, name in self._tags() if name in OF_PAGES and not closing]

    def _tags(self) -> Iterator[tuple[int, bool, str]]:
        for row, text in self.pieces:
            at = counted = 0
            while (found := SIGN.search(text, at)) is not None:
                at = found.end()
                row, counted = row + text.count("\n", counted, found.start()), found.start()
                if found["comment"]:
                    at = _after(text, "-->", at)
                    continue
                name = found["name"].lower()
                if name in VOID or found["rest"].endswith("/"):
                    continue
                yield row, bool(found["closing"]), name
                if name in RAW_TEXT and not found["closing"]:
                    at = _before(text, f"</{name}", at)


def _pieces(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.type == "html_block":
            yield token.map[0] if token.map else 0, token.content
        elif token.type == "inline" and "<" in token.content:
            yield from ((row, child.content) for child, row in rows(token) if child.type == "html_inline")


def _after(text: str, sign: str, at: int) -> int:
    end = text.find(sign, at)
    return len(text) if end < 0 else end + len(sign)


def _before(text: str, sign: str, at: int) -> int:
    end = text.lower().find(sign, at)
    return len(text) if end < 0 else end
