"""`--renew-screenshots` takes new baselines instead of comparing with the old ones."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when the tests of this folder are asked for by its name, as `make screenshots` does."""
    parser.addoption("--renew-screenshots", action="store_true", help="write the baselines anew")


@pytest.fixture(scope="session")
def renew(request: pytest.FixtureRequest) -> bool:
    """Whether to write baselines."""
    return bool(request.config.getoption("--renew-screenshots", default=False))
