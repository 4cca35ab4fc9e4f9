"""Makes the points of a sweep: every combination of its values, checked by its source, each once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any, Final

from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.model import CellValue
from slidegen.results.parts import split
from slidegen.results.record import Key
from slidegen.results.store import check_parameters
from slidegen.sweep.model import Point, SweepSpec
from slidegen.sweep.parquet import parameter_types, typed
from slidegen.sweep.reading import wrapped
from slidegen.tables.base import SourceContext, SourceParameters, TableSource
from slidegen.tables.fields import makes_rows
from slidegen.tables.sweep_format import CellType

MOST: Final = 10_000_000
"""The most settings of a sweep."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The points of a sweep in order, each once, and how many combinations its values have."""

    points: tuple[Point, ...]
    combinations: int


def settings_of(spec: SweepSpec, source: TableSource, context: SourceContext) -> Settings:
    """Makes the points of a sweep.

    Parameters that have no effect on a setting are left out of it, and equal settings count once. A setting whose
    parameters do not go together, or whose model is not found, is a point with an error.

    Raises:
        DeckError: there are too many settings, every setting has a mistake, or a parameter has an effect on none.
    """
    counted = _count(spec)
    maker = _Maker(source, context, makes_rows(source.parameters), parameter_types(source.parameters))
    points: dict[tuple[str, str | None], Point] = {}
    effective: set[str] = set()
    seen: set[str] = set()
    for setting in combinations(spec, source):
        useful = maker.useful(setting)
        text = repr(useful)
        if text not in seen:
            seen.add(text)
            effective.update(useful)
            for point in maker.points(useful):
                points.setdefault((point.key.parameters, point.error), point)
    if all(point.error is not None for point in points.values()):
        problems = [problem for error in maker.mistakes.values() for problem in error.problems]
        raise DeckError(problem.at(spec.name, spec.lines.get("source")) for problem in problems)
    _check_effective(spec, effective)
    return Settings(tuple(points.values()), counted)


def combinations(spec: SweepSpec, source: TableSource) -> Iterator[dict[str, Any]]:
    """Yields the settings as mappings, in the order of the source's parameters: the first is the outermost."""
    names = [name for name in source.parameters.model_fields if name in spec.values]
    lists = [spec.values[name] for name in names]
    if spec.combine == "zip":
        most = max(map(len, lists), default=0)
        rows: Iterator[tuple[Any, ...]] = zip(
            *(values if len(values) == most else values * most for values in lists), strict=True
        )
    else:
        rows = product(*lists)
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _count(spec: SweepSpec) -> int:
    """Returns how many combinations there are. Raises DeckError if they are too many."""
    lengths = [len(values) for values in spec.values.values()]
    count = max(lengths, default=0) if spec.combine == "zip" else prod(lengths)
    if count > MOST:
        message = f"the sweep has {count:,} settings; allowed: at most {MOST:,}"
        raise DeckError([Problem(message, spec.name, code="limit")])
    return count


def _check_effective(spec: SweepSpec, effective: Set[str]) -> None:
    """Raises DeckError for each parameter that has an effect on none of the settings."""
    useless = [name for name in spec.values if name not in effective]
    if useless:
        raise DeckError(
            Problem(
                f"{spec.source}: {name} has no effect on any of the settings; leave it out",
                spec.name if name in spec.lines else None,
                spec.lines.get(name),
                code="wrong-value",
            )
            for name in useless
        )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the points of settings, and collects what is wrong with them, by its text.

    `several` and `types` are facts of the source's parameters.
    """

    source: TableSource
    context: SourceContext
    several: Collection[str]
    types: Mapping[str, CellType]
    mistakes: dict[str, SlidegenError] = field(default_factory=dict)

    def useful(self, setting: dict[str, Any]) -> dict[str, Any]:
        """Returns a setting without the parameters that have no effect on it."""
        useless = () if self.source.without_effect is None else self.source.without_effect(setting)
        return {name: value for name, value in setting.items() if name not in useless} if useless else setting

    def points(self, setting: Mapping[str, Any]) -> list[Point]:
        """Returns a point for each part of a setting, with an error if it cannot be computed."""
        try:
            parts = split(self.source, check_parameters(self.source, wrapped(setting, self.several)))
        except SlidegenError as error:
            text = json.dumps(setting, sort_keys=True, separators=(",", ":"), default=str)
            key = Key(self.source.name, self.source.version, text, None)
            return [Point(key, None, self._cells(setting), self._reason(error))]
        return [self._point(part) for part in parts]

    def _point(self, part: SourceParameters) -> Point:
        source, values = self.source, self._values(part)
        try:
            key = Key.of(source.name, source.version, part, source.inputs(part, self.context))
        except SlidegenError as error:
            key = Key.of(source.name, source.version, part, None)
            return Point(key, None, values, self._reason(error))
        return Point(key, part, values)

    def _reason(self, error: SlidegenError) -> str:
        reason = "; ".join(problem.message for problem in error.problems)
        self.mistakes.setdefault(reason, error)
        return reason

    def _values(self, part: SourceParameters) -> dict[str, CellValue]:
        """Returns the parameters as cells, None for those without effect."""
        return self._cells(self.useful({name: one_value(getattr(part, name)) for name in self.types}))

    def _cells(self, setting: Mapping[str, Any]) -> dict[str, CellValue]:
        """Returns a cell for each parameter; None for one that is not in the setting."""
        return {name: typed(cell(setting.get(name)), kind) for name, kind in self.types.items()}


def one_value(value: Any) -> Any:
    """Returns the item of a list of one."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def cell(value: Any) -> CellValue:
    """Returns the value of a parameter as a cell: a list is text with commas, a mapping JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    value = one_value(value)
    if isinstance(value, list | tuple) and not any(isinstance(item, dict | list | tuple) for item in value):
        return ", ".join(map(str, value)) or None
    return value if isinstance(value, str | int | float) else json.dumps(value, default=str)
