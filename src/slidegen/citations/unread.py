"""Warns of citations in decks that name no bibliography: they are shown as they are written."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen.citations.syntax import citations, cross_references
from slidegen.errors import Problem
from slidegen.resolved import ResolvedDeck


def citations_in_footers(deck: ResolvedDeck) -> Iterator[Problem]:
    """Yields a warning for each header and footer with citations or references, which are shown as they are written."""
    footers = [slide.footer for stack in deck.shown for slide in stack]
    given = [(one.text, one.source.path, one.source.line) for one in footers if one is not None]
    given += [] if deck.marp is None else [(text, deck.source.name, line) for text, line in deck.marp.running.items()]
    for text, path, line in dict.fromkeys(given):
        if any(not one.in_sentence or one.refers for one in (*citations(text), *cross_references(text))):
            what = "citations and references in headers and footers are shown as they are written"
            yield Problem(what, path, line, code="not-applied")


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
