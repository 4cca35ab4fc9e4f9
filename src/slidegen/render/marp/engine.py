"""The real marp-core, run in-process by V8."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from slidegen.v8 import EngineError, call, marp_engine, marp_math_engine


class MarpError(Exception):
    """Markdown or a style that marp-core refuses; the message is marp-core's own."""


@dataclass(frozen=True, slots=True)
class MarpResult:
    """What marp-core gives: an SVG and the comments of each slide, the style, and the directives on the document.

    `asked` are the themes that comments name, known or not. `codes` are the blocks of code, each with its language;
    they stand in the slides as marks (`slidegen.marks.HIGHLIGHTED`). `size` is the preset that the deck names, `sizes`
    are those of its theme.
    """

    slides: tuple[str, ...]
    comments: tuple[tuple[str, ...], ...]
    codes: tuple[tuple[str, str], ...]
    css: str
    theme: str | None
    themes: tuple[str, ...]
    asked: tuple[str, ...]
    problems: tuple[str, ...]
    size: str | None
    sizes: tuple[str, ...]
    meta: Mapping[str, str]


def start_marp(
    markdown: str,
    themes: Sequence[str],
    colors: Sequence[str] = (),
    words: Sequence[str] = (),
) -> Future[MarpResult]:
    """Renders Marp Markdown in a thread of its own: V8 leaves Python free meanwhile.

    `themes` are style sheets with an ``@theme`` line; `colors` are the addresses of images that stand for a colour;
    `words` say what the marks stand for, which are kept.
    The future raises MarpError if marp-core fails on the deck.
    """
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(_run, markdown, list(themes), list(colors), list(words))
    executor.shutdown(wait=False)
    return future


def _run(markdown: str, themes: list[str], colors: list[str], words: list[str]) -> MarpResult:
    from py_mini_racer import JSEvalException

    try:
        engine = marp_math_engine() if "$" in markdown else marp_engine()
        answer = call(engine, "slidegenMarp", markdown, themes, colors, words)
    except EngineError as error:
        raise MarpError(str(error)) from None
    except JSEvalException as error:
        told = next((line for line in str(error).splitlines() if "Error" in line), str(error).splitlines()[0])
        raise MarpError(told.strip()) from None
    result: dict[str, Any] = json.loads(answer)
    return MarpResult(
        slides=tuple(result["html"]),
        comments=tuple(map(tuple, result["comments"])),
        codes=tuple((language, code) for language, code in result["codes"]),
        css=result["css"],
        theme=result["theme"],
        themes=tuple(result["themes"]),
        asked=tuple(result["asked"]),
        problems=tuple(result["problems"]),
        size=result["size"],
        sizes=tuple(result["sizes"]),
        meta=result["meta"],
    )
