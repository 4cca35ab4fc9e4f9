"""The style that marp-core gives, made whole: no font of the network, KaTeX's fonts inlined, files as data URIs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slidegen.model import Text
from slidegen.outputs.assets import Assets
from slidegen.outputs.fonts import font_faces, katex_css
from slidegen.outputs.stylesheet import colors_css, steps_css
from slidegen.rendered import MarpDeck
from slidegen.themes import ThemePair, base_css
from slidegen.vendor import vendor_text

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
CODE = (".sg-line", ".marpit :is(pre, marp-pre) code")
"""Where highlighted code stands: in slidegen's blocks and in marp-core's."""

# What Marpit makes of every h1 before a theme does; the selector outweighs those of slidegen's layouts.
H1_RULE = re.compile(r"/\* Normalization \*/[^{}]*h1[^{}]*\{[^}]*\}")
CHARSET = re.compile(r'@charset "[^"]*";')
# Whatever braces and semicolons may hide in, or the sign itself. A string ends at the latest with its line.
CSS_HIDDEN = (
    r"""/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?|url\((?=[^"'()\s]|\s+[^"'()\s])[^"'()]*+\)?|\\."""
)
CSS_PART = re.compile(CSS_HIDDEN + "|[{};]", re.DOTALL)
AT_RULE = re.compile(r"(?:\s|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+@(?!scope\b)", re.DOTALL)
SECTION = re.compile(rf"(?P<kept>{CSS_HIDDEN}|\[[^\[\]]*\])|(?<![\w.#:-])section(?![\w-])", re.DOTALL | re.IGNORECASE)


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
    if "<mjx-container" in html:
        styles.append(vendor_text("marp/mathjax.css"))
    source = Text(deck.source.text, deck.source.name, 1)
    css = CHARSET.sub("", BUILTIN_IMPORT.sub("", deck.css))
    if deck.own_look:
        css = H1_RULE.sub("", css)
    for stack, font in FONT_STACKS.items():
        css = css.replace(f"font-family:{stack}", f"font-family:{font},{stack}")
    styles += [assets.css(css, source, *deck.sheets), steps_css(deck.steps)]
    return styles


def rename_sections(css: str, name: str) -> str:
    """The style with the element `section` called `name` in every selector: reveal.js takes sections for slides.

    What stands before a brace is a selector, at the top or nested, unless it is an at-rule that has none.
    """
    parts = []
    start = at = 0  # of the selector or declaration at hand; of what is not in `parts` yet
    for match in CSS_PART.finditer(css):
        if match[0] not in "{};":
            continue
        prelude = css[start : match.start()]
        if match[0] == "{" and "section" in prelude and AT_RULE.match(prelude) is None:
            parts += [css[at:start], SECTION.sub(lambda found: found["kept"] or name, prelude)]
            at = match.start()
        start = match.end()
    return "".join((*parts, css[at:]))
