"""Writes tables as tables of PowerPoint, with the widths, rules and grounds of their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slidegen.exports.pptx.scene import Cell, TableShape
from slidegen.exports.pptx.writing.context import SlideWriter
from slidegen.exports.pptx.writing.shapes import identity, with_fallback
from slidegen.exports.pptx.writing.text import Default, write_paragraphs
from slidegen.exports.pptx.writing.xml import element, emu, sub, transform

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

PLAIN: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table style without grounds and rules: ours are written into the cells."""
KIND: Final = "http://schemas.openxmlformats.org/drawingml/2006/table"
ANCHOR: Final = {"top": "t", "middle": "ctr", "bottom": "b"}


def table(writer: SlideWriter, shape: TableShape) -> None:
    """Adds a table."""
    number = writer.new_id()

    def build(*, plain: bool) -> Element:
        made = element("p:graphicFrame")
        identity(made, "graphicFrame", number, f"Table {shape.name} {number}".replace("  ", " "))
        sub(sub(made[0], "p:cNvGraphicFramePr"), "a:graphicFrameLocks", noGrp=True)
        sub(made[0], "p:nvPr")
        transform(made, shape.box, "p:xfrm")
        _content(writer, sub(sub(made, "a:graphic"), "a:graphicData", uri=KIND), shape, plain=plain)
        return made

    with_fallback(writer, [paragraph for cell in shape.cells for paragraph in cell.paragraphs], build)
    writer.appears(number, shape.step)


def _content(writer: SlideWriter, parent: Element, shape: TableShape, *, plain: bool) -> None:
    content = sub(parent, "a:tbl")
    properties = sub(content, "a:tblPr", rtl=shape.rtl or None, firstRow=bool(shape.header_rows))
    sub(properties, "a:tableStyleId").text = PLAIN
    grid = sub(content, "a:tblGrid")
    for width in shape.columns:
        sub(grid, "a:gridCol", w=emu(width))
    begun = {(cell.row, cell.column): cell for cell in shape.cells}
    covered = {
        (row, column): cell
        for cell in shape.cells
        for row in range(cell.row, cell.row + cell.down)
        for column in range(cell.column, cell.column + cell.across)
    }
    for row, height in enumerate(shape.rows):
        line = sub(content, "a:tr", h=emu(height))
        for column in range(len(shape.columns)):
            at = (row, column)
            _cell(writer, line, begun.get(at), covered.get(at), at, plain=plain)


def _cell(
    writer: SlideWriter, line: Element, cell: Cell | None, around: Cell | None, at: tuple[int, int], *, plain: bool
) -> None:
    """Adds a cell; one that another cell covers is empty and says so."""
    row, column = at
    made = sub(
        line,
        "a:tc",
        rowSpan=cell.down if cell and cell.down > 1 else None,
        gridSpan=cell.across if cell and cell.across > 1 else None,
        hMerge=True if cell is None and around and column > around.column else None,
        vMerge=True if cell is None and around and row > around.row else None,
    )
    body = sub(made, "a:txBody")
    sub(body, "a:bodyPr")
    sub(body, "a:lstStyle")
    default = Default(None, writer.look.colors.get("text"))
    write_paragraphs(writer, body, cell.paragraphs if cell else (), default, plain=plain)
    shown = cell or around
    top, right, bottom, left = shown.padding if shown else (0.0, 0.0, 0.0, 0.0)
    properties = sub(
        made,
        "a:tcPr",
        marL=emu(left),
        marR=emu(right),
        marT=emu(top),
        marB=emu(bottom),
        anchor=ANCHOR[shown.anchor] if shown else None,
    )
    writer.palette.line(properties, "a:lnL", shown.left if shown else None)
    writer.palette.line(properties, "a:lnR", shown.right if shown else None)
    writer.palette.line(properties, "a:lnT", shown.above if shown else None)
    writer.palette.line(properties, "a:lnB", shown.below if shown else None)
    writer.palette.fill(properties, shown.fill if shown else None)
