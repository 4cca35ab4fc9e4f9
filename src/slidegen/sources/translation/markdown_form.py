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
from slidegen.sources.translation.yaml_form import WIDTH, loss_comment, placed

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
    lost, losses = placed(translated)
    if _is_title(translated):  # a comment among its words would take its layout from it
        lost, losses = [*lost, *losses[0]], [[], *losses[1:]]
    comments = [
        f"From {translated.source.path.name}, by slidegen import.",
        *(loss_comment(loss, translated) for loss in lost),
    ]
    shown = "".join(f"# {comment}\n" for comment in comments)
    slides = list(_slides(translated, losses, unsaid))
    return f"---\n{shown}{dumped}---\n\n{''.join(slides)}", tuple(unsaid)


def _is_title(translated: TranslatedDeck) -> bool:
    return translated.stacks[0][0].options.get("layout") == "title"


def _slides(translated: TranslatedDeck, losses: list[list[Problem]], unsaid: list[Problem]) -> Iterator[str]:
    slides = [(slide, below) for stack in translated.stacks for below, slide in enumerate(stack)]
    for number, (slide, below) in enumerate(slides):
        if number:
            yield "\n----\n\n" if below else "\n---\n\n"
        yield _attributes(slide, translated, unsaid)
        yield _kept(text_of(slide.content))
        for loss in losses[number]:
            yield f"\n<!-- {loss_comment(loss, translated).replace('--', '- -')} -->\n"
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
        elif key != "attributes" and not (value == "title" and slide is translated.stacks[0][0]):
            unsaid.append(_unsaid(translated, key, slide.lines.get(key, slide.line)))
    shown = "".join(f' {name}="{escape(str(value))}"' for name, value in given.items())
    return f"<!-- .slide:{shown} -->\n" if given else ""


def _background(value: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"data-background": value}
    return {f"data-background-{key}": one for key, one in value.items() if key != "dark"}


def _unsaid(translated: TranslatedDeck, key: str, line: int | None) -> Problem:
    return Problem(
        f"{key}: is left out; Markdown decks have no such option, --to yaml has",
        translated.source.name,
        line,
        code="not-applied",
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
