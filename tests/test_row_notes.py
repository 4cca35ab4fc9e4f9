"""Notes on the rows of a table, kept in one cell."""

from __future__ import annotations

import pytest

from slidegen.row_notes import cell_notes, joined_notes


def test_notes_come_back_from_their_cell() -> None:
    """In order and each once; no notes are n/a."""
    assert cell_notes(joined_notes(("first", "second, with a comma", "first"))) == ["first", "second, with a comma"]
    assert joined_notes(()) is None
    assert cell_notes(None) == []


def test_a_note_has_no_separator() -> None:
    """It would come back as two."""
    with pytest.raises(ValueError, match="one; two"):
        joined_notes(("one; two",))
