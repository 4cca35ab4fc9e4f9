"""One input again: ``pytest tests/fuzz -k yaml --fuzz-seed 17``. No input reaches the user's caches or the network."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Caches in a folder of the test, and nothing asked of the network."""
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("HF_HOME", str(cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return cache


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--fuzz-seed`` the sample is that one seed."""
    seed = config.getoption("--fuzz-seed")
    if seed is None:
        return
    for item in items:
        found = getattr(item, "callspec", None)
        if found is not None and "seeds" in found.params:
            found.params["seeds"] = range(seed, seed + 1)
