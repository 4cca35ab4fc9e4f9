"""A deck in slidegen's own dialect for marp-core: its options as directives, its notes as comments.

The HTML of the slides bypasses marp-core, which would rewrite SVG elements and remove their titles.
"""

from __future__ import annotations

from html import escape
from typing import Final

from slidegen.languages.direction import Direction
from slidegen.model import Background
from slidegen.render.deck import render
from slidegen.render.marp.composed import comment_text
from slidegen.render.marp.engine import Part
from slidegen.render.marp.notes import notes_text
from slidegen.rendered import RenderedDeck, RenderedSlide
from slidegen.resolved import ResolvedDeck

OWN: Final = ("lang", "dir")
"""Attributes of a slide that say how its text is read."""


def native_head(deck: ResolvedDeck) -> str:
    """The front matter: slidegen's theme, page numbers, and the deck's metadata."""
    options = deck.options
    metadata = {
        "title": options.title,
        "author": options.author,
        "description": options.description,
        "lang": options.lang,
    }
    lines = ["marp: true", "theme: slidegen", f"paginate: {str(options.slide_number).lower()}"]
    return "\n".join([*lines, *(f"{key}: {quoted(value)}" for key, value in metadata.items() if value)])


def native_slides(
    deck: ResolvedDeck, allow_scripts: bool, served: bool = False
) -> tuple[list[tuple[Part, ...]], list[str], RenderedDeck]:
    """The parts of each slide for marp-core, the HTML of each slide, and the deck as slidegen renders it."""
    rendered = render(deck, allow_scripts, served)
    slides = [slide for stack in rendered.stacks for slide in stack]
    html = [_html(slide, deck.options.direction) for slide in slides]
    return [(Part("markdown", _directives(slide)),) for slide in slides], html, rendered


def _directives(slide: RenderedSlide) -> str:
    options = slide.options
    classes = [f"layout-{slide.layout}", *slide.classes, *options.classes]
    if slide.dark is not None:
        classes.append("on-dark" if slide.dark else "on-light")
    if slide.footer:
        classes.append("has-footer")
    directives = {"_class": " ".join(classes), **_background(options.background)}
    if video := options.attributes.get("data-background-video"):
        directives["_backgroundImage"] = f'url("{video}")'
    if not options.slide_number:
        directives["_paginate"] = "false"
    head = "\n".join(f"{key}: {quoted(value) if key != '_paginate' else value}" for key, value in directives.items())
    notes = notes_text(slide.notes).strip() if slide.notes else ""
    note = f"\n\n<!--\n{comment_text(notes)}\n-->" if notes else ""
    return f"<!--\n{head}\n-->{note}"


def _html(slide: RenderedSlide, direction: Direction) -> str:
    attributes = {key: slide.options.attributes[key] for key in OWN if key in slide.options.attributes}
    around = f' dir="{direction}"' if attributes else ""  # it stands where those of the deck do
    parts = [
        f'<div class="body">\n{slide.body}</div>',
        f'<div class="media">\n{slide.media}</div>' if slide.media else "",
        slide.footnotes,
        f'<div class="slide-footer"{around}>{slide.footer}</div>' if slide.footer else "",
    ]
    inside = "\n".join(filter(None, parts))
    name = f' id="{escape(slide.options.id)}"' if slide.options.id else ""
    own = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f'<div class="slide"{name}{own}>\n{inside}\n</div>'


def _background(background: Background | None) -> dict[str, str]:
    if background is None:
        return {}
    image = background.gradient or (f'url("{background.image}")' if background.image else None)
    values = {
        "_backgroundColor": background.color,
        "_backgroundImage": image,
        "_backgroundSize": background.size,
        "_backgroundPosition": background.position,
        "_backgroundRepeat": background.repeat,
    }
    return {key: value for key, value in values.items() if value is not None}


def quoted(value: str) -> str:
    """A YAML string in single quotes."""
    return "'" + value.replace("'", "''").replace("\n", " ") + "'"
