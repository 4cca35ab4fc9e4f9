"""Charts of PowerPoint, read back by python-pptx and openpyxl: the numbers are those of the deck's tables."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from lxml import etree
from pptx import Presentation

from slidegen.exports.pptx.writing.chart_data import number_format
from tests.exports.conftest import Exporter
from tests.exports.pptx.test_schema import disorder
from tests.exports.pptx.test_schema import test_every_relationship_leads_somewhere as check_relationships

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GIB = 2**30
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DECK = """\
title: Charts
theme: light
tables:
  t: {source: data, rows: [{name: alpha, value: 1.5, more: 3}, {name: beta, value: 22.25, more: null}]}
  parts: {source: memory, models: [meta-llama/Meta-Llama-3-8B], method: [full, qlora]}
  points:
    source: data
    rows: [{k: a, x: 1, y: 10}, {k: a, x: 2, y: 0.5}, {k: b, x: 1, y: 30}, {k: b, x: 2, y: 40}]
  bins: {source: data, rows: [{low: 0, high: 1, count: 4}, {low: 1, high: 2, count: 9}, {low: 2, high: 3, count: 2}]}
figures:
  bars: {kind: bars, table: t, value: value, highlight: value > 2, annotate: [{value: 12, text: Enough}]}
  two: {kind: bars, table: t, value: [value, more], orientation: vertical}
  stack: {kind: stacked-bars, table: parts, label: method}
  line: {kind: line, table: points, x: x, y: y, series: k, log_y: true, steps: true}
  scatter: {kind: scatter, table: points, x: x, y: y, label: y, series: k}
  histogram: {kind: histogram, table: bins}
  slope: {kind: slope, table: t, where: name == 'alpha', value: [value, more], label: name}
slides:
  - "## Bars\\n\\n:::: columns\\n::: column\\n{{ chart('bars') }}\\n:::\\n::: column\\n{{ chart('two') }}\\n:::\\n::::"
  - "## Stack\\n\\n{{ chart('stack') }}"
  - "## Line\\n\\n{{ chart('line') }}"
  - "## Scatter\\n\\n{{ chart('scatter') }}"
  - "## Histogram\\n\\n{{ chart('histogram') }}"
  - "## Slope\\n\\n{{ chart('slope') }}"
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """The deck as a presentation."""
    exporter = Exporter(tmp_path_factory.mktemp("charts"), lambda: browser)
    (made,) = exporter.export(exporter.deck(text=DECK), "pptx")
    return made


@pytest.fixture(scope="module")
def shapes(file: Path) -> dict[str, Any]:
    """The charts by the names of their figures."""
    found = [shape for slide in Presentation(str(file)).slides for shape in slide.shapes if shape.has_chart]
    return {shape.name.split()[1]: shape for shape in found}


def numbers(shape: Any) -> dict[str, list[float | None]]:
    """The numbers of each series."""
    return {series.name: list(series.values) for series in shape.chart.plots[0].series}


def sheet(shape: Any) -> Any:
    """The data sheet of a chart."""
    from openpyxl import load_workbook

    return load_workbook(BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob), data_only=True).active


pytestmark = pytest.mark.browser


def test_kinds_that_powerpoint_has_are_charts(shapes: dict[str, Any]) -> None:
    """A slope chart is none of them."""
    kinds = {name: shape.chart.chart_type.name for name, shape in shapes.items()}
    assert kinds == {
        "bars": "BAR_CLUSTERED", "two": "COLUMN_CLUSTERED", "stack": "BAR_STACKED", "line": "XY_SCATTER_LINES",
        "scatter": "XY_SCATTER", "histogram": "COLUMN_CLUSTERED",
    }  # fmt: skip


def test_bars_have_the_numbers_of_the_table(shapes: dict[str, Any]) -> None:
    """n/a is an empty cell; the axis has fixed ends, from zero on."""
    assert numbers(shapes["bars"]) == {"value": [1.5, 22.25]}
    assert numbers(shapes["two"]) == {"value": [1.5, 22.25], "more": [3, None]}
    assert list(shapes["bars"].chart.plots[0].categories) == ["alpha", "beta"]
    axis = shapes["bars"].chart.value_axis
    assert (axis.minimum_scale, axis.maximum_scale) == (0, 22.25)


def test_sums_of_parts_are_formulas(shapes: dict[str, Any]) -> None:
    """So that they follow the numbers: four times float16 weights of 8 billion parameters, in GiB."""
    found = numbers(shapes["stack"])
    assert set(found) == {"Weights", "Gradients", "Optimizer", "Adapter", "Total"}
    for row in (0, 1):
        parts = [found[name][row] or 0.0 for name in found if name != "Total"]
        assert sum(parts) == pytest.approx(found["Total"][row])
    weights = found["Weights"][0] or 0.0
    assert round(weights * GIB) == 2 * 7_504_924_672
    assert sheet(shapes["stack"]).cell(2, 6).value == pytest.approx(found["Total"][0])
    with ZipFile(BytesIO(shapes["stack"].chart.part.chart_workbook.xlsx_part.blob)) as book:
        assert b"SUM(B2:E2)" in book.read("xl/worksheets/sheet1.xml")


