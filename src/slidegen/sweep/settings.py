"""Makes the points of a sweep: every combination of its values, checked by its source, each once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import product
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
    points: dict[tuple[str, str | None], Point] = {}
    mistakes: dict[str, SlidegenError] = {}
    valid = 0
    effective: set[str] = set()
    for setting in combinations(spec, source):
        useful = _useful(setting, source)
        effective.update(useful)
        try:
            found = _points(useful, source, context)
            valid += 1
        except SlidegenError as error:
            reason = "; ".join(problem.message for problem in error.problems)
            mistakes.setdefault(reason, error)
            found = [_invalid(useful, source, reason)]
        for point in found:
            points.setdefault((point.key.parameters, point.error), point)
    if not valid:
        problems = [problem for error in mistakes.values() for problem in error.problems]
        raise DeckError(problem.at(spec.name, spec.lines.get("source")) for problem in problems)
    _check_effective(spec, effective)
    return Settings(tuple(points.values()), counted)


def combinations(spec: SweepSpec, source: TableSource) -> Iterator[dict[str, Any]]:
    """Yields the settings as mappings, in the order of the source's parameters: the first is the outermost."""
    names = [name for name in source.parameters.model_fields if name in spec.values]
    lists = [spec.values[name] for name in names]
    if spec.combine == "zip":
        most = max(map(len, lists), default=0)
        lists = [values if len(values) == most else values * most for values in lists]
        rows: Iterator[tuple[Any, ...]] = zip(*lists, strict=True)
    else:
        rows = product(*lists)
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _count(spec: SweepSpec) -> int:
    """Returns how many combinations there are. Raises DeckError if they are too many."""
    lengths = [len(values) for values in spec.values.values()]
    count = max(lengths, default=0)
    if spec.combine == "product":
        count = 1
        for length in lengths:
            count *= length
    if count > MOST:
        message = f"the sweep has {count:,} settings; allowed: at most {MOST:,}"
        raise DeckError([Problem(message, spec.name, code="limit")])
    return count


def _useful(setting: Mapping[str, Any], source: TableSource) -> Mapping[str, Any]:
    if source.without_effect is None:
        return setting
    useless = source.without_effect(setting)
    return {name: value for name, value in setting.items() if name not in useless} if useless else setting


def _check_effective(spec: SweepSpec, effective: Set[str]) -> None:
    """Raises DeckError for each parameter that has an effect on none of the settings."""
    useless = [name for name in spec.values if name not in effective]
    if useless:
        raise DeckError(
            Problem(
                f"{spec.source}: {name} has no effect on any of the settings; leave it out",
                spec.name,
                spec.lines.get(name),
                code="wrong-value",
            )
            for name in useless
        )


def _points(setting: Mapping[str, Any], source: TableSource, context: SourceContext) -> list[Point]:
    """Returns the points of a setting: one for each part of it. Raises SlidegenError if it cannot be computed."""
    checked = check_parameters(source, wrapped(setting, source))
    return [
        Point(
            Key.of(source.name, source.version, part, source.inputs(part, context)),
            part,
            _values(part, source),
        )
        for part in split(source, checked)
    ]


def _invalid(setting: Mapping[str, Any], source: TableSource, reason: str) -> Point:
    """Returns the point of a setting that cannot be computed. Its parameters are those given."""
    text = json.dumps(setting, sort_keys=True, separators=(",", ":"), default=str)
    values = _cells(setting, source)
    return Point(Key(source.name, source.version, text, None), None, values, reason)


def _values(part: SourceParameters, source: TableSource) -> dict[str, CellValue]:
    """Returns the parameters as cells, None for those without effect."""
    whole = {name: one_value(getattr(part, name)) for name in source.parameters.model_fields}
    useless = () if source.without_effect is None else source.without_effect(whole)
    return _cells({name: value for name, value in whole.items() if name not in useless}, source)


def _cells(setting: Mapping[str, Any], source: TableSource) -> dict[str, CellValue]:
    """Returns a cell for each parameter; None for one that is not in the setting."""
    return {name: typed(cell(setting.get(name)), kind) for name, kind in parameter_types(source.parameters).items()}


def one_value(value: Any) -> Any:
    """Returns the item of a list of one."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def cell(value: Any) -> CellValue:
    """Returns the value of a parameter as a cell: a list is text with commas, a mapping JSON."""
    value = one_value(value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple) and not any(isinstance(item, dict | list | tuple) for item in value):
        return ", ".join(map(str, value)) or None
    return json.dumps(value, default=str)
