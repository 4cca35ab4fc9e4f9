"""Warns of languages that do not exist: their text would be read, hyphenated and named as English."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen.errors import Problem
from slidegen.languages.known import is_known, meant
from slidegen.model import Deck


def language_warnings(deck: Deck) -> Iterator[Problem]:
    """Warns of unknown codes in the `lang` of a deck and of its slides."""
    if not is_known(deck.options.lang):
        yield Problem(
            _message(deck.options.lang), *deck.options.place("lang", deck.source.name), code="unknown-language"
        )
    for slide in (slide for stack in deck.stacks for slide in stack):
        lang = slide.options.attributes.get("lang", "en")
        if not is_known(lang):
            line = slide.options.lines.get("lang", slide.content.line)
            yield Problem(_message(lang), slide.content.path, line, code="unknown-language")


def _message(lang: str) -> str:
    code = meant(lang)
    hint = f"did you mean {code!r}? " if code else ""
    return f"unknown language {lang!r}; {hint}allowed: a tag such as de, pt-BR or az-Arab"
