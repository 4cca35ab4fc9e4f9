"""The shape of a table's look in a deck, checked by pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Discriminator, Field, Tag, model_validator

from slidegen.sources.strict import Strict, kind_of
from slidegen.table_look import EmphasisRule, EmphasisStyle, FootnoteRule, ScaleRule, Summary, SummaryRule, TableLook
from slidegen.units import Unit

LISTED = Discriminator(
    kind_of, custom_error_type="list_or_mapping", custom_error_message="a list or a mapping is needed"
)
Key = Annotated[str, Field(min_length=1)]
Keys = Annotated[list[str], Field(min_length=1)]
End = Annotated[float, Field(allow_inf_nan=False)] | str | None


class EmphasisModel(Strict):
    """A rule for cells to emphasise, and the legend that explains it."""

    when: str = Field(description="An expression over the row's columns, for example: total <= 12 * GiB")
    style: EmphasisStyle = "strong"
    legend: str | None = Field(
        None, description="Explains the emphasis under the table, for example: fits a 12 GB card"
    )
    column: str | None = Field(None, description="The column to emphasise; else those that `when` names")
    claim: Annotated[int, Field(strict=True, ge=0)] | str | list[Key] | None = Field(
        None, description="The rows that it has to mark: all, none, how many, or their names"
    )


class SummaryModel(Strict):
    """A row with totals."""

    columns: Keys = Field(description="The columns that have a total; the other cells of the row are empty")
    of: Summary = "sum"
    label: str | None = Field(None, description="Stands before the totals; else Total, Mean, Median, Minimum, Maximum")
    groups: bool = Field(False, description="With a row below each group as well")


class BarModel(Strict):
    """The scale of the bars in a column, which begins at 0."""

    max: End = Field(None, description="A number or an expression: 24 * GiB; a longer bar is cut and marked")


class HeatModel(Strict):
    """The scale of the heat in a column."""

    min: End = Field(None, description="A number or an expression; smaller numbers are as light as this one")
    max: End = Field(None, description="A number or an expression; greater numbers are as dark as this one")
    log: bool = False


class FootnoteModel(Strict):
    """A footnote of a table."""

    text: Key
    column: str | None = Field(None, description="At its heading; with `when`, at its cells")
    when: str | None = Field(
        None, description="An expression over the row's columns; without a column, the note is at the row's name"
    )

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if self.column is None and self.when is None:
            raise ValueError("a footnote needs column, when, or both")
        return self


Summaries = Annotated[
    Annotated[SummaryModel, Tag("mapping")]
    | Annotated[list[SummaryModel], Tag("list")],
    LISTED,
]  # fmt: skip
Bars = Annotated[Annotated[list[str], Tag("list")] | Annotated[dict[str, BarModel], Tag("mapping")], LISTED]
Heat = Annotated[Annotated[list[str], Tag("list")] | Annotated[dict[str, HeatModel], Tag("mapping")], LISTED]
Notes = Annotated[Annotated[list[FootnoteModel], Tag("list")] | Annotated[dict[str, Key], Tag("mapping")], LISTED]


class LookModel(Strict):
    """How a table is shown."""

    columns: list[str] | None = Field(None, min_length=1)
    labels: dict[str, str] = Field({})
    unit: Unit = "GiB"
    digits: int | None = Field(None, ge=0, le=6, description="Decimals; else 2, and those that a percentage needs")
    sort_by: str | None = Field(None, description="A column; with - before it, the greatest first")
    caption: str | None = None
    emphasis: list[EmphasisModel] = Field([])
    provenance: bool = True
    full_names: bool = False
    group: str | None = Field(None, description="Rows with the same value in this column stand below a heading")
    total: Summaries = Field([])
    spanners: dict[Key, Keys] = Field({}, description="Headings over columns that stand side by side")
    bars: Bars = Field([], description="Columns with a bar in each cell")
    heat: Heat = Field([], description="Columns whose cells are darker the greater their numbers are")
    footnotes: Notes = Field([])
    stripes: bool = Field(False, description="Every other group has a ground of its own")
    compact: bool = Field(False, description="Smaller and closer")


def look_of(model: LookModel) -> TableLook:
    """Returns the look of a table from its checked mapping."""
    notes = model.footnotes
    if isinstance(notes, dict):
        notes = [FootnoteModel(column=column, text=text, when=None) for column, text in notes.items()]
    return TableLook(
        columns=None if model.columns is None else tuple(model.columns),
        labels=model.labels,
        unit=model.unit,
        digits=model.digits,
        sort_by=model.sort_by,
        caption=model.caption,
        emphasis=tuple(
            EmphasisRule(
                rule.when,
                rule.style,
                rule.legend,
                rule.column,
                tuple(rule.claim) if isinstance(rule.claim, list) else rule.claim,
            )
            for rule in model.emphasis
        ),
        provenance=model.provenance,
        full_names=model.full_names,
        group=model.group,
        total=tuple(
            SummaryRule(tuple(rule.columns), rule.of, rule.label, rule.groups)
            for rule in (model.total if isinstance(model.total, list) else [model.total])
        ),
        spanners={label: tuple(columns) for label, columns in model.spanners.items()},
        bars=_scales(model.bars),
        heat=_scales(model.heat),
        footnotes=tuple(FootnoteRule(rule.text, rule.column, rule.when) for rule in notes),
        stripes=model.stripes,
        compact=model.compact,
    )


def _scales(given: list[str] | Mapping[str, BarModel] | Mapping[str, HeatModel]) -> dict[str, ScaleRule]:
    if isinstance(given, list):
        return dict.fromkeys(given, ScaleRule())
    return {column: ScaleRule(**scale.model_dump()) for column, scale in given.items()}
