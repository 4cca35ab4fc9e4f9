"""The reveal.js output: one HTML file with everything in it."""

from __future__ import annotations

import json
import re
from functools import cache, partial
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template

from slidegen import __version__
from slidegen.model import Background, OutputFile, RenderedDeck, RenderedSlide, Text
from slidegen.outputs.assets import Assets, Remote, check
from slidegen.outputs.fonts import font_faces, katex_css
from slidegen.outputs.reveal_options import check_options
from slidegen.outputs.stylesheet import colors_css, steps_css
from slidegen.themes import ThemePair, base_css
from slidegen.vendor import vendor_text

HERE = Path(__file__).parent
SCRIPTS = ("reveal.js", "notes.js", "search.js", "zoom.js")
DEFAULTS = {
    "margin": 0,
    "center": False,
    "hash": True,
    "maxScale": 8,
    "transition": "fade",
    "transitionSpeed": "fast",
    "backgroundTransition": "fade",
    "pdfMaxPagesPerSlide": 1,
    "pdfSeparateFragments": False,
}
# What a raw HTML slide might ask for is refused by the browser too. Frames are the speaker view's previews.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data: blob:; frame-src 'self' file: blob:; base-uri 'none'; form-action 'none'"
)
HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
DARK_BELOW = 0.25
"""Relative luminance (WCAG 2, 0 to 1) under which a background takes light text."""


def bundle(deck: RenderedDeck, themes: ThemePair, remote: Remote) -> OutputFile:
    """The deck as one reveal.js file.

    Raises:
        DeckError: an unknown reveal option, or a file that cannot be inlined.
    """
    options = deck.options
    check_options(options.reveal, deck.source.name, options.lines)
    assets = Assets(deck.source.path.parent, remote)
    stacks = [[_section(slide, assets) for slide in stack] for stack in deck.stacks]
    assets.slide = ""
    styles = _styles(deck, themes, "".join(slide for stack in stacks for slide in stack), assets)
    check(assets)
    width, height = options.size
    number = {"slideNumber": "c/t" if options.slide_number else False}
    config = {"width": width, "height": height, **DEFAULTS, **number, **options.reveal}
    html = _template().render(
        options=options,
        title=options.title or deck.source.path.stem,
        scheme=None if themes.default == "auto" else themes.default,
        policy=POLICY,
        version=__version__,
        styles=styles,
        boot=(HERE / "reveal.js").read_text(encoding="utf-8"),
        stacks=stacks,
        config=json.dumps(config).replace("<", "\\u003c"),
        scripts=[vendor_text(f"reveal/{name}") for name in SCRIPTS],
    )
    return OutputFile(f"{deck.source.path.stem}.html", html.encode())


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("reveal.html.j2")


def _styles(deck: RenderedDeck, themes: ThemePair, html: str, assets: Assets) -> list[str]:
    styles = [
        vendor_text("reveal/reset.css"),
        vendor_text("reveal/reveal.css"),
        font_faces(html),
        colors_css(themes),
        base_css(),
        steps_css(deck.steps),
    ]
    for theme in (themes.light, themes.dark):
        if theme.css:
            sheet = Assets(theme.folder, "refuse")
            source = Text(theme.css, str(theme.folder / "reveal.css"), 1)
            styles.append(sheet.css(theme.css, source).replace("</", r"<\/"))  # an end of <style> in a string is none
            assets.problems.extend(sheet.problems)
    if deck.has_math:
        styles.insert(2, katex_css(html))
    return styles


def _section(slide: RenderedSlide, assets: Assets) -> str:
    options = slide.options
    assets.slide = slide.name
    inline = partial(assets.inline, source=slide.source)
    state = [] if options.slide_number else ["no-slide-number"]
    classes = [f"layout-{slide.layout}", *options.classes]
    attributes = dict(_background(options.background, slide, assets))
    dark = _is_dark(options.background)
    if dark is not None:
        classes.append("on-dark" if dark else "on-light")
        state.append(classes[-1])
    if slide.footer:
        classes.append("has-footer")
    if options.id:
        attributes["id"] = options.id
    if state:
        attributes["data-state"] = " ".join(state)
    if options.transition:
        attributes["data-transition"] = options.transition
    if options.auto_animate:
        attributes["data-auto-animate"] = ""
    if options.visibility:
        attributes["data-visibility"] = options.visibility
    attributes |= {name: assets.attribute(name, value, slide.source) for name, value in options.attributes.items()}
    shown = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    parts = [
        f'<div class="body">\n{inline(slide.body)}</div>',
        f'<div class="media">\n{inline(slide.media)}</div>' if slide.media else "",
        inline(slide.footnotes),
        f'<footer class="slide-footer">{inline(slide.footer)}</footer>' if slide.footer else "",
    ]
    notes = f'\n<aside class="notes">{inline(slide.notes)}</aside>' if slide.notes else ""
    inside = "\n".join(filter(None, parts))
    names = escape(" ".join(classes))
    return f'<section class="{names}"{shown}>\n<div class="slide">\n{inside}\n</div>{notes}\n</section>'


def _background(background: Background | None, slide: RenderedSlide, assets: Assets) -> list[tuple[str, str]]:
    if background is None:
        return []
    values = {
        "data-background-color": background.color,
        "data-background-gradient": background.gradient,
        "data-background-image": background.image,
        "data-background-size": background.size,
        "data-background-position": background.position,
        "data-background-repeat": background.repeat,
        "data-background-opacity": None if background.opacity is None else str(background.opacity),
    }
    given = [(name, value) for name, value in values.items() if value is not None]
    return [(name, assets.attribute(name, value, slide.source)) for name, value in given]


def _is_dark(background: Background | None) -> bool | None:
    """Whether text on the background must be light; None when it says nothing or has no colours to judge by."""
    if background is None or background.dark is not None:
        return None if background is None else background.dark
    found = HEX.findall(f"{background.color or ''} {background.gradient or ''}")
    if not found:
        return None
    return sum(map(luminance, found)) / len(found) < DARK_BELOW


def luminance(color: str) -> float:
    """The relative luminance of a colour in three or six hexadecimal digits (WCAG 2.2, "relative luminance")."""
    digits = color if len(color) == 6 else "".join(2 * digit for digit in color)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
