"""Inlines only the fonts that a deck needs: text and code fonts by character, KaTeX's fonts by the classes in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial
from html import unescape
from itertools import chain
from typing import Any
from unicodedata import normalize

from slidegen.look import Fonts
from slidegen.memo import Memo, once
from slidegen.outputs.emoji import without_marked
from slidegen.vendor import data_uri, vendor_json, vendor_text

FIGURE = "Source Sans 3, system-ui, sans-serif"
"""The families of charts, whose labels are placed by the widths of the first."""
FALLBACKS = ("Slidegen Symbols", "Noto Emoji", "Source Sans 3", "JetBrains Mono")
ITALIC = re.compile(r"<(em|i|cite|dfn|var|address)\b")
HEADING = re.compile(r"<h[1-6]\b")
CODE_TAG = re.compile(r"<(code|pre|kbd|samp)\b")
TAG = re.compile(r"<[^<>]*>")
# KaTeX sets the number of a formula at the end of its box, which Marp makes as small as the formula, and which a wide
# formula runs out of. In Marp it is as wide as the paragraph around it.
TAGGED = """\
.katex-display > .katex > .katex-html:has(> .katex-tag) { padding-inline: 3.5em; box-sizing: border-box; }
.katex-display > .katex > .katex-html:has(> .katex-tag) { width: max-content; min-width: 100%; }
.marpit p:has(> [data-auto-scaling] .katex-tag) { container-type: inline-size; }
[data-auto-scaling].katex-display > .katex > .katex-html:has(> .katex-tag) { min-width: 100cqi; }
.deck .math-display:not(.center) > .katex-display > .katex > .katex-html:has(> .katex-tag) { padding-left: 0; }
:dir(rtl) .katex-display > .katex > .katex-html > .katex-tag { inset-inline: 0 auto; }
.math-display:dir(rtl):not(.center) > .katex-display .katex-html:has(> .katex-tag) { padding: 0 0 0 3em; }"""
FACE = re.compile(r"@font-face\{[^}]*\}")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
FAMILY = re.compile(r"(KaTeX_[A-Za-z0-9]+)")
CHART = re.compile(r'<svg\b[^>]*\bclass="chart')
CLASS = re.compile(r"\.([\w-]+)")
ALWAYS = "0123456789/ "


def font_faces(
    slides: Sequence[str], fonts: Fonts, memo: Memo | None = None, named: frozenset[str] = frozenset()
) -> str:
    """The `@font-face` rules for the text of `slides`, the HTML of all slides, in the families of a look. `named` are
    the families that its style sheets give to other text, too: those of "figure", "heading" and "code"."""
    needs = [_needs(html, memo) for html in slides]
    characters = frozenset({ord(c) for c in set(chain.from_iterable(one[0] for one in needs)) | set(ALWAYS) if c > " "})
    kinds = frozenset(chain.from_iterable(one[1] for one in needs))
    uses = (
        (fonts.text, "normal", True),
        (fonts.text, "italic", "italic" in kinds),
        (fonts.heading, "normal", "heading" in kinds | named),
        (FIGURE, "normal", "chart" in kinds or "figure" in named),
        (fonts.code, "normal", "code" in kinds | named),
    )
    found = ((_own_family(stack), style) for stack, style, used in uses if used)
    chosen = tuple(dict.fromkeys(face for face in found if face[0]))
    return once(memo, "font faces", (chosen, characters), lambda: _chosen(chosen, characters))


def characters_of(html: str, memo: Memo | None = None) -> str:
    """The characters in the text of a finished slide, each once."""
    return _needs(html, memo)[0]


def _needs(html: str, memo: Memo | None) -> tuple[str, frozenset[str]]:
    return once(memo, "text fonts", html, partial(_text_needs, html))


def _text_needs(html: str) -> tuple[str, frozenset[str]]:
    """The characters of a slide, and what it holds besides text that is upright."""
    characters = "".join(sorted(set(unescape(TAG.sub("", without_marked(html))))))
    kinds = {"italic": ITALIC, "heading": HEADING, "chart": CHART, "code": CODE_TAG}
    return characters, frozenset(kind for kind, pattern in kinds.items() if pattern.search(html))


def families(stack: str | None) -> tuple[str, ...]:
    """The families of a stack such as "Source Sans 3, sans-serif"."""
    return tuple(filter(None, (name.strip() for name in (stack or "").split(","))))


def _own_family(stack: str | None) -> str:
    """The first family of a stack that slidegen has files of; "" if it has none."""
    known = {face["family"] for face in vendor_json("fonts/fonts.json")}
    return next((name for name in families(stack) if name in known), "")


def _chosen(fonts: Sequence[tuple[str, str]], characters: frozenset[int]) -> str:
    """The rules for some characters in some fonts, and in those that stand in for them."""
    chosen = []
    missing: set[int] = set()
    for family, style in fonts:
        left = set(characters)
        for face in _faces(family, style):
            covered = left & _covered(face["unicode_range"])
            if covered:
                chosen.append(face)
                left -= covered
        missing |= left
    for face in (face for family in FALLBACKS for face in _faces(family, "normal")):
        covered = missing & _covered(face["unicode_range"])
        if covered:
            missing -= covered
            if face not in chosen:
                chosen.append(face)
    return "\n".join(map(_rule, chosen))


@cache
def embedded_characters(fonts: Fonts) -> frozenset[str]:
    """All characters that text in a look can have: of its own families, and of those that stand in for them."""
    named = {*FALLBACKS, *families(fonts.text), *families(fonts.heading), *families(fonts.code)}
    ranges = (face["unicode_range"] for face in vendor_json("fonts/fonts.json") if face["family"] in named)
    return frozenset(chr(point) for one in ranges for point in _covered(one))


def lacking(characters: set[str], embedded: frozenset[str]) -> set[str]:
    """Returns the characters that fonts have neither themselves nor in parts, of which browsers compose them (Unicode
    Standard Annex 15, canonical decomposition): the sign for kelvin is a K."""
    return {c for c in characters - embedded if not embedded.issuperset(normalize("NFD", c))}


def _faces(family: str, style: str) -> list[dict[str, Any]]:
    return [face for face in vendor_json("fonts/fonts.json") if (face["family"], face["style"]) == (family, style)]


@cache
def _covered(ranges: str) -> frozenset[int]:
    codes: set[int] = set()
    for part in ranges.replace("U+", "").split(","):
        first, _, last = part.strip().partition("-")
        codes.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(codes)


def _rule(face: dict[str, Any]) -> str:
    source = data_uri(f"fonts/{face['file']}", "font/woff2")
    return (
        f'@font-face{{font-family:"{face["family"]}";font-style:{face["style"]};font-weight:{face["weight"]};'
        f'font-display:block;src:url({source}) format("woff2");'
        f"unicode-range:{face['unicode_range'].replace(' ', '')}}}"
    )


def katex_css(slides: Sequence[str], memo: Memo | None = None) -> str:
    """KaTeX's style sheet, with the fonts that the formulas in `slides` use."""
    named = chain.from_iterable(once(memo, "classes", html, partial(_classes, html)) for html in slides)
    classes = frozenset(named)
    return once(memo, "katex css", classes, lambda: _katex_css(classes))


