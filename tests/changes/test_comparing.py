"""Two decks are compared number by number: text, notes, tables and figures, slide by slide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.changes.comparing import compare, compare_records
from slidegen.changes.values import Reason, SlideChange
from slidegen.pipeline import past_deck
from tests.changes.decks import Made, only, read, recorded, slides, told

ROWS = """\
tables:
  t:
    source: data
    rows:
      - {name: one, size: 10, share: 0.25}
      - {name: two, size: 20, share: 0.5}
"""
TABLE = '# Sizes\n\n{{ table("t") }}'


def numbers(slide: SlideChange) -> tuple[str | None, str | None]:
    """The numbers of a slide on both sides."""
    return slide.old_number, slide.new_number


def test_a_deck_does_not_differ_from_itself(tmp_path: Path) -> None:
    """All of its numbers are counted as the same."""
    deck = read(tmp_path, slides("# Of 5\n\nTake 7.", TABLE, head=ROWS))
    changes = compare(deck, deck)
    assert not changes
    assert changes.same == 2 + 2 * 3


def test_text_notes_and_footer(tmp_path: Path) -> None:
    """Each says where it stands. Notes may be a box in the text. A footer of all slides is told once."""
    box = slides("It takes N of 9.\n\n::: notes\nSay N.\n:::", head="footer: Page of N\n")
    text = f"{box}  - {{content: a, notes: Or N.}}\n"
    old, new = (read(tmp_path, text.replace("N", number)) for number in ("5", "6"))
    found = [(change.place, change.old, change.new) for change in compare(old, new)]
    assert found == [("text", "5", "6"), ("notes", "5", "6"), ("footer", "5", "6"), ("notes", "5", "6")]


def test_the_title_of_the_deck(tmp_path: Path) -> None:
    """It stands on no slide."""
    old, new = (read(tmp_path, f"title: The best of {year}\n" + slides("a")) for year in (2025, 2026))
    changes = compare(old, new)
    assert (only(changes).place, only(changes).old, only(changes).new) == ("title", "2025", "2026")
    assert numbers(changes.slides[0]) == (None, None)


def test_cells_are_named_by_row_and_column(tmp_path: Path) -> None:
    """The exact values come with them."""
    old = read(tmp_path, slides(TABLE, head=ROWS))
    new = read(tmp_path, slides(TABLE, head=ROWS.replace("size: 20", "size: 21")))
    change = only(compare(old, new))
    assert (change.place, change.name, change.row, change.column) == ("table", "t", "two", "size")
    assert (change.old, change.new, change.old_value, change.new_value) == ("20", "21", 20, 21)
    assert change.relative == pytest.approx(0.05)


def test_rows_in_another_order_and_columns_of_another_label(tmp_path: Path) -> None:
    """Rows are found by what names them, columns by their keys."""
    swapped = ROWS.replace("one, size: 10, share: 0.25", "two, size: 20, share: 0.5", 1)
    swapped = swapped[::-1].replace("two, size: 20, share: 0.5"[::-1], "one, size: 11, share: 0.25"[::-1], 1)[::-1]
    labelled = swapped.replace("source: data", "source: data\n    labels: {size: Big}")
    old, new = read(tmp_path, slides(TABLE, head=ROWS)), read(tmp_path, slides(TABLE, head=labelled))
    change = only(compare(old, new))
    assert (change.row, change.column, change.old, change.new) == ("one", "Big", "10", "11")


def test_rows_and_columns_that_only_one_side_has(tmp_path: Path) -> None:
    """They are told as a whole."""
    more = ROWS + "      - {name: three, size: 30, share: 0.1}\n"
    old, new = read(tmp_path, slides(TABLE, head=ROWS)), read(tmp_path, slides(TABLE, head=more))
    change = only(compare(old, new))
    assert (change.kind, change.row, change.old, change.new) == ("row", "three", None, "size 30, share 0.10")
    less = ROWS.replace(", share: 0.25", "").replace(", share: 0.5", "")
    old, new = read(tmp_path, slides(TABLE, head=ROWS)), read(tmp_path, slides(TABLE, head=less))
    change = only(compare(old, new))
    assert (change.kind, change.column, change.new) == ("column", "share", None)


def test_emphasis_with_its_legend(tmp_path: Path) -> None:
    """A row that is marked no more is a change even if its numbers are not."""
    rule = "    emphasis: [{when: size > 15, style: strong, legend: large}]\n"
    old = read(tmp_path, slides(TABLE, head=ROWS + rule))
    new = read(tmp_path, slides(TABLE, head=ROWS + rule.replace("15", "5")))
    change = only(compare(old, new))
    assert (change.kind, change.row, change.column) == ("emphasis", "one", "size")
    assert (change.old, change.new) == ("", "strong (large)")


def test_totals(tmp_path: Path) -> None:
    """The row of totals is compared by its label."""
    head = ROWS.replace("rows:", "total: {columns: [size]}\n    rows:")
    old = read(tmp_path, slides(TABLE, head=head))
    new = read(tmp_path, slides(TABLE, head=head.replace("size: 20", "size: 25")))
    assert [(change.row, change.old, change.new) for change in compare(old, new)] == [
        ("two", "20", "25"),
        ("Total", "30", "35"),
    ]


def test_the_cells_of_a_table_and_its_figure_are_told_once(tmp_path: Path) -> None:
    """The figure alone tells its own."""
    figure = '{{ chart("t", kind="bars", value="size", label="name", title="Sizes of 2") }}'
    head = ROWS.replace("size: 20", "size: 25")
    for text, place in ((f"{TABLE}\n\n{figure}", "table"), (figure, "figure")):
        old, new = read(tmp_path, slides(text, head=ROWS)), read(tmp_path, slides(text, head=head))
        change = only(compare(old, new))
        assert (change.place, change.row, change.column, change.new) == (place, "two", "size", "25")


def test_the_number_at_the_end_of_a_stacked_bar(tmp_path: Path) -> None:
    """It is the sum of the parts, and changes with them."""
    head = """tables:
  t:
    source: data
    rows: [{name: one, weights: 10, adapter: 2, total: 12}, {name: two, weights: 5, adapter: 1, total: 6}]
