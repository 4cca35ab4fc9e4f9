"""Reads the conditions of a cut: `{method: [lora, qlora], rank: 16, total: {max: 24 GiB}}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from slidegen.model import CellValue, ColumnKind
from slidegen.parquet.plan import Cell, Condition
from slidegen.tables.cuts.columns import FileColumn, FileColumns, Mistakes
from slidegen.tables.fields import OneOrMany
from slidegen.units import BYTES_PER_UNIT

COUNTS: Final = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
SIZES: Final = {str(unit): size for unit, size in BYTES_PER_UNIT.items()}
NUMBER: Final = re.compile(r"([+-]?[\d.]+(?:e[+-]?\d+)?) *([A-Za-z]*)", re.IGNORECASE)
SWITCHES: Final = {"yes": True, "true": True, "no": False, "false": False}
ENDS: Final = {"min": "least", "max": "most", "above": "above", "below": "below"}


def _listed(value: Any) -> Any:
    """Returns one value as a list. A text is one value, because cells that were lists are text with commas."""
    return value if isinstance(value, list | tuple) else [value]


T = TypeVar("T")
Listed = Annotated[tuple[T, ...], OneOrMany(_listed, rows=False)]


class Wanted(BaseModel):
    """What the cells of a column must be, other than certain values."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    min: CellValue = Field(None, description="A number; smaller ones are left out.")
    max: CellValue = Field(None, description="A number; greater ones are left out.")
    above: CellValue = Field(None, description="A number; it and smaller ones are left out.")
    below: CellValue = Field(None, description="A number; it and greater ones are left out.")
    like: Listed[str] = Field((), description="Patterns with * and ?; other text is left out.")
    other_than: Listed[CellValue] = Field((), alias="not", description="Values that are left out.")


def _form(value: Any) -> str:
    """Returns the form of a value: "mapping", "list" or "value"."""
    if isinstance(value, Wanted | dict):
        return "mapping"
    return "list" if isinstance(value, list | tuple) else "value"


def _mapping(value: Any) -> Any:
    """Returns conditions. Raises ValueError for an expression."""
    if isinstance(value, str):
        raise ValueError(f"{value!r} is not a mapping; conditions are written {{total: {{max: 24 GB}}, rank: [8, 16]}}")
    return value


Form = Annotated[
    Annotated[CellValue, Tag("value")]
    | Annotated[tuple[CellValue, ...], Tag("list")]
    | Annotated[Wanted, Tag("mapping")],
    Discriminator(_form),
]
Conditions = Annotated[dict[str, Form], BeforeValidator(_mapping)]
"""Conditions by the key of the column: a value, a list of values, or `Wanted`."""


class _ValueProblem(Exception):
    pass


def conditions(where: Conditions, columns: FileColumns, option: str, mistakes: Mistakes) -> tuple[Condition, ...]:
    """Returns the conditions of an option, with values of the columns' types."""
    found = []
    for key, wanted in where.items():
        place = f"{option}.{key}"
        column = columns.find(place, key, mistakes)
        if column is not None:
            try:
                found += _of_column(column, place, wanted)
            except _ValueProblem as error:
                mistakes.add(place, f"{place}: {error}")
    return tuple(found)


def setting_conditions(where: Conditions, columns: FileColumns) -> tuple[Condition, ...]:
    """Returns the conditions on a sweep's parameters, which settings that failed can meet as well."""
    found = []
    for key, wanted in where.items():
        try:
            found += _of_column(columns.settings[key], key, wanted)
        except (KeyError, _ValueProblem):  # not a parameter, or its values are another one's
            continue
    return tuple(found)


def _of_column(column: FileColumn, option: str, wanted: CellValue | tuple[CellValue, ...] | Wanted) -> list[Condition]:
    if not isinstance(wanted, Wanted):
        given = wanted if isinstance(wanted, tuple) else (wanted,)
        return [Condition(column=column.name, option=option, values=tuple(_cell(column, one) for one in given))]
    found = []
    ends = {name: getattr(wanted, key) for key, name in ENDS.items() if getattr(wanted, key) is not None}
    if ends:
        if not column.numeric:
            raise _ValueProblem("min, max, above and below are for numbers; allowed here: values, like, not")
        numbers: dict[str, Any] = {name: _cell(column, value) for name, value in ends.items()}
        found.append(Condition(column=column.name, option=option, **numbers))
    if wanted.like:
        if column.type != "text":
            raise _ValueProblem("like is for text; allowed here: values, min, max, above, below, not")
        found.append(Condition(column=column.name, option=option, patterns=wanted.like))
    if wanted.other_than:
        values = tuple(_cell(column, one) for one in wanted.other_than)
        found.append(Condition(column=column.name, option=option, values=values, negated=True))
    if not found:
        raise _ValueProblem("this is an empty condition; allowed: values, or min, max, above, below, like, not")
    return found


def _cell(column: FileColumn, value: CellValue) -> Cell:
    """Returns a value with the type of a column. Raises _ValueProblem."""
    if value is None:
        return None
    if column.type == "switch":
        switch = SWITCHES.get(str(value).lower())
        if switch is None:
            raise _ValueProblem(f"{value!r} is not a truth value; allowed: true, false")
        return switch
    if column.type == "text":
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    number = _number(column, value)
    if column.type == "whole" and isinstance(number, float) and number.is_integer():
        return int(number)
    return number


def _number(column: FileColumn, value: CellValue) -> int | float:
    known: dict[ColumnKind, Mapping[str, int]] = {"bytes": SIZES, "count": COUNTS}
    units = known.get(column.column.kind, {})
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    parsed = NUMBER.fullmatch(str(value).strip())
    unit = "" if parsed is None else parsed[2]
    try:
        if parsed is None or (unit and unit not in units):
            raise ValueError
        number = float(parsed[1]) * units.get(unit, 1)
    except ValueError:
        more = f", or one with a unit: {', '.join(units)}" if units else ""
        more += "; a range is written {min: 1, max: 2}" if str(value).strip()[:1] in ("<", ">") else ""
        raise _ValueProblem(f"{value!r} is not a number; allowed: a number{more}") from None
    return int(number) if number.is_integer() else number
