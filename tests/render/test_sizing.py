"""The room of a figure: what its columns, the text on its slide and what stands under it leave."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import DeckFolder

HEAD = "tables:\n  t:\n    source: data\n    rows:\n      - {method: NF4, bits: 4.5}\n      - {method: INT8, bits: 8}\n"
CALL = '{{ chart("t", kind="scatter", x="bits", y="bits", provenance=false) }}'


def sizes(html: str) -> list[tuple[float, float]]:
    """Width and height of every chart, but for those for a phone."""
    found = re.finditer(r'(phone-chart">)?<svg class="chart"[^>]* width="([\d.]+)" height="([\d.]+)"', html)
    return [(float(match[2]), float(match[3])) for match in found if match[1] is None]


def columns(*texts: str) -> str:
    """Columns, each with an opening line of its own."""
    inside = "".join(f"::: column{head}\n{text}\n:::\n" for head, _, text in (text.partition("|") for text in texts))
    return f"## A\n\n:::: columns\n{inside}::::\n"


def test_a_figure_fills_the_slide_under_its_heading(folder: DeckFolder) -> None:
    """1280x720 without margins (72, 56, 48) and the heading; of another size the rest of that."""
    assert sizes(folder.slide(f"## A\n\n{CALL}", HEAD).body) == [(1136, 542)]
    assert sizes(folder.slide(CALL, HEAD).body) == [(1136, 616)]
    assert sizes(folder.slide(f"## A\n\n{CALL}", f"size: 4:3\n{HEAD}").body) == [(816, 542)]


def test_what_stands_under_it_takes_height(folder: DeckFolder) -> None:
    """A caption, the line on the origin of its numbers."""
    plain = sizes(folder.slide(f"## A\n\n{CALL}", HEAD).body)[0][1]
    caption = CALL.replace("provenance=false", 'provenance=false, caption="a"')
    origin = CALL.replace(", provenance=false", "")
    assert plain - sizes(folder.slide(f"## A\n\n{caption}", HEAD).body)[0][1] == 40
    assert plain - sizes(folder.slide(f"## A\n\n{origin}", HEAD).body)[0][1] == 43


def test_text_on_the_slide_takes_height_and_notes_do_not(folder: DeckFolder) -> None:
    """A line of text and the space after it: 58 pixels."""
    assert sizes(folder.slide(f"## A\n\nOne line.\n\n{CALL}", HEAD).body) == [(1136, 542 - 58)]
    assert sizes(folder.slide(f"## A\n\n{CALL}\n\n::: notes\nOne line.\n:::", HEAD).body) == [(1136, 542)]


@pytest.mark.parametrize(
    ("texts", "widths"),
    [
        (["|{{}}", "|a"], [540]),
        (["|{{}}", "|{{}}"], [540, 540]),
        ([" {width=40%}|a", "|{{}}"], [1136 - 56 - 0.4 * 1136]),
        ([" {width=300px}|{{}}", "|{{}}"], [300, 780]),
        (["|{{}}", "|{{}}", "|{{}}"], [341.33, 341.33, 341.33]),
        ([" {width=75%}|{{}}", " {width=75%}|{{}}"], [540, 540]),
    ],
)
def test_columns_share_the_width(folder: DeckFolder, texts: list[str], widths: list[float]) -> None:
    """With 56 pixels between them; those with a width of their own keep it, if there is room."""
    body = folder.slide(columns(*(text.replace("{{}}", CALL) for text in texts)), HEAD).body
    assert [width for width, _ in sizes(body)] == pytest.approx(widths, abs=0.01)


def test_figures_beside_each_other_do_not_share_the_height_and_those_below_do(folder: DeckFolder) -> None:
    """Text in the same column takes height, too."""
    beside = sizes(folder.slide(columns(f"|{CALL}", f"|One line.\n\n{CALL}"), HEAD).body)
    assert [height for _, height in beside] == [542, 542 - 58]
    below = sizes(folder.slide(f"## A\n\n{CALL}\n\n{CALL}", HEAD).body)
    assert below == [(1136, 271), (1136, 271)]


def test_a_deck_may_give_the_size(folder: DeckFolder) -> None:
    """Width, height, or their ratio."""
    for options, size in (
        ("width=600, height=200", (600, 200)),
        ('width=600, aspect="4:1"', (600, 150)),
        ("aspect=2.84", (1136, 400)),
        ("height=300", (1136, 300)),
    ):
        assert sizes(folder.slide(f"## A\n\n{CALL.replace('provenance=false', options)}", HEAD).body) == [size]


def test_a_wide_figure_is_drawn_for_a_phone_too(folder: DeckFolder) -> None:
    """One that fits a phone is not."""
    assert folder.slide(CALL, HEAD).body.count("<svg") == 2
    assert folder.slide(CALL.replace("provenance", "width=400, provenance"), HEAD).body.count("<svg") == 1
