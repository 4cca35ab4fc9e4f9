"""Slides of one renderer for decks of the other: what Marp's dialect says by comments and pictures becomes options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from slidegen.errors import DeckError, Problem
from slidegen.including.comments import may_include
from slidegen.model import Background, Slide, SlideOptions, Text
from slidegen.scan import scan
from slidegen.sources.directives import DIRECTIVE, LOCAL
from slidegen.sources.markdown_file import LOOSE, quoted
from slidegen.yaml_tree import parse_yaml

IMAGE: Final = re.compile(
    r"!\[(?P<alt>[^\[\]\n]*)\]\((?P<url><[^<>\n]+>|(?:[^\s()]|\([^\s()]*\))+)(?P<title>[ \t]+\"[^\"\n]*\")?\)"
)
SIDE: Final = re.compile(r"(left|right)(?::[\d.]+%)?")
SIZED: Final = re.compile(r"(?P<key>w|h|width|height):(?P<value>[\d.]+(?:px|%|em|rem|cm|mm|in|pt)?)")
OWN: Final = frozenset({"minutes", "when", "check"})
BACKGROUND: Final = {
    "backgroundColor": "color",
    "backgroundImage": "image",
    "backgroundSize": "size",
    "backgroundPosition": "position",
    "backgroundRepeat": "repeat",
}
URL: Final = re.compile(r"url\(\s*[\"']?(.*?)[\"']?\s*\)")


def from_marp(slides: Iterable[Slide]) -> Iterator[tuple[Slide, list[Problem]]]:
    """Yields slides in Marp's dialect as slidegen's renderer reads them, with warnings of what has no equivalent."""
    lasting: dict[str, Any] = {}
    for slide in slides:
        yield _Reader(slide, lasting).read()


class _Reader:
    """Reads one slide. `lasting` are the directives of the slides before that still hold."""

    def __init__(self, slide: Slide, lasting: dict[str, Any]) -> None:
        self.slide = slide
        self.lasting = lasting
        self.own: dict[str, Any] = {}
        self.notes: list[tuple[str, int]] = []
        self.warnings: list[Problem] = []
        self.side: str | None = None
        self.image: str | None = None

    def read(self) -> tuple[Slide, list[Problem]]:
        text = self.slide.content
        parts = []
        row = 0
        for piece in scan(text.text):
            part = text.text[piece.start : piece.end]
            if piece.kind == "comment" and part.endswith("-->") and not may_include(part):
                self._comment(part[4:-3].strip("-"), text, row)
                part = "\n" * part.count("\n")
            elif piece.kind == "prose":
                part = IMAGE.sub(self._image, part)
            parts.append(part)
            row += part.count("\n")
        content = replace(text, text="".join(parts))
        options, footer = self._options({**self.lasting, **self.own})
        notes = self.slide.notes
        if self.notes:
            rows, lines = zip(*self.notes, strict=True)
            notes = Text("\n".join(rows), text.path, lines[0], lines)
        return replace(self.slide, content=content, notes=notes, options=options, footer=footer), self.warnings

    def _comment(self, comment: str, text: Text, row: int) -> None:
        rows = comment.split("\n")
        filled = [one for one in rows if one.strip()]
        if not filled or comment.strip() == "fit":
            return
        if not all(map(DIRECTIVE.fullmatch, filled)):
            self.notes += [("", text.line_of(row))] if self.notes else []
            self.notes += [(one.strip(), text.line_of(row + at)) for at, one in enumerate(rows) if one.strip()]
            return
        for key, value in _mapping(comment, text.path).items():
            name = key.removeprefix("_")
            if name in LOCAL:
                (self.own if key.startswith("_") else self.lasting)[name] = value
            elif name not in OWN:
                what = f"{key}: is not applied on slides that another deck includes"
                self.warnings.append(Problem(what, text.path, text.line_of(row), code="not-applied"))

    def _image(self, match: re.Match[str]) -> str:
        words = match["alt"].split()
        if "bg" in words:
            side = next((found[1] for word in words if (found := SIDE.fullmatch(word))), None)
            if side is not None and self.side is None:
                self.side = side
                return f"![]({match['url']})"
            self.image = match["url"].strip("<>")
            return ""
        sizes = {found["key"][0]: found["value"] for word in words if (found := SIZED.fullmatch(word))}
        if not sizes:
            return match[0]
        alt = " ".join(word for word in words if not SIZED.fullmatch(word))
        given = " ".join(f"{'width' if key == 'w' else 'height'}={value}" for key, value in sizes.items())
        return f"![{alt}]({match['url']}{match['title'] or ''}){{{given}}}"

    def _options(self, given: Mapping[str, Any]) -> tuple[SlideOptions, Text | None]:
        """The options that the directives stand for, and the footer."""
        options, text = self.slide.options, self.slide.content
        background: dict[str, Any] = {part: str(given[key]) for key, part in BACKGROUND.items() if given.get(key)}
        image = background.pop("image", "")
        if found := URL.fullmatch(image):
            background["image"] = found[1]
        elif image:
            background["gradient"] = image
        if self.image is not None:
            background["image"] = self.image
        names = given.get("class") or ()
        layout = None if self.side is None else "image-left" if self.side == "left" else "image-right"
        options = replace(
            options,
            background=Background(**background) if background else options.background,
            classes=(*options.classes, *(names.split() if isinstance(names, str) else map(str, names))),
            layout=options.layout or layout,  # type: ignore[arg-type]
            slide_number=options.slide_number and given.get("paginate", True) not in (False, "skip", "hold"),
        )
        for key in ("header", "color", "transition"):
            if given.get(key):
                what = f"{key}: is not applied on slides that another deck includes"
                self.warnings.append(Problem(what, text.path, text.line, code="not-applied"))
        footer = given.get("footer")
        if footer == "":
            return replace(options, footer=False), None
        return options, self.slide.footer if footer is None else Text(str(footer), text.path, text.line)


def to_marp(slide: Slide) -> tuple[Slide, list[Problem]]:
    """Returns a slide of slidegen's own dialect as marp-core reads it, with a warning of what has no equivalent."""
    options, text = slide.options, slide.content
    given: dict[str, str] = {}
    if options.classes:
        given["_class"] = " ".join(options.classes)
    if (background := options.background) is not None:
        image = background.gradient or (f'url("{background.image}")' if background.image else None)
        values = {"Color": background.color, "Image": image, "Size": background.size}
        values |= {"Position": background.position, "Repeat": background.repeat}
        given |= {f"_background{key}": value for key, value in values.items() if value is not None}
    if video := options.attributes.get("data-background-video"):
        given["_backgroundImage"] = f'url("{video}")'
    if slide.footer is not None:
        given["_footer"] = slide.footer.text
    elif not options.footer:
        given["_footer"] = ""
    rows = [f"{key}: '{value.replace(chr(39), chr(39) * 2)}'" for key, value in given.items()]
    rows += [] if options.slide_number else ["_paginate: false"]
    before = ["<!--", *rows, "-->", ""] if rows else []
    notes = [] if slide.notes is None else ["", "<!--", *slide.notes.text.replace("-->", "-- >").split("\n"), "-->"]
    content = text.text.split("\n")
    lines = [text.line] * len(before) + [text.line_of(row) for row in range(len(content))]
    if slide.notes is not None:
        count = slide.notes.text.count("\n") + 1
        lines += [lines[-1]] * 2 + [slide.notes.line_of(row) for row in range(count)] + [lines[-1]]
    made = Text("\n".join((*before, *content, *notes)), text.path, text.line, tuple(lines))
    lost = {"layout": options.layout, "transition": options.transition, "id": options.id}
    names = [key for key, value in lost.items() if value is not None]
    problems = []
    if names:
        what = f"{', '.join(names)}: not applied, because a deck that marp-core renders includes the slide"
        problems.append(Problem(what, text.path, text.line, code="not-applied"))
    kept = SlideOptions(attributes=options.attributes, lines=options.lines, visibility=options.visibility)
    return replace(slide, content=made, options=kept, notes=None, footer=None), problems


def _mapping(comment: str, path: str) -> dict[str, Any]:
    try:
        value = parse_yaml(LOOSE.sub(quoted, comment), path).value
    except DeckError:
        return {}
    return value if isinstance(value, dict) else {}
