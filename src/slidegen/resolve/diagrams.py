"""Draws the diagrams of a deck, or takes them from the record. A figure takes the place of each fence."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import Final

from slidegen.diagrams.base import DiagramError
from slidegen.diagrams.drawing import DiagramPicture, UnsafeDrawingError, read_drawing, read_size
from slidegen.diagrams.fences import OPTIONS, Fence, fences, may_have_diagrams
from slidegen.diagrams.kinds import kind
from slidegen.diagrams.steps import read_steps
from slidegen.errors import MissingExtraError, Problem
from slidegen.marks import PLACED
from slidegen.model import BY_MARP, Column, Provenance, Table
from slidegen.resolved import Placed, PlacedFigure, ResolvedDeck, ResolvedSlide, ResolvedText
from slidegen.results.record import Key
from slidegen.results.store import ResultStore, today

SOURCE: Final = "diagram"
COLUMNS: Final = (Column("svg", "SVG", "text"),)
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""
ALLOWED: Final = (*sorted({*OPTIONS, "jinja"} - {"steps"}),)
"""The words after the language of a fence."""
MAX_DIAGRAMS: Final = 500
"""The most diagrams of a deck."""
MAX_SECONDS: Final = 120.0
"""How long all diagrams of a deck may take that are not in the record."""


def with_diagrams(deck: ResolvedDeck, store: ResultStore) -> ResolvedDeck:
    """Returns the deck with a figure in the place of each fence that holds a diagram. Mistakes are added to its
    `problems`, and a warning for each fence whose engine is not installed."""
    placer = _Placer(deck, store)
    stacks = tuple(tuple(map(placer.slide, stack)) for stack in deck.stacks)
    return replace(
        deck,
        stacks=stacks,
        problems=(*deck.problems, *placer.problems),
        warnings=(*deck.warnings, *placer.warnings),
    )


class _Placer:
    """Places the diagrams of one deck, and collects what is wrong with them."""

    def __init__(self, deck: ResolvedDeck, store: ResultStore) -> None:
        self._deck = deck
        self._store = store
        self._count = 0
        self._end = time.monotonic() + MAX_SECONDS
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def slide(self, slide: ResolvedSlide) -> ResolvedSlide:
        notes = None if slide.notes is None else self._text(slide.notes)
        return replace(slide, content=self._text(slide.content), notes=notes)

    def _text(self, text: ResolvedText) -> ResolvedText:
        """Returns a text with marks in place of its diagrams. What stands around them keeps its lines."""
        if not may_have_diagrams(text.text):
            return text
        rows = text.text.split("\n")
        shown: list[str] = []
        lines: list[int] = []
        placed: list[Placed] = list(text.placed)
        at = 0
        for fence in fences(text.text, definitions=self._deck.dialect not in BY_MARP):
            mistakes = len(self.problems)
            figure = self._figure(fence, text)
            if figure is None and len(self.problems) == mistakes:
                continue
            shown += rows[at : fence.first]
            lines += map(text.line, range(at, fence.first))
            around = fence.before.rstrip() if not fence.before.strip(" \t>") else ""
            new = [f"{fence.before}{'' if figure is None else PLACED.mark(len(placed))}", around]
            if not fence.before.strip(" \t>"):
                new.insert(0, around)
            placed += [] if figure is None else [figure]
            shown += new
            lines += [text.line(fence.first)] * len(new)
            at = fence.last
        if at == 0:
            return text
        shown += rows[at:]
        lines += map(text.line, range(at, len(rows)))
        return ResolvedText("\n".join(shown), tuple(placed), text.source, tuple(lines))

    def _figure(self, fence: Fence, text: ResolvedText) -> PlacedFigure | None:
        """Returns the figure of a fence; None if it has a mistake, or if the fence stays as it is."""
        path, line = text.source.path, text.line(fence.first)
        source = PLACED.replace(fence.source, lambda index: text.placed[index].plain)
        about = f"the {fence.language} diagram"
        if fence.unknown and self._deck.dialect == "slidegen":
            message = f"{about}: unknown word {fence.unknown!r}; allowed: {{1|2}}, {', '.join(ALLOWED)}"
            self.problems.append(Problem(message, path, line, code="diagram"))
            return None
        self._count += 1
        try:
            picture = self._picture(fence, source)
        except DiagramError as error:
            where = line if error.row is None else text.line(fence.first + 1 + error.row)
            self.problems.append(Problem(f"{about}: {error}", path, where, code=error.code))
            return None
        except MissingExtraError as error:
            self.warnings += [
                replace(problem, message=f"{problem.message}; until then the diagram is shown as code").at(path, line)
                for problem in error.problems
            ]
            return None
        self._note(fence, source, picture, text)
        caption = fence.options.get("caption")
        name = fence.options.get("id") or fence.options.get("alt") or caption or picture.named[0]
        return PlacedFigure(name, fence.language, picture, (), False, caption=caption, steps=bool(picture.steps))

    def _note(self, fence: Fence, source: str, picture: DiagramPicture, text: ResolvedText) -> None:
        """Warns of what the diagram asks for and does not get."""
        notes = [*kind(fence.language).notes(source), *((-1, note) for note in picture.notes)]
        self.warnings += [
            Problem(
                f"the {fence.language} diagram: {note.rstrip('.')}",
                text.source.path,
                text.line(fence.first + 1 + row),
                code="diagram-part",
            )
            for row, note in notes
        ]

    def _picture(self, fence: Fence, source: str) -> DiagramPicture:
        """Returns the picture of a fence. Raises DiagramError, MissingExtraError."""
        if not source.strip():
            raise DiagramError("it is empty; write the diagram, or leave out the fence")
        if (wrong := CONTROL.search(source)) is not None:
            row = source.count("\n", 0, wrong.start())
            raise DiagramError(f"holds the character U+{ord(wrong[0]):04X}; remove it", row)
        if self._count > MAX_DIAGRAMS:
            raise DiagramError(f"a deck has at most {MAX_DIAGRAMS} diagrams", code="limit")
        options, size = fence.options, read_size(fence.options)
        svg = self._drawn(fence.language, source)
        try:
            picture = read_drawing(svg, options.get("alt"), options.get("caption"), fence.language)
            return self._stepped(replace(picture, size=size), fence, source)
        except UnsafeDrawingError as error:
            raise DiagramError(
                f"the drawing in the record cannot be used: {error}; build with --refresh", code="record-file"
            ) from None

    def _stepped(self, picture: DiagramPicture, fence: Fence, source: str) -> DiagramPicture:
        """Returns the picture with the steps of its fence. Raises DiagramError."""
        if "steps" not in fence.options:
            return picture
        steps = read_steps(fence.options["steps"], source, picture.parts, kind(fence.language).rows)
        return replace(picture, steps=steps)

    def _drawn(self, language: str, source: str) -> str:
        """Returns the SVG of a diagram, from the record if it is there, whatever version of the engine drew it."""
        engine, store = kind(language), self._store
        parameters = json.dumps({"kind": engine.name, "text": source}, sort_keys=True, separators=(",", ":"))
        key = Key(SOURCE, engine.settings, parameters, ())
        table = None if store.mode == "refresh" else store.record.find(key)
        if table is not None and table.columns == COLUMNS and len(table.rows) == 1:
            return str(table.rows[0][0])
        if store.mode == "frozen":
            raise DiagramError("frozen: the record does not have it; build without --frozen", code="frozen")
        if time.monotonic() > self._end:
            raise DiagramError(f"the diagrams of the deck take longer than {MAX_SECONDS:g} s together", code="limit")
        svg = engine.draw(source)
        version = engine.version()
        versions = {} if version is None else {version[0]: version[1]}
        store.record.keep(key, Table(COLUMNS, ((svg,),), Provenance(SOURCE, versions=versions)), today())
        return svg
