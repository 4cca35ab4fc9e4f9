"""Makes the style from marp-core self-contained: no remote fonts, KaTeX's fonts inlined, files as data URIs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slidegen.look import ThemePair
from slidegen.memo import Memo
from slidegen.model import Text
from slidegen.outputs.assets import Assets
from slidegen.outputs.emoji import emoji_css
from slidegen.outputs.fonts import font_faces, katex_css
from slidegen.outputs.page import theme_styles
from slidegen.outputs.stylesheet import colors_css, fonts_css, steps_css
from slidegen.rendered import MarpDeck
from slidegen.themes import base_css, plain_look
from slidegen.vendor import vendor_text

# The remote fonts of marp-core's own themes; the deck does without them.
BUILTIN_IMPORT = re.compile(r'@import\s+(?:url\()?"https://fonts\.bunny\.net/[^"]*"\)?\s*;')
# How the font stacks of the built-in themes begin, and what is put before them: fonts that are in the file.
TEXT_STACK = '"Source Sans 3","Slidegen Symbols","Noto Emoji","JetBrains Mono"'
CODE_STACK = '"JetBrains Mono","Slidegen Symbols","Noto Emoji","Source Sans 3"'
FONT_STACKS = {
    "Lato": TEXT_STACK,
    "-apple-system": TEXT_STACK,
    "var(--fontStack-sansSerif": TEXT_STACK,
    "Roboto Mono": CODE_STACK,
    '"Roboto Mono"': CODE_STACK,
    "SFMono-Regular": CODE_STACK,
    "var(--fontStack-monospace": CODE_STACK,
}
CODE = (".sg-line", ".marpit :is(pre, marp-pre) code")
"""Where highlighted code stands: in slidegen's blocks and in marp-core's."""

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


def marp_styles(
    deck: MarpDeck,
    themes: ThemePair,
    slides: Sequence[str],
    assets: Assets,
    outputs: Sequence[str],
    memo: Memo | None = None,
) -> list[str]:
    """The style sheets of a page with marp-core's slides, given as finished HTML, from the most general to the deck's
    own."""
    own = ["layouts", "legibility"] if deck.own_look else []
    names = ["components", *own, *outputs]
    fonts = themes.fonts if deck.own_look else plain_look().fonts
    # slidegen's own fonts are always used, so that a deck looks the same on every machine.
    styles = [
        font_faces(slides, fonts, memo),
        emoji_css(slides),
        colors_css(themes, CODE),
        fonts_css(fonts),
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
    for stack, font in FONT_STACKS.items():
        css = css.replace(f"font-family:{stack}", f"font-family:{font},{stack}")
    styles += [assets.css(css, source, *deck.sheets), steps_css(deck.steps)]
    return styles


def rename_sections(css: str, name: str) -> str:
    """Renames the element `section` to `name` in every selector: reveal.js takes sections for slides.

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
