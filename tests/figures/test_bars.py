"""Bars: their lengths are the table's numbers."""

from __future__ import annotations

import re
from itertools import pairwise
from math import log10
from typing import Any

import pytest

from slidegen.figures import FigureError, check_options
from slidegen.figures.svg import CONTEXT
from slidegen.pictures import Frame
from tests.deck_folder import DeckFolder
from tests.figures.drawing import bars, description, draw, place_of, stated, table, texts, tree

KL = table({"method": "text", "kl": "number"}, ("NF4", 0.0213), ("FP4", 0.0387), ("INT8", 0.0004), ("INT3", None))


def test_lengths_are_proportional_to_the_numbers() -> None:
    """From one line at zero; the exact numbers are in the shapes."""
    found = bars(draw("bars", KL, value="kl"))
    assert [bar["data-value"] for bar in found] == ["0.0213", "0.0387", "0.0004"]
    assert len({bar["x"] for bar in found}) == 1
    widths = [float(bar["width"]) for bar in found]
    assert widths[0] / widths[1] == pytest.approx(0.0213 / 0.0387, rel=1e-3)
    assert widths[2] / widths[1] == pytest.approx(0.0004 / 0.0387, rel=1e-2)


def test_bars_that_stand_grow_upwards_from_one_line() -> None:
    """Their heights are proportional."""
    found = bars(draw("bars", KL, value="kl", orientation="vertical"))
    heights = [float(bar["height"]) for bar in found]
    feet = {round(float(bar["y"]) + float(bar["height"]), 1) for bar in found}
    assert heights[0] / heights[1] == pytest.approx(0.0213 / 0.0387, rel=1e-2)
    assert len(feet) == 1


def test_a_few_bars_have_their_numbers_at_their_ends() -> None:
    """In the same unit; what has no number says so."""
    drawing = draw("bars", KL, value="kl")
    assert {"0.0213", "0.0387", "0.0004", "n/a"} <= set(texts(drawing))
    end = float(bars(drawing)[0]["x"]) + float(bars(drawing)[0]["width"])
    assert 0 < place_of(drawing, "0.0213")[0] - end < 20


def test_many_bars_have_an_axis_instead() -> None:
    """Eleven."""
    many = table({"name": "text", "score": "integer"}, *((f"row {n}", 10 * n) for n in range(1, 12)))
    shown = texts(draw("bars", many, value="score"))
    assert {"0", "20", "40", "60", "80", "100", "Score"} <= set(shown)
    assert "110" not in shown


def test_a_logarithmic_axis_has_lengths_by_the_logarithm() -> None:
    """Ten times as much is one decade longer, wherever it is."""
    rows = table({"name": "text", "kl": "number"}, ("a", 0.001), ("b", 0.01), ("c", 1.0))
    widths = [float(bar["width"]) for bar in bars(draw("bars", rows, value="kl", log=True))]
    decade = widths[1] - widths[0]
    assert (widths[2] - widths[1]) / decade == pytest.approx(log10(1.0 / 0.01), rel=1e-3)
    assert widths[0] > 0


def test_negative_bars_go_to_the_left() -> None:
    """From the same line."""
    rows = table({"name": "text", "delta": "number"}, ("gain", 12.0), ("loss", -6.0))
    drawing = draw("bars", rows, value="delta")
    gain, loss = bars(drawing)
    assert float(loss["x"]) + float(loss["width"]) == pytest.approx(float(gain["x"]), abs=0.02)
    assert float(loss["width"]) / float(gain["width"]) == pytest.approx(0.5, rel=1e-3)
    assert "−6" in texts(drawing)


def test_several_columns_stand_beside_each_other_under_a_key() -> None:
    """Each has a colour of its own and, but for the first, a pattern for paper."""
    rows = table({"name": "text", "before": "bytes", "after": "bytes"}, ("a", 2**31, 2**30), ("b", 2**30, 2**29))
    drawing = draw("bars", rows, value=["before", "after"])
    found = bars(drawing)
    assert [bar["fill"] for bar in found] == ["var(--chart-1)", "var(--chart-2)"] * 2
    assert {"Before", "After", "Memory, GiB", "2.00", "1.00", "0.50"} <= set(texts(drawing))
    assert tree(drawing).find("defs/pattern").get("id") == "f1-p2"  # type: ignore[union-attr]


def test_bars_that_stand_out_have_the_colour_and_heavy_type() -> None:
    """The others are grey, and light: not by colour alone."""
    from slidegen.figures import check_options, read_picture
    from slidegen.figures.data import Reader

    options = check_options("bars", {"value": "kl", "highlight": "method == 'NF4'"})
    reader = Reader("t", KL, {}, holds=lambda _name, table, _rule: [row[0] == "NF4" for row in table.rows])
    drawing = read_picture("bars", reader, options).draw(Frame(1136, 480, "f"))
    assert [bar["fill"] for bar in bars(drawing)] == ["var(--chart-1)", CONTEXT, CONTEXT]
    heavy = ["".join(text.itertext()) for text in tree(drawing).iter("text") if text.get("font-weight") == "600"]
    assert heavy == ["NF4", "0.0213"]


