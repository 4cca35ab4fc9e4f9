"""A placed table as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from slidegen.model import CellValue, Column, ColumnKind, Provenance, Table
from slidegen.render.tables.html import table_html
from slidegen.render.tables.markdown import table_markdown
from slidegen.resolved import PlacedTable
from slidegen.table_look import EmphasisRule, TableLook
from tests.deck_folder import without_provenance

GIB = 2**30
ORIGIN = Provenance(
    "memory", "textbook", {"a/b": "catalogue", "c/d": "hub@1"}, {"lib": "1.0"}, leaves_out="much <more>."
)


def html_of(kind: ColumnKind, cells: list[CellValue], **look: Any) -> str:
    """A table of one column."""
    table = Table((Column("x", "X & Y", kind),), tuple((cell,) for cell in cells), ORIGIN)
    rules = look.get("emphasis", ())
    styles = tuple((rules[0].style if rules and cell else None,) for cell in cells)
    return table_html(PlacedTable("t", table, TableLook(provenance=False, **look), styles))


def texts(html: str) -> list[str]:
    """Heading and cells without their tags."""
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", html)]


@pytest.mark.parametrize(
    ("kind", "cells", "look", "expected"),
    [
        ("bytes", [GIB, 1536 * 2**20, None], {}, ["X &amp; Y GiB", "1.00", "1.50", "n/a"]),
        ("bytes", [10**9, 12345 * 10**9], {"unit": "GB", "digits": 0}, ["X &amp; Y GB", "1", "12,345"]),
        ("count", [7_504_924_672, 69_503_033_344], {}, ["X &amp; Y B", "7.50", "69.50"]),
        ("count", [124_000_000, 83_900_000], {}, ["X &amp; Y M", "124.00", "83.90"]),
        ("count", [7_000_000_000, 5], {}, ["X &amp; Y", "7,000,000,000", "5"]),
        ("count", [0], {}, ["X &amp; Y", "0"]),
        ("integer", [1234567, 0], {}, ["X &amp; Y", "1,234,567", "0"]),
        ("number", [0.125, 1234.5], {"digits": 1}, ["X &amp; Y", "0.1", "1,234.5"]),
        ("percent", [0.5, 1.0], {}, ["X &amp; Y %", "50", "100"]),
        ("percent", [0.5, 0.004], {}, ["X &amp; Y %", "50.0", "0.4"]),
        ("percent", [0.99656, 0.935, 0.929], {}, ["X &amp; Y %", "100", "94", "93"]),
        ("percent", [0.99656, 0.935, 0.929], {"digits": 1}, ["X &amp; Y %", "99.7", "93.5", "92.9"]),
        ("percent", [0.5, 0.004], {"digits": 0}, ["X &amp; Y %", "50", "&lt;\u202f1"]),
        ("percent", [-0.25, -0.00001], {"digits": 2}, ["X &amp; Y %", "−25.00", "0.00"]),
        ("number", [-0.42, -1e-8], {}, ["X &amp; Y", "−0.42", "0.00"]),
        ("bytes", [-GIB, -1], {}, ["X &amp; Y GiB", "−1.00", "0.00"]),
        ("integer", [-7], {}, ["X &amp; Y", "−7"]),
        ("significant", [3.4028235e38, -1.19e-7, 65504.0], {}, ["X &amp; Y", "3.403·10³⁸", "−1.19·10⁻⁷", "65,504"]),
        ("text", ["int4-asym", "1e-5"], {}, ["X &amp; Y", "int4-asym", "1e-5"]),
        ("model", ["a/b", "c/d"], {}, ["X &amp; Y", "b", "d"]),
        ("model", ["a/b"], {"full_names": True}, ["X &amp; Y", "a/b"]),
        ("text", ["<b>", None, ""], {}, ["X &amp; Y", "&lt;b&gt;", "n/a", ""]),
    ],
)
def test_cells_are_shown_by_their_kind(
    kind: ColumnKind, cells: list[CellValue], look: dict[str, Any], expected: list[str]
) -> None:
    """The unit stands once, in the heading."""
    assert texts(html_of(kind, cells, **look)) == expected


def test_each_cell_holds_its_exact_value_and_origin() -> None:
    """The row's own model, not all of the table's."""
    table = Table(
        (Column("m", "M", "model"), Column("x", "X", "bytes")), (("a/b", 3), ("c/d", None)), ORIGIN
    )  # fmt: skip
    html = table_html(PlacedTable("t", table, TableLook(), ((None, None),) * 2))
    cells = re.findall(r"<t([hd]) ([^>]*data-value[^>]*|[^>]*data-source[^>]*)>", html)
    assert [re.findall(r'data-(?:value|model|origin)="([^"]*)"', cell) for _, cell in cells] == [
        ["a/b", "a/b", "catalogue"],
        ["3", "a/b", "catalogue"],
        ["c/d", "c/d", "hub@1"],
        ["c/d", "hub@1"],
    ]


def test_a_negative_number_is_exact_in_its_attribute() -> None:
    """Programs read an ASCII sign there."""
    cell = '<td class="numeric" data-value="-0.42">−0.42</td>'
    assert cell in without_provenance(html_of("number", [-0.42]))


def test_a_package_that_gives_weights_and_code_is_named_once() -> None:
    """In the line and in each cell's title; its version is in the data all the same."""
    origin = Provenance(
        "quantization", None, {"tiny": "weights: package tiny 0.1.0"}, {"tiny": "0.1.0", "tin": "0.1.0", "lib": "1.0"}
    )
    html = table_html(
        PlacedTable("t", Table((Column("x", "X", "number"),), ((1.0,),), origin), TableLook(), ((None,),))
    )
    about = "Computed by slidegen: quantization; weights: package tiny 0.1.0; lib 1.0, tin 0.1.0."
    assert f'<span class="provenance" title="{about}">Computed with lib 1.0, tin 0.1, tiny 0.1</span>' in html
    assert 'title="tiny; quantization; weights: package tiny 0.1.0; lib 1.0, tin 0.1.0"' in html
    assert 'data-versions="lib 1.0, tin 0.1.0, tiny 0.1.0"' in html


