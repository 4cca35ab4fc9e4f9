"""How much room texts, tables and formulas get in programs that set them wider than the browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slidegen.exports.pptx.scene import (
    Box,
    Color,
    Formula,
    Ground,
    PanelShape,
    Paragraph,
    Run,
    Shape,
    Slide,
    TableShape,
    TextShape,
)
from slidegen.exports.pptx.writing.room import with_room

TABLE = TableShape("table", Box(72, 200, 400, 100), (100.0, 300.0), (50.0, 50.0), ())


def placed(*shapes: Shape) -> Shape:
    """The first of some shapes on a slide that is 1280 pixels wide."""
    return with_room(Slide(1, "", shapes, Ground(), Color("000000")), 1280).shapes[0]


def test_a_narrow_table_gets_wider_columns() -> None:
    """All of its columns by a fifth, so that no word is cut in two in another font; its left edge stays."""
    found = placed(TABLE)
    assert isinstance(found, TableShape)
    assert (found.box.left, found.box.width) == pytest.approx((72.0, 480.0))
    assert found.columns == pytest.approx((120.0, 360.0))


@pytest.mark.parametrize(
    ("beside", "right"),
    [
        ((), 1208.0),  # the margin at the right is that at the left
        ((PanelShape("panel", Box(1160, 190, 100, 60)),), 1154.0),
    ],
)
def test_a_wide_table_stays_within_the_margins_and_its_neighbours(beside: tuple[Shape, ...], right: float) -> None:
    """No further than the text of its and not onto what stands beside it."""
    wide = replace(TABLE, box=Box(72, 200, 1000, 100), columns=(500.0, 500.0))
    assert placed(wide, *beside).box.right == pytest.approx(right)


def test_a_table_with_bars_in_its_cells_stays_where_they_are() -> None:
    """The bars are shapes of their own."""
    assert placed(TABLE, PanelShape("panel", Box(200, 220, 90, 12))) == TABLE


@pytest.mark.parametrize(("align", "left"), [("start", 72.0), ("center", 528.0), ("end", 984.0)])
def test_a_formula_has_a_box_of_its_width(align: str, left: float) -> None:
    """LibreOffice stretches a formula to its box."""
    box = Box(72, 200, 1136, 60)
    run = Run("x", 30.0, formula=Formula("x", "<math/>", display=True))
    text = TextShape("text", box, (Paragraph((run,), box, 30.0, align=align, extent=200.0),))  # type: ignore[arg-type]
    found = placed(text)
    assert (found.box.left, found.box.width) == pytest.approx((left, 224.0))
