"""A deck of 2000 slides: all of them are printed, within the memory of a small machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from benchmarks.exports import measured
from benchmarks.serve import deck, slide
from tests.extension import installed

SLIDES = 2000
LIMIT = 2 * 2**30
"""Bytes, of slidegen and the browser together."""


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(sys.platform != "linux", reason="the memory of processes is read from /proc")
def test_two_thousand_slides(tmp_path: Path) -> None:
    """With tags and bookmarks."""
    text = deck("yaml", [slide(number, "word") for number in range(1, SLIDES + 1)])
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "slidegen", "export", "a.yml", "-o", "a.pdf", "-q"]
    _, most = measured(command, tmp_path, installed(tmp_path / "installed", "slidegen.exports", {}))
    pdf = PdfReader(tmp_path / "a.pdf")
    assert len(pdf.pages) == SLIDES
    assert "Slide 2000" in pdf.pages[-1].extract_text()
    assert len(pdf.outline) == SLIDES
    assert most < LIMIT
