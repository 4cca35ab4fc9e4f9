"""Emoji in colour: each stands in its slide as text in a font of blanks, on Twemoji's picture, which a file has once.

So screen readers, searching, copying and a PDF's text find the character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborNode

from slidegen.markup import RAW_TEXT, Fragment, TooDeepError, ancestors, namespace
from slidegen.vendor import data_uri, vendor_bytes

if TYPE_CHECKING:
    from zipfile import ZipFile

PACK: Final = "emoji/twemoji.zip"
BLANK: Final = "emoji/blank.woff2"
PART: Final = 64
"""How many pictures a part of the pack holds (web/emoji.py)."""
CREDIT: Final = (
    "/* Emoji: Twemoji, Copyright 2020 Twitter, Inc and other contributors, "
    "licensed under CC BY 4.0, creativecommons.org/licenses/by/4.0 */"
)
FACE: Final = '@font-face{{font-family:"Slidegen Blank";font-display:block;src:url({}) format("woff2")}}'
LOOK: Final = (
    ".sg-emoji { display: inline-block; inline-size: 1em; block-size: 1em; margin-inline: 0.05em; overflow: hidden; "
    "text-align: center; vertical-align: -0.12em; white-space: nowrap; font: normal 1em/1 'Slidegen Blank'; "
    "background: center / contain no-repeat; print-color-adjust: exact; forced-color-adjust: none; }"
)
PLAIN: Final = RAW_TEXT | {"code", "kbd", "math", "pre", "samp", "textarea", "title"}
"""Elements in which a character stays as it is."""

# Characters of the Basic Multilingual Plane that are emoji without a selector (Unicode's Emoji_Presentation).
BASIC: Final = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd"
    "\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
SIGNS: Final = "\u00a9\u00ae\u203c-\u3299"
"""Where characters lie that are emoji with a selector after them, and text without."""
LETTERS: Final = "\U0001f1e6-\U0001f1ff"
SKIN: Final = "[\U0001f3fb-\U0001f3ff]"
ASTRAL: Final = "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
ONE: Final = f"(?:[{ASTRAL}{BASIC}](?!\ufe0e)\ufe0f?|[{SIGNS}]\ufe0f|[{SIGNS}](?={SKIN}))(?:{SKIN})?"
JOINED: Final = f"\u200d[{ASTRAL}{SIGNS}]\ufe0f?(?:{SKIN})?"
SEQUENCE: Final = re.compile(
    f"[{LETTERS}]{{2}}|[0-9#*]\ufe0f\u20e3|\U0001f3f4[\U000e0020-\U000e007f]+|{ONE}(?:{JOINED})*"
)
"""An emoji, if there is a picture of it: a flag, a keycap, or one or several pictographs (Unicode Technical Standard
51). Pictographs beyond the Basic Multilingual Plane count without a selector, too: no text font has them."""
MARKED: Final = re.compile(r'<span class="sg-emoji [^"]*">[^<]*</span>')
USED: Final = re.compile(r'class="sg-emoji sg-emoji-([0-9a-f-]+)"')


def with_emoji(html: str) -> str:
    """Marks the emoji in the finished HTML of a slide, but for those in code, formulas and drawings."""
    if html.isascii() or SEQUENCE.search(html) is None:  # the first is much faster, where a picture or a clip is
        return html
    fragment = Fragment(html)
    try:
        for node in fragment.nodes():
            if node.is_text_node and SEQUENCE.search(node.text_content or "") and is_of_text(node):
                fragment.replace(node, _marked(node.text_content or ""))
    except TooDeepError:  # told where it is made harmless
        return html
    return fragment.write()


def without_marked(html: str) -> str:
    """Removes the marked emoji: they need no font."""
    return MARKED.sub("", html) if "sg-emoji-" in html else html


def emoji_css(slides: Iterable[str]) -> str:
    """The style sheet with the pictures that the marked emoji of some slides need; "" if there are none."""
    used = sorted({name for html in slides if "sg-emoji-" in html for name in USED.findall(html)})
    if not used:
        return ""
    numbers = _numbers()
    rules = [
        f'.sg-emoji-{name} {{ background-image: url("{_uri(numbers[name])}"); }}' for name in used if name in numbers
    ]
    return "\n".join((CREDIT, FACE.format(data_uri(BLANK, "font/woff2")), LOOK, *rules))


def is_of_text(node: LexborNode) -> bool:
    """Whether a text is prose: not in code, a formula or a drawing."""
    around = list(ancestors(node))
    if any(one.tag in PLAIN or "sg-emoji" in (one.attributes.get("class") or "") for one in around):
        return False
    return not around or namespace(around[0]) == "html"


def _marked(text: str) -> str:
    parts, at = [], 0
    for found in SEQUENCE.finditer(text):
        parts.append(escape(text[at : found.start()], quote=False))
        parts.append(_joined(found[0]))
        at = found.end()
    return "".join((*parts, escape(text[at:], quote=False)))


def _joined(sequence: str) -> str:
    """Marks a sequence as one picture, else as those of its parts that have one."""
    name = "-".join(f"{ord(c):x}" for c in sequence if c != "\ufe0f")
    if name in _numbers():
        return f'<span class="sg-emoji sg-emoji-{name}">{sequence}</span>'
    if "\u200d" in sequence:
        return "\u200d".join(map(_joined, sequence.split("\u200d")))
    return sequence


@cache
def _pack() -> ZipFile:
    from zipfile import ZipFile  # most decks show no emoji

    return ZipFile(BytesIO(vendor_bytes(PACK)))


@cache
def _numbers() -> Mapping[str, int]:
    """The number of each picture in the pack, by its name."""
    return {name: number for number, name in enumerate(_pack().read("names.txt").decode().split("\n"))}


@cache
def _part(number: int) -> list[str]:
    return _pack().read(str(number)).decode().split("\n")


def _uri(number: int) -> str:
    """The picture with a number as a data URI."""
    drawing = _part(number // PART)[number % PART]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">{drawing}</svg>'.replace('"', "'")
    return f"data:image/svg+xml,{svg.translate({ord('%'): '%25', ord('#'): '%23', ord('<'): '%3C', ord('>'): '%3E'})}"
