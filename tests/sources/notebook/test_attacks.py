"""Notebooks that try to do what a deck must not do, or that are enormous."""

from __future__ import annotations

import base64
import time
from contextlib import suppress
from typing import Any

import pytest

from slidegen.errors import DeckError
from tests.deck_folder import DeckFolder
from tests.sources.notebook.test_markdown import PNG
from tests.sources.notebook.written import NAME, code, markdown, notebook, shown, stream

BAD_SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect onload="alert(2)"/></svg>'


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<b>x</b><script>alert(1)</script>"},
        {"text/html": "<img src=data:, onerror=alert(1)>x"},
        {"text/html": "<a href='javascript:alert(1)'>x</a>"},
        {"text/html": "<iframe srcdoc='<script>alert(1)</script>'></iframe>x"},
        {"text/html": "<object data='https://evil.example/x'></object><embed src='x.html'>x"},
        {"text/html": "x</div></section></div><script>alert(1)</script>"},
        {"text/html": "<table><tr><th>a</th></tr><tr><td><img src=x onerror=alert(1)>b</td></tr></table>"},
        {"text/html": "<table><tr><th>a</th></tr><tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></table>"},
        {"text/markdown": "<script>alert(1)</script> [x](javascript:alert(1))"},
        {"text/latex": "$\\href{javascript:alert(1)}{x}$"},
        {"text/plain": "</code></pre><script>alert(1)</script>\x1b[31m</span><script>alert(1)</script>"},
        {"image/svg+xml": BAD_SVG},
        {"image/png": PNG, "text/plain": '"><script>alert(1)</script>'},
    ],
)
def test_no_program_of_an_output_runs(folder: DeckFolder, data: dict[str, Any]) -> None:
    """Left out, or refused, and never in the page outside of a picture, in which nothing runs."""
    folder.write("x", b"")
    try:
        slides = folder.build(notebook(code("x", shown(data))), NAME).slides
    except DeckError:
        return  # refused is as good
    for sign in ("<script", "onerror=", "onload=", 'href="javascript', "srcdoc", "<object", "<embed"):
        assert sign not in slides.lower()


def test_a_caption_cannot_leave_its_attribute(folder: DeckFolder) -> None:
    """Quotation marks and braces in it are words."""
    text = "#| fig-cap: 'a\" onload=alert(1) {.b} \"c'\nx"
    slides = folder.build(notebook(code(text, shown({"image/png": PNG}))), NAME).slides
    assert "<figcaption>a' onload=alert(1) {.b} 'c</figcaption>" in slides.replace("&#x27;", "'")


def test_pictures_that_are_none_are_told(folder: DeckFolder) -> None:
    """Bad Base64, and what is no picture at all; a text stands in its place."""
    outputs = (
        shown({"image/png": "%%%", "text/plain": "instead"}),
        shown({"image/png": base64.b64encode(b"no picture").decode()}),
    )
    page = folder.build(notebook(code("x", *outputs)), NAME)
    told = [str(warning).replace(f"{folder.path}/", "") for warning in page.built.warnings]
    assert "instead" in page.body
    assert told[0] == f"{NAME}: cell 1, output: a picture is not a picture (image/png): it is not in Base64"
    assert "is not a picture: it begins with 'no picture'" in told[1]


def test_a_name_of_an_attachment_leads_nowhere(folder: DeckFolder) -> None:
    """It becomes a name of letters in the deck's folder of pictures."""
    name = "../../../etc/x.png"
    cell = {**markdown(f"![a](attachment:{name})"), "attachments": {name: {"image/png": PNG}}}
    assert PNG in folder.build(notebook(cell), NAME).body


@pytest.mark.parametrize(
    "cell",
    [
        code("x", stream("a\n" * 1_000_000)),
        code("x", stream("\r".join(f"{number}%" for number in range(500_000)))),
        code("x", stream("\x1b[31ma" * 300_000)),
        code("x", stream("\x1b[9999B\x1b[9999C!" * 500)),
        code("x", shown({"text/html": "<div>" * 100_000})),
        code("x", shown({"text/html": "<table>" + "<tr><td>1</td></tr>" * 50_000 + "</table>"})),
        code("x", shown({"text/html": "<table><tr><td colspan=999999999>1</td></tr></table>" * 100})),
        code("x", shown({"text/html": "<" * 200_000})),
        code("x", shown({"text/html": "<a '" * 50_000 + '<b "' * 50_000 + "<!--" * 50_000})),
        code("x", shown({"text/html": "<script " * 50_000})),
        code("x", shown({"application/json": {"a": "b" * 1_000_000}})),
        code("x" * 200_000),
        markdown("$" * 1_900 + "\n\n" + "\\begin{a}" * 5_000),
        markdown("![" * 900 + "\n\n" + "`" * 1_900),
        markdown("<a " * 1_900),
        markdown("$x$ " * 900),
        markdown("\\newcommand{\\a}{\\a\\a}" + "$\\newcommand{\\b}{\\b\\b}\\b$"),
    ],
    ids=range(17),
)
def test_what_is_enormous_takes_no_time(folder: DeckFolder, cell: dict[str, Any]) -> None:
    """It is built, or refused in a line."""
    start = time.monotonic()
    with suppress(DeckError):
        folder.build(notebook(cell), NAME)
    assert time.monotonic() - start < 20
