"""One browser for all tests of a worker, and the example deck built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slidegen.browser.session import open_browser
from slidegen.pipeline import BuildOptions, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.name for path in (ROOT / "slides").glob("*.yml"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The talk, built from its record into a folder that holds nothing else."""
    folder = tmp_path_factory.mktemp("example")
    options = BuildOptions(folder=folder, mode="frozen", offline=True, keep_record=False)
    return build(str(ROOT / "slides" / "europython.yml"), options).output
