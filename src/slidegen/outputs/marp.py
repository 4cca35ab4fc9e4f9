"""The Marp output: one HTML file that presents itself, and the deck as plain Marp Markdown."""

from __future__ import annotations

import json

from slidegen import __version__
from slidegen.outputs.assets import Assets, Remote, check
from slidegen.outputs.marp_markdown import MADE
from slidegen.outputs.marp_style import marp_styles
from slidegen.outputs.page import POLICY, metadata, scheme, script, template
from slidegen.rendered import MarpDeck, OutputFile
from slidegen.themes import ThemePair
from slidegen.vendor import vendor_text


def bundle(deck: MarpDeck, themes: ThemePair, remote: Remote) -> tuple[OutputFile, ...]:
    """The deck as Marp HTML, and as Markdown.

    Raises:
        DeckError: a file that cannot be inlined.
    """
    options = deck.options
    assets = Assets(deck.source.path.parent, remote)
    slides = []
    for slide in (slide for stack in deck.stacks for slide in stack):
        assets.slide = slide.name
        slides.append(assets.inline(slide.svg, slide.source))
    assets.slide = ""
    styles = marp_styles(deck, themes, assets, ["marp"])
    check(assets)
    notes = ["\n\n".join(slide.notes) for stack in deck.stacks for slide in stack]
    stem = deck.source.path.stem
    html = template("marp.html.j2").render(
        options=options,
        title=options.title or deck.meta.get("title") or stem,
        scheme=scheme(themes),
        own_look=deck.own_look,
        policy=POLICY,
        version=__version__,
        meta=metadata(options, dict(deck.meta)),
        styles=[*styles, page_size(slides)],
        fitting=vendor_text("marp/browser.js"),
        slides=slides,
        notes=json.dumps(notes).replace("<", "\\u003c"),
        script=script("marp.js"),
    )
    return (OutputFile(f"{stem}.marp.html", html.encode()), OutputFile(f"{stem}.marp.md", _marked(deck).encode()))


def _marked(deck: MarpDeck) -> str:
    """The Markdown with a line that says where it comes from, so that a later build may overwrite it."""
    line = f"{MADE} from {deck.source.path.name}; the next build overwrites it."
    text = deck.markdown
    return f"---\n{line}\n{text[4:]}" if text.startswith("---\n") else f"---\n{line}\n---\n\n{text}"


def slide_size(svg: str) -> tuple[int, int]:
    """Width and height of a slide, from its viewBox."""
    box = svg.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return round(float(box[2])), round(float(box[3]))


def page_size(slides: list[str]) -> str:
    """The rule that prints one slide a page."""
    width, height = slide_size(slides[0])
    return f"@page {{ size: {width}px {height}px; margin: 0; }}"
