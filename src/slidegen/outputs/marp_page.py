"""The files of the Marp output: the page, and the deck as plain Marp Markdown."""

from __future__ import annotations

from functools import partial
from html import escape

from slidegen.errors import Problem
from slidegen.languages.direction import written
from slidegen.look import ThemePair
from slidegen.outputs.assets import Assets, check
from slidegen.outputs.glyphs import Drawn, missing_glyphs
from slidegen.outputs.hyphens import with_hyphens
from slidegen.outputs.icons import spoken
from slidegen.outputs.links import dead_links, numbered_links
from slidegen.outputs.logo import tell_logo
from slidegen.outputs.marp_markdown import marp_markdown
from slidegen.outputs.marp_style import marp_fonts, marp_styles
from slidegen.outputs.motion import with_motion
from slidegen.outputs.page import json_text, metadata, page_html, scheme, script, scripts, words_data
from slidegen.outputs.section_progress import with_section_progress
from slidegen.outputs.sections import Sections
from slidegen.outputs.target import Target
from slidegen.outputs.transcript import transcript
from slidegen.rendered import Bundled, MarpDeck, MarpSlide, OutputFile, Page, Script
from slidegen.timing import timing_json
from slidegen.vendor import vendor_text


def files(deck: MarpDeck, themes: ThemePair, target: Target) -> Bundled:
    """The deck as Marp HTML and as Markdown.

    Raises:
        DeckError: a file cannot be inlined.
    """
    options = deck.options
    stem = target.stem if target.page is None else target.stem.removesuffix(".marp")
    name = target.page or f"{stem}.marp.html"
    assets = Assets.of(deck, target, name)
    sections = Sections(assets, target, themes.color_emoji)
    stacks = [[_inlined(slide, sections) for slide in stack] for stack in deck.stacks]
    motion = with_motion(stacks, deck.stacks, options.reveal)
    stacks = motion.stacks
    broken: tuple[Problem, ...] = ()
    if options.hyphenate:
        stacks, broken = with_hyphens(stacks, options, deck.source.name)
    if deck.own_look and themes.section_progress:
        stacks = with_section_progress(stacks)
    tell_logo(stacks, themes.logo)
    sources = [[slide.source for slide in stack] for stack in deck.stacks]
    reveal = options.reveal if deck.native else None
    dead = dead_links(sections.with_links(stacks, sources), sources, deck.source, reveal)
    slides = [slide for stack in stacks for slide in stack]
    if reveal is not None:
        slides = [numbered_links(slide, list(map(len, stacks)), reveal) for slide in slides]
    assets.slide = ""
    every = [slide for stack in deck.stacks for slide in stack]
    fonts = marp_fonts(deck, themes, [*slides, *(escape(note) for slide in every for note in slide.notes)], target)
    assets.problems += fonts.problems
    styles = marp_styles(deck, themes, slides, assets, fonts, ["marp", "phone"], target.memo)
    check(assets)
    notes = [spoken("\n\n".join(slide.notes)) for slide in every]
    about = ["\n".join(slide.provenance) for slide in every]
    own_look = "slidegen" if deck.own_look else None
    title = options.title or deck.meta.get("title") or deck.source.path.stem
    page = Page(
        root={
            "lang": options.lang,
            "dir": written(options.direction),
            "data-scheme": scheme(themes),
            "data-look": own_look,
        },
        title=title,
        meta=tuple(metadata(options, dict(deck.meta))),
        styles=(script("present.css"), *styles, page_size(slides)),
        head=words_data(options.lang),
        before=(f'<div class="marpit parts{" deck" if deck.own_look else ""}">',),
        stacks=tuple((slide,) for slide in slides),
        nested=False,
        # The script replaces elements that stand before it.
        after=("</div>", Script(vendor_text("marp/browser.js")), '<div class="progress-line"></div>'),
        data={
            "notes": json_text(notes),
            "provenance": json_text(about),
            "timing": timing_json(options, [slide.options for slide in every]),
        },
        scripts=(Script(scripts("marp.js", slides)),),
        any_script=deck.scripts,
        text=transcript(title, options.lang, every, target.memo),
        clips_beside=assets.large.used,
    )
    clips = tuple(assets.large.found.values())
    drawn = [Drawn(html, slide.source, "".join(slide.notes)) for html, slide in zip(slides, every, strict=True)]
    missing = missing_glyphs(drawn, deck.source, fonts.embedded, styles)
    warnings = (*assets.warnings, *fonts.warnings, *motion.warnings, *broken, *dead, *missing)
    if not target.written:
        return Bundled((), warnings, page, clips)
    output_files = (
        OutputFile(name, page_html(page).encode()),
        marp_markdown(deck, f"{stem}.marp.md", target),
    )
    return Bundled(output_files, warnings, page, clips)


def _inlined(slide: MarpSlide, sections: Sections) -> str:
    sections.assets.slide = slide.name
    key = (slide.svg, slide.source.line - slide.moved, sections.target.remote, sections.assets.direction)
    make = partial(_made, slide, sections.assets)
    return sections.section(key, slide.source.line, make)


def _made(slide: MarpSlide, assets: Assets) -> str:
    return assets.inline(slide.in_place().svg, slide.source)


def slide_size(svg: str) -> tuple[int, int]:
    """The width and height of a slide, from its viewBox."""
    box = svg.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return round(float(box[2])), round(float(box[3]))


def page_size(slides: list[str]) -> str:
    """The CSS rule that prints one slide on each page."""
    width, height = slide_size(slides[0])
    return f"@page {{ size: {width}px {height}px; margin: 0; }}"