def test_the_sentence_for_screen_readers_has_the_numbers() -> None:
    """All of them, with their unit; the deck may say it in its own words."""
    percent = table({"method": "text", "share": "percent"}, ("NF4", 0.25), ("FP4", None))
    assert description(draw("bars", percent, value="share")) == "Bars of Share, %. NF4: 25; FP4: n/a."
    assert description(draw("bars", percent, value="share", description="Two bars.")) == "Two bars."


@pytest.mark.parametrize("width", [300, 540, 1136])
@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
def test_bars_stay_inside_the_figure(width: int, orientation: str) -> None:
    """Whatever room there is."""
    for bar in bars(draw("bars", KL, Frame(width, 300, "f"), value="kl", orientation=orientation)):
        assert float(bar["x"]) >= 0
        assert float(bar["x"]) + float(bar["width"]) <= width
        assert float(bar["y"]) + float(bar["height"]) <= 300


def test_all_rows_zero_is_drawn() -> None:
    """Without lengths, with numbers."""
    rows = table({"name": "text", "kl": "number"}, ("a", 0.0), ("b", 0.0))
    drawing = draw("bars", rows, value="kl")
    assert [bar["width"] for bar in bars(drawing)] == ["0", "0"]
    assert texts(drawing).count("0") == 2


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((0.0112, 0.01301, 0.0179), ["0.0112", "0.0130", "0.0179"]),
        ((0.207, 0.4493), ["0.207", "0.449"]),
        ((4.5, 9.0), ["4.5", "9.0"]),
        ((0.0112, 0.01301, 0.2), ["0.0112", "0.013", "0.2"]),
    ],
)
def test_numbers_of_one_magnitude_have_the_same_decimals(numbers: tuple[float, ...], shown: list[str]) -> None:
    """As in a column; those far apart have the digits that each needs."""
    rows = table({"method": "text", "kl": "number"}, *((f"m{n}", value) for n, value in enumerate(numbers)))
    assert [text for text in texts(draw("bars", rows, value="kl")) if text[0].isdigit()] == shown


def test_bars_of_rows_that_mean_nothing_have_a_star() -> None:
    """Those that people see and those that screen readers tell."""
    rows = table({"method": "text", "kl": "number", "why": "caveat"}, ("INT4", 0.01, "on a grid"), ("NF4", 0.02, None))
    drawing = draw("bars", rows, value="kl")
    assert {"INT4\u202f*", "NF4"} <= set(texts(drawing))
    assert "INT4\u202f*: 0.01; NF4: 0.02." in description(drawing)


def test_names_under_bars_keep_what_tells_them_apart() -> None:
    """The end of a name that is too long for two lines: each of its parts has lines of its own, and a star stays."""
    cells = [(f"FP4 (bitsand) number {n}", f"blocks of {size}", 1.0 + n, "why") for n in range(4) for size in (32, 64)]
    rows = table({"method": "text", "block": "text", "error": "number", "why": "caveat"}, *cells)
    drawing = draw("bars", rows, value="error", label=["method", "block"], orientation="vertical")
    named = [name for name in tree(drawing).iter("text") if name.find("tspan") is not None]
    names = [[line.text or "" for line in name.iter("tspan")] for name in named]
    assert [name[-1] for name in names] == ["blocks of 32\u202f*", "blocks of 64\u202f*"] * 4
    assert all(len(name) == 3 for name in names)


NOTED = [{"value": 0.03, "text": "limit"}, {"row": "NF4", "text": "the usual one"}]


def test_words_stand_at_a_bar_and_at_a_line() -> None:
    """The line crosses the bars at its number; the words of a bar follow its number."""
    drawing = draw("bars", KL, value="kl", annotate=NOTED)
    (line,) = [e for e in tree(drawing).iter("line") if e.get("stroke-dasharray")]
    first = bars(drawing)[0]
    at = (float(line.attrib["x1"]) - float(first["x"])) / float(first["width"])
    assert at == pytest.approx(0.03 / 0.0213, rel=1e-3)
    assert place_of(drawing, "the usual one")[0] > place_of(drawing, "0.0213")[0] + 60
    assert "limit: 0.03." in description(drawing)


def test_the_axis_reaches_what_is_said_at_it() -> None:
    """A limit above all bars is in the picture."""
    drawing = draw("bars", KL, value="kl", annotate=[{"value": [0.05, 0.06], "text": "too much"}])
    (area,) = [e for e in tree(drawing).iter("rect") if e.get("opacity")]
    assert float(area.attrib["x"]) + float(area.attrib["width"]) <= 1136


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ({"text": "a"}, "'a' at bars needs row or value, one of the two"),
        ({"text": "a", "x": 1}, "'a' at bars needs row or value, one of the two"),
        ({"text": "a", "row": "NF5"}, "no bar is called 'NF5'; bars: NF4, FP4, INT8, INT3"),
    ],
)
def test_words_without_a_place_are_a_mistake(note: dict[str, object], message: str) -> None:
    """The message says what is allowed."""
    with pytest.raises(FigureError) as caught:
        draw("bars", KL, value="kl", annotate=[note])
    assert stated(caught.value) == (("annotate", message),)


