"""What all tests share: a folder to build decks in, and the options of the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deck_folder import DeckFolder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--renew-decks``."""
    parser.addoption("--renew-decks", action="store_true", help="write what tests/decks/*/ build to as expected")


@pytest.fixture
def folder(tmp_path: Path) -> DeckFolder:
    """An empty folder to build decks in."""
    return DeckFolder(tmp_path)
