"""Slides of other files: puts them in the place of `include:`, each with the lines and the values of its own file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

from slidegen.build_options import BuildOptions
from slidegen.errors import DeckError, Problem, nearest
from slidegen.files import follow
from slidegen.including.comments import Found, divided, includes_in, may_include, rows_of
from slidegen.including.dialects import from_marp, to_marp
from slidegen.including.numbers import IncludeError, chosen
from slidegen.including.reading import Reader, of_include, without_title
from slidegen.model import Background, Deck, Include, Part, Slide, Source, Text
from slidegen.progress import Step
from slidegen.relocate import relocated, relocated_path
from slidegen.slide_lines import WHEN

Span = tuple[int, int]
"""The first and the last line of a slide in its file."""
LAST: Final = 10**9
OF_DECKS: Final = ("theme", "size", "scheme", "footer", "reveal", "appendix", "claims", "minutes", "lang")
"""Options that hold for a whole deck, and so not for a file that is included."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A slide and its lines."""

    slide: Slide
    span: Span


def with_includes(deck: Deck, options: BuildOptions) -> Deck:
    """Returns a deck with the slides that it includes. Mistakes are added to its `problems`."""
    slides = [slide for stack in deck.stacks for slide in stack]
    if not any(slide.include or may_include(slide.content.text) for slide in slides):
        return deck
    return _Includer(deck, options).deck()


class _Includer:
    """Includes slides in one deck, and collects the mistakes."""

    def __init__(self, deck: Deck, options: BuildOptions) -> None:
        self._deck = deck
        self._options = options
        self._reader = Reader(options)
        self._parts: list[Part] = []
        self._sources: dict[str, Source] = {}
        self._files: dict[str, bytes] = dict(deck.source.files)
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []

    def deck(self) -> Deck:
        deck = self._deck
        stacks = self._stacks(deck, 0, (follow(deck.source.path),))
        if not self._parts and not self._problems:
            return deck
        return replace(
            deck,
            source=replace(deck.source, parts=self._sources, files=self._files),
            stacks=tuple(tuple(one.slide for one in stack) for stack in stacks),
            slide_lines=tuple(one.span for stack in stacks for one in stack),
            parts=tuple(self._parts),
            problems=(*deck.problems, *self._problems),
            warnings=(*deck.warnings, *dict.fromkeys(self._warnings)),
        )

    def _stacks(self, deck: Deck, part: int, around: tuple[Path, ...]) -> list[list[_Placed]]:
        """The slides of a deck with those that it includes."""
        spans = _spans(deck)
        made: list[list[_Placed]] = []
        for stack in deck.stacks:
            found = [group for slide in stack for group in self._groups(slide, next(spans, (0, 0)), deck, part, around)]
            if len(stack) == 1:  # an include in a stack fills the stack, else each of its slides stands alone
                made += found
            else:
                made.append([one for group in found for one in group])
        return [stack for stack in made if stack]

    def _groups(
        self, slide: Slide, span: Span, deck: Deck, part: int, around: tuple[Path, ...]
    ) -> Iterator[list[_Placed]]:
        """Yields what stands in the place of a slide, stack by stack."""
        found = includes_in(slide.content, deck.dialect)
        read: dict[int, list[list[_Placed]]] = {}  # by the line of the include
        for one in reversed(found):
            groups = self._included(_of_slide(one.include, slide, deck), deck, part, around, one.inside)
            if one.inside and (text := _fragment(groups)) is not None:
                slide = replace(slide, content=_spliced(slide.content, one, text))
            else:
                read[one.include.line] = groups
        for piece in divided(slide, includes_in(slide.content, deck.dialect)) if read else [slide]:
            if piece.include is None:
                yield [_Placed(replace(piece, part=part), span)]
            elif piece.include.line in read:
                yield from read[piece.include.line]
            else:
                yield from self._included(piece.include, deck, part, around)

    def _included(
        self, include: Include, host: Deck, part: int, around: tuple[Path, ...], inside: bool = False
    ) -> list[list[_Placed]]:
        """The slides of a file, stack by stack; none with a mistake."""
        try:
            path, deck = self._reader.deck(include, host, around)
            deck = self._adapted(without_title(deck) if inside else deck)
            number = self._part(deck, include, part)
            groups = self._stacks(deck, number, (*around, follow(path)))
            count = sum(map(len, groups))
            wanted = set(chosen(include.slides, count, include.file))
        except IncludeError as error:
            self._problems.append(of_include(include, error))
            return []
        except DeckError as error:
            self._problems += error.problems
            return []
        at = iter(range(count))
        kept = [[one for one in group if next(at) in wanted] for group in groups]
        return [group for group in kept if group]

    def _part(self, deck: Deck, include: Include, within: int) -> int:
        """Adds a file to the parts of the deck, and returns its number."""
        unknown = [name for name in include.given if deck.variables and name not in deck.variables]
        for name in unknown:
            message = f"include: {include.file!r} has no variable {name!r}; {nearest(name, deck.variables)}"
            line = include.lines.get((name,), include.line)
            self._problems.append(Problem(message, include.path, line, code="unknown-name"))
        self._problems += deck.problems
        self._warnings += deck.warnings
        given = {name: value for name, value in include.given.items() if name not in unknown}
        deck = replace(deck, templated=deck.templated or bool(given))
        self._parts.append(
            Part(replace(deck, stacks=(), problems=(), warnings=()), replace(include, given=given), within)
        )
        self._sources[deck.source.name] = deck.source
        self._tell_ignored(deck)
        return len(self._parts)

    def _tell_ignored(self, deck: Deck) -> None:
        """Says which options of an included file do not hold, because they are about whole decks."""
        lines = deck.options.lines
        differing = [
            key
            for key in OF_DECKS
            if key in lines and getattr(deck.options, key, None) != getattr(self._deck.options, key, None)
        ]
        if deck.footer is not None:
            differing.append("footer")
        if differing:
            what = (
                f"{deck.source.name}: {', '.join(differing)}: not applied on the slides that {self._deck.source.name}"
            )
            self._options.progress(Step(f"{what} includes", detail=True))

    def _adapted(self, deck: Deck) -> Deck:
        """A deck whose slides the renderer of the including deck reads, with paths from the folder of that deck.

        Raises:
            IncludeError: slides of that dialect are not possible there.
        """
        folder = os.path.relpath(deck.source.project.folder, self._deck.source.project.folder)
        prefix = "" if folder == "." else f"{Path(folder).as_posix()}/"
        self._files |= {f"{prefix}{name}": data for name, data in deck.source.files.items()}
        stacks: Sequence[Sequence[Slide]] = deck.stacks
        if self._deck.marp is None and deck.marp is not None:
            flat = [slide for stack in deck.stacks for slide in stack]
            read = list(from_marp(flat))
            stacks = [[slide] for slide, _ in read]
            deck = replace(deck, warnings=(*deck.warnings, *(one for _, told in read for one in told)), marp=None)
        elif self._deck.marp is not None and deck.marp is None:
            if deck.dialect != "slidegen":
                message = f"a deck that marp-core renders cannot include {deck.dialect}'s Markdown; write it in YAML"
                raise IncludeError(message)
            pairs = [[to_marp(slide) if slide.include is None else (slide, []) for slide in stack] for stack in stacks]
            told = [one for stack in pairs for _, some in stack for one in some]
            stacks = [[slide for slide, _ in stack] for stack in pairs]
            deck = replace(deck, warnings=(*deck.warnings, *told))
        lang = deck.options.lang if deck.options.lang != self._deck.options.lang else None
        moved = [[_moved(_speaking(slide, lang), folder) for slide in stack] for stack in stacks]
        return replace(deck, stacks=tuple(map(tuple, moved)))


