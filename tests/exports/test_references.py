"""Citations and cross references in a PDF."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from tests.exports.conftest import Exporter
from tests.exports.structure import links

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BIBLIOGRAPHY = "@book{doe, author={Doe, Jane}, title={T}, year=2020, doi={10.1000/x}}\n"
DECK = """\
bibliography: refs.bib
slides:
- "Said [@doe], see @fig-a and @eq-b."
- "![A](a.png){#fig-a width=20%}\\n\\n$$ b $$ {#eq-b}"
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_citations_and_references_are_links_in_a_pdf(exporter: Exporter, output: str) -> None:
    """To the page of the references and back, to a figure and a formula, and to a DOI."""
    (exporter.folder / "refs.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    (path,) = exporter.export(exporter.deck(text=DECK), "pdf", output=output)
    assert links(PdfReader(path)) == [(1, 3), (1, 2), (1, 2), (3, "https://doi.org/10.1000/x"), (3, 1)]
