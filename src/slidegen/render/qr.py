"""QR codes as SVG: dark on white with their quiet zone in both schemes, so that cameras read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from slidegen.resolved import PlacedQr

MAX_BYTES: Final = 1000
"""The most bytes: a code of more has modules too small for a camera at the back of a room."""
SIZES: Final = (80, 700)
"""The least and the greatest edge in CSS pixels."""
DEFAULT: Final = 280
STYLE: Final = (
    "display:inline-block;inline-size:{}px;max-inline-size:100%;text-align:center;font-size:18px;line-height:1.3;"
    "overflow-wrap:anywhere"
)
QR: Final = "qr"
"""The language of a block of code that is a QR code."""
LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)\S+\Z", re.IGNORECASE)
QUIET: Final = 4
"""Modules of white around a code, as ISO/IEC 18004 asks."""


class QrProblem(Exception):
    """A text cannot be a QR code; the message says why."""


def qr_code(text: str, size: object = DEFAULT, caption: object = False, alt: object = None) -> PlacedQr:
    """Returns the QR code of a text. `size` is its edge in CSS pixels; `caption` is True to write the text below it, or
    other words; `alt` replaces what a screen reader says.

    Raises:
        QrProblem: the text is empty or too long, or an option has a wrong value.
    """
    text = text.strip()
    if not text:
        raise QrProblem("a QR code needs a text or an address")
    count = len(text.encode())
    if count > MAX_BYTES:
        raise QrProblem(f"the text of a QR code has {count:,} bytes; at most {MAX_BYTES:,}")
    least, most = SIZES
    if isinstance(size, bool) or not isinstance(size, int | float) or not least <= size <= most:
        raise QrProblem(f"size of a QR code is {size!r}; allowed: {least} to {most} pixels")
    shown = text if caption is True else str(caption) if caption not in (False, None) else ""
    return PlacedQr(text, round(size), shown, str(alt) if alt else f"QR code: {text}")


def is_qr(info: str) -> bool:
    """Whether the info line of a fence says that its text is a QR code."""
    return info.split()[:1] == [QR]


def of_attributes(text: str, attributes: Mapping[str, object]) -> PlacedQr:
    """Returns the QR code of a text with the attributes of a fence: ``{size=300 caption=true alt="..."}``.

    Raises:
        QrProblem: as `qr_code`.
    """
    size = str(attributes.get("size", DEFAULT)).removesuffix("px")
    caption = str(attributes.get("caption", "false"))
    shown = {"true": True, "false": False}.get(caption, caption)
    number: object = float(size) if re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,4})?", size) else size
    return qr_code(text, number, shown, attributes.get("alt"))


def qr_html(code: PlacedQr) -> str:
    """A QR code as HTML that may stand in a line of text."""
    import segno  # few decks have one

    drawn = segno.make(code.text, error="m", micro=False).svg_inline(
        border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    drawn = drawn.replace(
        "<svg ", f'<svg style="display:block;margin:0;border-radius:8px" role="img" aria-label="{escape(code.alt)}" ', 1
    )
    below = ""
    if code.caption:
        words = escape(code.caption.removeprefix("https://").removeprefix("http://"))
        if LINK.match(code.text):
            words = f'<a href="{escape(code.text)}">{words}</a>'
        below = f'<span class="sg-qrcode-caption" style="display:block;margin-block-start:6px">{words}</span>'
    return f'<span class="sg-qrcode" style="{STYLE.format(code.size)}">{drawn}{below}</span>'
