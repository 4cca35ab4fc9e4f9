"""Which sources `slidegen sweep` takes."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from slidegen.cli import main


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--source", "memry", "--models", "x"], "error: unknown table source 'memry'; did you mean 'memory'?"),
        (["--source=memry", "--help"], "error: unknown table source 'memry'; did you mean 'memory'?"),
        (["--source", "data", "--file", "x.csv"], "error: the source 'data' reads rows and computes none; allowed: "),
        (["--source", "sweep"], "error: the source 'sweep' reads rows and computes none; allowed: memory, "),
    ],
)
def test_a_source_that_cannot_be_swept(arguments: list[str], expected: str) -> None:
    """One line, before the parameters of the source are looked at."""
    done = CliRunner().invoke(main, ["sweep", *arguments, "-o", "x.parquet"])
    assert done.exit_code == 1
    assert done.stderr.startswith(expected)
