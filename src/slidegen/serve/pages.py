"""The pages of `slidegen serve`: a deck with the client in it, a deck that has not built yet, the list of all decks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from slidegen.browser.deck import OVERFLOW
from slidegen.outputs.fonts import font_faces
from slidegen.outputs.page import json_text, page_html
from slidegen.outputs.stylesheet import colors_css
from slidegen.rendered import Page, Script
from slidegen.serve.shown import Shown, message
from slidegen.themes import plain_look

HERE: Final = Path(__file__).parent
TEXT: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;!?()[]{}<>/\\'\"`_-+*=&%#@|~·×…—"


@dataclass(frozen=True, slots=True)
class Entry:
    """A deck in the list of all decks: its address relative to the list, its path, its state."""

    address: str
    name: str
    shown: Shown


@cache
def file_text(name: str) -> str:
    """The text of a script or a style sheet of this room."""
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _client() -> Script:
    overflow = OVERFLOW.read_text(encoding="utf-8").strip().removesuffix(";")
    scripts = [f"const overflowOf = {_code(overflow)};", *map(file_text, ("swap.js", "panel.js", "client.js"))]
    return Script("\n".join(scripts))


def _code(text: str) -> str:
    """A function without the comment before it."""
    return text[text.index("(given)") :]


def deck_page(shown: Shown, follow: bool) -> str:
    """The page of a deck, which changes by itself. Before the first build without mistakes it has no slides."""
    page = shown.page or _empty("")
    page = replace(page, stacks=tuple(tuple(slide.html for slide in stack) for stack in shown.stacks))
    settings: dict[str, Any] = {
        "version": shown.version,
        "edit": shown.edit,
        "stacks": [[slide.key for slide in stack] for stack in shown.stacks],
        "lines": shown.lines,
        "files": list(shown.files),
        "styles": [key for key, _ in shown.styles],
        "problems": list(map(message, shown.problems)),
        "warnings": list(map(message, shown.warnings)),
        "computing": shown.computing,
        "follow": follow,
        "css": file_text("panel.css"),
    }
    data = f'<script type="application/json" id="slidegen-live">{json_text(settings)}</script>'
    style = f"<style>{file_text('client.css')}</style>"
    # Of a page whose slides are exchanged the text would be that of yesterday.
    return page_html(replace(page, text=""), str, more=[style, data, _client()])


def list_page(entries: Sequence[Entry]) -> str:
    """The list of all decks."""
    return page_html(_empty(_list(entries)), str, more=[Script(file_text("list.js"))])


def list_data(entries: Sequence[Entry]) -> str:
    """The list of all decks as JSON: the HTML of its rows."""
    return json.dumps({"html": _list(entries)})


def _list(entries: Sequence[Entry]) -> str:
    return f'<main id="decks"><h1>Decks</h1><ol>{"".join(map(_row, entries))}</ol></main>'


def _row(entry: Entry) -> str:
    shown = entry.shown
    slides, problems = len(shown.slides), len(shown.problems)
    title = (shown.page.title if shown.page is not None else "") or Path(entry.name).stem
    count = "" if shown.page is None else f"{slides} slide{'' if slides == 1 else 's'}"
    state = f'<span class="bad">{problems} mistake{"" if problems == 1 else "s"}</span>' if problems else ""
    state = state or ("" if shown.version else '<span class="quiet">building</span>')
    return (
        f'<li><a href="{escape(entry.address)}/"><span class="title">{escape(title)}</span>'
        f'<span class="path">{escape(entry.name)}</span><span class="count">{count}</span>{state}</a></li>'
    )


def _empty(body: str) -> Page:
    """A page without slides, in slidegen's own look."""
    themes = plain_look()
    styles = (
        font_faces([f"<code>{escape(TEXT)}</code>{body}"], themes.fonts),
        colors_css(themes),
        file_text("list.css"),
    )
    return Page({"lang": "en"}, "slidegen", (), styles, (), (body,), (), False, (), {}, ())
