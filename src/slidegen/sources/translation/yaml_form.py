"""A translated deck as a YAML deck that people read and go on with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any, Final

import yaml

from slidegen.errors import Problem
from slidegen.sources.translation import TranslatedDeck, TranslatedSlide
from slidegen.sources.translation.deck import slide_value

WIDTH: Final = 110
NOT_LITERAL: Final = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that a YAML block does not hold as they are."""


def yaml_form(translated: TranslatedDeck) -> str:
    """The deck as YAML, with a comment where something was lost."""
    head, losses = placed(translated)
    parts = [f"# From {translated.source.path.name}, by slidegen import.\n", *_comments(head, translated, "")]
    parts += [_dumped({key: value}) for key, value in translated.keys.items()]
    parts.append("slides:\n")
    at = iter(losses)
    for stack in translated.stacks:
        for below, slide in enumerate(stack):
            parts += _comments(next(at), translated, "  " if len(stack) == 1 else "    " if below else "  ")
            dash = "  - " if len(stack) == 1 else "    - " if below else "  - - "
            parts.append(dash + _entry(slide, len(dash)))
    return "".join(parts)


def placed(translated: TranslatedDeck) -> tuple[list[Problem], list[list[Problem]]]:
    """The losses of the deck as a whole, and of each slide: the last that begins in the line of the loss, or above."""
    slides = [slide for stack in translated.stacks for slide in stack]
    starts = list(accumulate((slide.line for slide in slides), max))
    head: list[Problem] = []
    of_slides: list[list[Problem]] = [[] for _ in slides]
    for loss in sorted(translated.losses, key=lambda loss: loss.line or 0):
        place = bisect_right(starts, loss.line or 0) - 1
        (head if place < 0 else of_slides[place]).append(loss)
    return head, of_slides


def loss_comment(loss: Problem, translated: TranslatedDeck) -> str:
    """Returns the words of a comment on a loss."""
    located = translated.source.located(loss)
    message = NOT_LITERAL.sub("?", " ".join(located.message.split()))
    return f"line {located.line}: {message}" if located.line else message


def _comments(losses: Iterable[Problem], translated: TranslatedDeck, indent: str) -> Iterator[str]:
    for loss in losses:
        yield f"{indent}# {loss_comment(loss, translated)}\n"


def _dumped(value: Any) -> str:
    dumped: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=WIDTH)
    return dumped


def _entry(slide: TranslatedSlide, indent: int) -> str:
    """A slide behind its dash."""
    value = slide_value(slide)
    if isinstance(value, str):
        return _text(value, indent)
    parts = []
    for key, one in value.items():
        if key in ("content", "notes"):
            parts.append(f"{key}: {_text(one, indent + 2)}")
        else:
            parts += [f"{line}\n" for line in _dumped({key: one}).removesuffix("\n").split("\n")]
    return (" " * indent).join(parts)


def _text(text: str, indent: int) -> str:
    """A text as a block, or in quotes if no block can hold it."""
    body = text.removesuffix("\n")
    if not body or NOT_LITERAL.search(body) or not text.endswith("\n") or body.endswith("\n") or not body.strip():
        quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9)
        return quoted
    sign = "2" if body[0] in " \t\n" else ""
    rows = (f"{' ' * indent}{row}\n" if row else "\n" for row in body.split("\n"))
    return f"|{sign}\n{''.join(rows)}"
