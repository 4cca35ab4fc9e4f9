"""Levels, histograms and mappings: strokes, bins and lines stand where the numbers are."""

from __future__ import annotations

import re

import pytest

from slidegen.pictures import Drawing, Frame
from tests.figures.drawing import bars, description, draw, place_of, table, texts, tree

INT4 = [step / 7 for step in range(-7, 8)]
NF4 = [
    -1.0,
    -0.6962,
    -0.5251,
    -0.3949,
    -0.2844,
    -0.1848,
    -0.0911,
    0,
    0.0796,
    0.1609,
    0.2461,
    0.3379,
    0.4407,
    0.5626,
    0.723,
    1.0,
]
"""Dettmers et al. 2023, appendix E, to four decimals."""
LEVELS = table(
    {"method": "text", "level": "number"}, *(("NF4", level) for level in NF4), *(("INT4", level) for level in INT4)
)
BINS = table(
    {"low": "number", "high": "number", "count": "integer"},
    (-1.0, -0.5, 10),
    (-0.5, 0.0, 40),
    (0.0, 0.5, 30),
    (0.5, 1.0, 20),
)
TOY = table(
    {
        "method": "text",
        "value": "number",
        "scale": "number",
        "zero_point": "integer",
        "code": "integer",
        "lowest": "integer",
        "highest": "integer",
    },
    ("symmetric", -0.7, 0.2, 0, -4, -7, 7),
    ("symmetric", 1.4, 0.2, 0, 7, -7, 7),
    ("asymmetric", -0.7, 0.14, 5, 0, 0, 15),
    ("asymmetric", 1.4, 0.14, 5, 15, 0, 15),
)


def strokes(drawing: Drawing) -> list[list[float]]:
    """Where the strokes of every path of levels stand."""
    paths = [e.attrib["d"] for e in tree(drawing).iter("path") if "data-levels" in e.attrib]
    return [[float(x) for x in re.findall(r"M([\d.]+)", path)] for path in paths]


def test_every_level_has_a_stroke_where_it_is() -> None:
    """Those of two formats on one axis: both reach from −1 to 1."""
    nf4, int4 = strokes(draw("levels", LEVELS))
    assert (len(nf4), len(int4)) == (16, 15)
    assert (nf4[0], nf4[-1]) == (int4[0], int4[-1])
    for found, levels in ((nf4, NF4), (int4, INT4)):
        wanted = [found[0] + (level + 1) / 2 * (found[-1] - found[0]) for level in levels]
        assert found == pytest.approx(wanted, abs=0.02)


def test_strips_are_named_and_counted() -> None:
    """A zero with two signs is one level."""
    twice = table({"name": "text", "level": "number"}, ("FP4", -0.0), ("FP4", 0.0), ("FP4", 1.0))
    assert {"NF4", "16 levels", "INT4", "15 levels"} <= set(texts(draw("levels", LEVELS)))
    assert "2 levels" in texts(draw("levels", twice))
    assert description(draw("levels", LEVELS)) == (
        "Levels on one axis. NF4: 16 levels from −1 to 1; INT4: 15 levels from −1 to 1."
    )


def test_bins_are_as_high_as_their_counts() -> None:
    """And as wide as from one edge to the next."""
    drawing = draw("histogram", BINS)
    found = bars(drawing)
    assert [bin_["data-value"] for bin_ in found] == ["10", "40", "30", "20"]
    shapes = [re.fullmatch(r"M([\d.]+) ([\d.]+)V([\d.]+)H([\d.]+)V\2Z", bin_["d"]) for bin_ in found]
    boxes = [tuple(map(float, shape.groups())) for shape in shapes if shape]
    heights = [base - top for _, base, top, _ in boxes]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 4, 3, 2], rel=1e-3)
    assert [right for *_, right in boxes[:-1]] == [left for left, *_ in boxes[1:]]


