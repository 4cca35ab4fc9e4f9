"""What stands in a table besides its rows: as HTML, and in the plain Markdown."""

from __future__ import annotations

import re

import pytest

import slidegen
from slidegen.model import CellValue
from slidegen.render.tables.drawn import bar, heat
from slidegen.resolved import Scale
from tests.deck_folder import DeckFolder

HEAD = """
tables:
  t:
    source: data
    rows:
      - {name: x, rank: 8, a: 1.5, b: 2}
      - {name: y, rank: 8, a: 2.25, b: 4}
      - {name: z, rank: 16, a: 3, b: 8}
    provenance: false
"""


def table(folder: DeckFolder, *look: str) -> str:
    """The HTML of the table with some lines of its look."""
    return folder.slide('{{ table("t") }}', HEAD + "".join(f"    {line}\n" for line in look)).body


def shown(html: str) -> list[list[str]]:
    """The text of each cell, row by row."""
    rows = re.findall("<tr.*?</tr>", html, re.DOTALL)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_the_group_is_a_heading_and_no_column(folder: DeckFolder) -> None:
    """A number says what it is a number of."""
    html = table(folder, "group: rank", "labels: {rank: Rank}")
    assert shown(html) == [
        ["name", "a", "b"],
        ["Rank 8"],
        ["x", "1.50", "2"],
        ["y", "2.25", "4"],
        ["Rank 16"],
        ["z", "3.00", "8"],
    ]
    assert html.count('<tr class="group"><th scope="rowgroup" colspan="3">') == html.count("<tbody>") == 2


def test_data_have_the_column_that_is_shown_as_headings(folder: DeckFolder) -> None:
    """For the command and the API, which print no headings: without it a row could not be told from another."""
    folder.write("a.yml", HEAD + "    columns: [name, a]\n    group: rank\nslides: [a]\n")
    found = slidegen.tables(folder.path / "a.yml", offline=True)["t"]
    assert [column.key for column in found.columns] == ["rank", "name", "a"]
    assert found.rows[2] == (16, "z", 3.0)


def test_a_legend_is_of_what_is_shown(folder: DeckFolder) -> None:
    """A rule for the column of the groups emphasises no cell."""
    html = table(
        folder, "group: rank", "emphasis: [{when: rank > 8, style: em, legend: large}, {when: a > 2, legend: long}]"
    )
    assert re.findall('<span class="legend">.*?</span>', html) == [
        '<span class="legend"><strong class="chip chip-strong">long</strong></span>'
    ]


def test_totals_stand_below_with_a_label_over_the_columns_before(folder: DeckFolder) -> None:
    """A mean of whole numbers may have decimals; all points of a column are aligned."""
    html = table(folder, "columns: [name, rank, b]", "total: [{columns: [b]}, {columns: [b], of: mean}]")
    assert shown(re.sub('<span class="pad".*?</span>', "", html))[-2:] == [["Total", "14"], ["Mean", "4.67"]]
    assert '<tfoot>\n<tr class="summary"><th scope="row" colspan="2">Total</th>' in html
    assert '>14<span class="pad" aria-hidden="true">.67</span></td>' in html
    assert '<td class="numeric" data-value="14"' in html


def test_a_total_of_the_first_column_keeps_its_label(folder: DeckFolder) -> None:
    """In its cell."""
    html = table(folder, "columns: [b, a]", "total: {columns: [b], label: All & one}")
    assert re.search(
        r'<td [^>]*data-value="14"[^>]*><span class="total-label">All &amp; one</span> 14</td><td></td>', html
    )


