"""An output as another package adds it: the titles of a deck's slides as a page, its style and a list beside it."""

from __future__ import annotations

import re
from html import escape

from slidegen import Bundled, Output, OutputFile, RenderedDeck, Target, ThemePair

HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>")
SIGN = b"# an outline by slidegen"


def files(deck: RenderedDeck, themes: ThemePair, target: Target) -> Bundled:
    """The page, which names the style beside it, and the titles as text, which people might have written themselves."""
    titles = [title for stack in deck.stacks for slide in stack for title in HEADING.findall(slide.body)]
    style, listed = f"{target.stem}.css", f"{target.stem}.txt"
    page = f'<link rel="stylesheet" href="{escape(style)}">' + "".join(f"<li>{title}</li>" for title in titles)
    return Bundled(
        (
            OutputFile(target.page or f"{target.stem}.outline.html", page.encode()),
            OutputFile(style, f"li {{ color: {themes.light.tokens['text']} }}".encode()),
            OutputFile(listed, "\n".join((SIGN.decode(), *titles)).encode(), SIGN),
        )
    )


OUTLINE = Output("outline", {"slidegen": "tests.outputs.outline:files"})