def test_levels_stand_on_the_bins_as_pins() -> None:
    """One group of them; each a little higher than the bins that it stands among."""
    int4 = table({"method": "text", "level": "number"}, *(("INT4", level) for level in INT4))
    drawing = draw("histogram", BINS, others={"int4": int4}, levels="int4")
    groups = [e for e in tree(drawing).iter("g") if "data-levels" in e.attrib]
    pins = [path.attrib["d"] for path in groups[0].iter("path")]
    assert len(pins) == 15
    left, right = (float(re.match(r"M([\d.]+)", bars(drawing)[index]["d"])[1]) for index in (0, 2))  # type: ignore[index]
    assert float(pins[7][1:].split(" ")[0]) == pytest.approx(right, abs=0.02)  # level 0 is the edge between the bins
    assert float(pins[0][1:].split(" ")[0]) == pytest.approx(left, abs=0.02)
    assert "15 levels of INT4" in texts(drawing)


def test_several_groups_of_levels_are_strips_under_the_bins() -> None:
    """On the same axis."""
    drawing = draw("histogram", BINS, others={"levels": LEVELS}, levels="levels")
    nf4, int4 = strokes(drawing)
    left = float(re.match(r"M([\d.]+)", bars(drawing)[0]["d"])[1])  # type: ignore[index]
    assert nf4[0] == int4[0] == pytest.approx(left, abs=0.02)
    assert place_of(drawing, "NF4")[1] < place_of(drawing, "INT4")[1]


def test_lines_lead_from_numbers_to_the_numbers_that_their_codes_stand_for() -> None:
    """scale x (code - zero point): −0.8 for the symmetric code −4; both panels share the real axis."""
    drawing = draw("mapping", TOY)
    arrows = [e for e in tree(drawing).iter("g") if "data-code" in e.attrib]
    assert [(a.attrib["data-value"], a.attrib["data-code"]) for a in arrows] == [
        *(("-0.7", "-4"), ("1.4", "7"), ("-0.7", "0"), ("1.4", "15")),
    ]
    ends = [(float(line.attrib["x1"]), float(line.attrib["x2"])) for a in arrows for line in a.iter("line")]
    per_unit = (ends[1][0] - ends[0][0]) / 2.1
    assert ends[0][1] - ends[0][0] == pytest.approx((0.2 * -4 + 0.7) * per_unit, abs=0.05)
    assert ends[1][1] - ends[1][0] == pytest.approx(0, abs=0.05)
    assert (ends[2][0], ends[3][0]) == (ends[0][0], ends[1][0])
    assert ends[2][1] - ends[2][0] == pytest.approx(0, abs=0.05)  # 0.14 x (0 - 5) is −0.7


def test_only_the_arrows_of_a_mapping_appear_by_themselves() -> None:
    """Those of one panel at a time; a slide with `steps` begins with the names, lines and grids of both."""
    drawing = draw("mapping", TOY, Frame(1136, 480, "f1", steps=True))
    steps = [e for e in tree(drawing).iter("g") if e.get("class") == "fragment"]
    arrows = [[e.attrib["data-code"] for e in step.iter("g") if "data-code" in e.attrib] for step in steps]
    assert arrows == [["-4", "7"], ["0", "15"]]
    assert not [e for step in steps for e in step.iter() if e.tag in ("text", "path")]


def test_all_codes_are_drawn_and_the_one_of_zero_is_heavy() -> None:
    """15 of the symmetric grid, 16 of the other."""
    drawing = draw("mapping", TOY)
    grids = [e.attrib["data-codes"] for e in tree(drawing).iter("path") if "data-codes" in e.attrib]
    assert grids == ["15", "16"]
    heavy = ["".join(e.itertext()) for e in tree(drawing).iter("text") if e.get("font-weight") == "600"]
    assert heavy == ["symmetric", "0", "asymmetric", "5"]


def test_dense_codes_are_written_where_there_is_room() -> None:
    """255 of them; zero's among them."""
    byte = table(
        {"value": "number", "scale": "number", "zero_point": "integer", "code": "integer"}, (1.27, 0.01, 0, 127)
    )
    shown = texts(draw("mapping", byte, codes=[-127, 127]))
    assert {"−112", "0", "112"} <= set(shown)
    assert "1" not in shown
    assert {"255"} == {
        e.attrib["data-codes"]
        for e in tree(draw("mapping", byte, codes=[-127, 127])).iter("path")
        if "data-codes" in e.attrib
    }