def _classes(html: str) -> frozenset[str]:
    return frozenset(name for found in set(re.findall(r'class="([^"]*)"', html)) for name in found.split())


def _katex_css(classes: frozenset[str]) -> str:
    css = vendor_text("katex/katex.min.css")
    used = _katex_faces(css, classes)
    css = FACE.sub(lambda match: _katex_face(match[0], used), css)
    return f"{css}\n{TAGGED}" if "katex-tag" in classes else css


def _katex_faces(css: str, classes: frozenset[str]) -> set[tuple[str, bool, bool]]:
    """The font faces (family, bold, italic) of the rules whose classes all occur in slides."""
    used = {("KaTeX_Main", False, False)}
    for selectors, body in RULE.findall(FACE.sub("", css)):
        family = FAMILY.search(body)
        bold, italic = bool(re.search(r"700|bold", body)), "italic" in body
        if family is None and not (bold or italic):
            continue
        for selector in selectors.split(","):
            if set(CLASS.findall(selector)) <= classes:
                used.add((family[1] if family else "KaTeX_Main", bold, italic))
    # Two rules may make one element both bold and italic.
    if any(bold for _, bold, _ in used) and any(italic for _, _, italic in used):
        used |= {(family, True, True) for family, bold, _ in used if bold and family in ("KaTeX_Main", "KaTeX_Math")}
    return used


def _katex_face(rule: str, used: set[tuple[str, bool, bool]]) -> str:
    family = FAMILY.search(rule)
    file = re.search(r"fonts/([\w-]+\.woff2)", rule)
    if family is None or file is None:
        return ""
    if (family[1], "font-weight:700" in rule, "font-style:italic" in rule) not in used:
        return ""
    source = f'src:url({data_uri(f"katex/fonts/{file[1]}", "font/woff2")}) format("woff2")'
    return re.sub(r"src:[^}]*", source, rule)
