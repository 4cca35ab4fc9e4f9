"""The HTML of a notebook, in Markdown cells and in outputs, as a slide of one file can hold it."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

from slidegen.markup import Fragment, TooDeepError, attributes_of
from slidegen.sources.notebook.conversion import Conversion
from slidegen.sources.notebook.format import Cell
from slidegen.sources.translation.words import TEMPLATE, apart

TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>\"']*(?:(?:\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))[^<>\"']*)*(?:>|\Z)|<[^<>\s]+>",
    re.DOTALL,
)
"""A tag, a comment or an address in brackets. What nothing closes goes on to the end, so that it is read once."""
NAME: Final = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][\w:-]*)(?P<rest>.*?)(?P<end>/?>)\Z", re.DOTALL)
FRAMES: Final = frozenset({"iframe", "embed", "object", "applet", "portal"})
PAGE: Final = re.compile(r"(?!//)[^:?#]+\.x?html?(?:[?#].*)?", re.IGNORECASE)
"""The address of a page that is not on the network."""
ALERTS: Final = {"info": "note", "success": "tip", "warning": "warning", "danger": "warning"}
"""The kinds of boxes that Jupyter has from Bootstrap, and slidegen's callouts."""
ALERT: Final = re.compile(r"\balert-(info|success|warning|danger)\b")
CLASS: Final = re.compile(r"(\bclass\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE | re.DOTALL)
BADGE: Final = re.compile(
    r"https?://(?:colab\.research\.google\.com/(?:assets|img)/|mybinder\.org/(?:badge|static/images)|(?:[\w.-]*\.)?shields\.io/"
    r"|(?:www\.)?kaggle\.com/static/|studiolab\.sagemaker\.aws/|deepnote\.com/|badge\.fury\.io/|camo\.githubusercontent\.com/"
    r"|(?:raw\.githubusercontent\.com|github\.com)/[^\s]*badge[^\s]*|[^\s]*nbviewer[^\s]*(?:badge|logo)[^\s]*)",
    re.IGNORECASE,
)
"""Addresses of the pictures that say "Open in Colab" and the like."""
BLANK: Final = re.compile(r"\n(?:[ \t]*\n)+")
PRE: Final = re.compile(r"(<(pre|textarea)\b.*?</\2\s*>)", re.IGNORECASE | re.DOTALL)
RAW: Final = re.compile(r"<(style|script)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
UNSEEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|noscript|head)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
SHOWN: Final = re.compile(
    r"<(?:img|svg|table|input|hr|video|audio|math|canvas|progress|meter|button|iframe)\b", re.IGNORECASE
)
TAGS: Final = re.compile(r"<[^<>]*>")


def new_tag(tag: str, cell: Cell, convert: Conversion, row: int = 0, *, pages: bool = False) -> str | None:
    """What takes the place of a tag; None if it stays. Frames become links, badges words, attached pictures paths, and
    boxes of the class "alert" callouts. `pages` keeps frames of pages in the project."""
    found = NAME.match(tag)
    if found is None:
        return None
    name = found["name"].lower()
    if name in FRAMES:
        if pages and name == "iframe" and not found["closing"] and _is_page(found["rest"]):
            return f"{tag if convert.templated else TEMPLATE.sub('&#123;', tag)}</iframe>"
        return "" if found["closing"] else _frame(name, found["rest"], cell, convert, row)
    if name == "img" and not found["closing"]:
        return _image(found, cell, convert, row)
    if not found["closing"] and (kind := ALERT.search(found["rest"])):
        return CLASS.sub(
            lambda one: f"{one[1]}{one[2]}callout {ALERTS[kind[1]]}{_others(one[3])}{one[2]}", tag, count=1
        )
    if not convert.templated and TEMPLATE.search(tag):
        return TEMPLATE.sub("&#123;", tag)
    return None


def _others(classes: str) -> str:
    """The classes that are none of a box."""
    return "".join(f" {name}" for name in classes.split() if name != "alert" and not name.startswith("alert-"))


def _is_page(rest: str) -> bool:
    """Whether the attributes of a frame name a page of the project."""
    given = attributes_of(rest)
    return "srcdoc" not in given and PAGE.fullmatch(given.get("src", "")) is not None


def _frame(name: str, rest: str, cell: Cell, convert: Conversion, row: int) -> str:
    given = attributes_of(rest)
    url = given.get("src") or given.get("data") or given.get("data-src") or ""
    link = url.startswith(("http://", "https://"))
    convert.lose(cell, f"<{name}>{f' of {url!r}' if url else ''} is left out: a single file cannot hold it", row)
    return f'<a href="{escape(url)}">{escape(given.get("title") or url)}</a>' if link else ""


def _image(found: re.Match[str], cell: Cell, convert: Conversion, row: int) -> str | None:
    given = attributes_of(found["rest"])
    url = given.get("src", "")
    if BADGE.match(url):
        convert.lose(cell, f"the badge {url!r} is shown by its words; it is on the network", row)
        return escape(given.get("alt") or "link", quote=False)
    new = {key: value for key, value in given.items() if key not in ("srcset", "sizes")}
    if url.startswith("attachment:"):
        path = convert.attachment(cell, url.removeprefix("attachment:"))
        if path is None:
            return escape(given.get("alt", ""), quote=False)
        new["src"] = path
        new["class"] = " ".join(filter(None, (given.get("class"), "stored" if convert.ground(path) else "")))
    if new == given:
        return None
    return "<img" + "".join(f' {key}="{escape(value)}"' for key, value in new.items()) + ">"


def is_seen(html: str) -> bool:
    """Whether anything is seen of HTML without its scripts."""
    left = UNSEEN.sub("", html)
    return SHOWN.search(left) is not None or bool(unescape(TAGS.sub("", left)).strip())


def output_html(html: str, cell: Cell, convert: Conversion) -> str | None:
    """The HTML of an output as one block of HTML in Markdown: closed, without empty lines. None if it is too deep."""
    html = TAG.sub(lambda found: tag if (tag := new_tag(found[0], cell, convert)) is not None else found[0], html)
    try:
        fragment = Fragment(html)
        for _ in fragment.nodes():
            pass
    except TooDeepError:
        return None
    parts = PRE.split(fragment.write())
    shown = [parts[0]]
    for pre, _, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        shown += [BLANK.sub(lambda found: "\n" + "&#10;" * (found[0].count("\n") - 1), pre), after]
    shown[::2] = [BLANK.sub("\n", part) for part in shown[::2]]
    text = RAW.sub(lambda found: apart(found[0]), "".join(shown).strip())  # where no entity means a brace
    return TEMPLATE.sub("&#123;", text)
