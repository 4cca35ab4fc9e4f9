"""A slide composed for marp-core and as plain Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from slidegen.render.context import SlideContext
from slidegen.render.marp.engine import Part
from slidegen.render.placed import Place
from slidegen.render.raw_html import RawHtml


@dataclass(frozen=True, slots=True)
class Composed:
    """A slide's text for marp-core (`parts`), with marks for what is placed, and as plain Markdown for people
    (`plain`), with the values filled in. `raw` is the HTML in it, `place` where its figures stand, `notes` the content
    of its `notes` containers."""

    parts: tuple[Part, ...]
    plain: str
    context: SlideContext
    raw: RawHtml
    place: Place
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All the text that marp-core gets."""
        return "\n".join(part.text for part in self.parts)


def comment_text(text: str) -> str:
    """Escapes a text so that it cannot end the comment around it."""
    return text.strip().replace("-->", "--\u200b>")
