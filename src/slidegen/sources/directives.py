"""The known keys of a front matter and of comments, and warnings of keys that are nearly one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.token import Token

from slidegen.bibliography import CITING_KEYS
from slidegen.errors import Problem
from slidegen.typos import count_typos
from slidegen.yaml_tree import YamlTree

META: Final = ("title", "description", "author", "keywords", "url", "image")
GLOBAL: Final = ("theme", "style", "headingDivider", "lang", "size", "math", *META)
LOCAL: Final = (
    *("paginate", "header", "footer", "class", "color", "transition"),
    *("backgroundColor", "backgroundImage", "backgroundPosition", "backgroundRepeat", "backgroundSize"),
)
"""Marp's local directives. One with ``_`` before it is for one slide."""
OWN_KEYS: Final = (
    "dir",
    "hyphenate",
    "vars",
    "tables",
    "figures",
    "reveal",
    "format",
    "headingDivider",
    "dialect",
    "slide-level",
    "minutes",
    "appendix",
    "claims",
    *CITING_KEYS,
    "scheme",
    "accent",
    "fonts",
    "logo",
    "brand",
    "check",
)
"""The keys that marp-core does not get: slidegen's own, and those for the division into slides, which is done here."""
REVEAL_KEYS: Final = frozenset({"revealOptions", "separator", "verticalSeparator", "notesSeparator", "highlightTheme"})
IN_COMMENTS: Final = (*GLOBAL, *LOCAL, *(f"_{key}" for key in LOCAL), "minutes", "when", "check", "auto_animate")
KNOWN: Final = (*IN_COMMENTS, *OWN_KEYS, "marp", "date", *sorted(REVEAL_KEYS))
FOREIGN: Final = frozenset(
    [
        *(
            "authors",
            "citation",
            "classes",
            "colors",
            "data",
            "dates",
            "form",
            "formats",
            "head",
            "images",
            "keyword",
            "label",
        ),
        *(
            "labels",
            "langs",
            "leader",
            "map",
            "mark",
            "match",
            "maths",
            "path",
            "paths",
            "revealjs",
            "schema",
            "side",
            "site",
        ),
        *("slug", "state", "styles", "themes", "titles", "translation", "translations", "urls", "video"),
    ]
)
"""Keys of other programs that look like a misspelling of one of ours."""
DIRECTIVE: Final = re.compile(r"[ \t]*([_a-z][\w-]*)[ \t]*:(?:[ \t]+\S.*)?[ \t]*")


def known(key: str) -> bool:
    """Returns whether a key of a front matter has a meaning here."""
    return key in KNOWN


def near_keys(tree: YamlTree, name: str) -> Iterator[Problem]:
    """Warns of unknown keys of a front matter that are nearly a known one. Keys of other programs are left alone."""
    for key in tree.value or {}:
        meant = _nearest(key, KNOWN) if isinstance(key, str) and not known(key) else None
        if meant is not None:
            yield Problem(
                f"unknown key {key!r}; did you mean {meant!r}?", name, *tree.place((key,)), code="unknown-key"
            )


def near_directives(tokens: Iterable[Token], name: str, first: int) -> Iterator[Problem]:
    """Warns of misspelled directives in comments. Each line of such a comment is a directive, or nearly one."""
    for token in tokens:
        text = token.content.strip()
        if token.type != "html_block" or not (text.startswith("<!--") and text.find("-->") == len(text) - 3):
            continue
        start = first + (token.map or (0, 0))[0]
        lines = [(start + at, line) for at, line in enumerate(text[4:-3].split("\n")) if line.strip()]
        found = [(line, match[1]) for line, row in lines if (match := DIRECTIVE.fullmatch(row))]
        meant = {key: key if key in IN_COMMENTS else _nearest(key, IN_COMMENTS) for _, key in found}
        if len(found) == len(lines) and all(meant.values()):
            for line, key in found:
                if meant[key] != key:
                    yield Problem(
                        f"unknown directive {key!r}; did you mean {meant[key]!r}?", name, line, code="unknown-word"
                    )


def _nearest(key: str, names: Iterable[str]) -> str | None:
    """Returns the name that a key most likely means: in another spelling (heading_divider), or misspelled."""
    if key in FOREIGN:
        return None
    scoped = key.startswith("_")
    found = [
        (distance, name)
        for name in dict.fromkeys(names)
        if name.startswith("_") == scoped and (distance := count_typos(_plain(key), _plain(name))) is not None
    ]
    if not found and scoped:
        return _nearest(key[1:], (name for name in names if not name.startswith("_")))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())
