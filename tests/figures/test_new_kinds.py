"""Heat maps, dot plots, slopes, areas, small multiples and waffles: what stands where, and what is a mistake."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from slidegen.figures import FigureError, check_options, read_picture
from slidegen.figures.data import Reader
from slidegen.figures.svg import CONTEXT
from slidegen.model import Table
from slidegen.pictures import Frame
from tests.figures.drawing import ROOM, bars, description, draw, place_of, stated, table, texts, tree

CARS = table(
    {"year": "integer", "country": "text", "cars": "number"},
    *((2020, "Norway", 50.0), (2020, "Sweden", 20.0), (2022, "Norway", 70.0), (2022, "Sweden", 30.0)),
)
SCORES = table(
    {"name": "text", "score": "number", "low": "number", "high": "number"},
    ("Llama", 66.0, 64.0, 68.0),
    ("Gemma", 71.0, 70.0, 72.0),
    ("Phi", None, None, None),
)
PARTS = table({"name": "text", "size": "number"}, ("Weights", 14.0), ("Optimizer", 28.0), ("Rest", 0.1))


def lit(kind: str, rows: Table, name: str, **options: Any) -> Any:
    """The drawing in which the rows called `name` are highlighted."""
    checked = check_options(kind, {**options, "highlight": "it"})
    reader = Reader("t", rows, {}, holds=lambda _name, table, _rule: [name in row for row in table.rows])
    return read_picture(kind, reader, checked).draw(ROOM)


def mistakes(kind: str, rows: Table, **options: Any) -> list[str]:
    """The messages about a figure."""
    with pytest.raises(FigureError) as caught:
        draw(kind, rows, **options)
    return [message for _, message in stated(caught.value)]


class TestHeatMap:
    """A cell for each pair of names."""

    def test_larger_numbers_are_darker_and_all_are_written(self) -> None:
        """From a pale colour to the whole one."""
        drawing = draw("heat-map", CARS, x="year", y="country", value="cars")
        shares = {cell["data-value"]: int(cell["fill"].split("%")[0].split()[-1]) for cell in bars(drawing)}
        assert shares == {"50.0": 63, "70.0": 100, "20.0": 8, "30.0": 26}  # 8 + 92 * (value - 20) / 50
        assert {"2020", "2022", "Norway", "Sweden", "50", "70", "20", "30"} <= set(texts(drawing))

    def test_the_figure_says_what_its_rows_and_columns_are(self) -> None:
        """Both above the cells, the rows' name at the left edge, with a title in the deck as well."""
        for frame in (ROOM, Frame(420, 340, "f", titled=True)):
            drawing = draw("heat-map", CARS, frame, x="year", y="country", value="cars", labels={"year": "In the year"})
            (left, down), (start, above) = place_of(drawing, "Country"), place_of(drawing, "In the year")
            assert left == 0
            assert above < down == place_of(drawing, "2020")[1] < place_of(drawing, "Norway")[1]
            assert start < place_of(drawing, "2020")[0]

    def test_a_pair_with_two_numbers_is_a_mistake(self) -> None:
        """A cell has one."""
        twice = table({"a": "text", "b": "text", "n": "number"}, ("x", "y", 1.0), ("x", "y", 2.0))
        assert mistakes("heat-map", twice, x="a", y="b", value="n") == [
            "y and x have several numbers; choose rows with where"
        ]

    def test_numbers_without_space_are_left_out(self) -> None:
        """In cells of a narrow figure; the sentence for screen readers has them."""
        many = table({"a": "integer", "b": "text", "n": "number"}, *((k, "row", 1000.25 + k) for k in range(12)))
        drawing = draw("heat-map", many, Frame(420, 300, "f"), x="a", y="b", value="n")
        assert not [words for words in texts(drawing) if words.startswith("10") and len(words) > 3]
        assert "row: 0 1000" in description(drawing).replace(",", "")


class TestDotPlot:
    """A dot for each row, on its interval."""

    def test_a_dot_stands_on_its_interval(self) -> None:
        """Gemma's at the middle of 70 to 72."""
        drawing = draw("dot-plot", SCORES, value="score", low="low", high="high")
        gemma = [e for e in tree(drawing).iter("line") if e.get("stroke-linecap")][1].attrib
        assert (float(gemma["x1"]) + float(gemma["x2"])) / 2 == pytest.approx(float(bars(drawing)[1]["cx"]), abs=0.02)
        assert {"66", "71", "n/a"} <= set(texts(drawing))

    def test_mistakes(self) -> None:
        """An interval has two ends and holds its number."""
        assert mistakes("dot-plot", SCORES, value="score", low="low") == ["an interval needs both low and high"]
        assert mistakes("dot-plot", SCORES, value="low", low="score", high="high")[0] == (
            "row 1 (Llama): 64 is not between 66 and 68"
        )

    def test_what_is_not_highlighted_is_grey(self) -> None:
        """Dot and interval."""
        drawing = lit("dot-plot", SCORES, "Gemma", value="score", low="low", high="high")
        assert [dot["fill"] for dot in bars(drawing)] == [CONTEXT, "var(--chart-1)"]


