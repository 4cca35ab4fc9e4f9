"""The real marp-core, run in-process by V8."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slidegen.v8 import marp_engine


class MarpError(Exception):
    """Markdown or a style that marp-core refuses; the message is marp-core's own."""


@dataclass(frozen=True, slots=True)
class MarpResult:
    """What marp-core gives: an SVG and the comments of each slide, the style, and the directives on the document.

    `asked` are the themes that comments name, known or not.
    """

    slides: tuple[str, ...]
    comments: tuple[tuple[str, ...], ...]
    css: str
    theme: str | None
    themes: tuple[str, ...]
    asked: tuple[str, ...]
    problems: tuple[str, ...]
    meta: Mapping[str, str]


def run_marp(
    markdown: str, themes: Sequence[str], highlighted: Mapping[str, str], colors: Sequence[str] = ()
) -> MarpResult:
    """Renders Marp Markdown.

    `themes` are style sheets with an ``@theme`` line; `highlighted` maps "language, newline, code" to the code's HTML;
    `colors` are the addresses of images that stand for a colour.

    Raises:
        MarpError: marp-core fails on the deck.
    """
    from py_mini_racer import JSEvalException

    try:
        answer = marp_engine().result().call("slidegenMarp", markdown, list(themes), dict(highlighted), list(colors))
    except JSEvalException as error:
        told = next((line for line in str(error).splitlines() if "Error" in line), str(error).splitlines()[0])
        raise MarpError(told.strip()) from None
    result: dict[str, Any] = json.loads(answer)
    return MarpResult(
        slides=tuple(result["html"]),
        comments=tuple(map(tuple, result["comments"])),
        css=result["css"],
        theme=result["theme"],
        themes=tuple(result["themes"]),
        asked=tuple(result["asked"]),
        problems=tuple(result["problems"]),
        meta=result["meta"],
    )
