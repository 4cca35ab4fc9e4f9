"""Reads what a sweep is asked for: a `sweep.yml`, options of the command line, or both, where options come first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, get_args

from slidegen.codes import Code
from slidegen.errors import DeckError, Problem, nearest
from slidegen.files import MAX_DECK_BYTES, FileError, leads_out, read_text
from slidegen.models import catalogue
from slidegen.project import Project
from slidegen.results.store import check_parameters
from slidegen.sweep.journal import journal_folder
from slidegen.sweep.model import Combine, SweepSpec
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import ParameterError, TableSource
from slidegen.tables.fields import as_list, is_list, makes_rows
from slidegen.tables.sized import SizedParameters, with_sizes
from slidegen.validation import shown
from slidegen.yaml_tree import YamlTree, parse_yaml

OWN_KEYS: Final = ("source", "combine", "output")
"""The keys of a sweep beside the parameters of its source."""
READING: Final = frozenset({"data", "sweep"})
"""The sources whose rows are read from a file, and so need no sweep."""
SUFFIX: Final = ".parquet"
PATTERN: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Given:
    """What options give: each None or absent if it is not. The values of a parameter are a list."""

    source: str | None = None
    combine: Combine | None = None
    output: Path | None = None
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def read_file(path: Path, name: str) -> YamlTree:
    """Reads a `sweep.yml`. Raises DeckError if it cannot be read or is not a mapping."""
    try:
        tree = parse_yaml(read_text(path, MAX_DECK_BYTES), name)
    except FileError as error:
        raise DeckError([Problem(f"cannot be read: {error}", name, code=error.code)]) from None
    except UnicodeDecodeError:
        raise DeckError([Problem("is not UTF-8 text", name, code="not-text")]) from None
    if not isinstance(tree.value, dict):
        message = f"is not a sweep; allowed: a mapping with {', '.join(OWN_KEYS)} and the parameters of the source"
        raise DeckError([Problem(message, name, 1, code="wrong-value")])
    return tree


def source_of(tree: YamlTree | None, name: str | None, given: Given) -> TableSource:
    """Returns the source that an option or the file names.

    Raises DeckError if none does, it is unknown, or it reads a file of rows and computes nothing.
    """
    value, line = given.source, None
    if value is not None:
        name = None
    elif tree is not None:
        value, line = tree.value.get("source"), tree.line(("source",))
    if not isinstance(value, str):
        what = "source is missing" if value is None else f"source is {shown(value)}"
        message = f"{what}; allowed: {', '.join(_computing())}"
        raise DeckError([Problem(message, name, line, code="missing-key")])
    try:
        source = TABLE_SOURCES.find(value)
    except DeckError as error:
        raise DeckError(problem.at(name, line) for problem in error.problems) from None
    if value in READING:
        message = f"the source {value!r} reads rows and computes none; allowed: {', '.join(_computing())}"
        raise DeckError([Problem(message, name, line, code="wrong-value")])
    return source


def _computing() -> list[str]:
    return [name for name in TABLE_SOURCES.names() if name not in READING]


def read_spec(
    tree: YamlTree | None, name: str | None, given: Given, source: TableSource, project: Project
) -> SweepSpec:
    """Makes the spec of a sweep from its file, if it has one, and from options.

    Raises:
        DeckError: with every key that is unknown, every value that is not allowed, lists that do not go together, and
            an output that is missing or not allowed.
    """
    reader = _Reader({} if tree is None else tree.value, tree or YamlTree(), name, given, source, project)
    spec = reader.spec()
    if reader.problems:
        raise DeckError(reader.problems)
    return spec


@dataclass(slots=True)
class _Reader:
    """Reads one sweep and collects its mistakes."""

    file: Mapping[Any, Any]
    tree: YamlTree
    name: str | None
    given: Given
    source: TableSource
    project: Project
    problems: list[Problem] = field(default_factory=list)

    def spec(self) -> SweepSpec:
        fields = self.source.parameters.model_fields
        for key in self.file:
            if key not in OWN_KEYS and key not in fields:
                self._mistake(
                    f"unknown key {str(key)!r}; {nearest(str(key), (*OWN_KEYS, *fields))}", key, "unknown-key"
                )
        raw = {key: value for key, value in self.file.items() if key in fields} | dict(self.given.values)
        values = {key: self._values(key, raw[key]) for key in fields if key in raw}
        values = {key: found for key, found in values.items() if found}
        if issubclass(self.source.parameters, SizedParameters):
            values = self._sized(values)
        if "models" in values:
            values["models"] = tuple(self._models(values["models"]))
        self._check(values)
        combine = self._combine(values)
        lines = {key: line for key in (*OWN_KEYS, *fields) if (line := self._line(key)) is not None}
        return SweepSpec(self.source.name, values, combine, self._output(), self.name, lines)

    def _line(self, key: str) -> int | None:
        """Returns the line of a key in the file; None if an option gives it, or nothing does."""
        return None if self._by_option(key) else self.tree.lines.get((key,))

    def _by_option(self, key: str) -> bool:
        return key in self.given.values or (key in OWN_KEYS and getattr(self.given, key) is not None)

    def _mistake(self, message: str, key: str, code: Code = "wrong-value", index: int | None = None) -> None:
        line = self._line(key)
        if line is not None and index is not None:
            line = self.tree.line((key, index))
        self.problems.append(Problem(message, None if self._by_option(key) else self.name, line, code=code))

    def _values(self, key: str, raw: Any) -> tuple[Any, ...]:
        """Returns the values of a parameter: those of a list. The values of a parameter that is a list by nature are
        lists."""
        if key in self.given.values:
            found = list(raw)
        elif is_list(self.source.parameters, key):
            several = isinstance(raw, list) and bool(raw) and all(isinstance(item, list) for item in raw)
            found = raw if several else [raw]
        elif key in makes_rows(self.source.parameters):
            found = as_list(raw)
        else:
            found = raw if isinstance(raw, list) else [raw]
        if not found:
            self._mistake(f"{key} is empty; at least one value is needed", key)
        return tuple(found)

    def _sized(self, values: Mapping[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        """Returns the values with nominal sizes among the models, as the source would write them."""
        lists = {key: list(found) for key, found in values.items() if key in ("models", "parameters")}
        if "parameters" in lists:  # a list by nature
            lists["parameters"] = [size for found in lists["parameters"] for size in as_list(found)]
        try:
            changed = with_sizes(lists)
        except ValueError as error:
            self._mistake(f"{self.source.name}: {error}", "parameters")
            changed = {}
        others = {key: found for key, found in values.items() if key != "parameters"}
        return others | {key: tuple(found) for key, found in changed.items() if key != "parameters"}

    def _models(self, names: Sequence[Any]) -> Iterator[Any]:
        """Yields models, and for a pattern the models of the catalogue that it matches, in alphabetical order."""
        for name in names:
            if not isinstance(name, str) or not PATTERN.intersection(name):
                yield name
                continue
            known = sorted([*catalogue.entries(), *catalogue.twins()], key=str.lower)
            matching = [one for one in known if fnmatchcase(one, name)]
            if not matching:
                message = f"models: no model of the catalogue matches {name!r}; `slidegen models` lists them"
                self._mistake(message, "models", "unknown-model")
            yield from matching or [name]

    def _check(self, values: Mapping[str, tuple[Any, ...]]) -> None:
        """Checks each value by itself. What goes together is for the source to say of each setting."""
        first = {key: found[0] for key, found in values.items()}
        seen: set[str] = set()
        several = makes_rows(self.source.parameters)
        tried = [(key, index) for key, found in values.items() for index in range(len(found))] or [("source", 0)]
        for key, index in tried:
            try:
                check_parameters(self.source, wrapped(first | {key: values[key][index]} if values else {}, several))
            except ParameterError as error:
                for problem in error.problems:
                    about = error.options[problem.message].partition(".")[0]
                    if about in (key, *self._missing(values)) and problem.message not in seen:
                        seen.add(problem.message)
                        self._mistake(problem.message, about, problem.code, index)

    def _missing(self, values: Mapping[str, Any]) -> list[str]:
        fields = self.source.parameters.model_fields
        given = (*values, *self.file, *self.given.values)  # one without values has its own message
        return [key for key, one in fields.items() if one.is_required() and key not in given]

    def _combine(self, values: Mapping[str, tuple[Any, ...]]) -> Combine:
        combine = self.given.combine or self.file.get("combine", "product")
        if combine not in get_args(Combine):
            self._mistake(f"combine is {shown(combine)}; allowed: {', '.join(get_args(Combine))}", "combine")
        lengths = {key: len(found) for key, found in values.items() if len(found) > 1}
        if combine == "zip" and len(set(lengths.values())) > 1:
            listed = ", ".join(f"{key} has {length}" for key, length in lengths.items())
            self._mistake(f"zip: {listed}; allowed: lists of one length, and single values", "combine")
        return "zip" if combine == "zip" else "product"

    def _output(self) -> Path:
        """Returns where the results go: an option may name any place, a file only one inside its project."""
        output = self.given.output
        if output is None:
            value = self.file.get("output")
            if not isinstance(value, str) or not value or "\0" in value:
                what = "output is missing" if value is None else f"output is {shown(value)}"
                self._mistake(f"{what}; allowed: the path of a {SUFFIX} file", "output", "missing-key")
                return Path()
            output = self.project.folder / value
            if any(leads_out(path, self.project.root) for path in (output, journal_folder(output))):
                message = f"output {value!r} is outside the {self.project.called}; name a place in it, or use --output"
                self._mistake(message, "output", "outside-root")
        if output.suffix != SUFFIX:
            self._mistake(f"output {output.name!r}; allowed: the path of a {SUFFIX} file", "output", "wrong-output")
        return output


def wrapped(setting: Mapping[str, Any], several: Collection[str]) -> dict[str, Any]:
    """Returns a setting as its source reads it. The parameters that could have `several` values get lists of one: a
    text with a comma is one value."""
    return {name: [value] if name in several else value for name, value in setting.items()}
