"""Removes from a slide's HTML what must not be there: scripts, and what loads or sends something by itself."""

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
    "malignmark": "it changes how the HTML around it is read",
    "meta": "it belongs in the head of the page",
    "mglyph": "it changes how the HTML around it is read",
    "noembed": "a browser shows nothing of it",
    "noframes": "a browser shows nothing of it",
    "noscript": "a browser shows it only without scripts, and slides need them",
    "plaintext": "it would show the rest of the page as text",
    "template": "a browser shows nothing of it",
    "xmp": "it is obsolete; write a block of code",
}
"""Elements that are left out with their content, and why."""
REFUSED: Final = {
    "ping": "it tells a server about a click",
    "attributionsrc": "it tells a server about a click",
    "data-markdown": "the speaker view would make HTML of the notes once more",
}
"""Attributes that are left out, and why."""
URLS: Final = frozenset({"href", "xlink:href", "src", "action", "formaction", "data", "data-preview-link"})
ANIMATED: Final = frozenset({"to", "from", "by", "values"})
"""Attributes of animations that may hold URLs, separated by semicolons."""
PROGRAM: Final = re.compile(r"(?:java|vb|live)script:|data:(?!(?:image|video|audio|font)/)", re.IGNORECASE)
IGNORED: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028\u2029]+")
"""Characters that a browser ignores in a URL, and a few more."""
SIGNS: Final = re.compile(
    rf"<(?:script|{'|'.join(LEFT_OUT)})\b"
    rf"|\s(?:on[^\s=]*|{'|'.join(sorted(REFUSED))}|({'|'.join(sorted(URLS | ANIMATED))}))\s*=\s*(?:\"([^\"]*)\")?"
)
"""Elements and attributes, in lower case, that may be left out. The groups are the name and value of a URL."""


def needs_sanitizing(html: str) -> bool:
    """Whether HTML, as the renderers or lexbor write it, may hold something that `sanitize` removes."""
    for name, value in SIGNS.findall(html.lower()):
        if not (name and value) or any(map(runs_a_program, _urls(name, unescape(value)))):
            return True
    return False


def sanitize(fragment: Fragment, allow_scripts: bool) -> Iterator[tuple[str, int | None]]:
    """Removes harmful elements and attributes from a tree. Yields a message and the line of the deck for each.

    `allow_scripts` keeps scripts, event handlers, and URLs that run a script.
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
    """Whether a `<link>` names a style sheet that a browser would apply: the build may inline it into the page."""
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
    """Whether a browser would run a URL as a script or show it as a page of its own."""
    return PROGRAM.match(IGNORED.sub("", url)) is not None
