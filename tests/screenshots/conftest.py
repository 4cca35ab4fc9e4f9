"""`--renew-screenshots` takes new baselines instead of comparing with the old ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from slidegen.browser.session import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when the tests of this folder are asked for by its name, as `make screenshots` does."""
    parser.addoption("--renew-screenshots", action="store_true", help="write the baselines anew")


@pytest.fixture(scope="session")
def renew(request: pytest.FixtureRequest) -> bool:
    """Whether to write baselines."""
    return bool(request.config.getoption("--renew-screenshots", default=False))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with open_browser() as opened:
        yield opened
