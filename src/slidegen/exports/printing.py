"""Prints a deck's slides with the browser, as a PDF with tags, bookmarks and metadata."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import MissingExtraError
from slidegen.exports.base import ExportJob, text
from slidegen.exports.pdf_file import PLACE, finished_pdf, pdf_date
from slidegen.languages.words import said
from slidegen.progress import Step

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUERY: Final = "print-pdf&colors=screen&showNotes=false&pdfMaxPagesPerSlide=1&pdfSeparateFragments="
"""How a page is opened: reveal.js takes these options from the address. An overflowing slide stays on its page."""
# The position of each slide, before reveal.js takes its stacks apart. A clone of a slide keeps it.
POSITIONS: Final = """
document.addEventListener("DOMContentLoaded", () => {
  let position = 0;
  for (const section of document.querySelectorAll(".slides > section")) {
    const below = [...section.querySelectorAll(":scope > section")];
    for (const slide of below.length ? below : [section]) slide.dataset.position = position++;
  }
}, { capture: true });
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper with slides, in CSS pixels: its `size`, its `margin`, the number of slides, and the box that each fits in.

    `scale` enlarges all text around the slides. `notes` prints the notes, `beneath` the slides or in an appendix;
    `lines` draws lines to write on beside them. `least` is the box if the notes do not leave room for the other one.
    """

    size: tuple[float, float]
    margin: float
    count: int
    thumb: tuple[float, float]
    notes: bool
    beneath: bool
    lines: bool = False
    least: tuple[float, float] | None = None
    scale: float = 1.0


def print_deck(job: ExportJob, sheet: Sheet | None = None, appendix: str = "") -> bytes:
    """Prints the chosen slides of a deck: one a page, or on sheets of paper. `appendix` is HTML.

    Raises:
        SlidegenError: there is no browser, it stops, or the date of the environment is wrong.
        MissingExtraError: pypdf is not installed.
    """
    try:
        import pypdf  # noqa: F401 - before the slow part
    except ImportError:
        raise MissingExtraError("a PDF", "export") from None
    date = pdf_date(job.deck)
    job.progress(Step(f"printing {len(job.chosen())} slides", job.deck.name))
    content, found = _printed(job, sheet, appendix)
    return finished_pdf(content, found["headings"], found["written"], job.deck, date)


def _printed(job: ExportJob, sheet: Sheet | None, appendix: str) -> tuple[bytes, dict[str, Any]]:
    """The PDF as the browser prints it, the text of its headings, and the addresses of links to files."""
    with laid_out(job, sheet, appendix) as (page, found):
        content = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        return content, found


@contextmanager
def laid_out(
    job: ExportJob, sheet: Sheet | None = None, appendix: str = "", before: str = "undefined"
) -> Iterator[tuple[Page, dict[str, Any]]]:
    """The deck in a browser, its chosen slides laid out as pages: one a page, or on sheets of paper.

    Yields the page with the text of its headings, the addresses of links to files, and as `before` the value of a
    script that ran on the deck's own page.

    Raises:
        SlidegenError: there is no browser, or it stops.
    """
    from playwright.sync_api import Error

    from slidegen.browser.deck import open_deck

    options = job.options
    lang = job.deck.options.lang
    given = {
        "chosen": job.chosen(),
        "steps": options.steps,
        "paper": None if sheet is None else asdict(sheet),
        "appendix": appendix,
        "title": job.deck.title,
        "titles": [slide.title for slide in job.deck.slides],
        "below": [slide.below for slide in job.deck.slides],
        "words": {"slide": said("Slide", lang), "notes": said("Notes", lang)},
        "place": PLACE,
        "css": text("print.css") if options.steps else text("print.css", "whole.css"),
    }
    query = QUERY + ("true" if options.steps else "false")
    browser = job.open_browser()
    try:
        with open_deck(job.deck.page, browser=browser, query=query, before=POSITIONS) as opened:
            page = opened.page
            if page.evaluate("Boolean(window.Reveal)"):
                page.wait_for_selector(".pdf-page", state="attached")
            first = page.evaluate(before)
            found = page.evaluate(text("print.js"), given)
            page.emulate_media(media="screen")  # colours and sizes as on the screen
            yield page, {**found, "before": first}
    except Error as error:
        raise job.failed(error) from None
