"""Two decks are compared number by number: text, notes, tables and figures, slide by slide."""

from __future__ import annotations

from pathlib import Path

from slidegen.build_options import BuildOptions
from slidegen.changes.comparing import compare
from slidegen.changes.values import Change, Changes
from slidegen.pipeline import resolved_deck
from slidegen.resolved import ResolvedDeck

HEAD = """\
---
slidegen: 1
vars:
  rank: 32
tables:
  rows:
    source: data
    rows:
      - {name: one, size: 10, share: 0.25}
      - {name: two, size: 20, share: 0.5}
---

"""


def resolved(folder: Path, text: str, name: str = "deck.md") -> ResolvedDeck:
    """Computes a deck with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return resolved_deck(str(path), BuildOptions(offline=True))


def told(changes: Changes) -> list[tuple[str, str | None, str | None]]:
    """Each change as its place, the old and the new text."""
    return [(change.place, change.old, change.new) for change in changes]


def only(changes: Changes) -> Change:
    """The only change of a comparison."""
    (change,) = changes
    return change


def test_numbers_of_a_table_are_named_by_row_and_column(tmp_path: Path) -> None:
    old = resolved(tmp_path, HEAD + '# Sizes\n\n{{ table("rows") }}\n')
    new = resolved(tmp_path, HEAD.replace("size: 20", "size: 21") + '# Sizes\n\n{{ table("rows") }}\n')
    change = only(compare(old, new))
    assert (change.name, change.row, change.column) == ("rows", "two", "size")
    assert (change.old, change.new, change.old_value, change.new_value) == ("20", "21", 20, 21)
    assert change.relative == 0.05


def test_typed_numbers_in_text_and_notes(tmp_path: Path) -> None:
    old = resolved(tmp_path, HEAD + "# All\n\nIt takes 5 of 9.\n\n::: notes\nSay 7.\n:::\n")
    new = resolved(tmp_path, HEAD + "# All\n\nIt takes 6 of 9.\n\n::: notes\nSay 8.\n:::\n")
    assert told(compare(old, new)) == [("text", "5", "6"), ("notes", "7", "8")]
    assert told(compare(new, old)) == [("text", "6", "5"), ("notes", "8", "7")]


def test_a_deck_does_not_differ_from_itself(tmp_path: Path) -> None:
    deck = resolved(tmp_path, HEAD + '# Sizes of {{ rank }}\n\n{{ table("rows") }}\n\n---\n\nTwo 2.\n')
    assert not compare(deck, deck)
