"""Fits the tables of a slide to their places, and warns of those that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from slidegen.measures import PLAIN_MEASURES, Measures
from slidegen.model import Layout
from slidegen.render.context import SlideContext
from slidegen.render.sizing import table_spaces
from slidegen.render.tables.fitting import Fit, fit, warning
from slidegen.render.tables.written import size_of, tables_in
from slidegen.resolved import PlacedTable


def fit_tables(
    blocks: Sequence[list[Token]],
    context: SlideContext,
    size: tuple[int, int],
    layout: Layout,
    footer: bool,
    measures: Measures = PLAIN_MEASURES,
) -> dict[int, Fit]:
    """Returns how each placed table fits, by its mark. Those in the slide's Markdown get their attributes.

    `blocks` are the slide's top-level blocks.
    """
    fits: dict[int, Fit] = {}
    spaces = table_spaces(blocks, context.text, size, layout, footer, measures)
    written = {id(table[0]): table for block in blocks for table in tables_in(block)} if spaces else {}
    for token, mark, space in spaces:
        if mark is None:
            fitted, name = fit(size_of(written[id(token)], context), space.width, space.height), "the table"
            if fitted.step:
                token.attrs["data-step"] = fitted.step
            if fitted.tight:
                token.attrJoin("class", "tight")
        else:
            from slidegen.render.tables.measured import measured  # most slides place no tables

            placed = context.text.placed[mark]
            assert isinstance(placed, PlacedTable)
            fits[mark] = fitted = fit(measured(placed, space.width), space.width, space.height)
            name = f"the table {placed.name!r}"
        if fitted.too_wide is not None:
            context.warn_at(warning(name, fitted.too_wide), token.map[0] if token.map else 0, code="runs-off")
    return fits
