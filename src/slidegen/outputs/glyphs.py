"""Finds the characters of slides that no font in the file has, so that each machine shows its own, or a box."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import groupby
from typing import Final

from selectolax.lexbor import LexborNode

from slidegen.errors import Problem
from slidegen.installed import install_command
from slidegen.markup import RAW_TEXT, Fragment, TooDeepError, ancestors
from slidegen.model import Source, Text
from slidegen.outputs.emoji import SEQUENCE, without_marked
from slidegen.outputs.fonts import lacking
from slidegen.outputs.own_fonts import EXTRA, has_extra

FACE: Final = re.compile(
    r"@font-face\s*\{(?:(?!KaTeX_)[^}])*?url\(\s*[\"']?data:[^,\"')]*;base64,([A-Za-z0-9+/=]+)", re.IGNORECASE
)
"""A font of a style sheet, but for those of formulas."""
STYLE: Final = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
NOT_DRAWN: Final = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"})
"""The categories of characters that leave no mark: controls, joiners, spaces."""
LOST: Final = "\ufffd"
"""The sign for what is no text, which is told where it is read."""
SELECTORS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810))))
"""Variation selectors, which choose among the glyphs of the character before."""
NOT_SHOWN: Final = RAW_TEXT | {"annotation", "desc", "head", "math", "mjx-assistive-mml", "template", "title"}
UNSEEN: Final = frozenset({"katex-mathml", "sg-emoji"})
"""Classes of text that something else stands for: the glyphs of a formula, a picture."""
FALLBACK: Final = frozenset({"cjk_fallback", "hangul_fallback", "brahmic_fallback"})
"""KaTeX's classes of text that its fonts lack."""
IN_EXTRA: Final = frozenset(
    [
        *("Arabic", "Bengali", "Bopomofo", "Devanagari", "Ethiopic", "Han", "Hangul", "Hebrew", "Hiragana", "Katakana"),
        *("Khmer", "Lao", "Myanmar", "Tamil", "Telugu", "Thai"),
    ]
)
"""The scripts of the fonts of the extra."""
MOST_NAMED: Final = 12
"""How many characters a warning names."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished slide: its HTML, its text in the deck, and notes that stand elsewhere in the page."""

    html: str
    source: Text
    notes: str = ""


def missing_glyphs(
    slides: Sequence[Drawn], deck: Source, embedded: frozenset[str], css: Sequence[str]
) -> Iterator[Problem]:
    """Warns of characters that are neither `embedded` nor in a font of the style sheets `css`: once for each run of
    slides whose characters are of the same scripts. Warns of emoji that fonts show as their parts, on each slide."""
    for slide in slides:
        yield from _unjoined(slide)
    suspects = [lacking(set(unescape(slide.html)).union(slide.notes), embedded) for slide in slides]
    if not any(map(_drawn, suspects)):
        return
    own = _own_fonts([*css, *(style for slide in slides for style in STYLE.findall(slide.html))])
    found = [
        _shown(slide) & (some - own) if _drawn(some) else set() for slide, some in zip(slides, suspects, strict=True)
    ]
    numbered = enumerate(found)
    for scripts, run in groupby(numbered, key=lambda one: tuple(sorted({_script(c) for c in one[1]}))):
        places = list(run)
        if scripts:
            yield _problem([(slides[at], missing) for at, missing in places], scripts, deck)


def visible_text(html: str) -> str:
    """Returns the text that a slide shows, its notes included, without the formulas that fonts of their own set."""
    return "".join(node.text_content or "" for node in Fragment(html).nodes() if node.is_text_node and _is_shown(node))


def _is_shown(node: LexborNode) -> bool:
    for around in ancestors(node):
        classes = (around.attributes.get("class") or "").split()
        if around.tag in NOT_SHOWN or "hidden" in around.attributes or not UNSEEN.isdisjoint(classes):
            return False
        if FALLBACK.intersection(classes):
            return True
        if "katex" in classes:
            return False
    return True


