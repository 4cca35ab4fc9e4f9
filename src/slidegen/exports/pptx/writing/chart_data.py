"""The numbers of a chart: its data sheet, and the references to it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from slidegen.exports.pptx.chart import Chart, ChartSeries

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

CREATED: Final = datetime(2000, 1, 1)
"""The date of the data sheets, so that they have the same bytes each time."""
WIDE: Final = Context(prec=400)
"""Room for the digits of every float."""


def series_elements(chart: Chart) -> list[Element]:
    """The `c:ser` of each series as python-pptx writes them, with the references to the sheet and a copy of its
    numbers."""
    from lxml import etree
    from pptx.chart.data import CategoryChartData, XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    category_data, xy_data = cast(Any, CategoryChartData), cast(Any, XyChartData)
    if chart.kind == "points":
        data = xy_data()
        for one in chart.series:
            made = data.add_series(one.name)
            for x, y in zip(one.places, one.values, strict=True):
                made.add_data_point(x, y)
        written = data.xml_bytes(XL_CHART_TYPE.XY_SCATTER)
    else:
        data = category_data()
        data.categories = list(chart.categories)
        for one in chart.series:
            data.add_series(one.name, one.values)
        written = data.xml_bytes(XL_CHART_TYPE.BAR_CLUSTERED)
    tree = etree.fromstring(written)
    return list(tree.iter("{*}ser"))


def data_sheet(chart: Chart) -> bytes:
    """The workbook of a chart: a column for each series, or for points a table for each, at the places to which
    python-pptx refers. A series that is summed has formulas."""
    from xlsxwriter import Workbook

    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED})
        sheet = workbook.add_worksheet()
        if chart.kind == "points":
            _tables(sheet, chart)
        else:
            _columns(sheet, chart)
    return buffer.getvalue()


def _columns(sheet: Any, chart: Chart) -> None:
    from xlsxwriter.utility import xl_range

    sheet.set_column(0, 0, min(40, max(map(len, chart.categories), default=8) + 2))
    sheet.set_column(1, len(chart.series), 14)
    for row, name in enumerate(chart.categories, start=1):
        sheet.write_string(row, 0, name)
    for column, one in enumerate(chart.series, start=1):
        sheet.write_string(0, column, one.name)
        for row, value in enumerate(one.values, start=1):
            if value is not None and one.summed:
                sheet.write_formula(row, column, f"=SUM({xl_range(row, 1, row, column - 1)})", value=value)
            elif value is not None:
                sheet.write_number(row, column, value)


def _tables(sheet: Any, chart: Chart) -> None:
    """A table for each series, one below the other: its numbers across and up, and the names of its points."""
    sheet.set_column(0, 2, 18)
    top = 0
    for one in chart.series:
        sheet.write_string(top, 1, one.name)
        for row, (x, y) in enumerate(zip(one.places, one.values, strict=True), start=top + 1):
            sheet.write_number(row, 0, x)
            sheet.write_number(row, 1, y)
            if one.names:
                sheet.write_string(row, 2, one.names[row - top - 1])
        top += len(one.values) + 2


def number_format(text: str, value: float) -> str | None:
    """The format that shows a number as this text, whatever the separators of its language; None if none does.

    Office rounds the half up: for 22.25 a figure has 22.2, and no format has.
    """
    wanted, exact = _digits(text.lstrip("−-")), Decimal(repr(float(abs(value))))
    for decimals in range(13):
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, WIDE)
        for whole, shown in (("0", f"{rounded:f}"), ("#,##0", f"{rounded:,f}")):
            if _digits(shown) == wanted:
                found = whole + ("." + "0" * decimals if decimals else "")
                return f"{found};−{found}" if value < 0 else found
    return None


def _digits(text: str) -> str:
    return re.sub(r"\D", " ", text)


def common_format(series: ChartSeries) -> str:
    """The format that most labels of a series have."""
    found = Counter(
        number_format(label.text, value)
        for label, value in zip(series.labels, series.values, strict=True)
        if label is not None and value is not None and not label.fixed
    )
    return next((best for best, _ in found.most_common() if best), "General")
