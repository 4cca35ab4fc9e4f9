"""A deck's metadata: from its front matter, or from pandoc's title block of lines that begin with ``%``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from slidegen.errors import Problem
from slidegen.model import Text
from slidegen.pandoc.identifiers import plain_text
from slidegen.sources.markdown_file import MarkdownFile
from slidegen.sources.pandoc.outline import spans

LINE: Final = re.compile(r"%(?: ?(?P<text>.*))?$")
DYNAMIC: Final = frozenset({"today", "now", "last-modified"})
"""Dates that Quarto fills in."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A deck's metadata. `under_title` holds the paragraphs of the title slide: subtitle, authors, institutes, date."""

    title: Text | None = None
    author: str | None = None
    date: str | None = None
    under_title: tuple[str, ...] = ()
    title_attributes: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def plain_title(self) -> Text | None:
        """The title as plain text, for the page's title."""
        if self.title is None:
            return None
        return replace(self.title, text=" ".join(plain_text(spans(self.title.text)).split()))


def read_metadata(file: MarkdownFile) -> tuple[Metadata, str, int]:
    """Returns a deck's metadata, its body without a title block, and that body's first line in the file."""
    fields, body, line = _title_block(file.body, file.line)
    given = {**file.given, **fields}
    title = _text(given.get("title"))
    title_line = file.tree.line(("title",)) if "title" not in fields else file.line
    authors = list(_names(given.get("author", given.get("authors"))))
    date = _text(given.get("date"))
    warnings: tuple[Problem, ...] = ()
    if date in DYNAMIC:
        line_of_date = file.tree.line(("date",))
        message = f"date: {date} is not filled in, so that a deck is built the same every day; write the date"
        warnings, date = (Problem(message, file.source.name, line_of_date, code="not-applied"),), None
    institutes = [*_names(given.get("institute", given.get("institutes"))), *_affiliations(given.get("author"))]
    under = [_text(given.get("subtitle")), *authors, *dict.fromkeys(institutes), date]
    attributes = given.get("title-slide-attributes")
    return (
        Metadata(
            title=None if not title else Text(title, file.source.name, title_line),
            author=", ".join(authors) or None,
            date=date,
            under_title=tuple(filter(None, under)),
            title_attributes={str(key): str(value) for key, value in attributes.items()}
            if isinstance(attributes, dict)
            else {},
            warnings=warnings,
        ),
        body,
        line,
    )


def _title_block(body: str, line: int) -> tuple[dict[str, Any], str, int]:
    """Returns the fields of the title block at the start of a body (title, authors, date), the rest, and its line."""
    if not body.startswith("%"):
        return {}, body, line
    lines = body.split("\n")
    found: list[list[str]] = []
    at = 0
    while at < len(lines):
        match = LINE.match(lines[at])
        if match is not None and len(found) < 3:
            found.append([(match["text"] or "").strip()])
        elif found and lines[at][:1] in (" ", "\t") and lines[at].strip():
            found[-1].append(lines[at].strip())
        else:
            break
        at += 1
    fields: dict[str, Any] = {}
    for key, texts in zip(("title", "author", "date"), found, strict=False):
        if any(texts):
            fields[key] = (
                [name.strip() for text in texts for name in text.split(";")] if key == "author" else " ".join(texts)
            )
    return fields, "\n".join(lines[at:]), line + at


def _names(value: Any) -> Iterator[str]:
    """Yields the names in a value of the front matter: one name, a list of them, or Quarto's mappings."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _names(one)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, dict):
            name = name.get("literal") or " ".join(str(name[key]) for key in ("given", "family") if key in name)
        if name:
            yield str(name)
    elif value is not None and str(value).strip():
        yield str(value).strip()


def _affiliations(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from _names(one.get("affiliation", one.get("affiliations")))


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, (dict, list)) else str(value).strip() or None
