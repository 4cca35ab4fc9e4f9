"""Org files of a test, translated."""

from __future__ import annotations

from pathlib import Path

from slidegen.model import Source
from slidegen.project import Project
from slidegen.sources import translate
from slidegen.sources.translation import TranslatedDeck, TranslatedSlide
from slidegen.sources.translation.deck import text_of


def translated(org: str, folder: Path = Path("nowhere")) -> TranslatedDeck:
    """The deck of a file `talk.org` in a folder."""
    return translate(Source(folder / "talk.org", "talk.org", org, Project.of(folder)))


def content(slide: TranslatedSlide) -> str:
    """The Markdown of a slide."""
    return text_of(slide.content).removesuffix("\n")


def notes(slide: TranslatedSlide) -> str:
    """The notes of a slide."""
    return text_of(slide.notes).removesuffix("\n")


def losses(deck: TranslatedDeck) -> list[str]:
    """What was lost, as people read it."""
    return [f"{loss.line}: {loss.message}" for loss in deck.losses]
