"""The notes below the estimates for people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from slidegen.cli.estimate_text import for_notes
from slidegen.model import Table
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.row_notes import joined_notes
from slidegen.tables.allocated import ALLOCATED_SOURCE
from slidegen.tables.base import SourceContext
from slidegen.tables.fits import FITS_SOURCE

MODEL = "HuggingFaceTB/SmolLM2-135M"


def noted(table: Table, *notes: tuple[str, ...]) -> Table:
    """The table with these notes in its rows."""
    at = table.column("notes")
    rows = zip(table.rows, notes, strict=True)
    return replace(table, rows=tuple((*row[:at], joined_notes(own), *row[at + 1 :]) for row, own in rows))


def test_a_note_names_the_estimates_that_have_it() -> None:
    """Unless all have it. A note on a card names the card, and not again what holds without it."""
    context = SourceContext(ModelFinder(Project.of(Path()), offline=True), print)
    given = {"models": (MODEL,), "method": ("full", "lora"), "quick": True, "rank": (8,)}
    table = ALLOCATED_SOURCE.compute(ALLOCATED_SOURCE.parameters.model_validate(given), context)
    cards = FITS_SOURCE.compute(FITS_SOURCE.parameters.model_validate(given | {"cards": ("T4", "A100")}), context)
    assert for_notes(table, cards) == []
    table = noted(table, ("all of it", "the first"), ("all of it",))
    cards = noted(cards, ("all of it", "the first"), ("all of it", "the first"), ("all of it", "no such kernel"), ())
    assert for_notes(table, cards) == [
        "Note: all of it.",
        "Note, full: the first.",
        "Note, lora on Tesla T4: no such kernel.",
    ]
