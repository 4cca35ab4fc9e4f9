"""The logo of a deck, which its theme places by the custom property `--logo`."""

from __future__ import annotations

from html import escape

from slidegen.errors import Problem
from slidegen.look import Logo
from slidegen.outputs.addresses import AssetError
from slidegen.outputs.assets import Assets

ALT = '<span class="sg-logo" role="img" aria-label="{}"></span>'


def logo_css(logo: Logo | None, assets: Assets) -> str:
    """The style sheet of a logo; "" without one.

    The picture for dark pages, if there is one, is shown on these and on dark slides, the other one else, and on paper.
    Files that cannot be read are added to the problems of `assets`."""
    if logo is None:
        return ""
    light = _uri(logo.light, logo, assets)
    rules = [".sg-logo { position: absolute; }", f'html {{ --logo: url("{light}"); }}']
    if logo.dark is not None:
        dark = f'--logo: url("{_uri(logo.dark, logo, assets)}");'
        rules += [
            f'html[data-scheme="dark"] {{ {dark} }}',
            f"@media (prefers-color-scheme: dark) {{ html:not([data-scheme]) {{ {dark} }} }}",
            f".deck :is(section, marp-section):is(.on-dark, .invert) {{ {dark} }}",
            f'.deck :is(section, marp-section).on-light {{ --logo: url("{light}"); }}',
            f'@media print {{ html:not([data-colors]) {{ --logo: url("{light}") !important; }} }}',
        ]
    return "\n".join(rules)


def tell_logo(stacks: list[list[str]], logo: Logo | None) -> None:
    """Adds to the first of the finished slides what tells screen readers of the logo, if it has words."""
    if logo is None or not logo.alt or not stacks:
        return
    start, found, rest = stacks[0][0].partition('<div class="slide">')
    if found:
        stacks[0][0] = f"{start}{found}{ALT.format(escape(logo.alt))}{rest}"


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
