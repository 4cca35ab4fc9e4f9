"""A table source as another package adds it: whole numbers and their squares."""

from __future__ import annotations

from collections.abc import Mapping

from slidegen import Column, Provenance, SourceContext, SourceParameters, Table, TableSource


class SquaresParameters(SourceParameters):
    """`numbers: [1, 2]` in a deck."""

    numbers: tuple[int, ...]


def inputs(_: SquaresParameters, __: SourceContext) -> Mapping[str, str]:
    """What the cells depend on beside the parameters: nothing."""
    return {}


def compute(parameters: SquaresParameters, _: SourceContext) -> Table:
    """The table."""
    columns = (Column("number", "Number", "integer"), Column("square", "Square", "integer"))
    return Table(columns, tuple((n, n * n) for n in parameters.numbers), Provenance("squares"))


SQUARES = TableSource("squares", 1, SquaresParameters, "numbers", inputs, compute)
