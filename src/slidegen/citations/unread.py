"""Warns of citations in decks that name no bibliography: they are shown as they are written."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen.citations.syntax import citations
from slidegen.errors import Problem
from slidegen.resolved import ResolvedDeck


def unread_citations(deck: ResolvedDeck) -> Iterator[Problem]:
    """Yields one warning if there are citations in brackets, also in included files and notes. An @name in a sentence
    is a name."""
    found = [
        (text.source.path, text.line(text.text.count("\n", 0, citation.start)))
        for text in deck.shown_texts
        for citation in citations(text.text)
        if not citation.in_sentence
    ]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        what = f"a citation is shown as it is written{more}; name its file: bibliography: refs.bib"
        yield Problem(what, *found[0], code="not-applied")
