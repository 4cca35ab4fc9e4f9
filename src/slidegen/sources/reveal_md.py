"""reveal-md's dialect, which is reveal.js' own Markdown: separators, notes, and comments that set attributes.

The rules are those of reveal.js' Markdown plugin (plugin/markdown) and of reveal-md's documentation. slidegen renders
the deck itself, in its own look.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from slidegen.errors import DeckError, Problem
from slidegen.markup import attributes_of
from slidegen.model import Background, Deck, Slide, SlideOptions, Text
from slidegen.scan import Piece
from slidegen.sources.markdown_file import Choice, MarkdownFile
from slidegen.sources.reveal_themes import nearest_theme
from slidegen.sources.size import parse_size
from slidegen.sources.slidify import Part, SeparatorError, Separators, slidify

SLIDE: Final = re.compile(r"\s*\.slide:")
LEFT_OUT: Final = {
    "css": "its rules are not in the deck; write them in <style>, or in a theme of slidegen's",
    "scripts": "no program is loaded; --allow-scripts keeps those in the deck's own HTML",
    "preprocessor": "no program of a deck is run",
    "template": "the page is slidegen's own",
}
"""Keys of reveal-md that are not supported, and why."""
BACKGROUND: Final = {
    f"data-background-{name}": name for name in ("color", "gradient", "image", "size", "position", "repeat", "opacity")
}
IMAGE: Final = re.compile(r"^(?:https?:|file:|//)|\.(?:svg|png|jpe?g|gif|bmp|webp|avif)(?:[?#\s]|$)", re.IGNORECASE)
"""A value of `data-background` that is a picture and not a colour, by reveal.js' rule."""
ALLOWED: Final = re.compile(
    r"data-(?!markdown$|separator)[\w.:-]+|style|lang|dir|title|role|aria-[a-z]+|hidden|tabindex"
)
VISIBILITY: Final[dict[str, Literal["hidden", "uncounted"]]] = {"hidden": "hidden", "uncounted": "uncounted"}
SEPARATORS: Final = ("separator", "verticalSeparator", "notesSeparator")
SIDES: Final = ("width", "height")


def parse(file: MarkdownFile, choice: Choice, slide_level: int | None = None) -> Deck:  # noqa: ARG001 - no heading does
    """Returns the deck of a file.

    Raises:
        DeckError: a separator is not a regular expression of JavaScript.
    """
    warnings: list[Problem] = []
    options = replace(
        file.options,
        theme=_theme(file, warnings),
        size=_size(file, warnings),
        reveal=_reveal(file),
        slide_number=False,
        lines=_lines(file),
    )
    warnings += (
        file.problem(f"{key}: is left out; {why}", key, code="not-applied")
        for key, why in LEFT_OUT.items()
        if key in file.given
    )
    return file.deck(choice, options, tuple(_stacks(file, warnings)), warnings)


def _theme(file: MarkdownFile, warnings: list[Problem]) -> str:
    name = file.own.theme
    if name is None:
        return "auto"
    found = None if name.endswith(".css") else nearest_theme(name)
    if found is not None:
        return found
    warnings.append(
        file.problem(f"unknown theme {name!r}; the deck is built with theme: auto", "theme", code="unknown-theme")
    )
    return "auto"


def _options(file: MarkdownFile) -> Mapping[str, Any]:
    given = file.given.get("revealOptions")
    return given if isinstance(given, dict) else {}


def _reveal(file: MarkdownFile) -> Mapping[str, Any]:
    """Returns the options for reveal.js. slidegen's own key overrides `revealOptions`."""
    options = {key: value for key, value in _options(file).items() if key not in SIDES}
    return {**options, **file.own.reveal}


def _shows_hidden(file: MarkdownFile) -> bool:
    """Whether reveal.js shows hidden slides, which are on the page then."""
    return _reveal(file).get("showHiddenSlides") is True


def _size(file: MarkdownFile, warnings: list[Problem]) -> tuple[int, int]:
    """Returns the size of slides. `revealOptions` may set its sides; reveal.js' default is 960 by 700."""
    sides = [_options(file).get(side) for side in SIDES]
    if sides == [None, None]:
        return parse_size("16:9")
    width, height = (side if side is not None else usual for side, usual in zip(sides, (960, 700), strict=True))
    try:
        return parse_size(f"{width}x{height}")
    except ValueError as error:
        message = f"width and height are {width} and {height}, and {error}"
        warnings.append(file.problem(message, "revealOptions", SIDES[sides[0] is None], code="wrong-value"))
        return parse_size("16:9")


