"""YAML decks: `parse` turns a source into a Deck and tells every mistake of the file together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slidegen.errors import DeckError, Problem, nearest
from slidegen.model import (
    Background,
    Deck,
    DeckOptions,
    EmphasisRule,
    FigureDeclaration,
    Slide,
    SlideOptions,
    Source,
    TableDeclaration,
    TableLook,
    Text,
)
from slidegen.sources.dates import impossible_date
from slidegen.sources.schema import (
    PATTERNS,
    BackgroundModel,
    DeckModel,
    EmphasisModel,
    FigureModel,
    LookModel,
    SlideModel,
    TableModel,
)
from slidegen.sources.size import parse_size
from slidegen.yaml_tree import Path, YamlTree, parse_yaml

KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "date_type": "a date",
    "date_from_datetime_parsing": "a date",
    "date_from_datetime_inexact": "a date",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "list_type": "a list",
    "slide": "text or a mapping",
    "entry": "text, a mapping or a list",
    "background": "text or a mapping",
}
"""What a value may be, by pydantic's name for the mistake."""

OPTIONS = (("title",), ("theme",), ("format",), ("reveal",))
PLAIN = (bool, int, float, dt.date)


def parse(source: Source) -> Deck:
    """Parses a YAML deck.

    Raises:
        DeckError: with every mistake of the file.
    """
    tree = parse_yaml(source.text, source.name)
    if not isinstance(tree.value, dict):
        raise DeckError([Problem("a deck is a mapping with a key 'slides'", source.name, 1)])
    try:
        model = DeckModel.model_validate(tree.value)
    except ValidationError as error:
        raise DeckError(schema_problems(error, tree, source.name, DeckModel)) from None
    return _Builder(source, tree, model).deck()


def schema_problems(error: ValidationError, tree: YamlTree, name: str, root: type[BaseModel]) -> Iterator[Problem]:
    """One problem for each place: a value that fits none of several kinds is told once, with all of them."""
    wrong_kind: dict[Path, list[str]] = {}
    for detail in error.errors(include_url=False):
        path = _tree_path(detail, tree.value)
        where = ".".join(str(part) for part in path) or "the deck"
        kind = detail["type"]
        if kind == "invalid_key" or (kind == "string_type" and "[key]" in detail["loc"]):
            yield Problem("a key is no text; put it in quotes", name, tree.line(path))
            continue
        if kind in KINDS or kind == "literal_error":
            wrong_kind.setdefault(path, []).append(KINDS.get(kind) or detail["ctx"]["expected"])
            continue
        if kind == "extra_forbidden":
            allowed = nearest(str(path[-1]), _allowed_keys(path, root))
            message = f"unknown key {str(path[-1])!r}; {allowed}"
        elif kind == "missing":
            message = f"{where} is missing"
        elif kind == "too_short":
            message = f"{where} is empty; at least one is needed"
        elif kind == "string_pattern_mismatch":
            message = f"{where} is {shown(detail['input'])}; {PATTERNS[detail['ctx']['pattern']]}"
        else:
            said = detail["msg"].removeprefix("Value error, ")
            message = f"{where}: {said[:1].lower()}{said[1:]}"
        yield Problem(message, name, tree.line(path))
    for path, kinds in wrong_kind.items():
        where = ".".join(str(part) for part in path) or "the deck"
        allowed = " or ".join(dict.fromkeys(kinds))
        hint = " (put it in quotes)" if "text" in allowed and isinstance(tree.at(path), PLAIN) else ""
        yield Problem(f"{where} is {shown(tree.at(path))}; allowed: {allowed}{hint}", name, tree.line(path))


def shown(value: object) -> str:
    """A value in a message, as a deck would write it, cut to a readable length."""
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return {None: "empty", True: "true", False: "false"}[value]
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _tree_path(detail: ErrorDetails, value: Any) -> Path:
    """Pydantic's location without the names of union branches, which are no keys of the file."""
    path: list[str | int] = []
    for part in detail["loc"]:
        inside = isinstance(value, dict) and part in value
        if inside or (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            value = value[part]
            path.append(part)
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    return tuple(path)


def _allowed_keys(path: Path, root: type[BaseModel]) -> list[str]:
    model = root
    if "emphasis" in path:
        model = EmphasisModel
    elif "background" in path:
        model = BackgroundModel
    elif path[0] == "slides":
        model = SlideModel
    elif path[0] == "tables":
        model = TableModel
    elif path[0] == "figures":
        model = FigureModel
    return [field.alias or key for key, field in model.model_fields.items()]


class _Builder:
    """Builds the Deck of a file that passed the schema."""

    def __init__(self, source: Source, tree: YamlTree, model: DeckModel) -> None:
        self.source = source
        self.tree = tree
        self.model = model

    def deck(self) -> Deck:
        model = self.model
        options = DeckOptions(
            title=model.title,
            author=model.author,
            date=None if model.date is None else str(model.date),
            lang=model.lang,
            description=model.description,
            theme=model.theme,
            format=model.format,
            size=parse_size(model.size),
            slide_number=model.slide_number,
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
        )

    def _text(self, text: str, path: Path) -> Text:
        return Text(text, self.source.name, self.tree.text_lines.get(path, self.tree.line(path)))

    def _stack(self, entry: str | SlideModel | list[Any], path: Path) -> tuple[Slide, ...]:
        if isinstance(entry, list):
            return tuple(self._slide(child, (*path, index)) for index, child in enumerate(entry))
        return (self._slide(entry, path),)

    def _slide(self, entry: str | SlideModel, path: Path) -> Slide:
        if isinstance(entry, str):
            return Slide(self._text(entry, path), SlideOptions(incremental=self.model.incremental))
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
            attributes={key: _attribute(value) for key, value in entry.attributes.items()},
        )
        return Slide(
            content=self._text(entry.content, (*path, "content")),
            options=options,
            notes=None if entry.notes is None else self._text(entry.notes, (*path, "notes")),
            footer=self._text(entry.footer, (*path, "footer")) if isinstance(entry.footer, str) else None,
        )


def tables_of(models: Mapping[str, TableModel], tree: YamlTree, path: str) -> tuple[TableDeclaration, ...]:
    """The tables that a deck declares, each option with its line."""
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
    """The figures that a deck declares, each option with its line."""
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


def look_of(model: LookModel) -> TableLook:
    """The look of a table from its checked mapping."""
    return TableLook(
        columns=None if model.columns is None else tuple(model.columns),
        labels=model.labels,
        unit=model.unit,
        digits=model.digits,
        sort_by=model.sort_by,
        caption=model.caption,
        emphasis=tuple(EmphasisRule(rule.when, rule.style, rule.legend, rule.column) for rule in model.emphasis),
        provenance=model.provenance,
        full_names=model.full_names,
    )


def _attribute(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _background(value: str | BackgroundModel | None) -> Background | None:
    if value is None:
        return None
    if isinstance(value, BackgroundModel):
        return Background(**value.model_dump())
    if "gradient(" in value:
        return Background(gradient=value)
    if ("." in value or "/" in value) and not re.match(r"[a-z-]+\(", value):
        return Background(image=value)
    return Background(color=value)
