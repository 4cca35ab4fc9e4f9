"""Stacked bars: the parts add up, and the cards' lines stand at their memory."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

import slidegen.hardware as hardware
from slidegen.pictures import Frame
from tests.deck_folder import MODEL, DeckFolder
from tests.figures.drawing import bars, description, draw, place_of, table, texts, tree

GIB = 2**30
MEMORY = table(
    {
        "model": "model",
        "method": "text",
        "weights": "bytes",
        "gradients": "bytes",
        "optimizer": "bytes",
        "adapter": "bytes",
    },
    ("meta-llama/Meta-Llama-3-8B", "full", 14 * GIB, 14 * GIB, 28 * GIB, 0),
    ("meta-llama/Meta-Llama-3-8B", "lora", 14 * GIB, 0, GIB // 2, GIB // 4),
    ("meta-llama/Meta-Llama-3-8B", "int8", 7 * GIB, None, None, None),
)


def lines(drawing_lines: object) -> list[float]:
    """Where the dashed lines of the cards stand."""
    return [float(e.get("x1", 0)) for e in tree(drawing_lines).iter("line") if e.get("stroke-dasharray")]  # type: ignore[arg-type]


def test_parts_are_as_long_as_their_numbers_and_follow_each_other() -> None:
    """Each begins where the one before it ends; a part of nothing is not drawn."""
    found = bars(draw("stacked-bars", MEMORY))
    full, lora = found[:3], found[3:]
    assert [part["data-part"] for part in full] == ["weights", "gradients", "optimizer"]
    assert [part["data-part"] for part in lora] == ["weights", "optimizer", "adapter"]
    assert [int(part["data-value"]) // GIB for part in full] == [14, 14, 28]
    for before, after in pairwise(full):
        assert float(before["x"]) + float(before["width"]) == pytest.approx(float(after["x"]), abs=0.03)
    assert float(full[2]["width"]) / float(full[0]["width"]) == pytest.approx(2, rel=1e-3)
    assert float(lora[2]["width"]) / float(lora[1]["width"]) == pytest.approx(0.5, rel=1e-2)


def test_the_sum_stands_at_the_end_and_what_cannot_be_done_is_told() -> None:
    """A sum of which a part is n/a is n/a, as for an 8-bit model that cannot be trained."""
    drawing = draw("stacked-bars", MEMORY)
    assert {"56.0", "14.8", "n/a", "Memory, GiB"} <= set(texts(drawing))
    assert description(drawing).startswith(
        "Stacked bars of Memory, GiB. full: 56.0 (Weights 14.0, Gradients 14.0, Optimizer 28.0); "
        "lora: 14.8 (Weights 14.0, Optimizer 0.5, Adapter 0.2); int8: n/a. Lines: "
    )


def test_one_part_alone_is_named_by_the_axis() -> None:
    """It needs no key."""
    shown = texts(draw("stacked-bars", MEMORY, parts="weights", cards=False))
    assert "Weights, GiB" in shown
    assert "Weights" not in shown


def test_a_method_that_is_impossible_is_told_though_its_weights_are_known(folder: DeckFolder) -> None:
    """Full fine-tuning of an 8-bit model, alone and beside others."""
    for dtypes in ("int8", "[float16, int8]"):
        head = f"tables:\n  m: {{source: memory, models: {MODEL}, dtype: {dtypes}}}\n"
        body = folder.slide('{{ chart("m", kind="stacked-bars") }}', head).body
        assert ">n/a</text>" in body
        assert "Adapter" not in body


def test_every_part_has_a_fill_of_its_own() -> None:
    """A flat one; its pattern is for paper. The key has only the part that has no space for its name."""
    fills = [f"var(--chart-{number})" for number in (1, 2, 3, 4)]
    drawing = draw("stacked-bars", MEMORY)
    assert [part["fill"] for part in bars(drawing)] == [*fills[:3], fills[0], fills[2], fills[3]]
    swatches = [rect.attrib for rect in tree(drawing).iter("rect") if rect.get("width") == "26"]
    assert [(swatch["fill"], swatch.get("display")) for swatch in swatches] == [
        ("var(--chart-4)", None),
        ("url(#f1-p4)", "none"),
    ]


def test_parts_are_named_in_their_segments() -> None:
    """In the longest one, with the number; the others have their numbers alone."""
    shown = texts(draw("stacked-bars", MEMORY, cards=False))
    assert {"Weights 14.0", "Gradients 14.0", "Optimizer 28.0", "14.0", "Adapter"} <= set(shown)
    assert "Weights" not in shown


def test_a_line_is_kept_clear_of_words_in_segments() -> None:
    """The number steps aside; a name without space on either side goes to the key."""
    drawing = draw("stacked-bars", MEMORY, cards=[16])
    (line,) = lines(drawing)
    assert not place_of(drawing, "14.0")[0] < line < place_of(drawing, "14.0")[0] + 40


def test_bars_that_are_not_highlighted_are_pale() -> None:
    """And have no words inside, which would be hard to read. A part that only they have is in the key."""
    from slidegen.figures import check_options, read_picture
    from slidegen.figures.data import Reader

    options = check_options("stacked-bars", {"highlight": "method == 'lora'", "cards": False})
    reader = Reader("t", MEMORY, {}, holds=lambda _name, table, _rule: [row[1] == "lora" for row in table.rows])
    drawing = read_picture("stacked-bars", reader, options).draw(Frame(1136, 480, "f"))
    pale = [group for group in tree(drawing).iter("g") if group.get("opacity")]
    assert [len(list(group.iter("text"))) for group in pale] == [0, 0]
    assert "Weights 14.0" in texts(drawing)
    assert "Gradients" in texts(drawing)


def test_the_lines_of_cards_stand_at_their_memory() -> None:
    """In GiB, as the bars: a line at 28 GB would be where the first two parts end."""
    drawing = draw("stacked-bars", MEMORY, cards=[28, 24])
    full = bars(drawing)[:3]
    end = float(full[1]["x"]) + float(full[1]["width"])
    at24, at28 = sorted(lines(drawing))
    assert at28 == pytest.approx(end, abs=0.03)
    start = float(full[0]["x"])
    assert (at24 - start) / (at28 - start) == pytest.approx(24 / 28, rel=1e-3)


def test_usual_cards_are_shown_with_their_names() -> None:
    """Those that the bars pass, and the next larger one if it is near."""
    shown = texts(draw("stacked-bars", MEMORY))
    assert {"24 GB", "RTX 4090", "48 GB", "80 GB", "H100"} <= set(shown)
    assert "141 GB" not in shown
    assert lines(draw("stacked-bars", MEMORY, cards=False)) == []


def test_in_little_room_the_less_usual_cards_give_way() -> None:
    """Their names never meet; those that a deck asks for are all there, above each other."""
    narrow = draw("stacked-bars", MEMORY, Frame(540, 400, "f"))
    assert {"24 GB", "48 GB", "80 GB"} <= set(texts(narrow))
    assert "40 GB" not in texts(narrow)
    asked = draw("stacked-bars", MEMORY, Frame(540, 400, "f"), cards=[40, 48])
    assert place_of(asked, "40 GB")[1] != place_of(asked, "48 GB")[1]


def test_cards_are_found_by_name() -> None:
    """Long or short, in any case."""
    assert {"24 GB", "80 GB"} <= set(texts(draw("stacked-bars", MEMORY, cards=["rtx 4090", "H100 80 GB"])))


def test_a_table_without_bytes_has_no_cards() -> None:
    """Its parts are named by the deck."""
    rows = table({"year": "integer", "solar": "number", "wind": "number"}, (2023, 1.5, 2.5), (2024, 2.0, 3.0))
    drawing = draw("stacked-bars", rows, parts=["solar", "wind"], value_label="Energy, TWh")
    assert lines(drawing) == []
    assert {"year 2023", "4", "5", "Energy, TWh"} <= set(texts(drawing))


def test_the_number_of_a_bar_stands_behind_a_line_that_would_cross_it() -> None:
    """LoRA's 14.8 GiB end just before the line of 16 GB."""
    drawing = draw("stacked-bars", MEMORY, cards=[16])
    (line,) = lines(drawing)
    assert place_of(drawing, "14.8")[0] > line


def test_every_card_has_its_maker_as_a_source() -> None:
    """And a size of its own, so that a size names one card."""
    found = json.loads(Path(hardware.__file__).with_name("gpus.json").read_text(encoding="utf-8"))
    assert all(card["source"].startswith(("NVIDIA, ", "AMD, ")) for card in found)
    assert all(f"{card['gigabytes']} GB" in card["source"] for card in found)
    assert len({card["gigabytes"] for card in found}) == len(found)
    assert {24, 40, 48, 80} <= {card["gigabytes"] for card in found}
