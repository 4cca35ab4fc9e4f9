"""What the comparison of presentations reads back from files that pandoc and slidegen make."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks.presentation_parts import LOST, read_back
from benchmarks.presentations import SPECIMENS, commands

pytest.importorskip("pptx")
pytest.importorskip("pypandoc")


def made(tool: str, folder: Path) -> dict[str, str]:
    """What is read back from the file of a tool."""
    path = folder / "made.pptx"
    subprocess.run([*commands(SPECIMENS, None)[tool], str(path)], cwd=SPECIMENS, check=True, capture_output=True)
    return read_back(path)


def test_what_pandoc_keeps_and_loses(tmp_path: Path) -> None:
    """Known of pandoc's writer: levels, tables and formulas are PowerPoint's; it has no charts and no footer."""
    found = made("pandoc", tmp_path)
    assert found["titles in their placeholders"] == "13 of 13"
    assert found["nested list"] == "placeholder, 3 of 3 levels"
    assert found["table"] == "table, numbers at the right, bold"
    assert found["formula of its own"] == "Office Math"
    assert found["bar chart"] == "picture (svg)"
    assert found["footer"] == LOST


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_of_the_deck_is_lost(tmp_path: Path) -> None:
    """What slidegen writes has every part, none as a picture that could be text."""
    found = made("slidegen", tmp_path)
    assert {name: value for name, value in found.items() if LOST in value or "slide's picture" in value} == {}
    assert found["bar chart"] == "chart with its data sheet"
    assert found["formula in a sentence"] == "Office Math in the sentence"
    assert found["alternative texts"] == "3 of 3"
