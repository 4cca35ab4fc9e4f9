"""Hidden slides: PowerPoint has them at their places without showing them; they change nothing on the others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pypdf import PdfReader

from slidegen.build_options import BuildOptions
from slidegen.exports import EXPORTS
from slidegen.exports.base import ExportOptions
from slidegen.exports.running import run_exports
from tests.exports.conftest import Exporter

pytestmark = pytest.mark.browser

PART = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
DECK = """\
title: T
slide_number: true
tables:
  t: {source: data, rows: [{n: alpha, v: 1}, {n: beta, v: 2}]}
figures:
  f: {kind: bars, table: t, value: v}
slides:
  - visibility: hidden
    content: "## Before all"
  - "## One\\n\\nIn @fig-b, see [two](#two)\\n\\n- a {.fragment}\\n- b {.fragment}"
  - visibility: hidden
    notes: A hidden note.
    content: |
      ## Backup

      See [two](#two), [its like](#again), @fig-a and @fig-b.

      ![Another](a.png){#fig-a}

      {{ chart("f") }}
  - - id: two
      content: "## Two\\n\\n![A dot](a.png){#fig-b}"
    - visibility: hidden
      id: again
      content: "## Two again\\n\\n![A dot](a.png){#fig-b}\\n\\n<iframe src='page.html' title='t'></iframe>"
    - "## Below"
  - "## Last"
  - visibility: hidden
    content: "## After all"
"""
"""Four slides that are shown, two of them in a stack, among four hidden ones."""
TITLES = ("Before all", "One", "Backup", "Two", "Two again", "Below", "Last", "After all")
HIDDEN = {"Before all", "Backup", "Two again", "After all"}


def title(slide: Any) -> str:
    """The title of a slide."""
    return str(slide.shapes.title.text_frame.text)


def texts(slide: Any) -> list[str]:
    """The texts of a slide."""
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def leads(slide: Any) -> dict[str, str]:
    """The titles of the slides to which the links of a slide lead, by their texts."""
    found = {}
    for run in slide._element.iter("{*}r"):
        for link in run.iter("{*}hlinkClick"):
            (key,) = (value for name, value in link.items() if name.endswith("}id"))
            text = "".join(one.text or "" for one in run.iter("{*}t"))
            found[text] = title(slide.part.related_part(key).slide)
    return found


@pytest.fixture(scope="module")
def exporter(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Exporter:
    """The folder of the deck."""
    folder = tmp_path_factory.mktemp("hidden")
    (folder / "page.html").write_text("<p>x")
    return Exporter(folder, lambda: browser)


@pytest.fixture(scope="module")
def made(exporter: Exporter) -> Any:
    """The deck as PDF, notes and presentation in one run."""
    build = BuildOptions(folder=exporter.folder / "build", offline=True, keep_record=False)
    exports = [EXPORTS[name] for name in ("pdf", "notes", "pptx")]
    return run_exports(exporter.deck(text=DECK), exports, ExportOptions(), build, exporter.browser)


@pytest.fixture(scope="module")
def file(made: Any) -> Any:
    """The presentation as python-pptx reads it."""
    return Presentation(str(made.paths[2]))


def test_hidden_slides_are_hidden_at_their_places(file: Any) -> None:
    """Only those are, with their notes and charts."""
    slides = {title(slide): slide for slide in file.slides}
    assert tuple(slides) == TITLES
    assert {name for name, slide in slides.items() if slide._element.get("show") == "0"} == HIDDEN
    assert all(slide._element.get("show") is None for name, slide in slides.items() if name not in HIDDEN)
    assert slides["Backup"].notes_slide.notes_text_frame.text.startswith("A hidden note.")
    assert any(shape.has_chart for shape in slides["Backup"].shapes)


def test_the_other_slides_stay_as_they_are(file: Any) -> None:
    """Their numbers, and those of what stands on them; a hidden slide has no number, its own figures the next ones."""
    slides = {title(slide): slide for slide in file.slides}
    numbers = {
        name: [text for text in texts(slide) if re.fullmatch(r"\d+ / \d+", text)] for name, slide in slides.items()
    }
    shown = [name for name in TITLES if name not in HIDDEN]
    assert numbers == {**{name: [] for name in HIDDEN}, **{name: [f"{at} / 4"] for at, name in enumerate(shown, 1)}}
    assert any("In Figure\u00a01" in text for text in texts(slides["One"]))
    assert any("Figure\u00a02 and Figure\u00a01" in text for text in texts(slides["Backup"]))
    assert "Figure 1: A dot" in texts(slides["Two again"])


def test_links_lead_past_hidden_slides(file: Any) -> None:
    """From slides that are shown and from hidden ones, which may lead to hidden ones."""
    slides = {title(slide): slide for slide in file.slides}
    assert leads(slides["One"]) == {"Figure\u00a01": "Two", "two": "Two"}
    assert leads(slides["Backup"]) == {
        "two": "Two",
        "its like": "Two again",
        "Figure\u00a02": "Backup",
        "Figure\u00a01": "Two",
    }


def test_a_hidden_slide_is_in_the_section_of_the_slide_before_it(file: Any) -> None:
    """The one before all slides stands in the first section."""
    sections = file.part._element.iter("{*}section")
    assert [(one.get("name"), len(list(one.iter("{*}sldId")))) for one in sections] == [("T", 3), ("Two", 5)]


def test_what_a_hidden_slide_lacks_is_told(made: Any) -> None:
    """With its line, and without a number."""
    lines = [re.sub("^.*talk.yml", "", str(one)) for one in made.warnings if "fonts" not in str(one)]
    assert lines == [":25: a hidden slide: <iframe> is not in the file: PowerPoint shows no web pages"]


def test_other_exports_of_the_same_run_lack_hidden_slides(made: Any) -> None:
    """A PDF has a page for each slide that is shown."""
    assert len(PdfReader(made.paths[0]).pages) == 4
    notes = Path(made.paths[1]).read_text(encoding="utf-8")
    assert "Last" in notes
    assert "hidden note" not in notes


@pytest.mark.slow
def test_hidden_slides_come_with_the_slide_before_them(exporter: Exporter) -> None:
    """When slides are chosen or have a page for each step; links lead to the first page."""
    (path,) = exporter.export(exporter.deck(text=DECK), "pptx", slides=lambda _: (1, 2), steps=True)
    slides = list(Presentation(str(path)).slides)
    assert [title(slide) for slide in slides] == ["Before all", "One", "One", "One", "Backup", "Two", "Two again"]
    assert [slide._element.get("show") for slide in slides] == ["0", None, None, None, "0", None, "0"]
    (path,) = exporter.export(exporter.deck(text=DECK), "pptx", slides=lambda _: (3,))
    assert [title(slide) for slide in Presentation(str(path)).slides] == ["Below"]


@pytest.mark.slow
def test_marp_output_and_templates_have_hidden_slides(exporter: Exporter) -> None:
    """At the same places."""
    Presentation().save(str(exporter.folder / "venue.pptx"))
    deck = exporter.deck(text=DECK)
    (path,) = exporter.export(deck, "pptx", output="marp", template=exporter.folder / "venue.pptx")
    slides = list(Presentation(str(path)).slides)
    assert tuple(title(slide) for slide in slides) == TITLES
    assert {title(slide) for slide in slides if slide._element.get("show") == "0"} == HIDDEN


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["pandoc", "reveal"])
def test_dialects_spell_hidden_slides_in_their_own_way(exporter: Exporter, dialect: str) -> None:
    """Pandoc's attribute of a heading, and reveal's comment."""
    hidden = {
        "pandoc": '# One\n\na\n\n# Two {visibility="hidden"}\n\nb\n\n# Three\n\nc\n',
        "reveal": '# One\n\n---\n\n<!-- .slide: data-visibility="hidden" -->\n\n# Two\n\n---\n\n# Three\n',
    }
    path = exporter.folder / f"{dialect}.md"
    path.write_text(hidden[dialect], encoding="utf-8")
    build = BuildOptions(folder=exporter.folder / "build", offline=True, keep_record=False, dialect=dialect)
    (made,) = run_exports(str(path), [EXPORTS["pptx"]], ExportOptions(), build, exporter.browser).paths
    slides = list(Presentation(str(made)).slides)
    assert [(title(slide), slide._element.get("show")) for slide in slides] == [
        ("One", None),
        ("Two", "0"),
        ("Three", None),
    ]
