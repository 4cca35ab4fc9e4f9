"""Finds the fences of a text that hold a diagram, and reads their info lines, in the spelling of every dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from slidegen.diagrams.kinds import KINDS
from slidegen.model import Deck
from slidegen.scan import slide_tokens

NAMES: Final = re.compile(rf"\b(?:{'|'.join(KINDS)})\b", re.IGNORECASE)
LANGUAGE: Final = re.compile(r"\s*(?:\{\s*\.?)?(?P<language>[\w-]+)")
WORD: Final = re.compile(
    r"""(?P<key>[\w-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s}"']+))|\{(?P<braces>[^}]*)\}|(?P<other>[^\s{}]+|[{}])"""
)
OPTIONS: Final = ("alt", "caption", "steps", "id", "width", "height", "scale")
SPELLINGS: Final[Mapping[str, str]] = {
    "fig-alt": "alt", "fig-cap": "caption", "label": "id", "alt": "alt", "caption": "caption", "id": "id",
    "steps": "steps", "width": "width", "height": "height", "scale": "scale", "out-width": "width",
    "fig-width": "width", "fig-height": "height",
}  # fmt: skip
"""The names of options, Quarto's too."""
INCH: Final = 96
"""Pixels, the unit of Quarto's fig-width and fig-height."""
NAMED: Final = re.compile(r"(?:\.[\w-]+\s+)*#([\w:.-]+)")
OBJECT: Final = re.compile(r"\s*[\w-]+\s*:")
PAIR: Final = re.compile(r"(?P<key>[\w-]+)\s*:\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^,]+))")
CELL: Final = re.compile(r"\s*(?:%%|//|#)\|\s*(?P<key>[\w-]+)\s*:\s*(?P<value>.*)")
QUIET: Final = frozenset({"jinja", "numbers", "{", "}"})


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence with a diagram: its rows in the text from `first` up to `last`, what stands before it in its row, its
    source and options. `unknown` is the first word of its info line that means nothing."""

    language: str
    first: int
    last: int
    before: str
    source: str
    options: Mapping[str, str] = field(default_factory=dict)
    unknown: str = ""


def may_have_diagrams(text: str) -> bool:
    """Whether a text may hold a diagram."""
    if "```" not in text and "~~~" not in text:
        return False
    return any(("```" in row or "~~~" in row) and NAMES.search(row) for row in text.split("\n"))


def has_diagrams(deck: Deck) -> bool:
    """Whether a slide of a deck, or its notes, may hold a diagram."""
    slides = [slide for stack in deck.stacks for slide in stack]
    texts = (text for slide in slides for text in (slide.content, slide.notes) if text is not None)
    return any(may_have_diagrams(text.text) for text in texts)


def is_diagram(info: str) -> bool:
    """Whether the info line of a fence says that it holds a diagram."""
    named = LANGUAGE.match(info)
    return named is not None and named["language"].lower() in KINDS


def fences(text: str, *, definitions: bool = True) -> Iterator[Fence]:
    """Yields the fences of a text that hold a diagram. `definitions` says if its dialect has lists of definitions."""
    rows: list[str] = []
    for token in slide_tokens(text, definitions=definitions):
        if token.type != "fence" or token.map is None:
            continue
        named = LANGUAGE.match(token.info)
        language = named["language"].lower() if named is not None else ""
        if named is None or language not in KINDS:
            continue
        rows = rows or text.split("\n")
        first, last = token.map
        before = re.split(r"`{3}|~{3}", rows[first], maxsplit=1)[0]
        options, unknown = _options(token.info[named.end() :])
        source, in_cell = _cell(token.content)
        yield Fence(language, first, last, before, source, {**in_cell, **options}, unknown)


def _options(info: str) -> tuple[dict[str, str], str]:
    """The options after the language: ``{1|2} alt="..." caption="..."``."""
    found: dict[str, str] = {}
    unknown = ""
    for word in WORD.finditer(info):
        if word["key"] is not None:
            value = next((word[name] for name in ("double", "single", "bare") if word[name] is not None), "")
            if not _keep(found, word["key"], value):
                unknown = unknown or word["key"]
        elif word["braces"] is not None:
            braces = word["braces"].strip()
            if OBJECT.match(braces):  # Slidev's
                for pair in PAIR.finditer(braces):
                    _keep(found, pair["key"], (pair["double"] or pair["single"] or pair["bare"] or "").strip())
                continue
            if (named := NAMED.match(braces)) is not None:  # pandoc's {#fig-x .class}
                found["id"] = named[1]
            inner = _options(braces)[0] if "=" in braces and not re.search(r"[-.=]{2,}|\|", braces) else {}
            found |= inner or ({} if braces[:1] in (".", "#", "") else {"steps": braces})
        elif word["other"][0] == "#":
            found["id"] = word["other"][1:]
        elif word["other"] not in QUIET and word["other"][0] != ".":
            unknown = unknown or word["other"]
    return found, unknown


def _cell(content: str) -> tuple[str, dict[str, str]]:
    """The source without Quarto's options in its first lines, which become empty, and these options."""
    rows = content.removesuffix("\n").split("\n")
    found: dict[str, str] = {}
    for index, row in enumerate(rows):
        option = CELL.fullmatch(row)
        if option is None:
            break
        rows[index] = ""
        _keep(found, option["key"], option["value"].strip().strip("\"'"))
    return "\n".join(rows), found


def _keep(found: dict[str, str], key: str, value: str) -> bool:
    """Keeps an option by its own name. Returns whether there is such an option."""
    name = SPELLINGS.get(key)
    if name is not None:
        inches = key.startswith("fig-") and name in ("width", "height") and re.fullmatch(r"\d+(?:\.\d+)?", value)
        found[name] = f"{float(value) * INCH:g}px" if inches else value
    return name is not None