def test_a_spanner_has_the_unit_that_its_columns_share(folder: DeckFolder) -> None:
    """Which then stands there once."""
    html = table(folder, "kinds: {a: percent, b: percent, rank: bytes}", "unit: B", "spanners: {Sizes: [a, b]}")
    head = html[html.index("<thead>") : html.index("</thead>")]
    assert re.sub("<[^>]*>", "", head).split("\n") == ["namerank BSizes %", "ab"]
    assert '<colgroup span="1"></colgroup><colgroup span="1"></colgroup><colgroup span="2"></colgroup>' in html
    assert '<th scope="colgroup" colspan="2"><span class="spanner">Sizes' in head
    assert '<th class="numeric" scope="col" data-edge="end">b</th>' in head


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        (5, Scale(0, 20), 'class="bar" style="--from:0%;--to:25%"'),
        (30, Scale(0, 20), 'class="bar cut" style="--from:0%;--to:100%"'),
        (-5, Scale(-10, 10), 'class="bar signed" style="--from:25%;--to:50%;--zero:50%"'),
        (0, Scale(0, 0), 'class="bar" style="--from:0%;--to:0%"'),
        (None, Scale(0, 20), 'class="bar"'),
    ],
)
def test_a_bar_begins_at_zero(value: CellValue, scale: Scale, expected: str) -> None:
    """What is longer than the scale is marked as cut. The number stands beside it, so nobody hears the bar."""
    assert bar(value, scale) == f'<span {expected} aria-hidden="true"></span>'


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        (0, Scale(0, 7), 1),
        (6.9, Scale(0, 7), 7),
        (7, Scale(0, 7), 7),
        (99, Scale(0, 7), 7),
        (-1, Scale(0, 7), 1),
        (10, Scale(1, 100, log=True), 4),
        (3, Scale(3, 3), 1),
        (None, Scale(0, 7), None),
        (float("nan"), Scale(0, 7), None),
    ],
)
def test_heat_has_seven_grounds(value: CellValue, scale: Scale, expected: int | None) -> None:
    """Numbers beyond the ends have those of the ends."""
    assert heat(value, scale) == expected


def test_marks_of_footnotes_stand_behind_what_they_are_about(folder: DeckFolder) -> None:
    """Their texts below, in order, escaped."""
    html = table(folder, "footnotes:", "  - {when: b > 4, column: b, text: a < lot}", "  - {column: a, text: measured}")
    assert '>a<sup class="mark">a</sup></th>' in html
    assert '>8<sup class="mark">b</sup></td>' in html
    assert html.count('class="mark"') == 2
    notes = re.findall(r'<span class="note">(.*?)</span>', html)
    assert notes == ["<sup>a</sup>\u202fmeasured", "<sup>b</sup>\u202fa &lt; lot"]


def test_one_footnote_for_each_column(folder: DeckFolder) -> None:
    """The short form, with a value."""
    html = folder.slide(
        '{{ table("t") }}', "vars: {n: 3}\n" + HEAD.lstrip() + '    footnotes: {b: "of {{ n }} runs"}\n'
    ).body
    assert "<sup>a</sup>\u202fof 3 runs</span>" in html


def test_plain_markdown_has_rows_for_groups_and_totals(folder: DeckFolder) -> None:
    """Spanners before headings, no bars, no heat."""
    look = (
        "    group: rank\n    spanners: {S: [a, b]}\n    bars: [a]\n    heat: [b]\n    stripes: true\n"
        "    total: {columns: [b], groups: true}\n    footnotes: {b: note}\n"
    )
    page = folder.slide('{{ table("t") }}', f"format: marp\n{HEAD.lstrip()}{look}")
    plain = page.built.beside[0].read_text(encoding="utf-8")
    assert [line for line in plain.splitlines() if line.startswith("|")] == [
        "| name | S: a | S: b<sup>a</sup> |",
        "| --- | ---: | ---: |",
        "| **rank 8** |  |  |",
        "| x | 1.50 | 2 |",
        "| y | 2.25 | 4 |",
        "| **Total** |  | **6** |",
        "| **rank 16** |  |  |",
        "| z | 3.00 | 8 |",
        "| **Total** |  | **8** |",
        "| **Total** |  | **14** |",
    ]
    assert "\n<sup>a</sup> note\n" in plain
    assert 'class="filled striped"' in page.html


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_computed_table_that_does_not_fit_names_what_to_leave_out(folder: DeckFolder, output: str) -> None:
    """Columns by their keys, as the deck would name them, at the line where it is placed; once."""
    cells = ", ".join(f"{letter * 9}: {'w' * 17}" for letter in "abcde")
    head = f"format: {output}\ntables:\n  t: {{source: data, rows: [{{{cells}}}]}}\n"
    page = folder.slide('## a\n\n{{ table("t") }}', head)
    (warning,) = page.built.warnings
    assert str(warning).endswith(
        "talk.yml:8: the table 't' is wider than its place, even in its smallest type; leave out 'bbbbbbbbb'"
    )
    assert '<table data-step="2">' in page.html


def test_a_table_in_notes_is_as_large_as_ever(folder: DeckFolder) -> None:
    """Notes have no place that it could be too wide for."""
    cells = ", ".join(f"{letter * 9}: {'w' * 17}" for letter in "abcde")
    head = f"tables:\n  t: {{source: data, rows: [{{{cells}}}]}}\n"
    page = folder.build(f"{head}slides:\n  - content: a\n    notes: '{{{{ table(\"t\") }}}}'\n")
    assert page.built.warnings == ()
    assert "data-step" not in page.notes[0]
