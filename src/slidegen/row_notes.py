"""Several notes about a row in one cell of a column of kind `note`, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from slidegen.model import CellValue

NOTE_SEPARATOR: Final = "; "


def joined_notes(notes: Iterable[str]) -> str | None:
    """Returns notes as one cell of a column of kind `note`, each once; None if there are none.

    Raises ValueError if one contains the separator, because `cell_notes` could not restore it.
    """
    each = tuple(dict.fromkeys(notes))
    for note in each:
        if NOTE_SEPARATOR in note:
            raise ValueError(f"a note has no {NOTE_SEPARATOR!r}: {note}")
    return NOTE_SEPARATOR.join(each) or None


def cell_notes(cell: CellValue) -> list[str]:
    """Returns the notes in a cell that `joined_notes` made."""
    return [] if cell is None else str(cell).split(NOTE_SEPARATOR)
