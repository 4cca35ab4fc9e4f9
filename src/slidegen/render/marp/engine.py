"""The real marp-core, run in-process by V8."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal

from slidegen.render.marp.math import LONGEST, Library, WrongFormula
from slidegen.v8 import EngineError, call, marp_engine, marp_math_engine, marp_mathjax_engine

MATH_ENGINES: Final = {"katex": marp_math_engine, "mathjax": marp_mathjax_engine}


class MarpError(Exception):
    """marp-core refuses the Markdown or a style; the message is marp-core's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a slide's text: Markdown, beginning at `row` (from 0) of the text, or HTML, which is kept as it is."""

    kind: Literal["markdown", "html"]
    text: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class MarpSource:
    """A deck for marp-core: its front matter, and the parts of each slide.

    `lines` holds the first line of each slide's text, or the line of each of its rows. `themes` are style sheets with
    an ``@theme`` line, `colors` the URLs of images that stand for a colour. `words` and `tex` are what the marks in
    the text stand for, in text and in a formula. `running` has the lines of the running headers and footers of the
    front matter. `served` gives every block its line. `library` sets all formulas, those inside HTML (`formulas`) too.
    """

    head: str
    slides: tuple[tuple[Part, ...], ...]
    lines: tuple[int | tuple[int, ...], ...]
    themes: Sequence[str] = ()
    colors: Sequence[str] = ()
    words: Sequence[str] = ()
    tex: Sequence[str] = ()
    running: Mapping[str, int] = field(default_factory=dict)
    library: Library = "katex"
    formulas: Sequence[tuple[str, bool]] = ()
    served: bool = False

    @property
    def has_math(self) -> bool:
        """Whether the deck may have a formula."""
        return (
            bool(self.formulas) or "$" in self.head or any("$" in part.text for slide in self.slides for part in slide)
        )

    def json(self) -> str:
        """The deck as the argument of `slidegenMarp`."""
        slides = [
            {
                "parts": [(part.kind == "html", part.text, part.row) for part in parts],
                "line": lines if isinstance(lines, int) else lines[0],
                "lines": None if isinstance(lines, int) else lines,
            }
            for parts, lines in zip(self.slides, self.lines, strict=True)
        ]
        more = {key: getattr(self, key) for key in ("head", "running", "themes", "colors", "words", "tex", "served")}
        math = {"library": self.library, "formulas": self.formulas, "longest": LONGEST[self.library]}
        return json.dumps({**more, "slides": slides, "math": math})


@dataclass(frozen=True, slots=True)
class MarpResult:
    """What marp-core returns: the SVG and the comments of each slide, the style, and the document's directives.

    `named_themes` are the themes that comments name, known or not, each with its line. `codes` are the code blocks,
    each with its language; marks stand for them in the slides (`slidegen.marks.HIGHLIGHTED`). `size` is the preset that
    the deck names, `sizes` are the presets of its theme. `formulas` is the HTML of the formulas inside HTML, `wrong`
    are all formulas that could not be set. `slugs` are what the ids of each slide's headings are made of.
    """

    slides: tuple[str, ...]
    comments: tuple[tuple[str, ...], ...]
    codes: tuple[tuple[str, str], ...]
    css: str
    theme: str | None
    themes: tuple[str, ...]
    named_themes: tuple[tuple[int, str], ...]
    problems: tuple[str, ...]
    size: str | None
    sizes: tuple[str, ...]
    meta: Mapping[str, str]
    formulas: tuple[str, ...]
    wrong: tuple[WrongFormula, ...]
    slugs: tuple[tuple[str, ...], ...] = ()


def start_marp(source: MarpSource) -> Future[MarpResult]:
    """Renders a deck in a separate thread. Python is free meanwhile: V8 runs without the GIL.

    The future raises MarpError if marp-core cannot render the deck.
    """
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(_run, source)
    executor.shutdown(wait=False)
    return future


def _run(source: MarpSource) -> MarpResult:
    from py_mini_racer import JSEvalException

    try:
        engine = MATH_ENGINES[source.library]() if source.has_math else marp_engine()
        answer = call(engine, "slidegenMarp", source.json())
    except JSEvalException as error:
        lines = str(error).splitlines()
        raise MarpError(next((line for line in lines if "Error" in line), lines[0]).strip()) from None
    except EngineError as error:
        raise MarpError(str(error)) from None
    result: dict[str, Any] = json.loads(answer)
    return MarpResult(
        slides=tuple(result["html"]),
        comments=tuple(tuple(notes) for notes in result["comments"]),
        codes=tuple((language, code) for language, code in result["codes"]),
        css=result["css"],
        theme=result["theme"],
        themes=tuple(result["themes"]),
        named_themes=tuple((line, theme) for line, theme in result["asked"]),
        problems=tuple(result["problems"]),
        size=result["size"],
        sizes=tuple(result["sizes"]),
        meta=result["meta"],
        formulas=tuple(result["math"]["set"]),
        wrong=tuple(WrongFormula(*wrong) for wrong in result["math"]["wrong"]),
        slugs=_of_slides(result["slugs"], result["headings"]),
    )


def _of_slides(slugs: Sequence[str], headings: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Divides slugs among slides, by the number of headings of each."""
    left = iter(slugs)
    return tuple(tuple(islice(left, count)) for count in headings)
