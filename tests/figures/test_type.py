"""Widths of text: those of the face that the slides are set in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import slidegen.figures.type as figure_type
from slidegen.figures.type import shortened, text_width, wrapped
from slidegen.vendor import vendor_bytes, vendor_json


@pytest.mark.parametrize("chunk", ["latin", "latin-ext", "greek", "cyrillic"])
def test_every_width_is_that_of_the_font(chunk: str) -> None:
    """Read with fontTools from the font file that a deck inlines, at weight 400."""
    import io

    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    faces = vendor_json("fonts/fonts.json")
    (file,) = (
        face["file"]
        for face in faces
        if (face["family"], face["style"], face["chunk"]) == ("Source Sans 3", "normal", chunk)
    )
    font = instantiateVariableFont(TTFont(io.BytesIO(vendor_bytes(f"fonts/{file}"))), {"wght": 400})
    table = json.loads((Path(figure_type.__file__).with_name("widths.json")).read_text(encoding="utf-8"))
    known = {sign: int(width) for width, signs in table["widths"].items() for sign in signs}
    names = font.getBestCmap()
    theirs = {chr(code): font["hmtx"][name][0] for code, name in names.items() if chr(code) in known}
    assert len(theirs) > 40
    assert {sign: known[sign] for sign in theirs} == theirs
    assert font["head"].unitsPerEm == table["units_per_em"]


def test_the_semibold_is_a_little_wider() -> None:
    """The width of the digits at weight 600 is 513 thousandths, of those at 400 it is 497 (from the font)."""
    assert text_width("0", 1000) == 497
    assert text_width("0", 1000, bold=True) == pytest.approx(513, rel=0.005)


def test_what_the_table_lacks_has_a_usual_width() -> None:
    """Ideographs are an em wide; combining marks take no room."""
    assert text_width("漢字", 20) == 40
    assert text_width("e\u0301", 20) == text_width("e", 20)


def test_text_that_is_too_long_is_cut_with_an_ellipsis() -> None:
    """To the room, and not at all if it fits."""
    assert shortened("Quantization", 18, 200) == "Quantization"
    cut = shortened("Quantization of weights", 18, 100)
    assert cut.endswith("…")
    assert text_width(cut, 18) <= 100 < text_width(cut[:-1] + "aa…", 18)


def test_text_is_broken_at_spaces_into_at_most_two_lines() -> None:
    """The second line is cut, if need be."""
    assert wrapped("one two", 18, 400) == ["one two"]
    assert wrapped("weights and gradients", 18, 110) == ["weights and", "gradients"]
    first, second = wrapped("weights and gradients and all of the rest", 18, 110)
    assert first == "weights and"
    assert second.endswith("…")
    assert text_width(second, 18) <= 110