def test_points_have_both_numbers(shapes: dict[str, Any]) -> None:
    """On a logarithmic axis where the figure has one; the sheet names the points."""
    for name in ("line", "scatter"):
        assert numbers(shapes[name]) == {"a": [10, 0.5], "b": [30, 40]}
        assert [list(one.iter_values()) for one in shapes[name].chart.plots[0].series] == [[10, 0.5], [30, 40]]
    space = shapes["line"].chart._chartSpace
    assert [one.get("val") for one in space.iter(f"{C}logBase")] == ["10"]
    rows = list(sheet(shapes["scatter"]).iter_rows(values_only=True))
    assert rows[:3] == [(None, "a", None), (1, 10, "y 10"), (2, 0.5, "y 0.5")]


def test_bins_touch(shapes: dict[str, Any]) -> None:
    """Each is named by its ends."""
    plot = shapes["histogram"].chart.plots[0]
    assert plot.gap_width == 0
    assert list(plot.categories) == ["0 to 1", "1 to 2", "2 to 3"]
    assert list(numbers(shapes["histogram"]).values()) == [[4, 9, 2]]


def test_one_bar_speaks(shapes: dict[str, Any]) -> None:
    """The others are grey; numbers stand at the ends in the figure's format."""
    series = shapes["bars"].chart.plots[0].series[0]
    points = [series.points[index].format.fill for index in (0, 1)]
    own = [fill.fore_color.rgb if fill.type else None for fill in points]
    assert own.count(None) == 1
    assert series.points[1].data_label.text_frame.text == "22.2"  # Office would have 22.3
    assert {one.get("formatCode") for one in series._element.dLbls.iter(f"{C}numFmt")} == {"0.0"}


def test_thresholds_stand_in_the_chart(file: Path, shapes: dict[str, Any]) -> None:
    """As a line and words that move with it, at their place on the fixed axis."""
    (drawing,) = [
        rel.target_part for rel in shapes["bars"].chart.part.rels.values() if rel.reltype.endswith("/chartUserShapes")
    ]
    tree = etree.fromstring(drawing.blob)
    assert "Enough" in ["".join(one.itertext()) for one in tree.iter("{*}txBody")]
    dashed = next(one for one in tree.iter("{*}cxnSp") if one.find(".//{*}prstDash") is not None)
    at = float(dashed.getparent().find("{*}from/{*}x").text)
    layout = shapes["bars"].chart._chartSpace.find(f".//{C}plotArea/{C}layout/{C}manualLayout")
    left, wide = (float(layout.find(f"{C}{side}").get("val")) for side in "xw")
    assert at == pytest.approx(left + wide * 12 / 22.25, abs=0.001)


def test_charts_say_what_they_show(shapes: dict[str, Any]) -> None:
    """With the alternative text of the figure."""
    assert "beta: 22.2. Enough: 12." in shapes["bars"]._element.nvGraphicFramePr.cNvPr.get("descr")


def test_a_chart_stands_where_its_figure_stands(shapes: dict[str, Any]) -> None:
    """Two in columns are beside each other."""
    left, right = shapes["bars"], shapes["two"]
    assert left.left + left.width <= right.left
    assert abs(left.top - right.top) < 9525 * 60


def test_parts_of_charts_are_in_order(file: Path) -> None:
    """That of the schema, in the charts and in what stands in them; what they refer to is in the file."""
    with ZipFile(file) as made:
        names = [name for name in made.namelist() if name.startswith(("ppt/charts/chart", "ppt/drawings/drawing"))]
        found = {name: disorder(etree.fromstring(made.read(name))) for name in names if name.endswith(".xml")}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) >= 10
    check_relationships(file)


def test_sheets_have_the_same_bytes_each_time(exporter: Exporter) -> None:
    """Their date is fixed."""
    deck = exporter.deck(text=DECK.replace("{{ chart('stack') }}", ""))
    first = exporter.export(deck, "pptx")[0].read_bytes()
    (made,) = exporter.export(deck, "pptx")
    assert made.read_bytes() == first
    with ZipFile(made) as file:
        sheets = [name for name in file.namelist() if name.endswith(".xlsx")]
        with ZipFile(BytesIO(file.read(sheets[0]))) as book:
            assert datetime(2000, 1, 1).isoformat() in book.read("docProps/core.xml").decode()


def test_steps_keep_the_picture_of_a_chart_that_appears_in_parts(exporter: Exporter) -> None:
    """A chart of PowerPoint would show all parts at once; other charts stay charts, in a Marp deck too."""
    deck = exporter.deck(text=DECK)
    (made,) = exporter.export(deck, "pptx", steps=True, output="marp")
    slides = list(Presentation(str(made)).slides)
    charts = [shape.name.split()[1] for slide in slides for shape in slide.shapes if shape.has_chart]
    assert charts == ["bars", "two", "stack", "scatter", "histogram"]


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("14.0", 13.96, "0.0"), ("0.0130", 0.01296, "0.0000"), ("12,345", 12345.2, "#,##0"), ("1230", 1230.4, "0"),
        ("−2.5", -2.5, "0.0;−0.0"), ("12.345,6", 12345.6, "#,##0.0"), ("9.1 × 10⁻⁵", 9.1e-5, None),
        ("22.2", 22.25, None), ("1 × 10³⁰⁰", 1e300, None),
    ],
)  # fmt: skip
def test_a_number_has_a_format(text: str, value: float, wanted: str | None) -> None:
    """One that shows it as the figure does; powers of ten are written as words."""
    assert number_format(text, value) == wanted
