"""Tables in a deck's own Markdown: numbers are aligned, the author's alignment stays, wide tables are set smaller."""

from __future__ import annotations

import re

import pytest

from slidegen.render.tables.numbers import missing_tails
from tests.deck_folder import DeckFolder


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (["1", "2.5", "10.25"], [".00", "0", ""]),  # digits have one width
        (["1,200", "3.5"], [".0", ""]),
        (["−3 %", "+0.25 %", "±0 %"], [".00", "", ".00"]),
        (["12 GB", "1.25 GB", "n/a", "–", ""], [".00", "", "", "", ""]),
        (["12", "3 %"], [" %", ""]),
        (["2×", "1.5×"], [".0", ""]),
        (["12.5 ± 0.3", "8.25 ± 0.12"], ["00", ""]),
        (["$1,200", "$80.50"], [".00", ""]),
        (["≈ 3", "< 0.1"], [".0", ""]),
        (["1e-5", "3"], ["", ""]),
        (["5.96·10⁻⁸", "3"], ["", ""]),
        (["1 234.5", "1\u202f234"], ["", ".0"]),
        (["1,5", "2"], ["", ",0"]),  # a decimal comma in an English deck
        (["12 tok/s", "8.5 tok/s"], [".0", ""]),
        (["18 GB", "500 MB"], ["M", "G"]),  # both are as wide as " GMB"
        (["18 GB", "1.5 GB", "500 MB"], [".0M", "M", "G.0"]),
        (["3 apples", "12 tok/s", "1 qubit"], ["", "", ""]),
    ],
)
def test_points_of_written_numbers_can_be_aligned(cells: list[str], missing: list[str]) -> None:
    """By what each lacks behind its point; what is missing is as wide as digits and signs."""
    assert missing_tails(cells, "en") == missing


@pytest.mark.parametrize("cells", [["1", "a"], ["4-bit"], ["3/4"], ["2026-05-01"], ["-", "n/a"], ["1.2.3"], ["1" * 41]])
def test_a_column_of_other_things_is_none_of_numbers(cells: list[str]) -> None:
    """One cell is enough."""
    assert missing_tails(cells, "en") is None


@pytest.mark.parametrize(
    ("lang", "cells", "missing"),
    [
        ("en", ["1.234", "5"], [0, 4]),
        ("de", ["1.234", "5"], [0, 0]),
        ("de", ["1.234,5", "5"], [0, 2]),
        ("de", ["1.5", "2"], [0, 2]),
        ("fr", ["1 234,5", "5"], [0, 2]),
        ("de-CH", ["1’234.5", "5"], [0, 2]),
    ],
)
def test_numbers_are_read_in_the_language_of_the_deck(lang: str, cells: list[str], missing: list[int]) -> None:
    """Where a point may stand before three digits of a whole number. If that fails, as others write them."""
    assert [len(tail) for tail in missing_tails(cells, lang) or ()] == missing


def cells(html: str) -> list[tuple[str, str]]:
    """The attributes and the content of each cell."""
    return [(attributes.strip(), content) for attributes, content in re.findall(r"<t[hd]\b(.*?)>(.*?)</t[hd]>", html)]


def pad(text: str) -> str:
    """Text that is not seen."""
    return f'<span class="pad" aria-hidden="true">{text}</span>'


def test_a_column_of_numbers_is_aligned_as_a_computed_one(folder: DeckFolder) -> None:
    """Its heading as well. Emphasis does not matter, values of the build are numbers, others stay."""
    html = folder.slide("| a | b |\n|---|---|\n| x | **1** |\n| y | {{ 2.5 }} |\n| z | n/a |").body
    assert cells(html) == [
        ('scope="col"', "a"),
        ('class="numeric" scope="col"', "b"),
        ("", "x"),
        ('class="numeric"', f"<strong>1</strong>{pad('.0')}"),
        ("", "y"),
        ('class="numeric"', "2.5"),
        ("", "z"),
        ('class="numeric"', "n/a"),
    ]


@pytest.mark.parametrize("rule", [":---", ":-:"])
def test_an_alignment_of_the_author_stays(folder: DeckFolder, rule: str) -> None:
    """On the left and in the middle."""
    html = folder.slide(f"| a |\n|{rule}|\n| 1 |\n| 2.5 |").body
    assert "numeric" not in html
    assert "pad" not in html


def test_numbers_that_an_author_puts_on_the_right_are_aligned_there(folder: DeckFolder) -> None:
    """On their points."""
    html = folder.slide("| a |\n|--:|\n| 1 |\n| 2.5 |").body
    assert f'<td style="text-align:right" class="numeric">1{pad(".0")}</td>' in html