def _shown(slide: Drawn) -> set[str]:
    try:
        return _drawn({*visible_text(slide.html), *slide.notes})
    except TooDeepError:  # told where it is made harmless
        return set()


def _drawn(characters: set[str]) -> set[str]:
    """Returns the characters that leave a mark."""
    return {c for c in characters if c not in SELECTORS and c != LOST and unicodedata.category(c) not in NOT_DRAWN}


def _own_fonts(styles: Sequence[str]) -> set[str]:
    """Returns the characters of the fonts that the deck's or the theme's own style sheets bring."""
    fonts = {found for css in styles if "@font-face" in css.lower() for found in FACE.findall(css)}
    return set().union(*map(_characters, fonts))


@cache
def _characters(font: str) -> frozenset[str]:
    """Returns the characters of a font, given in base64; none if it cannot be read, as a browser would not use it."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    try:
        with TTFont(BytesIO(base64.b64decode(font)), lazy=True) as opened:
            return frozenset(map(chr, opened.getBestCmap() or ()))
    except Exception:  # fontTools has no common error for damaged files
        return frozenset()


def _unjoined(slide: Drawn) -> Iterator[Problem]:
    """Warns of emoji of several characters in code, formulas and drawings, where they are no pictures."""
    if slide.html.isascii() or SEQUENCE.search(without_marked(slide.html)) is None:
        return
    try:
        found = dict.fromkeys(SEQUENCE.findall(visible_text(slide.html)))
    except TooDeepError:  # told where it is made harmless
        return
    several = [one for one in found if len(one.replace("\ufe0f", "")) > 1]
    if several:
        message = (
            f"no font in the file joins the parts of {' '.join(several[:MOST_NAMED])}: emoji are drawn whole in text, "
            "not in code, formulas and drawings; use one of a single character there"
        )
        line = _own_line(slide.source, set(several)) or slide.source.line  # a table has it, say
        yield Problem(message, slide.source.path, line, code="missing-glyph")


def _script(character: str) -> str:
    from fontTools import unicodedata as scripts

    code = scripts.script(character)
    return "symbols" if code in ("Zyyy", "Zinh", "Zzzz") else str(scripts.script_name(code))


def _problem(slides: Sequence[tuple[Drawn, set[str]]], scripts: Sequence[str], deck: Source) -> Problem:
    first, missing = slides[0]
    characters = sorted(set().union(*(some for _, some in slides)))
    named = " ".join(characters[:MOST_NAMED])
    more = f" and {len(characters) - MOST_NAMED} more" if len(characters) > MOST_NAMED else ""
    others = len(slides) - 1
    where = f", on this slide and {others} after it" if others else ""
    message = f"no font in the file has {named}{more} ({', '.join(scripts)}){where}; {_way(scripts)}"
    return Problem(message, first.source.path, _line(first.source, missing, deck), code="missing-glyph")


def _way(scripts: Sequence[str]) -> str:
    way = "name a font file that has them by fonts: {also: FILE}"
    if has_extra() or not IN_EXTRA.intersection(scripts):
        return way
    return f"{way}, or add fonts with: {install_command(EXTRA)}"


def _line(source: Text, missing: set[str], deck: Source) -> int:
    """Returns the first line of a slide that has one of some characters; else of the file from there on, as notes have;
    else that of the slide, where a value has them."""
    if (line := _own_line(source, missing)) is not None:
        return line
    if (file := deck.file(source.path)) is not None:
        for row, text in enumerate(file.text.split("\n")[source.line - 1 :]):
            if not missing.isdisjoint(text):
                return source.line + row
    return source.line


def _own_line(source: Text, parts: set[str]) -> int | None:
    """Returns the first line of a slide that has one of some characters or sequences; None if none has."""
    rows = enumerate(source.text.split("\n"))
    return next((source.line_of(row) for row, text in rows if any(one in text for one in parts)), None)