class TestSlope:
    """A line from each row's first number to its second."""

    def test_steeper_lines_grow_faster(self) -> None:
        """The heights of both ends are on one scale."""
        drawing = draw("slope", SCORES, value=["low", "high"])
        dots = [float(dot["cy"]) for dot in bars(drawing)]
        assert (dots[0] - dots[1]) / (dots[2] - dots[3]) == pytest.approx((68 - 64) / (72 - 70), rel=1e-3)
        assert drawing.note == "Without a number, not drawn: Phi."

    def test_labels_keep_apart(self) -> None:
        """Though their numbers are nearly equal."""
        near = table({"name": "text", "a": "number", "b": "number"}, *((f"n{k}", 1.0 + k / 500, 2.0) for k in range(5)))
        drawing = draw("slope", near, value=["a", "b"])
        heights = sorted(place_of(drawing, f"n{k}")[1] for k in range(5))
        assert min(b - a for a, b in pairwise(heights)) >= 24

    def test_it_takes_two_columns(self) -> None:
        """Neither one nor three."""
        (message,) = mistakes("slope", SCORES, value=["low"])
        assert message == "slope: value has 1 item; allowed: at least 2"


class TestArea:
    """Each area lies on the one before."""

    def test_areas_are_stacked(self) -> None:
        """The upper line of Norway is the lower line of Sweden."""
        drawing = draw("area", CARS, x="year", y="cars", series="country")
        norway, sweden = (shape["d"] for shape in bars(drawing))
        top = norway[1:].split("L")[:2]
        assert sweden.rstrip("Z").split("L")[2:] == top[::-1]
        assert {"Norway", "Sweden"} <= set(texts(drawing))

    def test_mistakes(self) -> None:
        """Every area needs a number at every place, and none below zero."""
        hole = table({"x": "integer", "s": "text", "y": "number"}, (1, "a", 1.0), (2, "a", 2.0), (1, "b", -1.0))
        assert mistakes("area", hole, x="x", y="y", series="s") == [
            "area 'b' has no number at x 2; areas need one at every place",
            "area 'b' has a negative number; parts of a sum are not negative",
        ]

    def test_a_thin_area_is_named_beside_its_end(self) -> None:
        """In its colour; the plot gives way."""
        rows = [(x, name, size) for x in (1, 2, 3) for name, size in (("thick", 50.0), ("thin", 1.0))]
        thin = table({"x": "integer", "s": "text", "y": "number"}, *rows)
        drawing = draw("area", thin, x="x", y="y", series="s")
        assert place_of(drawing, "thin")[0] > 1000 > place_of(drawing, "thick")[0]


class TestMultiples:
    """A panel for each series, all on the same axes."""

    def test_the_axis_that_all_panels_share_is_named(self) -> None:
        """At the right end below the panels."""
        drawing = draw("multiples", CARS, x="year", y="cars", panel="country")
        assert place_of(drawing, "Year")[0] == ROOM.width
        assert place_of(drawing, "Year")[1] > place_of(drawing, "2020")[1]

    def test_every_panel_has_one_scale_and_the_other_lines_in_grey(self) -> None:
        """The same number stands at the same height in each."""
        drawing = draw("multiples", CARS, x="year", y="cars", panel="country")
        panels = [g for g in tree(drawing).iter("g") if g.get("data-series")]
        assert [panel.attrib["data-series"] for panel in panels] == ["Norway", "Sweden"]
        lines = [[(p.attrib["d"], p.attrib["stroke"]) for p in panel.iter("path")] for panel in panels]
        heights = [[[xy.split()[1] for xy in d[1:].split("L")] for d, _ in panel] for panel in lines]
        assert heights[0] == heights[1][::-1]
        assert [[stroke for _, stroke in panel] for panel in lines] == [[CONTEXT, "var(--chart-1)"]] * 2

    def test_too_many_panels_are_a_mistake(self) -> None:
        """Thirteen."""
        many = table(
            {"x": "integer", "s": "text", "y": "number"}, *((x, f"s{n}", 1.0) for n in range(13) for x in (1, 2))
        )
        assert mistakes("multiples", many, x="x", y="y", panel="s") == ["13 series; at most 12 can be told apart"]


class TestWaffle:
    """A hundred squares."""

    def test_squares_are_in_the_ratio_of_the_numbers(self) -> None:
        """14 and 28 of 42.1: a third and two thirds; by largest remainders they are a hundred."""
        drawing = draw("waffle", PARTS, value="size")
        counts = [shape["d"].count("M") for shape in bars(drawing)]
        assert counts == [33, 67]
        assert {"33 %", "67 %", "< 1 %"} <= set(texts(drawing))

    def test_mistakes(self) -> None:
        """Shares are not negative and have a whole."""
        wrong = table({"name": "text", "size": "number"}, ("a", -1.0), ("b", None))
        assert mistakes("waffle", wrong, value="size") == [
            "row 1 (a): size is -1; a share is a number from 0 on",
            "row 2 (b): size is n/a; a share is a number from 0 on",
        ]
        assert mistakes("waffle", table({"name": "text", "size": "number"}, ("a", 0.0)), value="size") == [
            "column 'size' adds up to 0; shares need a whole"
        ]
