"""A folder in which sweeps run, with one more table source: letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slidegen.tables import TABLE_SOURCES
from tests.extension import installed
from tests.sweep.folder import SweepFolder


@pytest.fixture
def sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SweepFolder]:
    """A folder of its own, with the source of tests/tables/letters.py installed like another package's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # the locks of this process and of others
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    place = tmp_path / "installed"
    environment = installed(place, "slidegen.table_sources", {"letters": "tests.tables.letters:LETTERS"})
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(place))
    forget_extensions()
    yield SweepFolder(folder, environment)
    forget_extensions()


def forget_extensions() -> None:
    """Makes the registry look for the sources of other packages again."""
    TABLE_SOURCES.__dict__.pop("_points", None)
    TABLE_SOURCES._loaded.pop("letters", None)