"""
    figure = '{{ chart("t", kind="stacked-bars", label="name") }}'
    old = read(tmp_path, slides(figure, head=head))
    new = read(tmp_path, slides(figure, head=head.replace("adapter: 2, total: 12", "adapter: 3, total: 13")))
    assert [(one.place, one.row, one.column, one.old, one.new) for one in compare(old, new)] == [
        ("figure", "one", "adapter", "2", "3"),
        ("figure", "one", "total", "12", "13"),
    ]


def test_the_words_in_a_figure(tmp_path: Path) -> None:
    """Its title and its annotations have numbers, too."""
    note = '[{"value": 15, "text": "15 GB"}]'
    figure = f'{{{{ chart("t", kind="bars", value="size", label="name", title="Of 2", annotate={note}) }}}}'
    old = read(tmp_path, slides(figure, head=ROWS))
    new = read(tmp_path, slides(figure.replace("Of 2", "Of 3").replace("15 GB", "16 GB"), head=ROWS))
    changes = compare(old, new)
    assert [(change.place, change.name, change.old, change.new) for change in changes] == [
        ("figure", "t", "2", "3"),
        ("figure", "t", "15", "16"),
    ]


def test_the_footers_of_marp(tmp_path: Path) -> None:
    """They stand in the front matter, where expressions are evaluated, too."""
    decks = []
    for day in (1, 2):
        path = tmp_path / "talk.md"
        path.write_text(f"---\nmarp: true\nvars: {{n: {day}}}\nheader: Day {day}\nfooter: 'Of {{{{ n }}}}'\n---\n# A\n")
        decks.append(past_deck(str(path), BuildOptions()))
    changes = compare(decks[0], decks[1])
    assert {(change.place, change.old, change.new) for change in changes} == {("footer", "1", "2")}


def test_a_number_that_differs_beyond_its_digits_is_counted(tmp_path: Path) -> None:
    """With `exact` it is listed."""
    text = slides('{{ memory("org/a", method="lora", rank=16, dtype="float16").total | gib }}')
    old, new = read(tmp_path, text, {"a": 10}), read(tmp_path, text, {"a": 10}, Made(more=1))
    changes = compare(old, new)
    assert (changes.count, changes.same, changes.hidden) == (0, 0, 1)
    exact = compare(old, new, exact=True)
    assert (only(exact).old_value, only(exact).new_value, exact.hidden) == (10 * 2**30, 10 * 2**30 + 1, 0)


def test_inserted_removed_and_moved_slides(tmp_path: Path) -> None:
    """A slide is found wherever it stands, also in a vertical stack."""
    first, second, third = "# Weights\n\nTake 10 GiB", "# Gradients\n\nTake 20 GiB", "# States\n\nTake 40 GiB"
    old = read(tmp_path, slides(first, second, third))
    new = read(
        tmp_path,
        slides("# New\n\nSays 99", third.replace("40", "41"))
        + "  - - content: '# Agenda'\n    - content: |\n        # Weights\n\n        Take 11 GiB\n",
    )
    found = [(slide.kind, *numbers(slide), told_of(slide)) for slide in compare(old, new).slides]
    assert ("removed", "2", None, [("Take 20 GiB", None)]) in found
    assert ("added", None, "1", [(None, "Says 99")]) in found
    assert ("changed", "3", "2", [("40", "41")]) in found
    assert ("changed", "1", "3.2", [("10", "11")]) in found


def told_of(slide: SlideChange) -> list[tuple[str | None, str | None]]:
    """The old and the new text of each change of a slide; those of a table of the whole deck are `told`."""
    return [(change.old, change.new) for change in slide.changes]


def test_a_slide_that_was_split(tmp_path: Path) -> None:
    """A sentence that moved to the new slide is compared with what it was."""
    old = read(tmp_path, slides("# Both\n\nWeights take 10 GiB.\n\nAll the optimizer states take 40 GiB."))
    new = read(
        tmp_path,
        slides("# Both\n\nWeights take 10 GiB.", "# States\n\nAll the optimizer states take 44 GiB."),
    )
    changes = compare(old, new)
    assert told(changes) == [("40", "44")]
    assert [(slide.kind, slide.new_number) for slide in changes.slides] == [("added", "2")]


def test_a_loop_that_makes_more_items(tmp_path: Path) -> None:
    """Items are compared with their own former ones; a count that is printed is a number, too."""
    text = slides(
        "{{ sizes | length }} models\n\n{% for name, size in sizes.items() %}\n- {{ name }} takes {{ size }} GiB\n"
        "{% endfor %}",
        head="vars: {sizes: {Llama: 10, Qwen: 20}}\n",
    )
    new_text = text.replace("{Llama: 10, Qwen: 20}", "{Mistral: 5, Llama: 10, Qwen: 22}")
    changes = compare(read(tmp_path, text), read(tmp_path, new_text))
    assert told(changes) == [("2", "3"), (None, "Mistral takes 5 GiB"), ("20", "22")]
    assert all(change.reasons[0].kind == "variable" for change in changes)


def test_a_heading_that_says_something_else(tmp_path: Path) -> None:
    """Its words changed with its numbers: both are told as a whole."""
    old = read(tmp_path, slides("# Only Qwen2 1.5B trains in full\n\nOn one card."))
    new = read(tmp_path, slides("# 2 of 7 models train\n\nOn one card."))
    change = only(compare(old, new))
    assert (change.kind, change.old, change.new) == ("words", "Only Qwen2 1.5B trains in full", "2 of 7 models train")


def test_a_computed_number_that_is_typed_now(tmp_path: Path) -> None:
    """It reads the same."""
    old = read(tmp_path, slides("{{ 0.5 | percent }} of all is saved here."))
    new = read(tmp_path, slides("50 % of all is saved here."))
    assert old.stacks[0][0].content.text != new.stacks[0][0].content.text
    assert not compare(old, new)


def test_words_without_numbers_are_the_author_s_own(tmp_path: Path) -> None:
    """A diff of numbers does not list them, nor what a slide does not show."""
    old = read(tmp_path, slides("# Words\n\nThis is good. [Paper](https://a.b/1.5) <!-- 1 -->{.a1}"))
    new = read(tmp_path, slides("# Words\n\nThis is better. [Paper](https://a.b/2.5) <!-- 2 -->{.a2}"))
    assert not compare(old, new)


def test_two_records_without_decks(tmp_path: Path) -> None:
    """Result by result; one that only one side has is told, too."""
    old = recorded(tmp_path / "a", Made().result("a", 10))
    new = recorded(tmp_path / "b", Made(version=2).result("a", 12), Made(rank=64).result("b", 5, "qlora"))
    changes = compare_records(old, new)
    changed, added = sorted(changes.slides, key=lambda slide: slide.kind, reverse=True)
    assert told_of(changed) == [("5.00 GiB", "6.00 GiB"), ("10.00 GiB", "12.00 GiB")]
    assert {reason for change in changed.changes for reason in change.reasons} == {
        Reason("formula", "memory", "1", "2")
    }
    assert added.kind == "added"
    assert "method=qlora" in added.title


def test_records_that_have_the_same_rows_in_other_requests(tmp_path: Path) -> None:
    """A deck that asks for all models at once has the rows that it had for each of them."""
    old = recorded(tmp_path / "a", Made(rank=8).result("a", 10), Made(rank=8).result("b", 20))
    (first, one), (_, two) = Made(rank=8).result("a", 10), Made(rank=8).result("b", 21)
    parameters = first.parameters.replace('["org/a"]', '["org/a", "org/b"]')
    joined = replace(one, rows=(*one.rows, *two.rows))
    new = recorded(tmp_path / "b", (replace(first, parameters=parameters), joined))
    changes = compare_records(old, new)
    assert [slide.title for slide in changes.slides] == ["memory"]
    assert [(change.row, change.column, change.old, change.new) for change in changes] == [
        ("b", "Weights", "10.00 GiB", "10.50 GiB"),
        ("b", "Total", "20.00 GiB", "21.00 GiB"),
    ]


@pytest.mark.parametrize("text", ["1." * 50_000 + "x1x1x", "<!--" * 50_000, "- 1\n" * 3000, "[^" * 50_000])
def test_the_work_on_a_strange_text_is_bounded(tmp_path: Path, text: str) -> None:
    """Without a bound each of these takes minutes."""
    deck = read(tmp_path, slides(text))
    other = replace(deck, stacks=(*deck.stacks, *read(tmp_path, slides("# A\n" + text[::-1])).stacks))
    assert compare(deck, other).of_kind("added") == 1
