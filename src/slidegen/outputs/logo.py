"""The logo of a deck, which its theme places by the custom property `--logo`.

On slides in the colour of the brand a theme shows `--logo-other`, the picture for pages of the other scheme."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from slidegen.errors import Problem
from slidegen.look import Logo
from slidegen.outputs.addresses import AssetError
from slidegen.outputs.assets import Assets

LIGHT: Final = "--logo: var(--logo-1); --logo-other: var(--logo-2);"
DARK: Final = "--logo: var(--logo-2); --logo-other: var(--logo-1);"
SCHEMES: Final = f"""\
html[data-scheme="dark"] {{ {DARK} }}
@media (prefers-color-scheme: dark) {{ html:not([data-scheme]) {{ {DARK} }} }}
.deck :is(section, marp-section):is(.on-dark, .invert) {{ {DARK} }}
.deck :is(section, marp-section).on-light {{ {LIGHT} }}
@media print {{
  html:not([data-colors]),
  html:not([data-colors]) .deck :is(section, marp-section) {{ --logo: var(--logo-1) !important; }}
}}"""
SLIDE: Final = '<div class="slide">'
SECTION: Final = re.compile(r"""<(?:marp-)?section\b(?![^>]*="(?:background|pseudo)")(?:[^>"']|"[^"]*"|'[^']*')*>""")
"""Where a slide of Marp's begins that has no such element; the layers behind it do not count."""
ALT: Final = '<span class="sg-logo" role="img" aria-label="{}"></span>'


def logo_css(logo: Logo | None, assets: Assets) -> str:
    """The style sheet of a logo; "" without one.

    The picture for dark pages, if there is one, is shown on these and on dark slides, the other one else, and on paper.
    Files that cannot be read are added to the problems of `assets`."""
    if logo is None:
        return ""
    rules = [
        f'html {{ --logo-1: url("{_uri(logo.light, logo, assets)}"); {LIGHT} }}',
        ".sg-logo { position: absolute; }",
    ]
    if logo.dark is None:
        return "\n".join((*rules, "html { --logo-2: var(--logo-1); }"))
    return "\n".join((*rules, f'html {{ --logo-2: url("{_uri(logo.dark, logo, assets)}"); }}', SCHEMES))


def tell_logo(stacks: list[list[str]], logo: Logo | None) -> None:
    """Adds to the first of the finished slides what tells screen readers of the logo, if it has words."""
    if logo is None or not logo.alt or not stacks:
        return
    html = stacks[0][0]
    before, found, after = html.partition(SLIDE)
    begin = None if found else SECTION.search(html)
    if begin is not None:
        before, found, after = html[: begin.start()], begin[0], html[begin.end() :]
    if found:
        stacks[0][0] = f"{before}{found}{ALT.format(escape(logo.alt))}{after}"


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