def test_emphasised_cells_are_explained_by_a_legend() -> None:
    """Only the rules that hold somewhere; text of any kind is escaped."""
    rule = EmphasisRule("x > 1", "em", "fits <12 GB>")
    html = html_of("bytes", [GIB], emphasis=(rule, EmphasisRule("x > 2", "bad", "never")), caption="A & B")
    assert '<em class="chip chip-em">1.00</em>' in html
    caption = re.search("<figcaption>.*</figcaption>", html)
    assert caption is not None
    assert caption[0] == (
        '<figcaption><span class="caption">A &amp; B</span> <span class="legend">'
        '<em class="chip chip-em">fits &lt;12 GB&gt;</em></span> </figcaption>'
    )


def test_a_line_says_where_the_numbers_come_from() -> None:
    """In a few words; the rest is its title, with the origin of each model when they differ."""
    table = Table((Column("x", "X", "bytes"),), ((1,),), ORIGIN)
    html = table_html(PlacedTable("t", table, TableLook(), ((None,),)))
    assert (
        '<span class="provenance" title="Computed by slidegen: memory; textbook accounting; configs: '
        'a/b catalogue, c/d hub@1; lib 1.0. Leaves out much &lt;more&gt;.">'
        "Computed (textbook accounting) with lib 1.0</span>"
    ) in html


def test_a_heading_for_numbers_is_aligned_as_they_are() -> None:
    """And a column of models heads its rows."""
    assert '<th class="numeric" scope="col">X &amp; Y <span class="unit">GiB</span></th>' in html_of("bytes", [1])
    assert (
        without_provenance(html_of("model", ["a/b"])).count('<th class="model" scope="row" data-value="a/b">b</th>')
        == 1
    )


CAVEATS = Table(
    (Column("m", "M", "model"), Column("t", "T", "text"), Column("x", "X", "number"), Column("w", "Why", "caveat")),
    (("a/b", "INT4", 1.0, "it is <round>"), ("a/b", "NF4", 2.0, None), ("a/b", "INT3", 3.0, "it is <round>")),
    Provenance("s"),
)
MARKED = PlacedTable("t", CAVEATS, TableLook(caption="C", provenance=False), ((None,) * 4,) * 3)


def test_rows_that_mean_nothing_have_a_star() -> None:
    """At their name, and the reason once under the table: never a column, never only a colour."""
    html = table_html(MARKED)
    assert texts(html)[:3] == ["M", "T", "X"]
    assert texts(html)[3:] == ["b", "INT4\u202f*", "1.00", "b", "NF4", "2.00", "b", "INT3\u202f*", "3.00"]
    assert html.count("it is &lt;round&gt;") == 1
    assert '<span class="note">* Not meaningful: it is &lt;round&gt;.</span>' in html


def test_a_star_in_markdown() -> None:
    """It is no emphasis there."""
    lines = table_markdown(MARKED).strip().splitlines()
    assert lines[0] == "| M | T | X |"
    assert [line.split(" | ")[1] for line in lines[2:5]] == ["INT4 \\*", "NF4", "INT3 \\*"]
    assert lines[-1] == "C &#42; Not meaningful: it is &#60;round&#62;."


def test_a_caption_in_markdown_is_text() -> None:
    """It may be data; in HTML it is text, too."""
    placed = replace(MARKED, look=TableLook(caption="<img src=x> **b**", provenance=False))
    caption = table_markdown(placed).strip().splitlines()[-1]
    assert caption.startswith("&#60;img src=x&#62; &#42;&#42;b&#42;&#42; ")


def test_points_of_significant_numbers_stand_under_each_other() -> None:
    """What is missing behind a number stands there unseen; not where powers of ten have no place among the others."""
    html = html_of("significant", [3.140625, 3.25, 3.0, None])
    cells = re.findall("<td[^>]*>(.*?)</td>", html)
    tails = [cell.removesuffix("</span>").partition('<span class="pad" aria-hidden="true">') for cell in cells]
    assert [(number, tail) for number, _, tail in tails[:3]] == [("3.140625", ""), ("3.25", "0625"), ("3", ".140625")]
    assert cells[3] == '<span class="not-available">n/a</span>'
    assert "pad" not in html_of("significant", [3.25, 3.0, 1e-9])
    assert "pad" not in html_of("number", [3.25, 3.0])


NOTED = Table(
    (Column("m", "M", "model"), Column("x", "X", "number"), Column("w", "Why", "caveat"), Column("n", "N", "note")),
    (("a/b", 1.0, None, "stored <so>; not all"), ("a/c", 2.0, "it is round", "not all"), ("a/d", 3.0, None, None)),
    Provenance("s"),
)


def test_rows_with_a_note_have_a_dagger() -> None:
    """Below the table stands each note once, after the reasons of rows that mean nothing."""
    html = table_html(PlacedTable("t", NOTED, TableLook(provenance=False), ((None,) * 4,) * 3))
    assert texts(html)[2:] == ["b\u202f†", "1.00", "c\u202f*†", "2.00", "d", "3.00"]
    assert '<span class="note">* Not meaningful: it is round. † stored &lt;so&gt;; not all.</span>' in html
