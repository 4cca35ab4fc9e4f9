"""YAML decks: `parse` turns a source into a Deck, and reports all mistakes of the file together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, cast

from slidegen.bibliography import CITING_KEYS, Bibliography
from slidegen.checks.rule import IGNORED
from slidegen.errors import DeckError, KeyPath, Problem
from slidegen.house_keys import House
from slidegen.model import (
    Background,
    Deck,
    DeckOptions,
    FigureDeclaration,
    Include,
    Slide,
    SlideOptions,
    Source,
    TableDeclaration,
    Text,
)
from slidegen.slide_lines import WHEN
from slidegen.slide_options import AUTO_ANIMATE
from slidegen.sources.base import ParseOptions, SourceFormat
from slidegen.sources.dates import impossible_date
from slidegen.sources.plain_yaml import plain_deck
from slidegen.sources.size import parse_size
from slidegen.timing import BUDGET
from slidegen.yaml_slides import parse_deck
from slidegen.yaml_tree import YamlTree

if TYPE_CHECKING:
    from slidegen.sources.front_matter import HeadModel
    from slidegen.sources.schema import (
        BackgroundModel,
        DeckModel,
        FigureModel,
        IncludeModel,
        SlideModel,
        TableModel,
    )

HOUSE = ("accent", "fonts", "logo", "brand")
OPTIONS = tuple(
    (key,)
    for key in (
        *("title", "theme", "scheme", "format", "minutes", "appendix", "claims", "reveal", "lang", "hyphenate"),
        *CITING_KEYS,
        *HOUSE,
    )
)


def parse(source: Source, options: ParseOptions) -> Deck:
    """Parses a YAML deck. The `problems` of the deck are all mistakes in its keys.

    Raises:
        DeckError: with every mistake of a file that is not usable at all.
    """
    tree = parse_deck(source.text, source.name, options.memo)
    if not isinstance(tree.value, dict):
        raise DeckError([Problem("a deck is a mapping with a key 'slides'", source.name, 1, code="wrong-value")])
    return deck_of(source, tree)


def deck_of(source: Source, tree: YamlTree, lines: Mapping[KeyPath, tuple[int, ...]] | None = None) -> Deck:
    """The deck whose keys are the value of a tree. `lines` has the lines of those texts that do not stand in the file
    as they stand here.

    Raises:
        DeckError: with every mistake of keys of which nothing can be made.
    """
    plain: Any = plain_deck(tree.value)
    if plain is not None:
        return _Builder(source, tree, plain, lines).deck()
    from slidegen.sources.checked import checked
    from slidegen.sources.schema import DeckModel

    found = checked(DeckModel, tree.value, tree, source.name)
    deck = _Builder(source, tree, found.model, lines).deck()
    return replace(deck, problems=found.problems, unusable=found.unusable)


YAML: Final = SourceFormat("a YAML deck", parse)


def bibliography_of(model: DeckModel | HeadModel) -> Bibliography:
    """What a deck cites from, and how."""
    return Bibliography(
        files=_several(model.bibliography),
        works=tuple(work.model_dump() for work in model.references),
        style=model.csl,
        references="none" if model.suppress_bibliography else model.citations,
        nocite="\n".join(_several(model.nocite)),
        linked=model.link_citations,
    )


def _several(given: str | list[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


class _Builder:
    """Builds the Deck from the valid part of a file."""

    def __init__(
        self, source: Source, tree: YamlTree, model: DeckModel, lines: Mapping[KeyPath, tuple[int, ...]] | None
    ) -> None:
        self.source = source
        self.tree = tree
        self.model = model
        self.lines = lines or {}

    def deck(self) -> Deck:
        model = self.model
        options = DeckOptions(
            title=model.title,
            author=model.author,
            date=None if model.date is None else str(model.date),
            lang=model.lang,
            dir=model.dir,
            hyphenate=model.hyphenate,
            description=model.description,
            theme=model.theme,
            scheme=model.scheme,
            format=model.format,
            size=parse_size(model.size),
            slide_number=model.slide_number,
            minutes=model.minutes,
            appendix=model.appendix,
            claims=model.claims,
            bibliography=bibliography_of(model),
            house=self._house(),
            ignored=() if model.check is None else tuple(model.check.ignore),
            reveal=model.reveal,
            lines={".".join(map(str, path)): line for path, line in self.tree.lines.items() if path[:1] in OPTIONS},
        )
        return Deck(
            source=self.source,
            options=options,
            variables=model.vars,
            tables=tables_of(model.tables, self.tree, self.source.name),
            figures=figures_of(model.figures, self.tree, self.source.name),
            stacks=tuple(self._stack(entry, ("slides", index)) for index, entry in enumerate(model.slides)),
            footer=None if model.footer is None else self._text(model.footer, ("footer",)),
            title=None if model.title is None else self._text(model.title, ("title",)),
            warnings=tuple(impossible_date(options.date, self.source.name, self.tree.line(("date",)))),
            variable_lines=self.tree.below(("vars",)),
            slide_lines=None if self.lines else tuple(self._slide_lines()),
        )

    def _house(self) -> House:
        if all(getattr(self.model, key) is None for key in HOUSE):
            return House()
        from slidegen.sources.house import house_of  # needs pydantic, which a plain deck does not

        return house_of(self.model)

    def _slide_lines(self) -> Iterator[tuple[int, int]]:
        """Yields the first and the last line of each slide, which ends before the next slide or key of the deck."""
        lines = self.tree.lines
        if ("slides",) not in lines:  # what stands for them is on no line
            return
        begun = {line for path, line in lines.items() if len(path) == 1 or _is_item(path)}
        starts = [*sorted(begun), self.source.text.count("\n") + 2]
        for index, entry in enumerate(self.model.slides):
            inner = range(len(entry)) if isinstance(entry, list) else [None]
            for at in inner:
                first = self.tree.line(("slides", index) if at is None else ("slides", index, at))
                yield first, starts[bisect_right(starts, first)] - 1

    def _text(self, text: str, path: KeyPath) -> Text:
        line = self.tree.text_lines.get(path, self.tree.line(path))
        lines = self.lines.get(path)
        if path in self.tree.text_ends:
            last = self.tree.text_ends[path]
            lines = tuple(min(line + row, last) for row in range(text.count("\n") + 1))
        return Text(text, self.source.name, line, lines)

    def _stack(self, entry: str | SlideModel | IncludeModel | list[Any], path: KeyPath) -> tuple[Slide, ...]:
        if isinstance(entry, list):
            return tuple(self._slide(child, (*path, index)) for index, child in enumerate(entry))
        return (self._slide(entry, path),)

    def _slide(self, entry: str | SlideModel | IncludeModel, path: KeyPath) -> Slide:
        if isinstance(entry, str):
            return Slide(self._text(entry, path), SlideOptions(incremental=self.model.incremental))
        if hasattr(entry, "include"):
            return self._include(cast("IncludeModel", entry), path)
        classes = entry.class_ or ()
        options = SlideOptions(
            layout=entry.layout,
            background=_background(entry.background),
            id=entry.id,
            classes=tuple(classes.split()) if isinstance(classes, str) else tuple(classes),
            incremental=self.model.incremental if entry.incremental is None else entry.incremental,
            transition=entry.transition,
            auto_animate=entry.auto_animate,
            visibility=entry.visibility,
            footer=entry.footer is not False,
            slide_number=entry.slide_number,
            attributes=_attributes(entry),
            lines=dict(self._attribute_lines(entry, path)),
        )
        return Slide(
            content=self._text(entry.content, (*path, "content")),
            options=options,
            notes=None if entry.notes is None else self._text(entry.notes, (*path, "notes")),
            footer=self._text(entry.footer, (*path, "footer")) if isinstance(entry.footer, str) else None,
        )

    def _include(self, entry: IncludeModel, path: KeyPath) -> Slide:
        """The place of slides of another file."""
        include, inside = entry.include, (*path, "include")
        line = self.tree.line(inside)
        if isinstance(include, str):
            file, _, slides = include.partition("#")
            found = Include(file, self.source.name, line, slides)
        else:
            given = {(): line} | self.tree.below((*inside, "vars"))
            found = Include(include.file, self.source.name, line, _numbers(include.slides), include.vars, given)
            found = found.under(_condition(include.when), self.tree.line((*inside, "when")))
        found = found.under(_condition(entry.when), self.tree.line((*path, "when")))
        return Slide(Text("", self.source.name, line), SlideOptions(), include=found)

    def _attribute_lines(self, entry: SlideModel, path: KeyPath) -> Iterator[tuple[str, int]]:
        """Yields the lines of a slide's attributes and of the parts of its background."""
        for name, key in ((BUDGET, "minutes"), (WHEN, "when"), (IGNORED, "check")):
            if getattr(entry, key) is not None:
                yield name, self.tree.line((*path, key))
        if entry.auto_animate:
            yield AUTO_ANIMATE, self.tree.line((*path, "auto_animate"))
        for key in entry.attributes:
            yield key, self.tree.line((*path, "attributes", key))
        for part in fields(Background) if entry.background is not None else ():
            yield f"data-background-{part.name}", self.tree.line((*path, "background", part.name))


