"""The HTML of citations and references. What comes from a file is escaped; only the marks of CSL's styles are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final

from slidegen.render.markdown_text import markdown_text

WORK: Final = re.compile("\ufdd8([0-9]+)\ufdd8(.*?)\ufdd9", re.DOTALL)
TAG: Final = re.compile(r"(<[^<>]*>)")
KEPT: Final = re.compile(
    r"</?(?:i|b|sup|sub|u|span)>|<span style=\"(?:font-variant: ?small-caps|font-style: ?normal|font-weight: ?normal|"
    r"text-decoration: ?(?:none|underline)|font-variant: ?normal);?\">"
)
"""The tags that citeproc-js writes for CSL's styles."""
ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]|\b10\.\d{4,9}/[^\s<>\"]*[^\s<>\".,;:)\]]")
SPACE: Final = re.compile(r"\s+")


def safe(html: str) -> str:
    """Returns the HTML of a citation with the tags of CSL's styles only; all other text is escaped."""
    parts = TAG.split(html)
    return "".join(
        part if at % 2 and KEPT.fullmatch(part) else escape(unescape(part), quote=False)
        for at, part in enumerate(parts)
    )


def plain(html: str) -> str:
    """Returns the text of a citation."""
    return SPACE.sub(
        " ", unescape(TAG.sub(lambda tag: "" if KEPT.fullmatch(tag[0]) else tag[0], unmarked(html)))
    ).strip()


def unmarked(html: str) -> str:
    """Returns a citation without the marks around its works."""
    return WORK.sub(lambda found: found[2], html)


def in_markdown(html: str, link: Callable[[int, str], str]) -> str:
    """Returns a citation as HTML in a line of Markdown. `link` puts a link around that of a work, by its number."""
    at = 0
    parts: list[str] = []
    for found in WORK.finditer(html):
        parts.append(_escaped(html[at : found.start()]))
        if found[2]:
            parts.append(link(int(found[1]), _escaped(found[2])))
        at = found.end()
    parts.append(_escaped(html[at:]))
    return "".join(parts)


def _escaped(html: str) -> str:
    """HTML whose text means nothing to Markdown either."""
    parts = TAG.split(html)
    return "".join(
        part if at % 2 and KEPT.fullmatch(part) else markdown_text(unescape(part)) for at, part in enumerate(parts)
    )


def linked(html: str) -> str:
    """Returns the HTML of a reference with its addresses and DOIs as links."""

    def anchor(found: re.Match[str]) -> str:
        target = found[0] if found[0].startswith("http") else f"https://doi.org/{found[0]}"
        return f'<a href="{target}">{found[0]}</a>'

    parts = TAG.split(safe(html))
    return "".join(part if at % 2 else ADDRESS.sub(anchor, part) for at, part in enumerate(parts))


def attribute(text: str) -> str:
    """Returns a text as the value of an attribute in a line of Markdown: on one line, and without its signs."""
    return SPACE.sub(" ", escape(text)).replace("\\", "&#92;").replace("`", "&#96;")
