"""What all tests share: a folder to build decks in, and the options of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.deck_folder import DeckFolder

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--renew-decks``."""
    parser.addoption("--renew-decks", action="store_true", help="write what tests/decks/*/ build to as expected")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser; one a process, as Playwright has one loop a process."""
    from slidegen.browser.session import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> DeckFolder:
    """An empty folder to build decks in."""
    return DeckFolder(tmp_path)
