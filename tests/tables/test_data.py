"""The table source `data`: a deck's own numbers, from its text or a CSV file beside it."""

from __future__ import annotations

import os
from typing import Any

import pytest

from slidegen.model import Column, Provenance, Table
from slidegen.tables.records import table_records
from tests.deck_folder import WAYS, DeckFolder

HEAD = "tables: {{t: {{source: data, {0}}}}}\n"


def body(folder: DeckFolder, parameters: str, text: str = "{{ table('t') }}") -> str:
    """The HTML of a slide with the table."""
    return folder.slide(text, HEAD.format(parameters)).body


def problem(folder: DeckFolder, parameters: str) -> str:
    """The one message about the table."""
    (message,) = folder.problems(HEAD.format(parameters) + "slides: [a]\n")
    return message


def cells(html: str) -> list[str]:
    """The exact values of all cells."""
    return [part.partition('"')[0] for part in html.split('data-value="')[1:]]


def test_rows_of_the_deck(folder: DeckFolder) -> None:
    """With values in them; what a row leaves out is n/a; the look is as of any table."""
    html = folder.slide(
        "{{ table('t') }} {{ tables.t.row('RTX 4090').memory / 2 }} {{ data(rows=[{'a': 3}]).a }}",
        """\
        vars: {most: 80}
        tables:
          t:
            source: data
            rows:
            - {card: RTX 4090, memory: 24, price: 1599.5}
            - {card: A100, memory: "{{ most }}"}
            labels: {memory: "Memory, GB"}
            sort_by: -memory
        """,
    ).body
    assert cells(html)[:5] == ["A100", "80", "RTX 4090", "24", "1599.5"]
    assert "Memory, GB</th>" in html
    assert "1,599.50" in html
    assert "12.0" in html
    assert "Given in the deck, not computed by slidegen." in html


def test_a_csv_file(folder: DeckFolder) -> None:
    """With quoted cells, a byte order mark, empty lines and Windows' line ends; keys are made from its heads."""
    text = '\ufeffCard,Memory (GB),4-bit error\r\n"A, ""b""",24,0.5\r\n\r\nC, n/a ,1e-3\r\n'
    folder.write("sub/cards.csv", text.encode())
    html = body(
        folder,
        "file: sub/cards.csv, kinds: {_4_bit_error: percent}, columns: [card, memory_gb, _4_bit_error]",
        "{{ table('t') }} {{ tables.t.rows[0].memory_gb }}",
    )
    assert cells(html) == ["A, &quot;b&quot;", "24", "0.5", "C", "0.001", "24"]
    assert html.count("n/a") == 1
    assert "Memory (GB)</th>" in html
    assert "Given in sub/cards.csv, not computed by slidegen." in html


@pytest.mark.parametrize(
    ("column", "kinds", "shown"),
    [
        ("1.10\n2.x\n1e400", "{}", ["1.10", "2.x", "1e400"]),
        ("1.10\n1.9", "{a: text}", ["1.10", "1.9"]),
        ("007\n12", "{}", ["007", "12"]),
        ("12345678901234567890\n1", "{a: text}", ["12345678901234567890", "1"]),
        ("+5\n0\n0.50", "{}", ["5", "0", "0.5"]),
    ],
)
def test_text_of_a_file_stays_as_it_is(folder: DeckFolder, column: str, kinds: str, shown: list[str]) -> None:
    """Only a column of numbers is read as numbers."""
    folder.write("a.csv", f"a,b\n{column.replace(chr(10), ',x' + chr(10))},x\n")
    html = body(folder, f"file: a.csv, kinds: {kinds}, columns: [a]")
    assert cells(html) == shown


@pytest.mark.parametrize(
    ("written", "kind", "shown"),
    [
        ("[1, 2]", "integer", ["1", "2"]),
        ("[1, 2.5]", "number", ["1.00", "2.50"]),
        ("[a, 1]", "text", ["a", "1"]),
        ("[true, false]", "text", ["true", "false"]),
    ],
)
def test_columns_are_what_their_cells_are(folder: DeckFolder, written: str, kind: str, shown: list[str]) -> None:
    """Unless `kinds` says more."""
    values = written.strip("[]").split(", ")
    html = body(folder, f"rows: [{{x: {values[0]}}}, {{x: {values[1]}}}]")
    assert [part.partition(">")[2].partition("<")[0] for part in html.split("<td")[1:]] == shown
    assert ('class="numeric"' in html) == (kind != "text")


def test_kinds_say_what_numbers_are(folder: DeckFolder) -> None:
    """Bytes in the table's unit, ratios as percent, models by their short names."""
    html = body(
        folder,
        "rows: [{m: org/a, size: 1073741824, part: 0.25, e: 0.00123}], "
        "kinds: {m: model, size: bytes, part: percent, e: measure}",
    )
    for shown in (">a<", ">1.00<", ">25<", ">0.00123<", 'class="unit">GiB<', 'class="unit">%<'):
        assert shown in html


