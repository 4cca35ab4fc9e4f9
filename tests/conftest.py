"""What all tests share: a folder to build decks in, and the options of the whole suite."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, settings

from tests.deck_folder import DeckFolder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How fast examples are made and run says something of the machine, not of slidegen.
settings.register_profile("slidegen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slidegen")
PATIENCE_MS: Final = 120_000
"""How long a page may take for what a test waits for, in milliseconds; only a test that fails waits so long."""
# Whoever runs the tests may have a configuration, whose settings would change what the commands do.
os.environ["SLIDEGEN_CONFIG"] = ""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--renew-decks`` and ``--fuzz-seed``."""
    parser.addoption("--renew-decks", action="store_true", help="write what tests/decks/*/ build to as expected")
    parser.addoption("--fuzz-seed", type=int, help="the one input of tests/fuzz to try, in place of its sample")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the tests marked `unix` elsewhere."""
    if os.name != "posix":
        for item in items:
            if item.get_closest_marker("unix"):
                item.add_marker(pytest.mark.skip(reason="needs links, modes, signals, pipes or the shell of Unix"))


def pytest_collection_finish() -> None:
    """Keeps what is there until the end, 10,000 tests and the libraries that their files import, out of every later
    search for garbage: a full one took half a second, and each recorded training step asks for two."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser; one a process, as Playwright has one loop a process."""
    from playwright.sync_api import expect

    from slidegen.browser.session import open_browser

    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as opened:
        for name in ("new_context", "new_page"):
            setattr(opened, name, _patient(getattr(opened, name)))
        yield opened


def _patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """Makes contexts or pages that wait for what a busy machine does in its time."""

    def made(**options: Any) -> Any:
        opened = make(**options)
        opened.set_default_timeout(PATIENCE_MS)
        return opened

    return made


@pytest.fixture
def folder(tmp_path: Path) -> DeckFolder:
    """An empty folder to build decks in."""
    return DeckFolder(tmp_path)
