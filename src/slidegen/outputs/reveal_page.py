"""The reveal.js page around finished slides, whichever renderer made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from slidegen.languages.direction import written
from slidegen.languages.words import is_english
from slidegen.look import ThemePair
from slidegen.memo import Memo
from slidegen.outputs.motion import animates
from slidegen.outputs.page import json_text, metadata, page_html, scheme, script, words_data
from slidegen.outputs.page import scripts as own_scripts
from slidegen.outputs.target import Target
from slidegen.outputs.transcript import transcript
from slidegen.rendered import MarpDeck, MarpSlide, OutputFile, Page, RenderedDeck, RenderedSlide, Script
from slidegen.timing import timing_json
from slidegen.vendor import vendor_text

SCRIPTS = ("reveal.js", "zoom.js")
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


def notes_html(notes: str, provenance: Sequence[str], lang: str) -> str:
    """The element with a slide's notes, given as HTML, and below them where its numbers come from, in English; ""
    without both."""
    own = "" if is_english(lang) else ' lang="en"'
    about = f'<div class="provenance"{own}>{"<br>".join(map(escape, provenance))}</div>' if provenance else ""
    return f'\n<aside class="notes">{notes}{about}</aside>' if notes or about else ""


@dataclass(frozen=True, slots=True)
class Look:
    """What differs between pages: the classes of the root, the look of Marp's slides (None for slidegen's own slides),
    and a script for the slides."""

    classes: str
    marp: str | None = None
    fitting: str = ""


def reveal_page(
    deck: RenderedDeck | MarpDeck,
    themes: ThemePair,
    stacks: Sequence[Sequence[str]],
    styles: Sequence[str],
    size: tuple[int, int],
    look: Look,
    memo: Memo | None,
) -> Page:
    """Makes the page around finished `<section>` elements. `size` is the size of a slide in CSS pixels."""
    options = deck.options
    meta = dict(deck.meta) if isinstance(deck, MarpDeck) else {}
    # Marp's slides have their own page numbers.
    number = {"slideNumber": "c/t" if options.slide_number and look.marp is None else False}
    turned = {"rtl": True} if options.direction == "rtl" else {}
    config = {"width": size[0], "height": size[1], **DEFAULTS, **number, **turned, **options.reveal}
    shown_slides = [html for stack in stacks for html in stack]
    if animates(shown_slides):
        config["autoAnimate"] = False  # the page's own script does it, in every output in the same way
    scripts = [*filter(None, [look.fitting]), *(vendor_text(f"reveal/{name}") for name in SCRIPTS)]
    # reveal.js takes hidden slides out of the page.
    hidden = () if options.reveal.get("showHiddenSlides") is True else ("hidden",)
    slides: Iterator[RenderedSlide | MarpSlide] = (slide for stack in deck.stacks for slide in stack)
    shown = [slide for slide in slides if slide.options.visibility not in hidden]
    title = options.title or meta.get("title") or deck.source.path.stem
    return Page(
        root={
            "lang": options.lang,
            "dir": written(options.direction),
            "data-scheme": scheme(themes),
            "data-look": look.marp,
        },
        title=title,
        meta=tuple(metadata(options, meta)),
        styles=(script("present.css"), *styles),
        head=(
            *words_data(options.lang),
            Script(own_scripts("reveal.js", shown_slides)),
        ),
        # reveal.js would say the whole slide at each move in an element of the class aria-status, if it had to make it.
        before=(f'<div class="reveal {look.classes}"><div class="aria-status" hidden></div><div class="slides">',),
        stacks=tuple(map(tuple, stacks)),
        nested=True,
        after=("</div></div>",),
        data={"reveal-config": json_text(config), "timing": timing_json(options, [slide.options for slide in shown])},
        scripts=tuple(map(Script, scripts)),
        any_script=deck.scripts,
        text=transcript(title, options.lang, shown, memo),
    )


def page_name(target: Target) -> str:
    """The name of the file of a page."""
    return target.page or f"{target.stem}.html"


def page_files(page: Page, target: Target) -> tuple[OutputFile, ...]:
    """The file of a page, if it is written."""
    if not target.written:
        return ()
    return (OutputFile(page_name(target), page_html(page).encode()),)
