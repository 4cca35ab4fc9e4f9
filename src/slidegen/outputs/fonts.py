"""Inlines only the fonts that a deck needs: text and code fonts by character, KaTeX's fonts by the classes in use."""

from __future__ import annotations

import base64
import re
from functools import cache
from html import unescape
from typing import Any

from slidegen.vendor import vendor_bytes, vendor_json, vendor_text

TEXT, CODE = "Source Sans 3", "JetBrains Mono"
FALLBACKS = ("Slidegen Symbols", "Noto Emoji")
ITALIC = re.compile(r"<(em|i|cite|dfn|var|address)\b")
CODE_TAG = re.compile(r"<(code|pre|kbd|samp)\b")
TAG = re.compile(r"<[^<>]*>")
FACE = re.compile(r"@font-face\{[^}]*\}")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
FAMILY = re.compile(r"(KaTeX_[A-Za-z0-9]+)")
CLASS = re.compile(r"\.([\w-]+)")
ALWAYS = "0123456789/ "


def font_faces(html: str) -> str:
    """The `@font-face` rules for the text of `html`, the HTML of all slides."""
    characters = {ord(c) for c in set(unescape(TAG.sub("", html))) if c > " "} | {ord(c) for c in ALWAYS}
    fonts = [(TEXT, "normal")]
    if ITALIC.search(html):
        fonts.append((TEXT, "italic"))
    if CODE_TAG.search(html):
        fonts.append((CODE, "normal"))
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
            chosen.append(face)
            missing -= covered
    return "\n".join(map(_rule, chosen))


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


def data_uri(name: str, media_type: str) -> str:
    """A vendored file as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(vendor_bytes(name)).decode()}"


def katex_css(html: str) -> str:
    """KaTeX's style sheet, with the fonts that the formulas in `html` use."""
    css = vendor_text("katex/katex.min.css")
    used = _katex_faces(css, html)
    return FACE.sub(lambda match: _katex_face(match[0], used), css)


def _katex_faces(css: str, html: str) -> set[tuple[str, bool, bool]]:
    """The font faces (family, bold, italic) of the rules whose classes all occur in `html`."""
    classes = {name for found in set(re.findall(r'class="([^"]*)"', html)) for name in found.split()}
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
