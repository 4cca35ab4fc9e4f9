"""The reveal.js output of a deck that marp-core rendered: its slides are inside those of reveal.js."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from itertools import chain

from slidegen.errors import Problem
from slidegen.languages.direction import with_directions
from slidegen.look import ThemePair
from slidegen.outputs.assets import Assets, check
from slidegen.outputs.glyphs import Drawn, missing_glyphs
from slidegen.outputs.hyphens import with_hyphens
from slidegen.outputs.icons import spoken
from slidegen.outputs.links import dead_links
from slidegen.outputs.logo import tell_logo
from slidegen.outputs.marp_page import slide_size
from slidegen.outputs.marp_style import RENAMED_SECTION, marp_fonts, marp_styles
from slidegen.outputs.motion import with_motion
from slidegen.outputs.reveal_options import option_mistakes
from slidegen.outputs.reveal_page import Look, notes_html, page_files, page_name, reveal_page
from slidegen.outputs.section_progress import with_section_progress
from slidegen.outputs.sections import Sections
from slidegen.outputs.target import Target
from slidegen.rendered import Bundled, MarpDeck, MarpSlide
from slidegen.vendor import vendor_text

TAG = re.compile(r"<(/?)section\b")
FRAGMENT = re.compile(r'<(\w+)((?:\s[^<>]*?)?)\sdata-marpit-fragment="(\d+)"')
CLASS = re.compile(r'\sclass="([^"]*)"')


def files(deck: MarpDeck, themes: ThemePair, target: Target) -> Bundled:
    """The deck as one reveal.js file. Raises as `slidegen.outputs.reveal_deck.files`."""
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
    assets.slide = ""
    tell_logo(stacks, themes.logo)
    if deck.own_look and themes.section_progress:
        stacks = with_section_progress(stacks)
    slides = list(chain(*stacks))
    fonts = marp_fonts(deck, themes, slides, target)
    assets.problems += fonts.problems
    styles = marp_styles(deck, themes, slides, assets, fonts, ["reveal", "reveal-marp", "phone"], target.memo)
    check(assets)
    look = Look(
        "parts deck" if deck.own_look else "parts",
        "slidegen" if deck.own_look else "marp",
        vendor_text("marp/browser.js"),
    )
    size = slide_size(deck.stacks[0][0].svg)
    page = reveal_page(deck, themes, stacks, [vendor_text("reveal/reveal.css"), *styles], size, look, target.memo)
    sources = [[slide.source for slide in stack] for stack in deck.stacks]
    linked = sections.with_links(stacks, sources)
    dead = dead_links(linked, sources, deck.source, options.reveal)
    drawn = [Drawn(html, slide.source) for html, slide in zip(slides, chain(*deck.stacks), strict=True)]
    missing = missing_glyphs(drawn, deck.source, fonts.embedded, styles)
    warnings = (*assets.warnings, *fonts.warnings, *motion.warnings, *broken, *dead, *missing)
    page = replace(page, clips_beside=assets.large.used)
    return Bundled(page_files(page, target), warnings, page, tuple(assets.large.found.values()))


def _finished(slide: MarpSlide, sections: Sections, lang: str) -> str:
    """The finished HTML of a slide."""
    target = (sections.target.remote, sections.assets.direction, lang)
    key = (slide.svg, slide.notes, slide.provenance, slide.source.line - slide.moved, *target)
    return sections.section(key, slide.source.line, lambda: _section(slide.in_place(), sections.assets, lang))


def _section(slide: MarpSlide, assets: Assets, lang: str) -> str:
    assets.slide = slide.name
    svg = assets.inline(slide.svg, slide.source)
    svg = FRAGMENT.sub(_fragment, TAG.sub(rf"<\1{RENAMED_SECTION}", svg))
    aside = notes_html("".join(f"<p>{escape(spoken(note))}</p>" for note in slide.notes), slide.provenance, lang)
    html = f'<section><div class="marpit">{svg}</div>{aside}</section>'
    return with_directions(html, assets.direction)


def _fragment(match: re.Match[str]) -> str:
    tag, attributes, number = match.groups()
    found = CLASS.search(attributes)
    attributes = CLASS.sub("", attributes)
    classes = f"{found[1]} fragment" if found else "fragment"
    return f'<{tag}{attributes} class="{classes}" data-marpit-fragment="{number}"'
