"""Scatter plots and lines: points stand where their numbers say."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import pytest

from slidegen.figures import FigureError, check_options, read_picture
from slidegen.figures.data import Reader
from slidegen.figures.svg import CONTEXT
from slidegen.model import ColumnKind
from slidegen.pictures import Drawing
from tests.figures.drawing import ROOM, description, draw, place_of, stated, table, texts, tree

ERRORS = table(
    {"method": "text", "block": "integer", "bits": "number", "error": "number"},
    ("NF4", 64, 4.5, 0.09),
    ("NF4", 32, 5.0, 0.08),
    ("INT4", 64, 4.5, 0.11),
    ("INT4", 32, 5.0, 0.1),
    ("INT8", 64, 8.25, None),
)


def points(drawing: Drawing) -> dict[tuple[str, str], tuple[float, float]]:
    """The middle of every sign, by its exact numbers; circles only."""
    return {
        (e.attrib["data-x"], e.attrib["data-y"]): (float(e.attrib["cx"]), float(e.attrib["cy"]))
        for e in tree(drawing).iter("circle")
        if "data-x" in e.attrib
    }


def test_points_stand_where_their_numbers_say() -> None:
    """Equal numbers at equal places; differences in proportion; more is higher and further to the right."""
    found = points(draw("scatter", ERRORS, x="bits", y="error"))
    assert set(found) == {("4.5", "0.09"), ("5.0", "0.08"), ("4.5", "0.11"), ("5.0", "0.1")}
    assert found["4.5", "0.09"][0] == found["4.5", "0.11"][0] < found["5.0", "0.08"][0]
    step = found["4.5", "0.09"][1] - found["4.5", "0.11"][1]
    assert (found["5.0", "0.08"][1] - found["5.0", "0.1"][1]) / step == pytest.approx(1, rel=1e-2)


def test_a_logarithmic_axis_places_by_the_logarithm() -> None:
    """Of y, and of x."""
    rows = table({"name": "text", "x": "number", "y": "number"}, ("a", 1.0, 2.0), ("b", 10.0, 4.0), ("c", 100.0, 16.0))
    found = points(draw("scatter", rows, x="x", y="y", log_x=True, log_y=True))
    a, b, c = (found[key] for key in (("1.0", "2.0"), ("10.0", "4.0"), ("100.0", "16.0")))
    assert (c[0] - b[0]) / (b[0] - a[0]) == pytest.approx(1, rel=1e-3)
    assert (b[1] - c[1]) / (a[1] - b[1]) == pytest.approx(log(4) / log(2), rel=1e-3)


def test_points_are_named_by_what_tells_them_apart() -> None:
    """Here two columns; or by those that the deck names."""
    assert {"NF4 · block 64", "INT4 · block 32"} <= set(texts(draw("scatter", ERRORS, x="bits", y="error")))
    assert texts(draw("scatter", ERRORS, x="bits", y="error", label="method")).count("NF4") == 2


def test_a_row_without_a_number_is_told_under_the_figure() -> None:
    """And not drawn."""
    drawing = draw("scatter", ERRORS, x="bits", y="error")
    assert drawing.note == "Without a number, not drawn: INT8 · block 64."
    assert "INT8" not in "".join(texts(drawing))


def test_a_series_is_named_once_and_has_a_sign_of_its_own() -> None:
    """At its last point; its points may be connected, with patterns each series with its own dashes."""
    frame = replace(ROOM, patterns=True)
    drawing = draw("scatter", ERRORS, frame, x="bits", y="error", series="method", connect=True)
    assert [words for words in texts(drawing) if words in ("NF4", "INT4")] == ["NF4", "INT4"]
    paths = [e.attrib for e in tree(drawing).iter("path") if e.get("fill") == "none"]
    assert [(path["stroke"], path.get("stroke-dasharray")) for path in paths] == [
        ("var(--chart-1)", None),
        ("var(--chart-2)", "9 5"),
    ]
    groups = [e for e in tree(drawing).iter("g") if e.get("data-series")]
    assert [group.attrib["data-series"] for group in groups] == ["NF4", "INT4"]
    assert len(list(groups[0].iter("circle"))) == 2
    assert not list(groups[1].iter("circle"))  # squares


def test_series_with_labels_have_a_key() -> None:
    """The labels say something else."""
    shown = texts(draw("scatter", ERRORS, x="bits", y="error", series="method", label="block"))
    assert shown[:2] == ["NF4", "INT4"]
    assert shown.count("block 64") == 2


def test_lines_go_from_left_to_right_and_are_named_at_their_ends() -> None:
    """Whatever the order of the rows; with ticks at the values of x where they are few."""
    drawing = draw("line", ERRORS, x="block", y="error", series="method")
    (nf4, int4) = (e.attrib["d"] for e in tree(drawing).iter("path") if e.get("fill") == "none")
    for path in (nf4, int4):
        xs = [float(pair.split(" ")[0]) for pair in path[1:].split("L")]
        assert xs == sorted(xs)
    assert {"32", "64", "NF4", "INT4"} <= set(texts(drawing))
    assert place_of(drawing, "INT4")[1] < place_of(drawing, "NF4")[1]  # more is higher
    assert description(drawing) == (
        "Lines of Error over Block. NF4: from 0.08 at 32 to 0.09 at 64; INT4: from 0.1 at 32 to 0.11 at 64."
    )


def test_columns_are_lines() -> None:
    """Named by their headings."""
    rows = table({"year": "integer", "solar": "number", "wind": "number"}, (2023, 1.5, 2.5), (2024, 2.0, 3.0))
    drawing = draw("line", rows, x="year", y=["solar", "wind"], value_label="Energy, TWh")
    assert {"Solar", "Wind", "Energy, TWh", "2023", "2024"} <= set(texts(drawing))


def test_one_line_needs_no_name() -> None:
    """The axis has it."""
    rows = table({"year": "integer", "wind": "number"}, (2023, 2.5), (2024, 3.0))
    assert texts(draw("line", rows, x="year", y="wind")).count("Wind") == 1


def test_the_vertical_axis_begins_at_zero_if_that_is_near_or_asked_for() -> None:
    """0.08 to 0.11 does not; the bottom tick tells."""
    assert "0.000" not in texts(draw("scatter", ERRORS, x="bits", y="error"))
    assert "0.000" in texts(draw("scatter", ERRORS, x="bits", y="error", zero=True))


def test_points_one_above_the_other_are_named_once() -> None:
    """Where two series mean the same thing by them; far from each other each has its name."""
    kinds: dict[str, ColumnKind] = {"method": "text", "block": "text", "bits": "number", "error": "number"}
    close = [("INT4", "64", 4.5, 11.5), ("NF4", "64", 4.5, 11.0), ("INT4", "32", 5.0, 10.0), ("NF4", "32", 5.0, 1.0)]
    options: dict[str, Any] = {"x": "bits", "y": "error", "series": "method", "label": "block"}
    shown = texts(draw("scatter", table(kinds, *close), **options))
    assert (shown.count("64"), shown.count("32")) == (1, 2)
    other = [(*close[0][:1], "62", *close[0][2:]), *close[1:]]
    shown = texts(draw("scatter", table(kinds, *other), **options))
    assert (shown.count("62"), shown.count("64")) == (1, 1)


def test_points_and_lines_that_mean_nothing_have_a_star() -> None:
    """A point at its label, a series at its name."""
    kinds: dict[str, ColumnKind] = {"method": "text", "bits": "number", "kl": "number", "why": "caveat"}
    rows = table(
        kinds, ("INT4", 4.5, 0.1, "on a grid"), ("INT4", 5, 0.3, None), ("NF4", 4.5, 0.2, None), ("NF4", 5, 0.1, None)
    )
    shown = texts(draw("scatter", rows, x="bits", y="kl", label="method"))
    assert (shown.count("INT4\u202f*"), shown.count("INT4"), shown.count("NF4")) == (1, 1, 2)
    assert {"INT4\u202f*", "NF4"} <= set(texts(draw("line", rows, x="bits", y="kl", series="method")))


def test_highlighted_lines_have_the_colours_and_the_others_are_grey() -> None:
    """And lie below; only the highlighted names are heavy."""
    options = check_options("line", {"x": "block", "y": "error", "series": "method", "highlight": "method == 'INT4'"})
    reader = Reader("t", ERRORS, {}, holds=lambda _name, table, _rule: [row[0] == "INT4" for row in table.rows])
    drawing = read_picture("line", reader, options).draw(ROOM)
    strokes = [e.attrib["stroke"] for e in tree(drawing).iter("path") if e.get("fill") == "none"]
    assert strokes == [CONTEXT, "var(--chart-1)"]
    heavy = ["".join(e.itertext()) for e in tree(drawing).iter("text") if e.get("font-weight") == "600"]
    assert heavy == ["INT4"]


def test_words_in_a_plot_stand_at_their_numbers() -> None:
    """A point has a ring, a line crosses the plot, a range lies under the points."""
    notes = [{"x": 4.5, "y": 9, "text": "here"}, {"y": 8, "text": "limit"}, {"x": [4, 5], "text": "four bits"}]
    drawing = draw("scatter", ERRORS, x="bits", y="error", annotate=notes)
    assert {"here", "limit", "four bits"} <= set(texts(drawing))
    (ring,) = [e for e in tree(drawing).iter("circle") if e.get("fill") == "none"]
    (area,) = [e for e in tree(drawing).iter("rect") if e.get("opacity")]
    middle = float(area.attrib["x"]) + float(area.attrib["width"]) / 2
    assert middle == pytest.approx(float(ring.attrib["cx"]), abs=0.1)
    assert description(drawing).endswith("here. limit. four bits.")


def test_words_in_a_plot_without_a_place_are_a_mistake() -> None:
    """They need a point, a line or a range; a log axis has nothing at zero."""
    notes = [{"text": "a"}, {"text": "b", "row": "NF4"}, {"text": "c", "x": [1, 2], "y": 3}, {"text": "d", "y": 0}]
    with pytest.raises(FigureError) as caught:
        draw("scatter", ERRORS, x="bits", y="error", log_y=True, annotate=notes)
    place = "needs x and y, a point; or one of them, a number or a range"
    assert [message for _, message in stated(caught.value)] == [
        *(f"{words!r} {place}" for words in "abc"),
        "'d' is at 0; a log axis takes numbers above 0",
    ]


@pytest.mark.parametrize("kind", ["line", "area"])
def test_series_that_are_cut_to_the_same_name_are_a_mistake(kind: str) -> None:
    """The message names both and the remedy."""
    long = "A series with a name that takes more than a quarter of the slide"
    rows = table(
        {"x": "integer", "y": "number", "s": "text"}, *((x, 1.0, f"{long} {n}") for x in (1, 2) for n in (1, 2))
    )
    with pytest.raises(FigureError) as caught:
        draw(kind, rows, x="x", y="y", series="s")
    ((option, message),) = stated(caught.value)
    assert option == "series"
    assert message.startswith(f"{long + ' 1'!r} and {long + ' 2'!r} are both cut to 'A series with")