def tables_of(models: Mapping[str, TableModel], tree: YamlTree, path: str) -> tuple[TableDeclaration, ...]:
    """Returns the tables that a deck declares, each option with its line."""
    if models:
        from slidegen.sources.look import look_of  # needs pydantic, which a plain deck does not
    return tuple(
        TableDeclaration(
            name,
            model.source,
            model.model_extra or {},
            look_of(model),
            path,
            tree.line(("tables", name)),
            {".".join(map(str, option)): line for option, line in tree.below(("tables", name)).items()},
        )
        for name, model in models.items()
    )


def figures_of(models: Mapping[str, FigureModel], tree: YamlTree, path: str) -> tuple[FigureDeclaration, ...]:
    """Returns the figures that a deck declares, each option with its line."""
    return tuple(
        FigureDeclaration(
            name,
            model.kind,
            model.table,
            model.model_extra or {},
            path,
            tree.line(("figures", name)),
            {key: tree.line(("figures", name, key)) for key in (*(model.model_extra or ()), "kind", "table")},
        )
        for name, model in models.items()
    )


def _is_item(path: KeyPath) -> bool:
    """Returns whether a path is that of an item of the list of slides, or of one of its stacks."""
    return path[:1] == ("slides",) and all(isinstance(part, int) for part in path[1:])


def _attributes(entry: SlideModel) -> dict[str, str]:
    own = {
        BUDGET: None if entry.minutes is None else f"{entry.minutes:g}",
        IGNORED: None if entry.check is None else " ".join(entry.check.ignore),
        WHEN: _condition(entry.when),
        "lang": entry.lang,
        "dir": entry.dir,
    }
    return {key: value for key, value in own.items() if value is not None} | {
        key: _attribute(value) for key, value in entry.attributes.items()
    }


def _condition(when: str | bool | None) -> str | None:
    """Returns a condition as an expression."""
    return None if when is None else _attribute(when)


def _numbers(slides: int | str | list[int | str] | None) -> str:
    """Returns the numbers of slides as they stand behind the name of a file: "1,3-4"."""
    given = slides if isinstance(slides, list) else [] if slides is None else [slides]
    return ",".join(map(str, given))


def _attribute(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _background(value: str | BackgroundModel | None) -> Background | None:
    if value is None:
        return None
    if not isinstance(value, str):
        return Background(**value.model_dump())
    if "gradient(" in value:
        return Background(gradient=value)
    if ("." in value or "/" in value) and not re.match(r"[a-z-]+\(", value):
        return Background(image=value)
    return Background(color=value)
