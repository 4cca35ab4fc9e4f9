"""Warns of citations in decks that name no bibliography: they are shown as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.citations.syntax import citations
from slidegen.errors import Problem
from slidegen.resolved import ResolvedDeck

TOLD: Final = frozenset({"pandoc", "org"})
"""The dialects that tell it when they are read."""


def unread_citations(deck: ResolvedDeck) -> Iterator[Problem]:
    """Yields one warning if there are citations in brackets. An @name in a sentence is a name."""
    if deck.dialect in TOLD:
        return
    found = [
        slide.content.line(slide.content.text.count("\n", 0, citation.start))
        for stack in deck.shown
        for slide in stack
        if "@" in slide.content.text
        for citation in citations(slide.content.text)
        if not citation.in_sentence
    ]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        what = f"a citation is shown as it is written{more}; name its file: bibliography: refs.bib"
        yield Problem(what, deck.source.name, found[0], code="not-applied")
