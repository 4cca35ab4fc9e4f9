"""Makes the style from marp-core self-contained: no remote fonts, KaTeX's fonts inlined, files as data URIs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from slidegen.look import ThemePair
from slidegen.memo import Memo
from slidegen.model import Text
from slidegen.outputs.assets import Assets
from slidegen.outputs.emoji import emoji_css
from slidegen.outputs.fonts import katex_css
from slidegen.outputs.logo import logo_css
from slidegen.outputs.motion import motion_css
from slidegen.outputs.own_fonts import PageFonts, page_fonts
from slidegen.outputs.page import theme_styles
from slidegen.outputs.stylesheet import colors_css, fonts_css, own_families, steps_css
from slidegen.outputs.target import Target
from slidegen.rendered import MarpDeck
from slidegen.themes import base_css, plain_look
from slidegen.vendor import vendor_text

# The remote fonts of marp-core's own themes; the deck does without them.
BUILTIN_IMPORT = re.compile(r'@import\s+(?:url\()?"https://fonts\.bunny\.net/[^"]*"\)?\s*;')
# How the font stacks of the built-in themes begin, and what is put before them: fonts that are in the file.
FONT_STACKS: Final[Mapping[str, Literal["text", "code"]]] = {
    "Lato": "text",
    "-apple-system": "text",
    "var(--fontStack-sansSerif": "text",
    "Roboto Mono": "code",
    '"Roboto Mono"': "code",
    "SFMono-Regular": "code",
    "var(--fontStack-monospace": "code",
}
# The deck's own files go before the families of a Marp theme, which may be a deck's from elsewhere.
HEADINGS: Final = ", ".join(f"{before}h{level}" for before in ("", "marp-") for level in range(1, 7))
OWN_FONTS: Final = f"""\
.marpit :is(section, marp-section) {{ font-family: var(--font-text) !important; }}
.marpit :is(section, marp-section) :is({HEADINGS}) {{ font-family: var(--font-heading) !important; }}
.marpit :is(section, marp-section) :is(code, pre, marp-pre) {{ font-family: var(--font-code) !important; }}"""
CODE = (".sg-line", ".marpit :is(pre, marp-pre) code")
"""Where highlighted code stands: in slidegen's blocks and in marp-core's."""

RENAMED_SECTION: Final = "marp-section"
"""What marp-core's `section` is called inside reveal.js, which takes sections for slides."""

# Marpit's own style of every h1; its selector is more specific than those of slidegen's layouts.
H1_RULE = re.compile(r"/\* Normalization \*/[^{}]*h1[^{}]*\{[^}]*\}")
CHARSET = re.compile(r'@charset "[^"]*";')
# What may contain braces and semicolons that are not syntax. A string ends with its line at the latest.
CSS_HIDDEN = (
    r"""/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|url\((?=[^"'()\s]|\s+[^"'()\s])[^"'()]*+\)?|\\."""
)
CSS_PART = re.compile(CSS_HIDDEN + "|[{};]", re.DOTALL)
AT_RULE = re.compile(r"(?:\s|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)*@(?!scope\b)", re.DOTALL)
SECTION = re.compile(rf"(?P<kept>{CSS_HIDDEN}|\[[^\[\]]*\])|(?<![\w.#:-])section(?![\w-])", re.DOTALL | re.IGNORECASE)


def marp_fonts(deck: MarpDeck, themes: ThemePair, slides: Sequence[str], target: Target) -> PageFonts:
    """The fonts of a page with marp-core's slides, given as finished HTML.

    slidegen's own fonts are always used, so that a deck looks the same on every machine."""
    look = themes if deck.own_look else replace(themes, fonts=plain_look().fonts)
    return page_fonts(slides, look, deck.options.lang, target)


def marp_styles(
    deck: MarpDeck,
    themes: ThemePair,
    slides: Sequence[str],
    assets: Assets,
    fonts: PageFonts,
    outputs: Sequence[str],
    memo: Memo | None = None,
) -> list[str]:
    """The style sheets of a page with marp-core's slides, given as finished HTML, from the most general to the deck's
    own."""
    own = ["layouts", "legibility"] if deck.own_look else []
    names = ["components", *own, *outputs]
    styles = [
        fonts.css,
        emoji_css(slides),
        logo_css(themes, assets, deck.own_look),
        colors_css(themes, CODE),
        fonts_css(fonts.fonts),
        base_css("deck", *names),
    ]
    if deck.has_math:
        styles.append(katex_css(slides, memo))
    if any("<mjx-container" in html for html in slides):
        styles.append(vendor_text("marp/mathjax.css"))
    source = Text(deck.source.text, deck.source.name, 1)
    css = CHARSET.sub("", BUILTIN_IMPORT.sub("", deck.css))
    if deck.own_look:
        css = H1_RULE.sub("", css)
        styles += theme_styles(themes, assets, reveal="reveal" in outputs)
    elif themes.files or fonts.fonts.also:
        styles.append(OWN_FONTS)
    for stack, role in FONT_STACKS.items():
        before = own_families(getattr(fonts.fonts, role), fonts.fonts.also)
        css = css.replace(f"font-family:{stack}", f"font-family:{before},{stack}")
    css = assets.css(css, source, *deck.sheets)
    if "reveal-marp" in outputs:
        css = rename_sections(css, RENAMED_SECTION)
    styles += [css, steps_css(deck.steps), *motion_css(slides)]
    return styles


def rename_sections(css: str, name: str) -> str:
    """Renames the element `section` to `name` in every selector.

    What precedes a brace is a selector, at the top level or nested, unless it is an at-rule without selectors.
    """
    parts = []
    start = at = 0  # the starts of the current selector or declaration, and of what is not yet in `parts`
    for match in CSS_PART.finditer(css):
        if match[0] not in "{};":
            continue
        prelude = css[start : match.start()]
        if match[0] == "{" and "section" in prelude and AT_RULE.match(prelude) is None:
            parts += [css[at:start], SECTION.sub(lambda found: found["kept"] or name, prelude)]
            at = match.start()
        start = match.end()
    return "".join((*parts, css[at:]))
