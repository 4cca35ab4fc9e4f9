"""Mistakes in tables stand at the line of the option that is wrong, in YAML decks and in front matters."""

from __future__ import annotations

import pytest

from tests.deck_folder import DeckFolder

TABLES = """\
vars: {models: [Qwen/Qwen2-1.5B, nobody/here]}
tables:
  look:
    source: memory
    models: Qwen/Qwen2-1.5B
    columns:
      - model
      - totl
    sort_by: nope
    labels:
      total: Total
      tot: Total
    emphasis:
      - when: total > 1
      - style: bad
        when: >-
          total >
      - when: total > 1
        column: xx
  own:
    source: memory
    models:
      - Qwen/Qwen2-1.5B
      - Qwen/Qwne
    method: [full]
  list:
    source: memory
    models: "{{ models }}"
  words:
    source: memory
    models: "Qwen/Qwen2-1.5B"
    method:
      - full
      - lroa
    rank: [8,
           -3]
    rnk: 4
  unknown:
    models: [a]
    source: memroy
  useless:
    source: allocated
    models: Qwen/Qwen2-1.5B
    method: full
    rank: 4
  rows:
    source: data
    kinds:
      a: bytes
      b: text
    rows:
      - {a: 1}
      - a: x
  file:
    source: data
    file: none.csv
  expression:
    source: memory
    models:
      - Qwen/Qwen2-1.5B
      - "{{ modls[0] }}"
"""
LINES = {
    8: "table 'look' has no column 'totl'",
    9: "table 'look' has no column 'nope'",
    12: "table 'look' has no column 'tot'",
    17: "table 'look': 'total >' is not an expression",
    19: "table 'look' has no column 'xx'",
    24: "model 'Qwen/Qwne': did you mean 'Qwen/Qwen3-8B'? the name is not in",
    28: "model 'nobody/here': the name is not in",
    34: "memory: method is 'lroa'",
    36: "memory: rank is ",
    37: "memory: unknown parameter 'rnk'",
    40: "unknown table source 'memroy'",
    45: "allocated: rank has no effect on full",
    50: "data: kinds: the deck has no column 'b'",
    56: "data: none.csv: cannot be read",
    61: "unknown name 'modls'",
}


@pytest.mark.parametrize(
    ("name", "deck", "before"),
    [("talk.yml", f"{TABLES}slides: [a]\n", 0), ("talk.md", f"---\n{TABLES}---\n\n# A\n", 1)],
)
def test_a_mistake_in_a_table_has_the_line_of_its_option(folder: DeckFolder, name: str, deck: str, before: int) -> None:
    """In lists that of the item; all of them at once."""
    told = [message.split(":", 2)[1:] for message in folder.problems(deck, name)]
    assert [int(line) - before for line, _ in told] == list(LINES)
    for (line, words), expected in zip(told, LINES.values(), strict=True):
        assert words.strip().startswith(expected), line


def test_a_cell_of_the_decks_own_rows_has_its_line(folder: DeckFolder) -> None:
    """Where its row is written."""
    table = "source: data\n    kinds: {a: bytes}\n    rows:\n      - {a: 1}\n      - b: 2\n        a: x\n"
    assert folder.problems(f"tables:\n  t:\n    {table}slides: [a]\n") == [
        "talk.yml:8: data: row 2: a is 'x'; allowed in a column of kind bytes: a whole number, or an empty cell"
    ]


def test_a_model_that_is_named_twice_has_the_line_of_its_table(folder: DeckFolder) -> None:
    """Nothing says which of the two is meant."""
    table = "source: parameters\n    models:\n      - nobody/here\n      - nobody/here\n"
    (told,) = folder.problems(f"tables:\n  t:\n    {table}slides: [a]\n")
    assert told.startswith("talk.yml:2: model 'nobody/here': the name is not in")