def _of_slide(include: Include, slide: Slide, deck: Deck) -> Include:
    """An include in the text of a slide, whose condition holds for it, too."""
    if not deck.templated:  # told with the other conditions of such a deck
        return include
    return include.under(slide.options.attributes.get(WHEN), slide.options.lines.get(WHEN, slide.content.line))


def _spans(deck: Deck) -> Iterator[Span]:
    """Yields the lines of each slide; without `slide_lines`, a slide ends where the next one begins."""
    if deck.slide_lines is not None:
        yield from deck.slide_lines
        return
    slides = [slide for stack in deck.stacks for slide in stack]
    starts = sorted({slide.content.line for slide in slides})
    ends = dict(zip(starts, [*(start - 1 for start in starts[1:]), LAST], strict=True))
    for slide in slides:
        yield slide.content.line, ends[slide.content.line]


def _fragment(groups: list[list[_Placed]]) -> Text | None:
    """The text of a file that has no slide of its own: one without a heading. None for any other."""
    slides = [one.slide for group in groups for one in group]
    if len(slides) != 1 or slides[0].content.text.lstrip().startswith(("#", "---")):
        return None
    return slides[0].content


def _spliced(text: Text, found: Found, inner: Text) -> Text:
    """A text with the rows of another one in the place of an include, whose line they get."""
    rows = text.text.split("\n")
    new = inner.text.strip("\n").split("\n")
    before, after = rows_of(text, 0, found.first), rows_of(text, found.last, len(rows))
    lines = [text.line_of(row) for row in range(found.first)] + [found.include.line] * len(new)
    lines += [text.line_of(row) for row in range(found.last, len(rows))]
    parts = [*([before.text] if found.first else []), *new, *([after.text] if found.last < len(rows) else [])]
    return Text("\n".join(parts), text.path, text.line, tuple(lines))


def _speaking(slide: Slide, lang: str | None) -> Slide:
    """A slide that says its language, if that is another one than the deck's."""
    if lang is None or "lang" in slide.options.attributes:
        return slide
    attributes: Mapping[str, str] = {**slide.options.attributes, "lang": lang}
    return replace(slide, options=replace(slide.options, attributes=attributes))


def _moved(slide: Slide, folder: str) -> Slide:
    """A slide with the paths of its files from the folder of the including deck."""
    if folder == ".":
        return slide
    content, notes, footer = (
        None if text is None else replace(text, text=relocated(text.text, folder))
        for text in (slide.content, slide.notes, slide.footer)
    )
    options = slide.options
    if options.background is not None and options.background.image is not None:
        background = {one.name: getattr(options.background, one.name) for one in fields(Background)}
        image = relocated_path(options.background.image, folder)
        options = replace(options, background=Background(**{**background, "image": image}))
    attributes = {
        key: relocated_path(value, folder) if key.startswith("data-background-") and "." in value else value
        for key, value in options.attributes.items()
    }
    assert content is not None
    return replace(slide, content=content, notes=notes, footer=footer, options=replace(options, attributes=attributes))
