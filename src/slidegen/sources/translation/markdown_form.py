"""A translated deck as a Markdown deck in reveal-md's dialect, the one of Markdown that can say the most of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

import yaml

from slidegen.errors import Problem
from slidegen.scan import CODE, scan
from slidegen.sources.size import parse_size
from slidegen.sources.translation import TranslatedDeck, TranslatedSlide
from slidegen.sources.translation.deck import text_of
from slidegen.sources.translation.yaml_form import WIDTH, told

UNSAID: Final = ("footer", "incremental", "size", "slide_number")
"""Keys of a deck that a front matter does not have."""
SEPARATOR: Final = re.compile(r"^(?:---|----|-v-)[ \t]*$")
NOTE: Final = re.compile(r"^[ \t]*notes?(?=:)", re.IGNORECASE)
FLAGS: Final = {"auto_animate": "data-auto-animate"}
NAMED: Final = {"id": "id", "class": "class", "transition": "data-transition", "visibility": "data-visibility"}


def markdown_form(translated: TranslatedDeck) -> tuple[str, tuple[Problem, ...]]:
    """The deck as Markdown, with a comment where something was lost; and what this form cannot say, with its line."""
    keys = translated.keys
    unsaid = [_unsaid(translated, key, translated.lines.get(key)) for key in ("footer", "incremental") if keys.get(key)]
    head = {key: value for key, value in keys.items() if key not in UNSAID}
    reveal = dict(keys.get("reveal", {}))
    if keys.get("slide_number", True):
        reveal.setdefault("slideNumber", "c/t")
    head |= {"dialect": "reveal", **({"reveal": reveal} if reveal else {})}
    if "size" in keys:
        width, height = parse_size(keys["size"])
        head["revealOptions"] = {"width": width, "height": height}
    dumped = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=WIDTH)
    comment = f"# From {translated.source.path.name}, by slidegen import.\n"
    slides = list(_slides(translated, unsaid))
    return f"---\n{comment}{dumped}---\n\n{''.join(slides)}", tuple(unsaid)


def _slides(translated: TranslatedDeck, unsaid: list[Problem]) -> Iterator[str]:
    losses = sorted(translated.losses, key=lambda loss: loss.line or 0, reverse=True)
    slides = [(slide, below) for stack in translated.stacks for below, slide in enumerate(stack)]
    for number, (slide, below) in enumerate(slides):
        if number:
            yield "\n----\n\n" if below else "\n---\n\n"
        after = slides[number + 1][0].line if number + 1 < len(slides) else None
        while losses and (after is None or (losses[-1].line or 0) < after):
            said = told(losses.pop(), translated).replace("--", "- -")
            yield f"<!-- {said} -->\n"
        yield _attributes(slide, translated, unsaid)
        yield _kept(text_of(slide.content))
        if slide.notes:
            yield f"\nNote:\n\n{_kept(text_of(slide.notes))}"


def _attributes(slide: TranslatedSlide, translated: TranslatedDeck, unsaid: list[Problem]) -> str:
    """The comment that gives a slide its options."""
    given: dict[str, Any] = dict(slide.options.get("attributes", {}))
    for key, value in slide.options.items():
        if key in NAMED:
            given[NAMED[key]] = value if isinstance(value, str) else " ".join(value)
        elif key in FLAGS:
            given |= {FLAGS[key]: ""} if value else {}
        elif key == "background":
            given |= _background(value)
        elif key == "slide_number" and value is False:
            given["data-state"] = f"{given.get('data-state', '')} no-slide-number".strip()
        elif key != "attributes":
            unsaid.append(_unsaid(translated, key, slide.lines.get(key, slide.line)))
    shown = "".join(f' {name}="{escape(str(value))}"' for name, value in given.items())
    return f"<!-- .slide:{shown} -->\n" if given else ""


def _background(value: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"data-background": value}
    return {f"data-background-{key}": one for key, one in value.items() if key != "dark"}


def _unsaid(translated: TranslatedDeck, key: str, line: int | None) -> Problem:
    return Problem(
        f"{key}: is left out; Markdown decks have no such option, --to yaml has", translated.source.name, line
    )


def _kept(text: str) -> str:
    """A slide's text in which nothing outside code separates slides or begins notes."""
    rows = text.split("\n")
    if not any(SEPARATOR.match(row) or NOTE.match(row) for row in rows):
        return text
    code, at = set(), 0
    for piece in scan(text):
        rows_in = text.count("\n", piece.start, piece.end)
        if piece.kind in CODE | {"comment"}:
            code |= set(range(at, at + rows_in + 1))
        at += rows_in
    return "\n".join(row if number in code else _row(row) for number, row in enumerate(rows))


def _row(row: str) -> str:
    return "***" if SEPARATOR.match(row) else NOTE.sub(lambda found: f"{found[0]}\\", row)