def test_names_without_space_below_bars_make_the_bars_lie() -> None:
    """In a narrow column, vertical bars become horizontal ones instead of losing letters."""
    rows = table({"name": "text", "n": "integer"}, *((f"Massachusetts {n}", n) for n in range(1, 9)))
    drawing = draw("bars", rows, Frame(540, 400, "f"), value="n", orientation="vertical")
    assert len({bar["x"] for bar in bars(drawing)}) == 1
    assert "Massachusetts 8" in texts(drawing)


def test_three_bars_fill_the_figure() -> None:
    """Thick bars from top to bottom, not a strip above empty space."""
    found = bars(draw("bars", KL, Frame(1136, 480, "f"), value="kl"))
    assert min(float(bar["height"]) for bar in found) > 70
    assert float(found[-1]["y"]) > 200


def test_a_subtitle_takes_the_place_of_the_axis_title() -> None:
    """It says what the values are, and whether their axis is logarithmic."""
    titled = Frame(1136, 480, "f", titled=True)
    assert "Kl" not in texts(draw("bars", KL, titled, value="kl"))
    assert "(log scale)" not in texts(draw("bars", KL, titled, value="kl", log=True))
    for kind, axis in (("bars", {"value": "kl", "log": True}), ("scatter", {"x": "kl", "y": "kl", "log_y": True})):
        assert check_options(kind, {**axis, "subtitle": "KL, nats"}).shown_subtitle == "KL, nats (log scale)"
    assert check_options("scatter", {"x": "kl", "y": "kl", "log_x": True, "subtitle": "KL"}).shown_subtitle == "KL"


def test_names_in_two_lines_do_not_meet() -> None:
    """Not even of ten bars in the drawing for a phone."""
    rows = table(
        {"name": "text", "method": "text", "n": "integer"},
        *((f"A model with a long name {k // 2}", "full" if k % 2 else "lora", k + 1) for k in range(10)),
    )
    cases: dict[str, Any] = {"bars": {"value": "n"}, "stacked-bars": {"parts": "n"}, "dot-plot": {"value": "n"}}
    for kind, options in cases.items():
        drawing = draw(kind, rows, Frame(420, 340, "f"), label=["name", "method"], **options)
        names = [e for e in tree(drawing).iter("text") if e.get("x") == "0" and "".join(e.itertext()) != "N"]
        heights = sorted(float(e.attrib["y"]) for e in names)
        assert len(heights) == 20
        assert min(b - a for a, b in pairwise(heights)) >= 18


def test_names_that_are_cut_to_the_same_text_are_a_mistake() -> None:
    """Nobody could tell them apart."""
    long = "A method whose name is far longer than a third of the slide is wide, in version"
    rows = table({"name": "text", "n": "integer"}, (f"{long} 1", 1), (f"{long} 2", 2))
    with pytest.raises(FigureError) as caught:
        draw("bars", rows, value="n")
    ((option, message),) = stated(caught.value)
    assert option == "label"
    assert message.startswith(f"{long + ' 1'!r} and {long + ' 2'!r} are both cut to 'A method whose name")
    assert message.endswith("…'; give shorter words in labels")


@pytest.mark.parametrize(
    ("lang", "shown"),
    [("en", ["12,345.6", "0.5"]), ("de", ["12.345,6", "0,5"]), ("fr", ["12\u202f345,6", "0,5"]),
     ("de-CH", ["12’345.6", "0.5"]), ("es-MX", ["12,345.6", "0.5"])],
)  # fmt: skip
def test_numbers_are_written_as_in_the_language_of_the_deck(folder: DeckFolder, lang: str, shown: list[str]) -> None:
    """Its decimal sign and its separator of thousands."""
    head = f"lang: {lang}\ntables:\n  t:\n    source: data\n    rows: [{{a: x, n: 12345.6}}, {{a: y, n: 0.5}}]\n"
    body = folder.slide('{{ chart("t", kind="bars", value="n", digits=1) }}', head).body
    assert re.findall(r'font-weight="600"[^>]*>([^<]*)<', body)[:2] == shown


CHANGES = table({"name": "text", "delta": "number"}, ("gain", 12.0), ("loss", -12.0))


def test_words_at_a_negative_bar_stand_on_the_other_side() -> None:
    """Right of zero, where there is space."""
    drawing = draw("bars", CHANGES, value="delta", annotate=[{"row": "loss", "text": "once"}])
    loss = bars(drawing)[1]
    assert place_of(drawing, "once")[0] > float(loss["x"]) + float(loss["width"])


def test_the_number_below_a_negative_bar_keeps_clear_of_its_name() -> None:
    """The bar ends above both."""
    drawing = draw("bars", CHANGES, value="delta", orientation="vertical")
    assert place_of(drawing, "loss")[1] - place_of(drawing, "−12")[1] >= 20
