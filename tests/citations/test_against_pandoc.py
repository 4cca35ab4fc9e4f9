"""The same works in the same styles, written here and by `pandoc --citeproc`."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from slidegen.vendor import VENDOR
from tests.deck_folder import DeckFolder, without_transcript

HERE = Path(__file__).parent
WORKS = (HERE / "works.bib").read_text(encoding="utf-8")
STYLES = ("apa", "ieee", "chicago-author-date")
KEYS = re.findall(r"^@(?!string|comment|preamble)\w+\{(\w+)", WORKS, re.MULTILINE)
BODY = "\n\n".join(f"{key}: [@{key}, p. 3]; @{key}." for key in KEYS)
EXPLAINED = {
    ("apa", "report"): "pandoc takes the number 1999-66 for two numbers",
    ("apa", "particle"): "pandoc drops the particle: Waals, J. D. van der",
    ("apa", "junior"): "pandoc drops the particle: Cruz, M. de la",
    ("apa", "tex"): "for pandoc Waals and van der Waals are one name; it writes a small letter after a quotation mark",
    ("chicago-author-date", "report"): "pandoc takes the number 1999-66 for two numbers",
    ("chicago-author-date", "preprint"): "@misc is a book for pandoc, a document for Citation.js",
    ("chicago-author-date", "others"): "@misc is a book for pandoc, a document for Citation.js",
    ("chicago-author-date", "junior"): "pandoc drops the particle in citations",
    ("chicago-author-date", "accents"): "neither knows that a title without a language is German",
    ("chicago-author-date", "tex"): "characters for subscripts",
    ("ieee", "software"): "pandoc leaves out [Online]",
    ("ieee", "preprint"): "pandoc leaves out [Online]",
    ("ieee", "cjk"): "pandoc writes a full stop after the author",
    ("ieee", "tex"): "pandoc writes a small letter after a quotation mark",
}
"""Where the two differ, and why."""


def words(html: str) -> str:
    """The text of some HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def pandoc(style: str, program: str) -> str:
    """What pandoc makes of the works, as HTML."""
    command = [program, "--citeproc", "--csl", str(VENDOR / f"citations/styles/{style}.csl"),
               "--bibliography", str(HERE / "works.bib"), "--from", "markdown", "--to", "html",
               "--wrap=none"]  # fmt: skip
    return subprocess.run(command, input=BODY, text=True, encoding="utf-8", capture_output=True, check=True).stdout


def by_pandoc(style: str) -> dict[str, tuple[str, str]]:
    """The citations and the reference of each work, from the output of pandoc 3.9 that is kept beside this file."""
    html = (HERE / f"pandoc-{style}.html").read_text(encoding="utf-8")
    entries = re.findall(
        r'<div id="ref-(\w+)"[^>]*class="csl-entry"[^>]*>(.*?)</div>\s*(?=<div id="ref|</div>)', html, re.DOTALL
    )
    return _paired(html, {key: entry.replace('<div class="csl-left-margin">', " ") for key, entry in entries})


def by_slidegen(style: str, folder: DeckFolder) -> dict[str, tuple[str, str]]:
    """The same, from a deck."""
    page = folder.build(f"---\nbibliography: works.bib\ncsl: {style}\nlayout: content\n---\n\n{BODY}\n", "talk.md")
    html = without_transcript(page.html)
    entries = re.findall(r'<li[^>]*id="ref-(\w+)"[^>]*>(.*?)</li>', html, re.DOTALL)
    return _paired(html, {key: re.sub(r'<span class="ref-back">.*?</span>', "", entry) for key, entry in entries})


def _paired(html: str, entries: dict[str, str]) -> dict[str, tuple[str, str]]:
    paragraphs = map(words, re.findall(r"<p[^>]*>(.*?)</p>", html, re.DOTALL))
    cited = dict(one.split(": ", 1) for one in paragraphs if one.partition(":")[0] in KEYS)
    return {key: (cited[key], words(re.sub(r"(\[\d+\])(?=\S)", r"\1 ", words(entries[key])))) for key in KEYS}


@pytest.mark.parametrize("style", STYLES)
def test_citations_and_references_are_those_of_pandoc(folder: DeckFolder, style: str) -> None:
    """For 27 works of many types, but for the differences that are explained. pandoc does not name the authors of a
    citation in a sentence in a style of numbers."""
    folder.write("works.bib", WORKS)
    ours, theirs = by_slidegen(style, folder), by_pandoc(style)
    if style == "ieee":
        ours = {key: (re.sub(r"; .* (\[\d+\]\.)$", r"; \1", cited), entry) for key, (cited, entry) in ours.items()}
    explained = {key for of, key in EXPLAINED if of == style}
    differing = {key: (ours[key], theirs[key]) for key in KEYS if ours[key] != theirs[key]}
    assert {key: pair for key, pair in differing.items() if key not in explained} == {}
    assert differing.keys() == explained


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_the_output_that_is_kept_is_that_of_pandoc(style: str) -> None:
    """Where there is a pandoc."""
    program = shutil.which("pandoc")
    if program is None:
        program = pytest.importorskip("pypandoc").get_pandoc_path()
    assert pandoc(style, program) == (HERE / f"pandoc-{style}.html").read_text(encoding="utf-8")
