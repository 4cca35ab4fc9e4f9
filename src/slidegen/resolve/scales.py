"""The scales of the bars and of the heat in a table's cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from slidegen.model import Column
from slidegen.resolve.shown_table import Check, ShownTable, finite, names_in
from slidegen.resolve.values import plain
from slidegen.resolved import Scale
from slidegen.table_look import ScaleRule


def scales(shown: ShownTable, option: str, rules: Mapping[str, ScaleRule], check: Check) -> dict[str, Scale]:
    """Returns the scale of each shown column for which the `option` "bars" or "heat" has a rule.

    Columns of one kind without a rule of their own share a scale, so that what looks equal is equal. That of bars
    includes 0.
    """
    columns: dict[str, Column] = {}
    numbers: dict[str, list[float]] = {}
    for key in rules:
        column = check(f"{option}.{key}", partial(shown.numbers, key))
        if column is not None and key in shown.shown:
            columns[key] = column
            ends = [number for cell in shown.cells(key) if (number := finite(cell)) is not None]
            numbers[key] = [*([min(ends), max(ends)] if ends else []), *([0] if option == "bars" else [])]
    found = {}
    for key, column in columns.items():
        alike = [
            other
            for other, one in columns.items()
            if other == key or (one.kind == column.kind and rules[other] == rules[key] == ScaleRule())
        ]
        ends = [end for other in alike for end in numbers[other]]
        scale = check(f"{option}.{key}", partial(_scale, shown, f"{option}.{key}", rules[key], ends))
        if scale is not None:
            found[key] = scale
    return found


def _scale(shown: ShownTable, where: str, rule: ScaleRule, numbers: Sequence[float]) -> Scale:
    low = _end(shown, f"{where}.min", rule.min, min(numbers, default=0))
    high = _end(shown, f"{where}.max", rule.max, max(numbers, default=0))
    if low > high or (low == high and not rule.min is rule.max is None):
        raise shown.problem(f"{where} ends at {high:g}; it must end above its beginning, {low:g}")
    if rule.log and low <= 0:
        raise shown.problem(f"{where} begins at {low:g}; a log scale needs numbers above 0, or a min above 0")
    return Scale(float(low), float(high), rule.log)


def _end(shown: ShownTable, where: str, given: float | str | None, otherwise: float) -> float:
    if given is None:
        return otherwise
    value = given
    if isinstance(given, str):
        names_in(given, shown.name, shown.expander)  # an expression, and nothing else
        value = plain(shown.expander.evaluate(given))
    number = finite(value)
    if number is None:
        raise shown.problem(f"{where} is {given!r}; a number is needed, for example 24 * GiB")
    return number
