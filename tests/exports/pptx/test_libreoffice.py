"""Another program opens the presentations of the example decks: all slides, with their titles."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader

from slidegen.build_options import BuildOptions
from slidegen.exports import EXPORTS
from slidegen.exports.base import ExportOptions
from slidegen.exports.running import run_exports
from tests.exports.conftest import Exporter
from tests.exports.pptx.boxes import misplaced

SLIDES = Path(__file__).parents[3] / "slides"
OFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed"),
]


@pytest.mark.parametrize(
    ("name", "output"), [("europython.yml", "reveal"), ("quantization.yml", "reveal"), ("course.md", "marp")]
)
def test_libreoffice_shows_every_slide(name: str, output: str, exporter: Exporter) -> None:
    """A page for each slide, with the title that python-pptx reads; and nothing stands on anything else."""
    options = BuildOptions(folder=exporter.folder, format=output, offline=True, keep_record=False)
    made = run_exports(str(SLIDES / name), [EXPORTS["pptx"]], ExportOptions(), options, exporter.browser)
    (path,) = made.paths
    command = [OFFICE or "", f"-env:UserInstallation={(exporter.folder / 'office').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(exporter.folder), str(path)], check=True, capture_output=True
    )
    pages = ["".join(page.extract_text().split()) for page in PdfReader(path.with_suffix(".pdf")).pages]
    slides = list(Presentation(str(path)).slides)
    if output == "reveal":  # Marp's backgrounds are pictures below the text
        assert list(misplaced(Presentation(str(path)))) == []
    assert len(pages) == len(slides) == len(made.built.lines)
    titles = {
        "".join(slide.shapes.title.text_frame.text.split()): page
        for slide, page in zip(slides, pages, strict=True)
        if slide.shapes.title is not None
    }
    assert len(titles) > len(slides) // 2
    assert [title for title, page in titles.items() if title not in page] == []
