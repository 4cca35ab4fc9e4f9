"""The words that an export prints around the slides, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a handout: the label of a slide's number, the titles of its appendices, and the labels in these."""

    slide: str
    slides: str
    notes: str
    numbers: str
    source: str
    models: str
    versions: str
    computed: str
    leaves_out: str


WORDS: Final[Mapping[str, Words]] = {
    "en": Words(
        "Slide", "Slides", "Notes", "Where the numbers come from",
        "Source", "Models", "Versions", "First computed", "Leaves out",
    ),
    "de": Words(
        "Folie", "Folien", "Notizen", "Woher die Zahlen kommen",
        "Quelle", "Modelle", "Versionen", "Zuerst berechnet", "Nicht enthalten",
    ),
    "es": Words(
        "Diapositiva", "Diapositivas", "Notas", "De dónde salen los números",
        "Fuente", "Modelos", "Versiones", "Primer cálculo", "No incluye",
    ),
    "fr": Words(
        "Diapositive", "Diapositives", "Notes", "D’où viennent les chiffres",
        "Source", "Modèles", "Versions", "Premier calcul", "Non compris",
    ),
    "it": Words(
        "Diapositiva", "Diapositive", "Note", "Da dove vengono i numeri",
        "Fonte", "Modelli", "Versioni", "Primo calcolo", "Non comprende",
    ),
    "nl": Words(
        "Dia", "Dia’s", "Notities", "Waar de getallen vandaan komen",
        "Bron", "Modellen", "Versies", "Eerst berekend", "Niet inbegrepen",
    ),
    "pt": Words(
        "Slide", "Slides", "Notas", "De onde vêm os números",
        "Fonte", "Modelos", "Versões", "Primeiro cálculo", "Não inclui",
    ),
}  # fmt: skip
"""By the first part of a language's tag (RFC 5646, 2.1). What a number's provenance says is English in all of them."""


def words(lang: str) -> tuple[Words, str]:
    """Returns the words for a language such as "de-AT", else the English ones, and the language that they are in."""
    found = lang.partition("-")[0].lower()
    return (WORDS[found], lang) if found in WORDS else (WORDS["en"], "en")
