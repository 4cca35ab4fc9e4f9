"""Finds the tags in HTML as a browser does (WHATWG HTML, 13.2.5, "Tokenization"), however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

OPENING = re.compile(r"<(?:(?P<comment>!--)|(?P<other>[!?/])|(?P<name>[a-zA-Z][^\s/>]*))")
COMMENT_END = re.compile(r"--!?>|(?<=<!--)-?>")
SPACE = re.compile(r"[\s/]*")
ATTRIBUTE = re.compile(
    r"""(?P<name>=?[^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>]*)))?"""
)
RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content is text up to their closing tag, whatever stands in it."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its name in small letters, its value with entities resolved, and where it stands in the HTML."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag from `start` to `end`; `raw_end` is where the raw text after it ends, for elements that have it.

    One without its ``>`` is not `closed`.
    """

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    raw_end: int
    closed: bool

    def get(self, name: str) -> str:
        """The value of an attribute; the first counts. Empty if there is none."""
        return next((one.value for one in self.attributes if one.name == name), "")


def opening_tags(html: str) -> Iterator[Tag]:
    """The opening tags of `html`, in order, but for those in comments and raw text."""
    at = 0
    while (found := OPENING.search(html, at)) is not None:
        if found["comment"]:
            end = COMMENT_END.search(html, found.end())
            at = end.end() if end else len(html)
        elif found["other"]:
            at = _after(html, ">", found.end())
        else:
            tag = _tag(html, found)
            yield tag
            at = tag.raw_end


def _tag(html: str, found: re.Match[str]) -> Tag:
    attributes = []
    at = found.end()
    while True:
        at = SPACE.match(html, at).end()  # type: ignore[union-attr]  # matches the empty text too
        if at >= len(html) or html[at] == ">":
            break
        match = ATTRIBUTE.match(html, at)
        assert match is not None
        value = next((match[kind] for kind in ("double", "single", "bare") if match[kind] is not None), "")
        attributes.append(Attribute(match["name"].lower(), unescape(value), at, match.end()))
        at = match.end()
    name = found["name"].lower()
    closed = at < len(html)
    end = at + 1 if closed else len(html)
    raw_end = _raw_end(html, name, end) if name in RAW else end
    return Tag(name, tuple(attributes), found.start(), end, raw_end, closed)


def _raw_end(html: str, name: str, at: int) -> int:
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
    return closing.start() if closing else len(html)


def _after(html: str, sign: str, at: int) -> int:
    end = html.find(sign, at)
    return len(html) if end < 0 else end + len(sign)
