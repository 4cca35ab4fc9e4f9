"""What every figure has: a title, a description, ids of its own, no colours but the theme's, the same bytes twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from slidegen.figures import FIGURES
from slidegen.outputs.svg import inline_svg
from slidegen.pictures import Drawing, Frame
from tests.figures.drawing import draw, table, texts, tree
from tests.figures.test_bit_layout import FORMATS
from tests.figures.test_levels import BINS, LEVELS, TOY
from tests.figures.test_points import ERRORS
from tests.figures.test_stacked_bars import MEMORY

KL = table({"method": "text", "kl": "number"}, ('NF4 <&> "4"', 0.0213), ("FP4", 0.0387))
YEARS = table(
    {"year": "integer", "country": "text", "cars": "number"},
    *(
        (2020 + n, name, base + n * step)
        for name, base, step in (("Norway", 10.0, 4.0), ("Sweden", 14.0, 1.0))
        for n in range(4)
    ),
)
WIDE = table(
    {"name": "text", "a": "number", "b": "number", "c": "number"}, ("one", 3.0, 2.5, 3.5), ("two", 5.0, 4.0, 5.5)
)
CASES = {
    "area": lambda frame: draw("area", YEARS, frame, x="year", y="cars", series="country"),
    "dot-plot": lambda frame: draw("dot-plot", WIDE, frame, value="a", low="b", high="c"),
    "heat-map": lambda frame: draw("heat-map", YEARS, frame, x="year", y="country", value="cars"),
    "multiples": lambda frame: draw("multiples", YEARS, frame, x="year", y="cars", panel="country"),
    "slope": lambda frame: draw("slope", WIDE, frame, value=["b", "a"]),
    "waffle": lambda frame: draw("waffle", WIDE, frame, value="a"),
    "bars": lambda frame: draw("bars", KL, frame, value="kl", caption="a < b & c"),
    "bit-layout": lambda frame: draw("bit-layout", FORMATS, frame),
    "histogram": lambda frame: draw("histogram", BINS, frame, others={"l": LEVELS}, levels="l"),
    "levels": lambda frame: draw("levels", LEVELS, frame),
    "line": lambda frame: draw("line", ERRORS, frame, x="block", y="error", series="method"),
    "mapping": lambda frame: draw("mapping", TOY, frame),
    "scatter": lambda frame: draw("scatter", ERRORS, frame, x="bits", y="error", series="method", label="block"),
    "stacked-bars": lambda frame: draw("stacked-bars", MEMORY, frame),
}
VARIABLE = r"var\(--[a-z0-9-]+\)"
COLOUR_ATTRIBUTES = ("fill", "stroke")


def elements(drawing: Drawing) -> Iterator[ET.Element]:
    """All of its elements."""
    return tree(drawing).iter()


def test_every_kind_is_tried_here() -> None:
    """A new one has to be added."""
    assert sorted(CASES) == sorted(FIGURES)


@pytest.mark.parametrize("kind", sorted(CASES))
class TestEveryKind:
    """Each kind of figure, in the room of a whole slide and of a column."""

    def test_it_is_an_image_with_a_title_and_a_description(self, kind: str) -> None:
        """Found by their ids, for screen readers."""
        root = tree(CASES[kind](Frame(1136, 480, "f7-1")))
        assert root.get("role") == "img"
        names = root.attrib["aria-labelledby"].split()
        found = {element.get("id"): element for element in root if element.get("id") in names}
        assert [found[name].tag for name in names] == ["title", "desc"]
        assert all((element.text or "").strip() for element in found.values())

    def test_its_ids_begin_with_its_prefix_and_are_all_defined(self, kind: str) -> None:
        """So that figures of one page do not meet."""
        drawing = CASES[kind](Frame(1136, 480, "f7-1"))
        ids = [element.attrib["id"] for element in elements(drawing) if element.get("id")]
        assert len(set(ids)) == len(ids)
        assert all(name.startswith("f7-1-") for name in ids)
        assert set(re.findall(r"url\(#([^)]+)\)", drawing.svg)) <= set(ids)

    def test_its_colours_are_the_themes(self, kind: str) -> None:
        """By variables; nothing is painted in a colour of its own."""
        for element in elements(CASES[kind](Frame(1136, 480, "f"))):
            for name in COLOUR_ATTRIBUTES:
                value = element.get(name, "none")
                assert re.fullmatch(
                    rf"none|{VARIABLE}|var\(--on-chart-\d, {VARIABLE}\)|url\(#f-p\d\)"
                    rf"|color-mix\(in srgb, {VARIABLE} \d+%, {VARIABLE}\)",
                    value,
                ), (element.tag, name, value)

    def test_the_same_room_gives_the_same_bytes(self, kind: str) -> None:
        """Of at most 20 KB."""
        first, second = (CASES[kind](Frame(1136, 480, "f")) for _ in range(2))
        assert first == second
        assert len(first.svg.encode()) < 20_000

    def test_it_passes_as_a_harmless_svg_file(self, kind: str) -> None:
        """No script, no style sheet, no foreign content, nothing that is loaded."""
        svg = CASES[kind](Frame(1136, 480, "f")).svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        assert inline_svg(svg, {}, "x").startswith("<svg ")

    def test_it_fills_the_size_that_a_deck_asks_for(self, kind: str) -> None:
        """In both directions."""
        exact = tree(CASES[kind](Frame(700, 300, "f")))
        assert exact.attrib["viewBox"] == "0 0 700 300"
        assert tree(CASES[kind](Frame(1136, 480, "f"))).attrib["height"] == "480"

    def test_no_text_is_smaller_than_18_pixels(self, kind: str) -> None:
        """20 without a size."""
        sizes = {float(element.get("font-size", 20)) for element in elements(CASES[kind](Frame(540, 440, "f")))}
        assert min(sizes) >= 18

    def test_its_parts_are_fragments_if_it_has_steps(self, kind: str) -> None:
        """Groups that appear one by one; without steps there are none."""
        stepped = CASES[kind](Frame(1136, 480, "f", steps=True)).svg
        plain = CASES[kind](Frame(1136, 480, "f")).svg
        assert stepped.count('<g class="fragment"') >= 2
        assert "fragment" not in plain
        assert stepped.replace(' class="fragment"', "") == plain


def test_text_of_a_deck_is_text() -> None:
    """Whatever signs are in it."""
    drawing = CASES["bars"](Frame(1136, 480, "f"))
    assert 'NF4 <&> "4"' in texts(drawing)
    assert tree(drawing).find("title").text == "a < b & c"  # type: ignore[union-attr]
