"""What the writers of shapes need to know of the slide that they write on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from slidegen.exports.pptx.scene import Link, Look
from slidegen.exports.pptx.writing.xml import Palette

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


SAFE: Final = "%/:=&?~#+!$,;'@()*"
"""What stays in an address as it is. PowerPoint repairs a file with an address that RFC 3986 does not allow."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A shape, or one of its paragraphs, that appears in a step."""

    step: int
    shape: int
    paragraph: int | None
    text: bool


@dataclass(slots=True)
class SlideWriter:
    """A slide that is being written: its python-pptx `slide`, the next free id, and the effects of its fragments.

    `pages` returns the slide of a page of the export (from 1); `tree` is the element that holds the shapes; `drawings`
    are the parts of the SVGs in the file, by their content.
    """

    slide: Any
    look: Look
    palette: Palette
    pages: Callable[[int], Any]
    tree: Element
    drawings: dict[bytes, Any]
    next_id: int = 2
    effects: list[Effect] = field(default_factory=list)

    def new_id(self) -> int:
        """An id for a shape, unique on the slide."""
        self.next_id += 1
        return self.next_id - 1

    def link(self, link: Link) -> tuple[str, str | None]:
        """The relationship of a link, and its action if it leads to a slide."""
        from pptx.opc.constants import RELATIONSHIP_TYPE as RT

        part = self.slide.part
        if link.page is not None:
            return part.relate_to(self.pages(link.page).part, RT.SLIDE), "ppaction://hlinksldjump"
        return part.relate_to(quote(link.address, SAFE), RT.HYPERLINK, is_external=True), None

    def appears(self, shape: int, step: int | None, paragraph: int | None = None, *, text: bool = False) -> None:
        """Notes that a shape, or one of its paragraphs (from 0), appears in a step of the slide's fragments. `text`
        says that it is a shape with text, not a picture or a table."""
        if step is not None:
            self.effects.append(Effect(step, shape, paragraph, text or paragraph is not None))
