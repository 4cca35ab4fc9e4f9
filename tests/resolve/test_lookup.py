"""One row of a table by its values: none and several are mistakes that say what would do."""

from __future__ import annotations

import pytest

from tests.deck_folder import MODEL, DeckFolder

ROWS = """\
tables:
  t:
    source: data
    kinds: {model: model}
    rows:
      - {model: meta/Llama, method: full, rank: , bits: 16.5, tuned: true, size: 1}
      - {model: meta/Llama, method: lora, rank: 8, bits: 16.5, tuned: true, size: 2}
      - {model: meta/Llama, method: lora, rank: 16, bits: 16.5, tuned: true, size: 3}
      - {model: meta/Llama, method: qlora, rank: 8, bits: 4.5, tuned: true, size: 4}
      - {model: a/Twin, method: full, rank: , bits: 16.5, tuned: false, size: 5}
      - {model: b/Twin, method: full, rank: , bits: 16.5, tuned: false, size: 6}
      - {model: c/Same, method: full, rank: 1, bits: 8, tuned: false, size: 7}
      - {model: c/Same, method: full, rank: 1, bits: 8, tuned: false, size: 7}
      - {model: d/Even, method: full, rank: 1, bits: 8, tuned: false, size: 8}
      - {model: d/Even, method: full, rank: 1, bits: 8, tuned: false, size: 9}
  years:
    source: data
    rows: [{year: 2024, size: 1}, {year: 2026, size: 2}]
  one:
    source: data
    rows: [{year: 2024, size: 1}]
vars: {models: [meta/Llama], eight: 8}
"""
COLUMNS = "bits, method, model, rank, size, tuned"


@pytest.mark.parametrize(
    ("call", "size"),
    [
        ("t.row('meta/Llama', method='full')", 1),
        ("t.row(models[0], method='lora', rank=16)", 3),
        ("t.row(models[0], method='lora', rank=eight)", 2),
        ("t.row(models[0], method='lora', rank=8.0)", 2),
        ("t.row('meta/Llama', bits=4.5)", 4),
        ("t.row(method='qlora')", 4),
        ("t.row(rank=16)", 3),
        ("t.row('meta/Llama', rank=none)", 1),
        ("t.row(model='a/Twin')", 5),
        ("t.row(tables.t.rows[3].model, method=tables.t.rows[3].method)", 4),
        ("t.row('Llama', method='qlora')", 4),
        ("t.row('c/Same')", 7),
        ("years.row(2026)", 2),
        ("years.row(size=1)", 1),
        ("one.row()", 1),
    ],
)
def test_a_row_is_found_by_its_values(folder: DeckFolder, call: str, size: int) -> None:
    """By the first column without a name and any column with one; rows that are alike in all count as one."""
    assert f">{size}</span>" in folder.slide(f"{{{{ tables.{call}.size }}}}", ROWS).body


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("t.row('meta/Llama')", "table 't' has 4 rows for 'meta/Llama'; name method ('full', 'lora', 'qlora') and rank "
                                "(n/a, 8, 16)"),
        ("t.row('meta/Llama', method='lora')",
         "table 't' has 2 rows for 'meta/Llama', method='lora'; name rank (8, 16)"),
        ("t.row(method='full', rank=none)",
         "table 't' has 3 rows for method='full', rank=None; name model ('meta/Llama', 'a/Twin', 'b/Twin')"),
        ("t.row('d/Even')", "table 't' has 2 rows for 'd/Even'; name size (8, 9)"),
        ("t.row('Twin')", "table 't' has several models called 'Twin'; give the whole name: 'a/Twin', 'b/Twin'"),
        ("years.row()", "table 'years' has 2 rows; name year (2024, 2026)"),
        ("t.row('meta/Llama', metod='full')",
         f"table 't' has no column 'metod'; did you mean 'method'? available: {COLUMNS}"),
        ("t.row('meta/Lama')", "table 't' has no row 'meta/Lama'; did you mean 'meta/Llama'? available: a/Twin, "
                               "b/Twin, c/Same, d/Even, meta/Llama"),
        ("t.row('meta/Llama', method='qlroa')", "table 't' has no row method='qlroa' for 'meta/Llama'; did you mean "
                                                "'qlora'? available: full, lora, qlora"),
        ("t.row('meta/Llama', method='lora', rank=15)", "table 't' has no row rank=15 for 'meta/Llama', method='lora'; "
                                                        "did you mean 16? available: 8, 16"),
        ("years.row('2026')", "table 'years' has no row '2026'; did you mean the number 2026? available: 2024, 2026"),
        ("years.row(2025.6)", "table 'years' has no row 2025.6; did you mean 2026? available: 2024, 2026"),
        ("years.row(models)", "table 'years' cannot find a row by a list; give one text or number for year"),
        (
            "years.row(2024, 1)",
            "row() of table 'years' takes one unnamed value of a row; name the others: method='full'",
        ),
        ("years.row(modles)", None),
    ],
)  # fmt: skip
def test_no_row_and_several_rows_are_mistakes(folder: DeckFolder, call: str, message: str | None) -> None:
    """That name the columns which tell the rows apart, or the nearest value."""
    (told,) = folder.slide_problems(f"{{{{ tables.{call}.size }}}}", ROWS)
    if message is None:
        assert "unknown name 'modles'; did you mean 'models'?" in told
    else:
        assert told.partition(": ")[2] == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("memory(m, method=['full', 'lora', 'qlora'])",
         "memory() gives 3 rows; give one value of method ('full', 'lora', 'qlora')"),
        ("memory(m, method=['lora', 'qlora'], rank=[8, 16])",
         "memory() gives 4 rows; give one value of method ('lora', 'qlora') and rank (8, 16)"),
        ("data(rows=[{'a': 1}, {'a': 2}])",
         "data() gives 2 rows; declare the table and take one row with tables.NAME.row(...), by a (1, 2)"),
        ("memory([m, 'Qwen/Qwen2-7B'])", "memory() gives 2 rows; declare the table and take one row with "
                                         "tables.NAME.row(...), by model ('Qwen/Qwen2-1.5B', 'Qwen/Qwen2-7B')"),
    ],
)  # fmt: skip
def test_a_call_that_gives_several_rows_is_a_mistake(folder: DeckFolder, call: str, message: str) -> None:
    """It says which parameters take one value, or that the table has to be declared."""
    (told,) = folder.slide_problems(f"{{{{ {call}.total }}}}", f"vars: {{m: {MODEL}}}\n")
    assert told.partition(": ")[2] == message


def test_a_call_with_lists_of_one_value_gives_its_row(folder: DeckFolder) -> None:
    """The EuroPython 2024 talk gives 11.50 GiB."""
    html = folder.slide("{{ memory([m], method=['full'], dtype=['float16']).total | gib }}", f"vars: {{m: {MODEL}}}\n")
    assert "11.50\u00a0GiB" in html.body


def test_rows_of_a_declared_table_are_the_decks_own_choice(folder: DeckFolder) -> None:
    """`first` and an index say so in words."""
    html = folder.slide("{{ tables.t.rows[1].size }}{{ (tables.t.rows | first).size }}", ROWS).body
    assert html.count("</span>") == 2