def test_nothing_of_it_is_recorded(folder: DeckFolder) -> None:
    """Nothing is computed; the file may change under a frozen build."""
    folder.write("a.csv", "x\n1\n")
    text = HEAD.format("file: a.csv") + "slides: [\"{{ table('t') }}\"]\n"
    page = folder.build(text)
    assert page.built.record is None
    folder.write("a.csv", "x\n2\n")
    assert cells(folder.build(text, mode="frozen").body) == ["2"]
    assert not (folder.path / "talk.record.json").exists()


@pytest.mark.unix
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("x: 1", "data: unknown parameter 'x'; available: file, kinds, rows"),
        ("columns: [a]", "data: give either rows or file"),
        ("rows: [{a: 1}], file: a.csv", "data: give either rows or file"),
        ("rows: []", "data: rows is empty; at least one is needed"),
        ("rows: [{a: 1}], kinds: {b: bytes}", "data: kinds: the deck has no column 'b'; available: a"),
        ("rows: [{a: 1.5}], kinds: {a: bytes}",
         "data: row 1: a is 1.5; allowed in a column of kind bytes: a whole number, or an empty cell"),
        ("rows: [{a: 1}, {a: x}], kinds: {a: percent}",
         "data: row 2: a is 'x'; allowed in a column of kind percent: a number, or an empty cell"),
        ("rows: [{a: .inf}]", "data: row 1: a is inf; allowed: a finite number, or an empty cell"),
        ("rows: [{'A b': 1, a_B: 2}]",
         "data: several columns of the deck are called 'a_b'; give each a name of its own"),
        ("rows: [{'?': 1}]", "data: a column is called '?'; its name needs a letter or a digit"),
        ("file: none.csv", "data: none.csv: cannot be read: no such file or directory"),
        ("file: sub.csv", "data: sub.csv: cannot be read: is a folder"),
        ("file: loop.csv", "data: loop.csv: cannot be read: too many levels of symbolic links"),
        ("file: a.txt", "data: a.txt: only .csv files are read"),
        ("file: ../a.csv", f"data: ../a.csv: is outside the deck's folder; copy the file into it{WAYS}"),
        ("file: link.csv", f"data: link.csv: is outside the deck's folder; copy the file into it{WAYS}"),
        ("file: /etc/passwd", f"data: /etc/passwd: is outside the deck's folder; copy the file into it{WAYS}"),
        ("file: empty.csv",
         "data: empty.csv: holds no rows; the first line names the columns, each line after it is a row"),
        ("file: semicolons.csv", "data: semicolons.csv: has semicolons between its cells; save the file with commas"),
        ("file: tabs.csv", "data: tabs.csv: has tabs between its cells; save the file with commas"),
        ("file: ragged.csv", "data: ragged.csv: row 3 has 1 cells, and there are 2 columns"),
        ("file: latin.csv", "data: latin.csv: is not UTF-8 text; save the file as UTF-8"),
        ("file: large.csv", "data: large.csv: cannot be read: is larger than 5 MB"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_the_line_of_the_table(folder: DeckFolder, parameters: str, message: str) -> None:
    """And what is allowed."""
    deck = DeckFolder(folder.path / "deck")
    folder.write("a.csv", "x\n1\n")
    files: dict[str, Any] = {
        "a.txt": "x\n1\n",
        "empty.csv": "a,b\n\n",
        "semicolons.csv": "a;b\n1;2\n",
        "tabs.csv": "a\tb\n1\t2\n",
        "ragged.csv": "a,b\n1,2\n3\n",
        "latin.csv": "a\n\xe9\n".encode("latin-1"),
        "large.csv": "a\n" + "1\n" * 2_500_001,
    }
    for name, content in files.items():
        deck.write(name, content)
    (deck.path / "sub.csv").mkdir()
    (deck.path / "loop.csv").symlink_to("loop.csv")
    (deck.path / "link.csv").symlink_to(folder.path / "a.csv")
    assert problem(deck, parameters) == f"talk.yml:1: {message}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_csv_file(folder: DeckFolder) -> None:
    """Reading one would wait for ever."""
    os.mkfifo(folder.path / "a.csv")
    assert problem(folder, "file: a.csv") == "talk.yml:1: data: a.csv: cannot be read: is a named pipe, not a file"


def test_columns_called_alike_in_json_stay_two() -> None:
    """A size is called `size_bytes` there, unless another column is."""
    columns = (Column("size", "Size", "bytes"), Column("size_bytes", "Other", "integer"), Column("free", "F", "bytes"))
    assert table_records(Table(columns, ((1, 2, 3),), Provenance("data"))) == [
        {"size": 1, "size_bytes": 2, "free_bytes": 3}
    ]
