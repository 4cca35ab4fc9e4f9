"""Cross references: numbered figures, tables, equations and sections, and links to them. Its syntax is Quarto's."""

from __future__ import annotations

import re
from typing import Final

from slidegen.resolved import PlacedFigure, ResolvedDeck

SIGN: Final = re.compile(r"[#@{](?:[Ff]ig|[Tt]bl|[Ee]q|[Ss]ec)-")


def may_refer(deck: ResolvedDeck) -> bool:
    """Returns whether a deck may have labels or cross references."""
    for slide in (slide for stack in deck.stacks for slide in stack):
        texts = (text for text in (slide.content, slide.notes) if text is not None)
        if (slide.options.id or "").startswith("sec-") or any(SIGN.search(text.text) for text in texts):
            return True
        if any(isinstance(one, PlacedFigure) and one.name.startswith("fig-") for one in slide.content.placed):
            return True
    return False
