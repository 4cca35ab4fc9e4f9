"""The reveal.js page around finished slides, whichever renderer made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from slidegen.languages.direction import written
from slidegen.look import ThemePair
from slidegen.outputs.page import PRESENTING, json_text, metadata, page_html, scheme, script
from slidegen.outputs.target import Target
from slidegen.rendered import MarpDeck, OutputFile, Page, RenderedDeck, Script
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


def notes_html(notes: str, provenance: Sequence[str]) -> str:
    """The element with a slide's notes, given as HTML, and below them where its numbers come from; "" without both."""
    about = f'<div class="provenance">{"<br>".join(map(escape, provenance))}</div>' if provenance else ""
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
) -> Page:
    """Makes the page around finished `<section>` elements. `size` is the size of a slide in CSS pixels."""
    options = deck.options
    meta = dict(deck.meta) if isinstance(deck, MarpDeck) else {}
    # Marp's slides have their own page numbers.
    number = {"slideNumber": "c/t" if options.slide_number and look.marp is None else False}
    turned = {"rtl": True} if options.direction == "rtl" else {}
    config = {"width": size[0], "height": size[1], **DEFAULTS, **number, **turned, **options.reveal}
    scripts = [*filter(None, [look.fitting]), *(vendor_text(f"reveal/{name}") for name in SCRIPTS)]
    slides = (slide.options for stack in deck.stacks for slide in stack)
    # reveal.js takes hidden slides out of the page.
    shown = [one for one in slides if one.visibility != "hidden" or options.reveal.get("showHiddenSlides") is True]
    return Page(
        root={
            "lang": options.lang,
            "dir": written(options.direction),
            "data-scheme": scheme(themes),
            "data-look": look.marp,
        },
        title=options.title or meta.get("title") or deck.source.path.stem,
        meta=tuple(metadata(options, meta)),
        styles=(script("present.css"), *styles),
        head=(Script(script(*PRESENTING[:2], "links.js", "legible.js", "fit.js", "reveal.js", *PRESENTING[2:])),),
        before=(f'<div class="reveal {look.classes}"><div class="slides">',),
        stacks=tuple(map(tuple, stacks)),
        nested=True,
        after=("</div></div>",),
        data={"reveal-config": json_text(config), "timing": timing_json(options, shown)},
        scripts=tuple(map(Script, scripts)),
        any_script=deck.scripts,
    )


def page_files(page: Page, target: Target) -> tuple[OutputFile, ...]:
    """The file of a page, if it is written."""
    if not target.written:
        return ()
    return (OutputFile(target.page or f"{target.stem}.html", page_html(page).encode()),)
