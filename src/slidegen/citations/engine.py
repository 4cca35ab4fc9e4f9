"""Asks the engine of citations: Citation.js reads BibTeX, citeproc-js writes citations in a style of CSL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from slidegen.v8 import call, citation_engine

SECONDS: Final = 30.0
"""The most that the engine may take for a deck: a file of five megabytes takes a third."""


@dataclass(frozen=True, slots=True)
class Written:
    """Citations as HTML, in order, with marks around each work; the references, each with its key, its label ("[1]", or
    "") and its HTML; and the heading above them in CSL's words."""

    citations: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...]
    heading: str


class StyleError(Exception):
    """A style of CSL cannot be used; the message says why."""


def read_bibtex(text: str) -> tuple[Literal["ok", "error"], Any]:
    """Returns "ok" and the works of a BibTeX or BibLaTeX file in CSL's form, or "error" and the reader's message.

    Raises:
        EngineError: it takes too long.
    """
    state, answer = call(citation_engine(), "slidegenBibtex", text, seconds=SECONDS)
    return state, answer


def write_citations(
    style: str,
    locales: Mapping[str, str],
    lang: str,
    items: Sequence[Mapping[str, Any]],
    cited: Sequence[Any],
    uncited: Sequence[str],
) -> Written:
    """Writes the citations of a deck. `style` and `locales` are CSL's XML, `cited` as `citations.js` takes them,
    `uncited` the keys of works that are listed only.

    Raises:
        StyleError: the style cannot be used.
        EngineError: it takes too long.
    """
    state, answer = call(
        citation_engine(),
        "slidegenCite",
        style,
        dict(locales),
        lang,
        list(items),
        list(cited),
        list(uncited),
        seconds=SECONDS,
    )
    if state == "error":
        raise StyleError(str(answer).split("\n")[0])
    references = tuple((key, label, text) for key, label, text in answer["references"])
    return Written(tuple(answer["citations"]), references, str(answer["heading"]))
