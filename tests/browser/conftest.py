"""The example deck, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.pipeline import BuildOptions, build

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.name for path in (ROOT / "slides").iterdir() if path.suffix in (".yml", ".md"))


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The talk, built from its record into a folder that holds nothing else."""
    folder = tmp_path_factory.mktemp("example")
    options = BuildOptions(folder=folder, mode="frozen", offline=True, keep_record=False)
    return build(str(ROOT / "slides" / "europython.yml"), options).output
