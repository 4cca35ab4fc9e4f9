"""Warns of likely typing errors in attributes, classes and emoji, and of diagrams that only a script would draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from markdown_it.token import Token

from slidegen.render.context import SlideContext
from slidegen.typos import count_typos

ATTRIBUTES: Final = ("width", "height", "style", "class", "title")
CLASSES: Final = ("fragment", "incremental", "center")
HTML: Final = frozenset(
    [
        *(
            "abbr",
            "align",
            "alt",
            "autoplay",
            "border",
            "cite",
            "color",
            "cols",
            "colspan",
            "controls",
            "coords",
            "data",
        ),
        *("datetime", "decoding", "dir", "download", "face", "for", "form", "headers", "hidden", "href", "hreflang"),
        *("id", "inert", "is", "ismap", "itemid", "itemprop", "itemref", "itemscope", "itemtype", "kind", "label"),
        *("lang", "list", "loading", "loop", "media", "muted", "name", "nonce", "part", "popover", "poster", "preload"),
        *("rel", "reversed", "role", "rows", "rowspan", "scope", "shape", "size", "sizes", "slot", "span", "src"),
        *("srcset", "start", "step", "steps", "summary", "tabindex", "target", "title", "translate", "type", "usemap"),
        *("valign", "value", "width", "height", "style", "class", "wrap"),
    ]
)
"""Attributes of HTML, which are not typing errors."""
SHORTCODE: Final = re.compile(r"(?<![\w:]):([a-z][a-z_]{4,30}):(?![\w:])")
BRACES: Final = re.compile(r"(?<=\))\{([^{}\n]*)\}")
AT_START: Final = re.compile(r"\{([^{}\n]*)\}")
BRACED: Final = ("image", "link_close")
"""Tokens that may have attributes in braces after them."""
NAME: Final = re.compile(r"(?<![\w.#-])([a-zA-Z][\w-]*)=|\.([a-zA-Z][\w-]*)")
MERMAID: Final = re.compile(r"<(pre|div)\b[^<>]*\sclass\s*=\s*[\"']?(?:[^\"'<>]*\s)?mermaid\b", re.IGNORECASE)
"""What Mermaid's own script makes a diagram of."""
MAX_COMPARED: Final = 100
"""How many words of a deck are compared with all emoji, which is slow for a text full of colons."""


def warn_typos(tokens: Iterable[Token], context: SlideContext) -> None:
    """Warns of likely typing errors in a slide's attributes and emoji, and of Mermaid's HTML."""
    row = 0
    for token in tokens:
        row = token.map[0] if token.map else row
        _warn_attributes(token, context, row)
        if token.type == "html_block" and not context.allow_scripts and (found := MERMAID.search(token.content)):
            message = (
                f'<{found[1].lower()} class="mermaid"> stays text; write the diagram as a block of code, ```mermaid'
            )
            context.warn_at(message, row + token.content.count("\n", 0, found.start()), code="not-applied")
        before = ""
        for child in token.children or ():
            _warn_attributes(child, context, row)
            if child.type == "text" and before in BRACED:
                _warn_braces(child.content, context, row)
            before = child.type
            if child.type == "text" and ":" in child.content:
                _warn_emoji(child.content, context, row)
            row += child.type in ("softbreak", "hardbreak")


def _warn_attributes(token: Token, context: SlideContext, row: int) -> None:
    if not token.attrs:
        return
    for name in token.attrs:
        _warn_word("attribute", name, ATTRIBUTES, context, row)
    for name in str(token.attrs.get("class", "")).split():
        _warn_word("class", name, CLASSES, context, row)


def _warn_braces(text: str, context: SlideContext, row: int) -> None:
    """Checks attributes that stay text because Marp does not have them."""
    braces = AT_START.match(text)
    for attribute, name in NAME.findall(braces[1]) if braces else ():
        kind, names = ("attribute", ATTRIBUTES) if attribute else ("class", CLASSES)
        _warn_word(kind, attribute or name, names, context, row)


def _warn_word(kind: str, word: str, names: Iterable[str], context: SlideContext, row: int) -> None:
    if word in HTML or len(word) > 20:
        return
    meant = next((name for name in names if count_typos(word.lower(), name) == 1), None)
    if meant is not None:
        context.warn_at(f"unknown {kind} {word!r}; did you mean {meant!r}?", row, code="unknown-word")


def _warn_emoji(text: str, context: SlideContext, row: int) -> None:
    for match in SHORTCODE.finditer(text):
        if context.findings.compared >= MAX_COMPARED:
            return
        context.findings.compared += 1
        if match[1] not in _emoji() and (meant := next(_near_emoji(match[1]), None)):
            context.warn_at(f"unknown emoji {match[0]}; did you mean ':{meant}:'?", row, code="unknown-word")


def _near_emoji(word: str) -> Iterator[str]:
    for name in _emoji():
        if name[0] == word[0] and len(name) > 4 and abs(len(name) - len(word)) < 2 and count_typos(word, name) == 1:
            yield name


@cache
def _emoji() -> dict[str, None]:
    """The names of all emoji, in the order of their list."""
    from emoji import EMOJI_DATA

    names = (name for one in EMOJI_DATA.values() for name in (one["en"], *one.get("alias", ())))
    return dict.fromkeys(name.strip(":") for name in names)
