"""Soft hyphens in long words of the slides, for decks with `hyphenate: true`. The patterns are Pyphen's.

A browser without a screen knows no patterns of its own, so that `hyphens: auto` would look otherwise in a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from slidegen.errors import MissingExtraError, Problem
from slidegen.languages.tags import canonical
from slidegen.model import DeckOptions

SOFT: Final = "\u00ad"
LONG: Final = 12
"""How many letters a word has at least that is hyphenated: in type as large as that of slides, shorter ones fit."""
EDGE: Final = 4
"""How many letters stay before the first and after the last hyphen."""
TOKEN: Final = re.compile(
    r"<!--.*?-->|<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]*)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>|(?P<text>[^<]+)",
    re.DOTALL,
)
LANG: Final = re.compile(r"""\slang=["']?(?P<lang>[A-Za-z0-9-]+)""")
WORD: Final = re.compile(
    rf"(?<![\w@./:#&\\{SOFT}])(?=[^\W\d_]*[a-zß-ÿ\u0100-\uffff])[^\W\d_]{{{LONG},}}(?![\w@/\\:{SOFT}]|\.\w)"
)
"""A long word that is neither a part of an address nor of a name in code, and not in capital letters only."""
VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
KEPT: Final = re.compile(
    r"(?:marp-)?(?:h[12]|pre|code)|kbd|samp|var|script|style|textarea|math|text|title|desc|annotation|aside|button"
)
"""Elements whose words are never broken: headings of slides, code, formulas, the words of drawings, notes."""
KEPT_CLASS: Final = re.compile(r"""\sclass=["'][^"']*(?:\bkatex\b|\bprovenance\b|\bcomputed\b|\bchart-|\bunit\b)""")


def with_hyphens(
    stacks: Sequence[Sequence[str]], options: DeckOptions, name: str
) -> tuple[list[list[str]], tuple[Problem, ...]]:
    """Returns the HTML of finished slides with soft hyphens in their long words, and warnings of languages without
    patterns. `name` is that of the deck's file.

    Raises:
        MissingExtraError: Pyphen is not installed.
    """
    missing: dict[str, None] = {}
    html = [[_slide(slide, options.lang, missing) for slide in stack] for stack in stacks]
    path, line = options.place("hyphenate", name)
    return html, tuple(_problems(missing, path, line))


def _problems(missing: Iterable[str], path: str, line: int | None) -> Iterable[Problem]:
    for lang in missing:
        message = f"hyphenate: words in {lang!r} are not hyphenated; there are no patterns for this language"
        yield Problem(message, path, line, code="not-applied")


def _slide(html: str, lang: str, missing: dict[str, None]) -> str:
    parts: list[str] = []
    around: list[tuple[str, str, bool]] = [("", lang, False)]  # open elements: name, language, whether words are kept
    for token in TOKEN.finditer(html):
        text, name = token["text"], (token["name"] or "").lower()
        _, now, kept = around[-1]
        if text is not None:
            parts.append(text if kept else WORD.sub(lambda word: _hyphenated(word[0], now, missing), text))  # noqa: B023
            continue
        parts.append(token[0])
        if not name or name in VOID or token["rest"].endswith("/"):
            continue
        if not token["end"]:
            found = LANG.search(token["rest"])
            keeps = kept or KEPT.fullmatch(name) is not None or KEPT_CLASS.search(token["rest"]) is not None
            around.append((name, found["lang"] if found else now, keeps))
        elif name in [one for one, *_ in around]:
            while around.pop()[0] != name:
                pass
    return "".join(parts)


def _hyphenated(word: str, lang: str, missing: dict[str, None]) -> str:
    patterns = _patterns(canonical(lang))
    if patterns is None:
        missing.setdefault(lang)
        return word
    return str(patterns.inserted(word, SOFT))


@cache
def _patterns(lang: str) -> Any:
    try:
        import pyphen
    except ImportError:
        raise MissingExtraError("hyphenation", "hyphens") from None
    language, *more = lang.split("-")
    tag = "_".join((language, *(part.upper() if len(part) == 2 else part.title() for part in more)))
    found = pyphen.language_fallback(tag)
    return None if found is None else pyphen.Pyphen(lang=found, left=EDGE, right=EDGE)