def test_a_mark_of_a_footnote_does_not_keep_a_number_from_its_place(folder: DeckFolder) -> None:
    """It hangs behind the number."""
    html = folder.slide("| a |\n|---|\n| 1[^n] |\n| 2.5 |\n\n[^n]: why").body
    assert cells(html)[1][0] == 'class="numeric"'
    assert cells(html)[1][1].endswith(f"</sup>{pad('.0')}")


@pytest.mark.parametrize("cell", ["[1](http://x)", "`1`", "1 <b>2</b>"])
def test_cells_with_more_than_a_number_are_left_alone(folder: DeckFolder, cell: str) -> None:
    """Links, code, pictures, HTML."""
    html = folder.slide(f"| a |\n|---|\n| {cell} |\n| 2.5 |").body
    assert "numeric" not in html


def test_tables_of_pandocs_dialect_are_aligned_as_well(folder: DeckFolder) -> None:
    """Where their dashes give no alignment."""
    page = folder.build("---\ndialect: pandoc\n---\n# a\n\n| a | b |\n|---|---|\n| x | 1 |\n| y | 2.5 |\n", "talk.md")
    assert f'<td class="numeric">1{pad(".0")}</td>' in page.html


def test_a_table_of_a_marp_deck_is_that_of_marp(folder: DeckFolder) -> None:
    """Nothing is added to what marp-core makes of it."""
    page = folder.build("---\nmarp: true\n---\n| a |\n|---|\n| 1 |\n| 2.5 |\n", "talk.md")
    assert "<td>1</td>" in page.html


WIDE = "| " + " | ".join(f"Heading{n}" for n in range(9)) + " |\n" + "|---" * 9 + "|\n"


@pytest.mark.parametrize(
    ("cell", "attributes"),
    [("x", ' class="tight"'), ("x" * 11, ' data-step="1"'), ("x" * 13, ' data-step="2"')],
)
def test_a_wide_table_is_set_closer_and_then_smaller(folder: DeckFolder, cell: str, attributes: str) -> None:
    """As much as it needs."""
    html = folder.slide(f"{WIDE}| {' | '.join([cell] * 9)} |").body
    assert re.search("<table.*?>", html.replace("\n", "")) is not None
    assert f"<table{attributes}>" in html


def test_a_table_that_does_not_fit_names_what_to_leave_out(folder: DeckFolder) -> None:
    """The widest columns but the first, at its line."""
    page = folder.slide(f"## a\n\n{WIDE}| {' | '.join(['x' * 18] * 8)} | y |")
    (warning,) = page.built.warnings
    assert str(warning).endswith(
        "talk.yml:5: the table is wider than its place, even in its smallest type; leave out 'Heading1', 'Heading2'"
    )


def test_words_of_a_sentence_wrap_before_type_is_smaller(folder: DeckFolder) -> None:
    """A table of sentences stays as large as the text around it."""
    sentence = "many words that say something about a thing " * 3
    html = folder.slide(f"| a | b |\n|---|---|\n| {sentence} | {sentence} |").body
    assert '<table class="tight">' in html


def test_a_table_in_a_column_fits_the_column(folder: DeckFolder) -> None:
    """Not the slide."""
    rows = "| Heading " * 6 + "|\n" + "|---" * 6 + "|\n" + "| word " * 6 + "|"
    assert "<table>" in folder.slide(rows).body
    html = folder.slide(f":::: columns\n::: column\n{rows}\n:::\n::: column\na\n:::\n::::").body
    assert '<table data-step="2">' in html


def test_a_long_table_is_set_smaller(folder: DeckFolder) -> None:
    """If its rows do not fit below the heading."""
    for rows, attributes in ((9, ""), (11, ' data-step="1"'), (14, ' data-step="2"')):
        html = folder.slide("## a\n\n| a |\n|---|\n" + "| x |\n" * rows).body
        assert f"<table{attributes}>" in html


def test_units_stand_below_each_other(folder: DeckFolder) -> None:
    """What is missing of a number stands before its unit."""
    table = "| a | b |\n|---|---|\n| x | 12 tok/s |\n| y | 8.25 tok/s |\n| z | n/a |"
    found = re.findall(r'<td class="numeric"[^>]*>(.*?)</td>', folder.slide(table).slides)
    assert found == ['12<span class="pad" aria-hidden="true">.00</span> tok/s', "8.25 tok/s", "n/a"]
