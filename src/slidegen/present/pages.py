"""The pages of `slidegen present`: the deck for the presenter and for the audience, and the remote."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from slidegen.languages.words import html, is_english, said
from slidegen.markup import Fragment, TooDeepError
from slidegen.outputs.page import json_text, page_html, script, words_data
from slidegen.outputs.stylesheet import colors_css
from slidegen.rendered import Page, Script
from slidegen.themes import plain_look

HERE: Final = Path(__file__).parent
NOTES: Final = re.compile(r"<aside\b|\bdata-notes\b|<[!?]", re.IGNORECASE)
"""What there is in the HTML of a slide that has notes or comments."""
SHOWN: Final = re.compile(r">(?P<words>[A-Z][A-Za-z0-9: ]*)<")
NAMES: Final = re.compile(r'(?P<attribute>aria-label|title|data-none)="(?P<words>[^"]+)"')
"""The words of a page: those that are seen, and names."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where each role finds its page. Without an audience, its address is None."""

    presenter: str
    remote: str
    audience: str | None


def talk_pages(page: Page, addresses: Addresses) -> dict[str, str]:
    """Returns the HTML of the presenter's page, of the remote's and the slides in it, and of the audience's."""
    lang = page.root.get("lang") or "en"
    settings: dict[str, Any] = {"role": "presenter", "remote": _qr_html("For your phone only", addresses.remote, lang)}
    if addresses.audience is not None:
        settings["audience"] = _qr_html("Follow the slides", addresses.audience, lang)
    pages = {
        "presenter": page_html(page, more=_client(settings)),
        "slides": page_html(page),
        "remote": page_html(_remote(page), str, more=[Script(_connected("remote.js"))]),
    }
    if addresses.audience is not None:
        pages["audience"] = page_html(without_notes(page), more=_client({"role": "audience"}))
    return pages


def terminal_qr(address: str) -> str:
    """Returns a QR code as text for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(address, micro=False).terminal(out, border=2, compact=True)
    return out.getvalue()


def without_notes(page: Page) -> Page:
    """Returns a page without the speaker's notes, without comments, and without the plan of the talk."""
    stacks = tuple(tuple(map(_without_notes, stack)) for stack in page.stacks)
    data = {name: text for name, text in page.data.items() if name != "timing"}
    if "notes" in data:
        data["notes"] = json_text([""] * len(json.loads(data["notes"])))
    return replace(page, stacks=stacks, data=data)


def _without_notes(html: str) -> str:
    """Removes the notes of a slide, in elements and in attributes, and what browsers take for comments."""
    if not NOTES.search(html):
        return html
    fragment = Fragment(html)
    try:
        for node in list(fragment.nodes()):
            if not node.is_element_node:
                if not node.is_text_node:
                    fragment.replace(node)
            elif node.tag == "aside" and "notes" in (node.attributes.get("class") or "").lower().split():
                fragment.replace(node)
            elif "data-notes" in node.attributes:
                del node.attrs["data-notes"]
    except TooDeepError:  # such a slide is refused when it is built
        return ""
    return fragment.write()


def _connected(name: str) -> str:
    """Returns a script with what keeps its page connected."""
    return _text("connection.js") + _text(name)


def _client(settings: dict[str, Any]) -> list[str | Script]:
    data = f'<script type="application/json" id="slidegen-present">{json_text(settings)}</script>'
    return [f"<style>{_text('client.css')}</style>", data, Script(_connected("client.js"))]


def _remote(page: Page) -> Page:
    """The remote: its own page, which shows the slides in a frame."""
    themes = plain_look()
    styles = (colors_css(themes), _text("remote.css"))
    width, height = _size(page)
    lang = page.root.get("lang") or "en"
    body = _in_language(_text("remote.html"), lang).replace("SHAPE", f"{width} / {height}")
    data = {name: page.data[name] for name in ("timing",) if name in page.data}
    return Page(
        root={name: page.root.get(name) for name in ("lang", "dir")},
        title=f"{said('Remote', lang)[0]}: {page.title}",
        meta=(),
        styles=styles,
        head=words_data(lang),
        before=(body,),
        stacks=(),
        nested=False,
        after=(),
        data=data,
        scripts=(Script(script("words.js", "pace.js")),),
    )


def _in_language(page: str, lang: str) -> str:
    """The HTML of a page with its words in a language. English is marked."""

    def name(found: re.Match[str]) -> str:
        text, own = said(found["words"], lang)
        return f'{found["attribute"]}="{escape(text)}"' + ("" if own == lang or is_english(lang) else ' lang="en"')

    return SHOWN.sub(lambda found: f">{html(found['words'], lang)}<", NAMES.sub(name, page))


def _size(page: Page) -> tuple[int, int]:
    """The width and height of the slides of a page."""
    if "reveal-config" in page.data:
        config = json.loads(page.data["reveal-config"])
        return config["width"], config["height"]
    from slidegen.outputs.marp_page import slide_size

    return slide_size(page.stacks[0][0])


def _qr_html(title: str, address: str, lang: str) -> str:
    """A QR code with its title and address, as HTML."""
    import segno

    svg = segno.make(address, micro=False).svg_inline(scale=8, border=3, dark="#000", light="#fff", omitsize=True)
    return f'{svg}<p><b>{html(title, lang)}</b><br><a href="{escape(address)}">{escape(address)}</a></p>'


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
