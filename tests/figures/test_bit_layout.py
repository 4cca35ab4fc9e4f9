"""Bit layouts: a cell for each bit, in the order of the format."""

from __future__ import annotations

import numpy as np
import pytest

from slidegen.pictures import Drawing, Frame
from tests.figures.drawing import draw, place_of, table, texts, tree

KINDS = {"name": "text", "bits": "integer", "exponent": "integer", "mantissa": "integer", "largest": "number"}
FORMATS = table(
    KINDS,  # type: ignore[arg-type]
    *(
        (name, np.finfo(kind).bits, np.finfo(kind).nexp, np.finfo(kind).nmant, float(np.finfo(kind).max))
        for name, kind in (("FP32", np.float32), ("FP16", np.float16))
    ),
    ("FP8 E8M0", 8, 8, 0, None),
    ("INT4", 4, None, None, 7.0),
)


def parts(drawing: Drawing) -> list[tuple[str, int, float]]:
    """Every part of every format: its name, its bits and where it begins."""
    found = [e.attrib for e in tree(drawing).iter("path") if "data-bits" in e.attrib]
    for one in found:
        assert one["d"].count("M") == int(one["data-bits"])
    return [(one["data-part"], int(one["data-bits"]), float(one["d"][1:].split(" ")[0])) for one in found]


def test_every_format_has_its_bits_from_the_left() -> None:
    """As numpy counts them; a format without mantissa and sign has neither, integers have no parts."""
    found = parts(draw("bit-layout", FORMATS))
    assert [(name, count) for name, count, _ in found] == [
        *(("sign", 1), ("exponent", 8), ("mantissa", 23)),
        *(("sign", 1), ("exponent", 5), ("mantissa", 10)),
        ("exponent", 8),
        ("integer", 4),
    ]
    starts = [start for _, _, start in found]
    cell = starts[1] - starts[0]
    assert starts[2] - starts[1] == pytest.approx(8 * cell, abs=0.05)
    assert starts[0] == starts[3] == starts[6] == starts[7]  # all rows begin at one line


def test_the_bits_are_counted_beside_the_cells() -> None:
    """As a sum."""
    assert {"1 + 8 + 23 = 32", "1 + 5 + 10 = 16", "8", "4"} <= set(texts(draw("bit-layout", FORMATS)))


def test_facts_stand_in_columns_at_the_right() -> None:
    """Each with its heading; whole numbers in full."""
    drawing = draw("bit-layout", FORMATS, facts="largest")
    assert {"Largest", "65,504", "3.4·10³⁸", "n/a", "7"} <= set(texts(drawing))
    assert {place_of(drawing, words)[0] for words in ("Largest", "65,504", "7")} == {1136.0}


def test_parts_have_fills_of_their_own() -> None:
    """In cells and key."""
    fills = {
        e.get("data-part"): e.get("fill") for e in tree(draw("bit-layout", FORMATS)).iter("path") if e.get("data-bits")
    }
    assert len(set(fills.values())) == 4


def test_a_narrow_figure_has_its_facts_below_the_cells() -> None:
    """On a phone, cells of 32 bits are wide enough to be seen, and nothing stands outside."""
    drawing = draw("bit-layout", FORMATS, Frame(420, 340, "f"), facts=["largest"])
    starts = [start for _, _, start in parts(drawing)]
    assert (starts[1] - starts[0]) * 32 > 250
    assert "h-" in drawing.svg
    assert "h--" not in drawing.svg
    assert place_of(drawing, "Largest 65,504")[1] > place_of(drawing, "FP16")[1] + 18
