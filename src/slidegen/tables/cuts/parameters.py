"""The parameters of the table source `sweep`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from slidegen.model import ColumnKind
from slidegen.parquet.plan import MOST_BINS, MOST_ROWS
from slidegen.tables.base import SourceParameters
from slidegen.tables.cuts.conditions import Conditions
from slidegen.tables.fields import Many

FUNCTION: Final = re.compile(r"min|max|mean|median|p\d{1,2}")
BINS: Final = {1: 40, 2: 12}
"""How many bins a column has, by the number of columns: a histogram's, and as many as a heat map has room for."""


def _as_bins(value: Any) -> Any:
    """Returns columns with the number of their bins: a column, a list of columns, or a mapping."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if isinstance(value, list | tuple):
        return {key: BINS.get(len(value), 1) for key in value} if all(isinstance(key, str) for key in value) else value
    return value


def _count_form(value: Any) -> str:
    return "mapping" if isinstance(value, dict) else "value"


class SweepParameters(SourceParameters):
    """Rows of a Parquet file that `slidegen sweep` wrote, or of any other: those that meet conditions, the least of
    each group, aggregates, counts in bins, or a sample."""

    file: Annotated[str, Field(min_length=1, max_length=1000, description="A .parquet file, from the deck's folder.")]
    where: Annotated[
        Conditions,
        Field(description="For each column a value, a list of values, or min, max, above, below, like, not."),
    ] = Field(default_factory=dict)
    select: Annotated[Many[str], Field(description="The columns; else all that have a value.")] = ()
    by: Annotated[Many[str], Field(description="The columns whose values make a group.")] = ()
    least: Annotated[str | None, Field(description="Of each group the row with the least number in a column.")] = None
    greatest: Annotated[
        str | None, Field(description="Of each group the row with the greatest number in a column.")
    ] = None
    aggregate: Annotated[
        dict[str, Many[str]],
        Field(description="For each column one or more of min, max, mean, median, p1 to p99, of each group."),
    ] = Field(default_factory=dict)
    count: Annotated[
        Annotated[bool, Tag("value")] | Annotated[dict[str, Conditions], Tag("mapping")],
        Discriminator(_count_form),
        Field(description="How many rows each group has; or names, each with conditions of the rows to count."),
    ] = False
    bins: Annotated[
        dict[str, Annotated[int, Field(ge=1, le=MOST_BINS)]],
        BeforeValidator(_as_bins, json_schema_input_type=str | list[str] | dict[str, int]),
        Field(max_length=2, description="How many rows are in each bin of one column, or each pair of bins of two."),
    ] = Field(default_factory=dict)
    sample: Annotated[int | None, Field(ge=1, le=MOST_ROWS, description="How many rows to choose at random.")] = None
    order_by: Annotated[str | None, Field(description="A column; with - before it, the greatest first.")] = None
    limit: Annotated[int | None, Field(ge=1, le=MOST_ROWS, description="The first rows in the order.")] = None
    kinds: Annotated[
        dict[str, ColumnKind],
        Field(description="How columns are shown, of a file that is not a sweep's."),
    ] = Field(default_factory=dict)

    @property
    def grouping(self) -> bool:
        """Whether rows are counted or aggregated."""
        return bool(self.aggregate) or self.count is not False

    @field_validator("aggregate")
    @classmethod
    def _functions(cls, given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for key, words in given.items():
            for word in words:
                if not FUNCTION.fullmatch(word):
                    raise ValueError(f"{key} has {word!r}; available: max, mean, median, min, p1 to p99")
        return given

    @model_validator(mode="after")
    def _goes_together(self) -> SweepParameters:
        given = {
            "least": self.least,
            "greatest": self.greatest,
            "aggregate or count": self.grouping,
            "bins": self.bins,
            "sample": self.sample,
        }
        ways = [name for name, value in given.items() if value]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} exclude each other; give one of them")
        way = ways[0] if ways else "rows"
        if self.by and way not in ("least", "greatest", "aggregate or count"):
            raise ValueError("by makes groups; give least, greatest, aggregate or count, which make a row of a group")
        if self.select and (self.grouping or self.bins):
            raise ValueError(f"select has no effect on {way}, whose columns are its own; leave it out")
        if self.order_by is not None and way in ("bins", "sample"):
            raise ValueError(f"order_by has no effect on {way}; leave it out")
        if self.limit is not None and self.order_by is None:
            raise ValueError("limit needs order_by, which says what the first rows are; or choose some with sample")
        return self
