"""What the tests of table sources share: a context that sees nothing of this machine, and the lines of progress."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.tables.base import SourceContext


@pytest.fixture
def said() -> list[str]:
    """The lines of progress."""
    return []


@pytest.fixture
def context(tmp_path: Path, said: list[str]) -> SourceContext:
    """A context that sees the catalogue and a folder of the test, nothing else of this machine."""
    finder = ModelFinder(
        offline=True, project=Project.of(tmp_path), censuses=tmp_path / "censuses", hub_cache=tmp_path / "hub"
    )
    return SourceContext(finder, said.append)
