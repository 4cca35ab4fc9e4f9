"""A slide as it is composed for marp-core and for people."""

from __future__ import annotations

from dataclasses import dataclass

from slidegen.render.context import SlideContext
from slidegen.render.marp.engine import Part
from slidegen.render.placed import Place
from slidegen.render.raw_html import RawHtml


@dataclass(frozen=True, slots=True)
class Composed:
    """A slide's text for marp-core (`parts`), with the marks of what is placed in it, and for people (`plain`), with
    values as Markdown that shows them. `raw` is the HTML in it, `place` where its figures stand, `notes` what stands in
    containers of notes."""

    parts: tuple[Part, ...]
    plain: str
    context: SlideContext
    raw: RawHtml
    place: Place
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All that marp-core gets."""
        return "\n".join(part.text for part in self.parts)


def comment_text(text: str) -> str:
    """A text that does not end the comment that it stands in."""
    return text.strip().replace("-->", "--\u200b>")
