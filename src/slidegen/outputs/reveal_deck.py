"""The reveal.js output of a deck that slidegen rendered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import chain
from typing import Final

from slidegen.errors import Problem
from slidegen.languages.direction import with_directions
from slidegen.look import ThemePair
from slidegen.memo import Memo
from slidegen.model import Background
from slidegen.outputs.assets import Assets, check
from slidegen.outputs.emoji import emoji_css
from slidegen.outputs.fonts import katex_css
from slidegen.outputs.glyphs import Drawn, missing_glyphs
from slidegen.outputs.hyphens import with_hyphens
from slidegen.outputs.links import dead_links
from slidegen.outputs.logo import logo_css, tell_logo
from slidegen.outputs.media import background_player
from slidegen.outputs.motion import motion_css, with_motion
from slidegen.outputs.own_fonts import PageFonts, page_fonts
from slidegen.outputs.page import theme_styles
from slidegen.outputs.reveal_options import option_mistakes
from slidegen.outputs.reveal_page import Look, notes_html, page_files, page_name, reveal_page
from slidegen.outputs.section_progress import with_section_progress
from slidegen.outputs.sections import Sections
from slidegen.outputs.stylesheet import colors_css, fonts_css, steps_css
from slidegen.outputs.target import Target
from slidegen.rendered import Bundled, RenderedDeck, RenderedSlide, options_key
from slidegen.themes import base_css
from slidegen.vendor import vendor_text

BACKGROUND_VIDEO: Final = "data-background-video"
"""The attribute of reveal.js, which takes a data: URI for a list of files: it has a comma."""
OWN: Final = frozenset({"lang", "dir"})
"""Attributes of a slide that say how its text runs."""
SECTION: Final = re.compile(r"<(/?)section(?=[\s/>])", re.IGNORECASE)


def files(deck: RenderedDeck, themes: ThemePair, target: Target) -> Bundled:
    """The deck as one reveal.js file.

    Raises:
        DeckError: reveal options are unknown or files cannot be inlined; the error holds all mistakes.
    """
    options = deck.options
    assets = Assets.of(deck, target, page_name(target))
    assets.problems += option_mistakes(options.reveal, deck.source.name, options.lines)
    sections = Sections(assets, target, themes.color_emoji)
    stacks = [[_finished(slide, sections, options.lang) for slide in stack] for stack in deck.stacks]
    motion = with_motion(stacks, deck.stacks, options.reveal)
    stacks = motion.stacks
    broken: tuple[Problem, ...] = ()
    if options.hyphenate:
        stacks, broken = with_hyphens(stacks, options, deck.source.name)
    if themes.section_progress:
        stacks = with_section_progress(stacks)
    assets.slide = ""
    tell_logo(stacks, themes.logo)
    slides = list(chain(*stacks))
    fonts = page_fonts(slides, themes, options.lang, target)
    assets.problems += fonts.problems
    styles = _styles(deck, themes, slides, assets, fonts, target.memo)
    check(assets)
    page = reveal_page(deck, themes, stacks, styles, options.size, Look("deck parts"), target.memo)
    sources = [[slide.source for slide in stack] for stack in deck.stacks]
    linked = sections.with_links(stacks, sources)
    dead = dead_links(linked, sources, deck.source, options.reveal)
    drawn = [Drawn(html, slide.source) for html, slide in zip(slides, chain(*deck.stacks), strict=True)]
    missing = missing_glyphs(drawn, deck.source, fonts.embedded, styles)
    warnings = (*assets.warnings, *fonts.warnings, *motion.warnings, *broken, *dead, *missing)
    page = replace(page, clips_beside=assets.large.used)
    return Bundled(page_files(page, target), warnings, page, tuple(assets.large.found.values()))


def _styles(
    deck: RenderedDeck,
    themes: ThemePair,
    slides: Sequence[str],
    assets: Assets,
    fonts: PageFonts,
    memo: Memo | None,
) -> list[str]:
    styles = [
        vendor_text("reveal/reset.css"),
        vendor_text("reveal/reveal.css"),
        fonts.css,
        emoji_css(slides),
        logo_css(themes, assets),
        colors_css(themes),
        fonts_css(fonts.fonts),
        base_css("deck", "components", "layouts", "legibility", "reveal", "phone"),
        steps_css(deck.steps),
        *motion_css(slides),
    ]
    styles += theme_styles(themes, assets, reveal=True)
    if deck.has_math:
        styles.insert(2, katex_css(slides, memo))
    return styles


def _finished(slide: RenderedSlide, sections: Sections, lang: str) -> str:
    """The finished HTML of a slide."""
    target = (sections.target.remote, sections.assets.direction, lang)
    key = None if slide.key is None else (slide.key, options_key(slide.options), *target)
    return sections.section(key, slide.source.line, lambda: _section(slide.in_place(), sections.assets, lang))


def _section(slide: RenderedSlide, assets: Assets, lang: str) -> str:
    options = slide.options
    assets.slide = slide.name

    def inline(html: str) -> str:
        return _without_sections(assets.inline(html, source=slide.source))

    state = [] if options.slide_number else ["no-slide-number"]
    classes = [f"layout-{slide.layout}", *slide.classes, *options.classes]
    attributes = dict(_background(options.background, slide, assets))
    if slide.dark is not None:
        classes.append("on-dark" if slide.dark else "on-light")
        state.append(classes[-1])
    elif "invert" in options.classes:
        state.append("inverted")
    if slide.layout == "image-full" and slide.media:
        state.append("on-picture")
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
    video = ""
    for name, value in options.attributes.items():
        shown = assets.slide_attribute(name, value, slide.source, options.lines.get(name))
        if name == BACKGROUND_VIDEO:
            flags = {flag: f"{name}-{flag}" in options.attributes for flag in ("loop", "muted")}
            size = attributes.get("data-background-size", options.attributes.get("data-background-size"))
            video = background_player(shown, f"background-size:{size}", **flags)
        elif not name.startswith(f"{BACKGROUND_VIDEO}-"):
            attributes[name] = f"{attributes[name]} {shown}" if name == "data-state" and name in attributes else shown
    shown = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    around = f' dir="{assets.direction}"' if OWN & attributes.keys() else ""  # it stands where those of the deck do
    parts = [
        f'<div class="body">\n{inline(slide.body)}</div>',
        f'<div class="media">\n{inline(slide.media)}</div>' if slide.media else "",
        inline(slide.footnotes),
        f'<footer class="slide-footer"{around}>{inline(slide.footer)}</footer>' if slide.footer else "",
    ]
    notes = notes_html(inline(slide.notes), slide.provenance, lang)
    inside = "\n".join(filter(None, parts))
    names = escape(" ".join(classes))
    html = f'<section class="{names}"{shown}>\n{video}<div class="slide">\n{inside}\n</div>{notes}\n</section>'
    return with_directions(html, assets.direction)


def _without_sections(html: str) -> str:
    """Returns HTML whose `<section>` elements are `<div>`: reveal.js takes a slide with one for a stack of slides."""
    return SECTION.sub(r"<\1div", html) if "section" in html else html


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
    lines = slide.options.lines
    return [(name, assets.slide_attribute(name, value, slide.source, lines.get(name))) for name, value in given]
