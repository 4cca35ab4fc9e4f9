"""The style that marp-core gives, made whole: no font of the network, KaTeX's fonts inlined, files as data URIs."""

from __future__ import annotations

import re
from collections.abc import Sequence

import tinycss2

from slidegen.model import Text
from slidegen.outputs.assets import Assets
from slidegen.outputs.fonts import font_faces, katex_css
from slidegen.outputs.stylesheet import colors_css, steps_css
from slidegen.rendered import MarpDeck
from slidegen.themes import ThemePair, base_css

# The fonts that marp-core's own themes ask a server for; the deck goes without them.
BUILTIN_IMPORT = re.compile(r'@import\s+(?:url\()?"https://fonts\.bunny\.net/[^"]*"\)?\s*;')
# How the built-in themes begin their font stacks, and what stands before: fonts that are in the file.
TEXT_STACK = '"Source Sans 3","Slidegen Symbols","Noto Emoji"'
CODE_STACK = '"JetBrains Mono","Slidegen Symbols","Noto Emoji"'
FONT_STACKS = {
    "Lato": TEXT_STACK,
    "-apple-system": TEXT_STACK,
    "var(--fontStack-sansSerif": TEXT_STACK,
    "Roboto Mono": CODE_STACK,
    '"Roboto Mono"': CODE_STACK,
    "SFMono-Regular": CODE_STACK,
    "var(--fontStack-monospace": CODE_STACK,
}
CODE = (".line", ".marpit :is(pre, marp-pre) code")
"""Where highlighted code stands: in slidegen's blocks and in marp-core's."""

CHARSET = re.compile(r'@charset "[^"]*";')
KATEX_FACE = re.compile(r"@font-face\s*\{[^}]*KaTeX_[^}]*\}")


def marp_styles(deck: MarpDeck, themes: ThemePair, assets: Assets, outputs: Sequence[str]) -> list[str]:
    """The sheets of a page with marp-core's slides, from the most general to the deck's own."""
    html = "".join(slide.svg for stack in deck.stacks for slide in stack)
    names = ["components", *outputs]
    # slidegen's own fonts serve everywhere, so that a deck looks the same on every machine.
    styles = [
        font_faces(html),
        colors_css(themes, CODE),
        base_css("deck", *names),
    ]
    if deck.has_math:
        styles.append(katex_css(html))
    source = Text(deck.source.text, deck.source.name, 1)
    css = KATEX_FACE.sub("", CHARSET.sub("", BUILTIN_IMPORT.sub("", deck.css)))
    for stack, font in FONT_STACKS.items():
        css = css.replace(f"font-family:{stack}", f"font-family:{font},{stack}")
    styles += [assets.css(css, source), steps_css(deck.steps)]
    return styles


def rename_sections(css: str, name: str) -> str:
    """The style with the element `section` called `name` in every selector: reveal.js takes sections for slides."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True)
    for rule in rules:
        _rename(rule, name)
    return str(tinycss2.serialize(rules))


def _rename(rule: object, name: str) -> None:
    prelude = getattr(rule, "prelude", None)
    if prelude is None or (getattr(rule, "type", "") == "at-rule" and getattr(rule, "content", None) is None):
        return
    if rule.type == "qualified-rule":  # type: ignore[attr-defined]
        _rename_tokens(prelude, name)
        return
    if rule.at_keyword in ("media", "supports", "layer", "container", "scope"):  # type: ignore[attr-defined]
        inner = tinycss2.parse_rule_list(rule.content)  # type: ignore[attr-defined]
        for child in inner:
            _rename(child, name)
        rule.content = inner  # type: ignore[attr-defined]


def _rename_tokens(tokens: list[object], name: str) -> None:
    before = ""
    for token in tokens:
        kind = getattr(token, "type", "")
        if kind == "ident" and token.value == "section" and before not in (".", ":", "#"):  # type: ignore[attr-defined]
            token.value = name  # type: ignore[attr-defined]
        elif kind == "function":
            _rename_tokens(token.arguments, name)  # type: ignore[attr-defined]
        before = getattr(token, "value", "") if kind == "literal" else ""