def _lines(file: MarkdownFile) -> Mapping[str, int]:
    lines = dict(file.lines())
    return {key.replace("revealOptions.", "reveal."): line for key, line in lines.items()} | lines


def _separators(file: MarkdownFile) -> Separators:
    given = {key: value for key in SEPARATORS if (value := file.text(key))}
    usual = Separators()
    return Separators(
        beside=given.get("separator", usual.beside),
        below=given.get("verticalSeparator", usual.below),
        notes=given.get("notesSeparator", usual.notes),
    )


def _stacks(file: MarkdownFile, warnings: list[Problem]) -> list[list[Slide]]:
    try:
        parts = list(slidify(file.body, file.pieces, _separators(file)))
    except SeparatorError as error:
        named = [key for key in file.given if key in SEPARATORS]
        key = str(error).partition(":")[0]
        raise DeckError([file.problem(str(error), key if key in named else named[0], code="wrong-value")]) from None
    comments = [(piece, comment) for piece, comment in file.comments() if SLIDE.match(comment)]
    places = [piece.start for piece, _ in comments]
    stacks: list[list[Slide]] = []
    for part in parts:
        mine = comments[bisect_left(places, part.start) : bisect_left(places, part.end)]
        slide = _slide(file, part, mine, warnings)
        warnings += (
            Problem(
                f"{mark!r} is text of the slide's notes, which begin above it",
                file.name,
                file.line_at(end),
                code="not-applied",
            )
            for start, end in part.marks[1:2]
            if (mark := file.body[start:end].strip())
        )
        if part.below and stacks:
            stacks[-1].append(slide)
        else:
            stacks.append([slide])
    return stacks


def _slide(file: MarkdownFile, part: Part, comments: list[tuple[Piece, str]], warnings: list[Problem]) -> Slide:
    options = SlideOptions()
    for piece, comment in comments:
        options = _with(options, SLIDE.sub("", comment, count=1), file, piece, warnings)
    end = part.notes[0] if part.notes else part.end
    content = _without(file, part.start, end, [piece for piece, _ in comments if piece.end <= end])
    notes = file.part(part.notes[1], part.end) if part.notes else None
    return Slide(content, options, notes)


def _without(file: MarkdownFile, start: int, end: int, pieces: list[Piece]) -> Text:
    """Returns a part of the body without some comments in it. Their newlines stay."""
    parts: list[str] = []
    at = start
    for piece in pieces:
        parts += [file.body[at : piece.start], "\n" * file.body.count("\n", piece.start, piece.end)]
        at = piece.end
    return Text("".join((*parts, file.body[at:end])), file.name, file.line_at(start))


def _with(options: SlideOptions, text: str, file: MarkdownFile, piece: Piece, warnings: list[Problem]) -> SlideOptions:
    """Returns a slide's options with the attributes of a comment."""
    background = options.background or Background()
    attributes, lines = dict(options.attributes), dict(options.lines)
    line = file.line_at(piece.start)
    for name, value in attributes_of(text).items():
        if name == "id":
            options = replace(options, id=value)
        elif name == "class":
            options = replace(options, classes=(*options.classes, *value.split()))
        elif name == "data-visibility" and value in VISIBILITY and not _shows_hidden(file):
            options = replace(options, visibility=VISIBILITY[value])
        elif name == "data-background":
            kind = "image" if IMAGE.search(value) else "gradient" if "gradient(" in value else "color"
            background = _changed(background, kind, value)
            lines[f"data-background-{kind}"] = line
        elif name in BACKGROUND:
            background = _changed(background, BACKGROUND[name], _number(value) if "opacity" in name else value)
            lines[name] = line
        elif ALLOWED.fullmatch(name):
            attributes[name], lines[name] = value, line
        else:
            message = f"the attribute {name!r} is left out: a slide cannot have it"
            warnings.append(Problem(message, file.name, line, code="not-applied"))
    used = background if background != Background() else None
    return replace(options, background=used, attributes=attributes, lines=lines)


def _changed(background: Background, key: str, value: Any) -> Background:
    return replace(background, **{key: value})


def _number(value: str) -> float | None:
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return None
