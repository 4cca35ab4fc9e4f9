"""The slides that org-re-reveal makes by itself: the title, and the table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from slidegen.files import FileError, read_text
from slidegen.sources.org.boxes import raw_html
from slidegen.sources.org.contents import Entry, contents
from slidegen.sources.org.context import Context
from slidegen.sources.org.inline import one_line
from slidegen.sources.org.slide_options import keyword_options
from slidegen.sources.translation import Line, TranslatedSlide
from slidegen.sources.translation.words import block_line

PLACE: Final = re.compile(r"%([A-Za-z%])")
KEYS: Final = {
    "t": "TITLE",
    "s": "SUBTITLE",
    "a": "AUTHOR",
    "e": "EMAIL",
    "d": "DATE",
    "A": "REVEAL_ACADEMIC_TITLE",
    "m": "REVEAL_MISCINFO",
    "u": "REVEAL_TALK_URL",
    "q": "REVEAL_TALK_QR_CODE",
}
"""What the signs in a title slide's HTML stand for."""
MOST_TITLE_BYTES: Final = 1_000_000


def title_slide(context: Context) -> TranslatedSlide | None:
    """Returns the title slide, or None if the file turns it off or has no words for it."""
    settings = context.settings
    option = settings.options.get("reveal_title_slide")
    value = settings.get("REVEAL_TITLE_SLIDE") or option or "auto"
    if option == "nil" or value.strip() in ("nil", '""'):
        return None
    number = settings.number("TITLE") if value == "auto" else settings.number("REVEAL_TITLE_SLIDE")
    content = _automatic(context) if value == "auto" else _written(value, number, context)
    if not content:
        return None
    given, lines = keyword_options("REVEAL_TITLE_SLIDE", context)
    options: dict[str, Any] = {"layout": "title", **_footer(context, "reveal_global_footer"), **given}
    return TranslatedSlide(tuple(content), content[0].number, (), options, lines)


def _automatic(context: Context) -> list[Line]:
    settings = context.settings
    parts = [("TITLE", "title", True), ("SUBTITLE", "title", True), ("AUTHOR", "author", True)]
    parts += [("EMAIL", "email", False), ("DATE", "date", True)]
    found: list[Line] = []
    for key, option, default in parts:
        value = settings.get(key)
        if not value or not settings.on(option, default):
            continue
        number = settings.number(key)
        words = one_line(value, number, context)
        found += [Line("", number)] if found else []
        found.append(Line(f"# {words}" if key == "TITLE" else block_line(words), number))
    return found


def _written(html: str, number: int, context: Context) -> list[Line]:
    """The title slide as the file, or another one that it names, has it in HTML."""
    name = html.strip()
    if "<" not in name and "\n" not in name and "%" not in name:
        path = context.source.path.parent / name
        if context.source.project.admits(path):
            try:
                html = read_text(path, MOST_TITLE_BYTES)
            except (FileError, UnicodeDecodeError) as error:
                context.lose(f"#+REVEAL_TITLE_SLIDE: {name!r} cannot be read: {error}; the title is taken", number)
                return _automatic(context)
        else:
            context.lose(
                f"#+REVEAL_TITLE_SLIDE: {name!r} {context.source.project.outside()}; the title is taken", number
            )
            return _automatic(context)
    numbers = [line.number for line in context.settings.keywords.get("REVEAL_TITLE_SLIDE", ())] or [number]
    filled = PLACE.sub(lambda place: _value(place[1], number, context), html)
    rows = [Line(text, numbers[min(at, len(numbers) - 1)]) for at, text in enumerate(filled.split("\n"))]
    return raw_html(rows, number, context)


def _value(sign: str, number: int, context: Context) -> str:
    from markdown_it import MarkdownIt

    if sign == "%":
        return "%"
    if sign not in KEYS:
        return "" if sign == "n" else f"%{sign}"
    value = context.settings.get(KEYS[sign]) or ""
    if sign in "uq":
        return escape(value)
    markdown = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")
    html: str = markdown.renderInline(
        one_line(value, context.settings.number(KEYS[sign]) if value else number, context)
    )
    return html


def _footer(context: Context, option: str) -> dict[str, Any]:
    """Title and contents have the deck's footer only with an option."""
    has_footer = bool(context.settings.get("REVEAL_SLIDE_FOOTER"))
    return {"footer": False} if has_footer and not context.settings.on(option, False) else {}


def contents_slide(entries: Sequence[Entry], context: Context) -> TranslatedSlide | None:
    """Returns the table of contents, in columns if it is long, or None if the file turns it off."""
    depth = context.settings.whole("toc", context.settings.whole("H", 3))
    made = contents(entries, depth, context)
    if not made:
        return None
    title = context.settings.get("REVEAL_TOC_SLIDE_TITLE") or "Table of Contents"
    number = context.settings.numbers.get("toc", made[0].number)
    options: dict[str, Any] = {}
    if not context.settings.on("reveal_toc_footer", False):
        options |= _footer(context, "reveal_global_footer")
    if context.settings.get("REVEAL_TOC_SLIDE_CLASS"):
        options["class"] = context.settings.get("REVEAL_TOC_SLIDE_CLASS")
    given, lines = keyword_options("REVEAL_TOC_SLIDE", context)
    heading = Line(f"## {one_line(title, number, context)}", number)
    return TranslatedSlide((heading, Line("", number), *made), number, (), options | given, lines)
