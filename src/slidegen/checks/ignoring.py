"""Rules of `slidegen check` that are switched off: for a deck, on a slide, or on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slidegen.checks import RULES
from slidegen.checks.rule import IGNORED
from slidegen.errors import Problem, nearest
from slidegen.model import Deck, SlideOptions

NAMES: Final = re.compile(r"[^\s,]+")


def ignored(options: SlideOptions) -> frozenset[str]:
    """Returns the names of the rules that are switched off on a slide."""
    return frozenset(NAMES.findall(options.attributes.get(IGNORED, "")))


def known_rule(name: str) -> str:
    """Returns the name of a rule. Raises ValueError if there is no such rule."""
    if name not in RULES.names():
        raise ValueError(f"unknown rule {name!r}; {nearest(name, RULES.names())}")
    return name


def ignore_warnings(deck: Deck) -> Iterator[Problem]:
    """Warns of unknown rules in the attributes of slides, which no schema has checked."""
    for stack in deck.stacks:
        for slide in stack:
            for name in sorted(ignored(slide.options)):
                try:
                    known_rule(name)
                except ValueError as error:
                    line = slide.options.lines.get(IGNORED, slide.content.line)
                    yield Problem(f"check: {error}", slide.content.path, line, code="unknown-name")
