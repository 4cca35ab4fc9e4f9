"""Declares a parameter of a table source once: its field gives the command-line option, the column and the JSON key.

A field that is `Several` makes a row for each of its values; one that is `Many` is a list as a whole. A `ColumnSpec`
among the annotations of a field makes it a column of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from types import GenericAlias
from typing import Annotated, Any, TypeVar, get_args, get_origin

from annotated_types import MinLen
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from slidegen.model import CellValue, Column, ColumnKind
from slidegen.tables.base import SourceParameters

T = TypeVar("T")
Parameters = TypeVar("Parameters", bound=SourceParameters)


def as_list(value: Any) -> Any:
    """Returns one value or a list of them as a list. A text is split at commas, so ``--set models=a,b`` is a list."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if isinstance(value, list | tuple):
        return list(value)
    return [value]


def switches(value: Any) -> Any:
    """Returns `as_list` with the words for true and false as truth values."""
    values = {"true": True, "false": False, "on": True, "off": False, "yes": True, "no": False}
    return [values.get(one.lower(), one) if isinstance(one, str) else one for one in as_list(value)]


def numbers(value: Any) -> Any:
    """Returns `as_list` with whole numbers that were written as text as numbers."""
    return [int(one) if isinstance(one, str) and one.strip().isdigit() else one for one in as_list(value)]


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """Annotates a tuple that may be written as a single value. `rows` says whether each value makes a row."""

    convert: Callable[[Any], Any] = as_list
    rows: bool = True

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Reads either; the JSON schema allows one item or a list of them."""
        (item, _) = get_args(source)
        return core_schema.no_info_before_validator_function(
            self.convert,
            handler(source),
            json_schema_input_schema=handler.generate_schema(item | GenericAlias(list, (item,))),
        )


Many = Annotated[tuple[T, ...], OneOrMany(rows=False)]
ManyNumbers = Annotated[tuple[T, ...], OneOrMany(numbers, rows=False)]
Several = Annotated[tuple[T, ...], OneOrMany(), MinLen(1)]
SeveralSwitches = Annotated[tuple[T, ...], OneOrMany(switches), MinLen(1)]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """The column of a parameter.

    `key` is its key where another column has the parameter's name. Output for people writes a value by `phrase` and
    leaves out the value that is `implied`.
    """

    label: str
    kind: ColumnKind = "text"
    key: str | None = None
    phrase: str = "{}"
    implied: CellValue = None

    def text(self, value: CellValue) -> str:
        """Returns the value in words, and "" for None and for the implied value."""
        return "" if value is None or value == self.implied else self.phrase.format(value)


def column_specs(parameters: type[SourceParameters]) -> dict[str, ColumnSpec]:
    """Returns the column of each parameter that has one, by the column's key, in the order of the fields."""
    return {
        spec.key or name: spec
        for name, field in parameters.model_fields.items()
        for spec in field.metadata
        if isinstance(spec, ColumnSpec)
    }


def columns_of(parameters: type[SourceParameters]) -> tuple[Column, ...]:
    """Returns the columns of the parameters that have one."""
    return tuple(Column(key, spec.label, spec.kind) for key, spec in column_specs(parameters).items())


def switch_columns(parameters: type[SourceParameters]) -> frozenset[str]:
    """Returns the keys of the columns whose parameter is true or false."""
    return frozenset(
        spec.key or name
        for name, field in parameters.model_fields.items()
        for spec in field.metadata
        if isinstance(spec, ColumnSpec) and bool in (field.annotation, *get_args(field.annotation))
    )


def makes_rows(parameters: type[SourceParameters]) -> tuple[str, ...]:
    """Returns the names of the parameters whose values each make a row, the outermost first."""
    return tuple(
        name
        for name, field in parameters.model_fields.items()
        if any(isinstance(one, OneOrMany) and one.rows for one in field.metadata)
    )


def is_list(parameters: type[SourceParameters], name: str) -> bool:
    """Returns whether a parameter is a list or a mapping as a whole, such as `target_modules`: its values make no
    rows."""
    annotation = parameters.model_fields[name].annotation
    kinds = (annotation, *get_args(annotation))
    return name not in makes_rows(parameters) and any(get_origin(kind) in (tuple, list, dict) for kind in kinds)


def combinations(request: Parameters) -> Iterator[Parameters]:
    """Yields a request as requests for one combination of values each."""
    names = makes_rows(type(request))
    for values in product(*(getattr(request, name) for name in names)):
        yield request.model_copy(update={name: (value,) for name, value in zip(names, values, strict=True)})
