"""The logo of a deck, which its theme places by the custom property `--logo`.

On slides in the colour of the brand a theme shows `--brand-logo`. A logo with one picture, which is for light pages,
stands on a plate in their colour on others."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from slidegen.colors import luminance, parse_color
from slidegen.errors import Problem
from slidegen.look import Logo, ThemePair
from slidegen.outputs.addresses import AssetError
from slidegen.outputs.assets import Assets
from slidegen.outputs.stylesheet import brand_colors

LIGHT: Final = "--logo: var(--logo-1); --logo-other: var(--logo-2); --logo-plate: none;"
DARK: Final = "--logo: var(--logo-2); --logo-other: var(--logo-1); --logo-plate: var(--plate);"
SCHEMES: Final = f"""\
html[data-scheme="dark"] {{ {DARK} }}
@media (prefers-color-scheme: dark) {{ html:not([data-scheme]) {{ {DARK} }} }}
.deck :is(section, marp-section):is(.on-dark, .invert) {{ {DARK} }}
.deck :is(section, marp-section).on-light {{ {LIGHT} }}
@media print {{
  html:not([data-colors]),
  html:not([data-colors]) .deck :is(section, marp-section) {{
    --logo: var(--logo-1) !important; --logo-plate: none !important;
  }}
}}"""
MARP: Final = ":is(.marpit.parts:not(.deck), .parts:not(.deck) .marpit) :is(section, marp-section)"
"""A slide in a theme of Marp, which is dark by its classes."""
MARP_THEMES: Final = f"""\
{MARP} {{ {LIGHT} }}
{MARP}:is(.invert, .gaia) {{ {DARK} }}
{MARP}:not([data-marpit-advanced-background="background"], [data-marpit-advanced-background="content"])::before {{
  content: "" !important; display: block; position: absolute; z-index: 1; inset-inline: 30px; top: 14px; height: 42px;
  pointer-events: none;
  background: var(--logo) no-repeat var(--end) 12px center / auto 30px,
    var(--logo-plate) no-repeat var(--end) center / calc(30px * var(--logo-ratio) + 24px) 42px;
}}"""
FRAME: Final = re.compile(r'<div class="slide">|<foreignObject\b[^>]*>')
ALT: Final = '<span class="sg-logo" role="img" aria-label="{}"></span>'
NUMBER: Final = re.compile(r"\s*([\d.]+)(?:px)?\s*")
MIDDLE: Final = 0.18
"""The luminance between light and dark colours."""


def logo_css(themes: ThemePair, assets: Assets, own_look: bool = True) -> str:
    """The style sheet of a look's logo; "" without one. Slides that do not have slidegen's `own_look` have a theme of
    Marp's, which knows of no logo: it is at the top of the side where lines end.

    The picture for dark pages, if there is one, is shown on these and on dark slides, the other one else, and on paper.
    Files that cannot be read are added to the problems of `assets`."""
    logo = themes.logo
    if logo is None:
        return ""
    light = _uri(logo.light, logo, assets)
    dark = None if logo.dark is None else _uri(logo.dark, logo, assets)
    ratio = shape(light)
    plate = "none" if ratio is None or dark is not None else f"linear-gradient({themes.light.tokens['background']} 0 0)"
    text = parse_color(brand_colors(themes)[0][1])
    other = text is None or luminance(text) > MIDDLE
    second = "var(--logo-1)" if dark is None else f'url("{dark}")'
    brand = "--brand-logo: var(--logo-2); --brand-plate: var(--plate);" if other else "--brand-logo: var(--logo-1);"
    return "\n".join(
        (
            f'html {{ --logo-1: url("{light}"); {LIGHT} }}',
            ".sg-logo { position: absolute; }",
            f"html {{ --logo-2: {second}; --plate: {plate}; --logo-ratio: {ratio or 1:.4g}; {brand} }}",
            SCHEMES,
            *([] if own_look else [MARP_THEMES]),
        )
    )


def shape(uri: str) -> float | None:
    """How many times as wide as high a drawing (SVG) or a PNG is, from its data URI; None of other pictures."""
    head, _, data = uri.partition(",")
    if not head.endswith(";base64"):
        return None
    content = base64.b64decode(data)
    if head.startswith("data:image/png"):
        width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))  # PNG 11.2.1, IHDR
        return width / height if height else None
    if not head.startswith("data:image/svg"):
        return None
    drawing = LexborHTMLParser(content.decode("utf-8", "replace")).css_first("svg")
    given = {} if drawing is None else {key.lower(): value or "" for key, value in drawing.attributes.items()}
    sides = [NUMBER.fullmatch(given.get(side, "")) for side in ("width", "height")]
    sizes = [float(one[1]) for one in sides if one and one[1].strip(".")]
    if len(sizes) < 2:
        sizes = [float(one) for one in re.findall(r"-?[\d.]*\d", given.get("viewbox", ""))][2:4]
    return sizes[0] / sizes[1] if len(sizes) == 2 and min(sizes) > 0 else None


def tell_logo(stacks: list[list[str]], logo: Logo | None) -> None:
    """Adds to the first of the finished slides what tells screen readers of the logo, if it has words."""
    if logo is None or not logo.alt or not stacks:
        return
    first = stacks[0][0]
    frame = FRAME.search(first)
    if frame is not None:
        stacks[0][0] = f"{first[: frame.end()]}{ALT.format(escape(logo.alt))}{first[frame.end() :]}"


def _uri(name: str, logo: Logo, assets: Assets) -> str:
    try:
        uri = assets.files.uri(name)
        why = assets.files.picture_problem(uri)
        if not uri.startswith("data:image/"):
            why = "allowed: SVG, PNG, JPEG, WebP"
        if why is None:
            return uri
        problem = Problem(f"logo {name!r} is not a picture: {why}", logo.path, logo.line, code="wrong-media")
    except AssetError as error:
        problem = Problem(f"logo: {error}", logo.path, logo.line, code=error.code)
    assets.problems.append(problem)
    return ""
