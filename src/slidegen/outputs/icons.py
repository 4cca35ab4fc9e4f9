"""Icons by name, ``:lucide-cpu:``: drawings of Lucide in the colour and the size of the text, only those named.

They are filled in where a slide's HTML is finished, so every dialect and both outputs have them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Final

from selectolax.lexbor import LexborNode

from slidegen.errors import nearest
from slidegen.icon_pack import icon_shapes
from slidegen.markup import Fragment, TooDeepError
from slidegen.outputs.emoji import is_of_text

SIGN: Final = ":lucide-"
ICON: Final = re.compile(r":lucide-(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\[(?P<label>[^\[\]\n:]*)\])?:")
PLAIN: Final = re.compile(rf"{ICON.pattern}(?P<blank>[ ]?)")
MAX_TRIED: Final = 20
"""How many unknown names of a slide are told: each is compared with all."""
FORM: Final = (
    '<svg class="sg-icon" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="1em" height="1em" fill="none" '
    'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
    'style="display:inline-block;vertical-align:-0.125em;margin:0;max-width:none"{}>{}</svg>'
)


def with_icons(html: str, unknown: Callable[[LexborNode, str, str], None]) -> str:
    """Replaces the names of icons in the HTML of a slide, but for those in code and drawings, by the icons.

    `unknown` is called with the place, the spelling and a message for a name that is not there, which stays.
    """
    if SIGN not in html:
        return html
    fragment = Fragment(html)
    told = 0
    try:
        for node in fragment.nodes():
            text = (node.text_content or "") if node.is_text_node else ""
            if SIGN not in text or not is_of_text(node):
                continue
            for found in ICON.finditer(text):
                if found["name"] not in icon_shapes() and told < MAX_TRIED:
                    told += 1
                    unknown(node, found[0], no_icon(found["name"], found[0]))
            fragment.replace(node, _drawn(text))
    except TooDeepError:  # told where it is made harmless
        return html
    return fragment.write()


def icons_named(words: Iterable[str]) -> list[str]:
    """Returns the names of the icons that have all these words, the nearest to these first."""
    wanted = [part for word in words for part in re.findall(r"[a-z0-9]+", word.lower().replace("lucide-", ""))]
    found = [name for name in icon_shapes() if all(part in name for part in wanted)]

    def distance(name: str) -> tuple[bool, bool, int, str]:
        parts = name.split("-")
        return parts != wanted, not set(wanted) <= set(parts), len(parts), name

    return sorted(found, key=distance)


def no_icon(name: str, written: str | None = None) -> str:
    """Returns the message about a name that no icon has, with the nearest one or the way to all of them."""
    hint = nearest(name, icon_shapes()).rstrip()
    return f"unknown icon {(written or name)!r}; {hint if hint.startswith('did') else 'slidegen icons lists all names'}"


def without_icons(text: str) -> str:
    """Returns a text with the labels of its icons in their place, or nothing."""
    return " ".join(ICON.sub(lambda found: found["label"] or "", text).split()) if SIGN in text else text


def spoken(text: str) -> str:
    """Returns notes that are plain text with the labels of their icons in their place."""
    return PLAIN.sub(lambda found: (found["label"] or "") + (found["blank"] if found["label"] else ""), text)


def _drawn(text: str) -> str:
    parts, at = [], 0
    for found in ICON.finditer(text):
        if found["name"] in icon_shapes():
            parts += [escape(text[at : found.start()], quote=False), _icon(found["name"], found["label"])]
            at = found.end()
    return "".join((*parts, escape(text[at:], quote=False)))


def _icon(name: str, label: str | None) -> str:
    about = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    return FORM.format(about, icon_shapes()[name])
