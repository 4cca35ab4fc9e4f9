"""What a slide's HTML may not hold: programs, and whatever goes somewhere by itself. Left out, and told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from selectolax.lexbor import LexborNode

from slidegen.markup import Fragment
from slidegen.source_lines import line_of

KEPT_BY: Final = "--allow-scripts keeps it"
LEFT_OUT: Final = {
    "base": "it would redirect every link of the deck",
    "link": "it loads a file; write the rules in <style>",
    "malignmark": "it changes how what is around it is read",
    "meta": "it belongs in the head of the page",
    "mglyph": "it changes how what is around it is read",
    "noembed": "a browser shows nothing of it",
    "noframes": "a browser shows nothing of it",
    "noscript": "a browser shows it only without scripts, and slides need them",
    "plaintext": "it would show the rest of the page as text",
    "template": "a browser shows nothing of it",
    "xmp": "it is obsolete; write a block of code",
}
"""Elements that are left out with what is in them, and why."""
REFUSED: Final = {
    "ping": "it tells a server about a click",
    "attributionsrc": "it tells a server about a click",
    "data-markdown": "the speaker view would make HTML of the notes once more",
}
"""Attributes that are left out, and why."""
URLS: Final = frozenset({"href", "xlink:href", "src", "action", "formaction", "data", "data-preview-link"})
ANIMATED: Final = frozenset({"to", "from", "by", "values"})
"""Attributes that may hold what an animation makes of a URL, several of them with semicolons between them."""
PROGRAM: Final = re.compile(r"(?:java|vb|live)script:|data:(?!(?:image|video|audio|font)/)", re.IGNORECASE)
UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028\u2029]+")
"""What a browser drops from a URL, and more."""
SIGNS: Final = re.compile(
    rf"<(?:script|{'|'.join(LEFT_OUT)})\b"
    rf"|\s(?:on[^\s=]*|{'|'.join(sorted(REFUSED))}|({'|'.join(sorted(URLS | ANIMATED))}))\s*=\s*(?:\"([^\"]*)\")?"
)
"""Elements and attributes in small letters that may be left out; of URLs, the name and the value are groups."""


def may_harm(html: str) -> bool:
    """Whether there may be something to leave out of HTML, which is as renderers and lexbor write it."""
    for name, value in SIGNS.findall(html.lower()):
        if not (name and value) or any(map(runs_a_program, _urls(name, unescape(value)))):
            return True
    return False


def leave_out(fragment: Fragment, allow_scripts: bool) -> Iterator[tuple[str, int | None]]:
    """Takes what is not harmless out of a tree. Gives a message for each, and the line of the deck that it is on.

    `allow_scripts` keeps programs: scripts, handlers of events, and URLs that run one.
    """
    for node in fragment.nodes():
        if not node.is_element_node:
            continue
        name = node.tag or ""
        if name in LEFT_OUT and not (name == "link" and _is_style_sheet(node)):
            fragment.replace(node)
            yield f"<{name}> is left out: {LEFT_OUT[name]}", line_of(node)
        elif name == "script" and not allow_scripts:
            fragment.replace(node)
            yield f"<script> is left out with its text; {KEPT_BY}", line_of(node)
        else:
            yield from _attributes(node, allow_scripts)


def _is_style_sheet(node: LexborNode) -> bool:
    """Whether a `<link>` names a style sheet that a browser would apply: the page gets that inside it, if it may."""
    attributes = node.attributes
    kinds = (attributes.get("rel") or "").lower().split()
    return "stylesheet" in kinds and "alternate" not in kinds and "disabled" not in attributes and "href" in attributes


def _attributes(node: LexborNode, allow_scripts: bool) -> Iterator[tuple[str, int | None]]:
    for name, value in node.attributes.items():
        key = name.lower()
        if key in REFUSED:
            del node.attrs[name]
            yield f"{key} is left out: {REFUSED[key]}", line_of(node)
        elif allow_scripts:
            continue
        elif key.startswith("on"):
            del node.attrs[name]
            yield f"the handler {key} is left out; {KEPT_BY}", line_of(node)
        elif value and any(map(runs_a_program, _urls(key, value))):
            del node.attrs[name]
            yield f"{key} is left out: it runs a program; {KEPT_BY}", line_of(node)


def _urls(key: str, value: str) -> list[str]:
    if key in ANIMATED:
        return value.split(";")
    return [value] if key in URLS else []


def runs_a_program(url: str) -> bool:
    """Whether a browser runs what stands in a URL, or shows it as a page of its own."""
    return PROGRAM.match(UNSEEN.sub("", url)) is not None
