"""Outputs that need a program: widgets, JavaScript, interactive figures. A warning names each of them and what replaces
it."""

from __future__ import annotations

import re
from typing import Final

from slidegen.sources.notebook.format import Output
from slidegen.sources.notebook.html import is_seen

STORED: Final = (
    *("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"),
    "text/plain",
)
"""What may stand for such an output, the best first."""
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
SCRIPTS: Final = ("application/javascript", "text/javascript")
REPR: Final = re.compile(r"<[^<>\n]*>")
"""The text that Python has for an object without a text of its own."""
SCRIPTED: Final = re.compile(r"<script\b", re.IGNORECASE)
NETWORK: Final = re.compile(r"<script\b[^<>]*?\bsrc\s*=\s*[\"']?(https?://[^\s\"'>]+)", re.IGNORECASE)
IMPORTED: Final = re.compile(r"[\"'](https?://[^\s\"']+?(?:\.js|@[\d.]+[^\s\"']*|\+esm))[\"'?]")
LIBRARIES: Final = {
    "plotly": "Plotly",
    "vega": "Vega",
    "bokeh": "Bokeh",
    "holoviews": "HoloViews",
    "geo+json": "GeoJSON",
}
LOOKED_AT: Final = 50_000
"""Characters of HTML in which the name of a library and its address are looked for."""


def needs_program(output: Output) -> str | None:
    """Returns the warning for an output that needs a program, or None if it needs none."""
    html = str(output.data.get("text/html", ""))
    of_html = SCRIPTED.search(html) is not None and not is_seen(html)
    if WIDGET in output.data:
        what = "a widget"
    elif not html and any(name in output.data for name in SCRIPTS):
        what = "JavaScript"
    elif of_html or (not html and any(name.startswith("application/vnd.") for name in output.data)):
        what = _library(output, html)
    else:
        return None
    start = html[:LOOKED_AT]
    address = NETWORK.search(start) or IMPORTED.search(start) if of_html else None
    network = f" and asks the network for {address[1]}" if address else ""
    stored = next((name for name in STORED if name in output.data and not is_bare(output, name)), None)
    return f"{what} needs a program{network}; {f'its {stored} is shown' if stored else 'nothing of it is shown'}"


def is_bare(output: Output, media_type: str) -> bool:
    """Whether a text only names the class of an object, which does not help in the place of a figure."""
    return media_type == "text/plain" and REPR.fullmatch(str(output.data[media_type]).strip()) is not None


def _library(output: Output, html: str) -> str:
    names = " ".join((*output.data, html[:LOOKED_AT])).lower()
    return next((f"a figure of {name}" for sign, name in LIBRARIES.items() if sign in names), "an output")
