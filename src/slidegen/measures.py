"""The measures of a look: margins and headings, from which the space of charts and tables follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of a look, in pixels: the margins of its slides, the same at both sides, and their headings: the
    size of type, the distance of lines as a share of it, and the space below."""

    side: float = 72.0
    top: float = 56.0
    bottom: float = 48.0
    heading: float = 40.0
    leading: float = 1.15
    below: float = 28.0

    def heading_height(self, lines: int = 1) -> float:
        """The height of a slide's heading with the space below it."""
        return lines * self.heading * self.leading + self.below


PLAIN_MEASURES: Final = Measures()
"""Those of the plain look."""
MARP_MEASURES: Final = Measures(side=78.5, top=78.5, bottom=78.5, heading=46.0, leading=1.25, below=30.0)
"""Those of Marp's own themes: the largest margins, which `default` has."""
