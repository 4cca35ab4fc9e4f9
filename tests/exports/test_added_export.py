"""An export of another package: one module, one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extension import Builder


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A folder with a deck, and the export of titles.py."""
    builder = Builder(tmp_path, "slidegen.exports", {"titles": "tests.exports.titles:TITLES"})
    builder.write("talk.yml", "slides: ['# One', '# Two', 'no title']\n")
    return builder


def test_its_file_is_written(builder: Builder) -> None:
    """Under its own ending, and again."""
    for _ in range(2):
        found = builder.run("export", "talk.yml", "--to", "titles", "--slides", "2-", "-q")
        assert (found.returncode, found.stdout) == (0, "build/talk.titles.txt\n")
    assert (builder.folder / "build/talk.titles.txt").read_text() == "# titles by slidegen\nTwo\n\n"


def test_a_file_of_the_users_stays(builder: Builder) -> None:
    """As with slidegen's own exports."""
    builder.write("build/talk.titles.txt", "mine")
    found = builder.run("export", "talk.yml", "--to", "titles", "-q")
    message = "build/talk.titles.txt: the output would overwrite a file that slidegen did not make"
    assert (found.returncode, found.stderr.strip()) == (1, f"error: {message}")
