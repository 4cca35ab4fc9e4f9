"""The speaker notes as Markdown and as text; no browser is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.errors import SlidegenError
from slidegen.exports import EXPORTS
from slidegen.exports.base import ExportOptions
from slidegen.exports.running import run_exports
from tests.exports.conftest import Exporter, no_browser

TALK = """\
title: A talk
vars: {n: 3}
slides:
  - content: "# One $x^2$"
    notes: "There are *{{ n }}* points. {{ 'word ' * 61 }}"
  - - "## Two"
    - |
      No heading

      ::: notes
      - in the text
      - `code`
      :::
"""
WRITTEN = """\
<!-- Made by slidegen from talk.yml; the next export overwrites it. -->
# A talk

3 slides, about 0:32 (estimated from 130 words a minute)

## 1. One x^2

from 0:00, about 0:30

There are *3* points. WORDS

## 2. Two

## 3.

from 0:30, about 0:02

- in the text
- `code`
"""


def test_notes_as_markdown(plain: Exporter) -> None:
    """Titles, notes as they are written with their values, and times by the number of words: 65 take half a minute."""
    (path,) = plain.export(plain.deck(text=TALK), "notes")
    assert path.name == "talk.notes.md"
    words = " ".join(["word"] * 61)
    assert path.read_text(encoding="utf-8") == WRITTEN.replace("WORDS", words)


def test_planned_times(plain: Exporter) -> None:
    """Ten minutes, of which the second section has four: what is before it shares the rest."""
    slides = "".join(
        f"  - {{content: '# {name}', notes: a b{more}}}\n"
        for name, more in (("A", ""), ("B", ""), ("C", ", minutes: 4"))
    )
    (path,) = plain.export(plain.deck(text=f"title: T\nminutes: 10\nslides:\n{slides}"), "notes")
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("planned")] == [
        f"planned from {start}, about 0:01" for start in ("0:00", "3:00", "6:00")
    ]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_notes_of_both_outputs(plain: Exporter, output: str) -> None:
    """Are the same."""
    (path,) = plain.export(plain.deck(), "notes", output=output)
    text = path.read_text(encoding="utf-8")
    assert "Say *hello*." in text
    assert "Lights *off*." in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## 1. A long title",
        "## 2. Above",
        "## 3. Below",
        "## 4. Chart",
        "## 5. Night",
    ]


def test_notes_as_text(plain: Exporter) -> None:
    """By the suffix of the output; only the chosen slides, with their own numbers."""
    path = plain.folder / "n.txt"
    build = BuildOptions(output=path, offline=True, keep_record=False)
    options = ExportOptions(slides=lambda _: (1,))
    run_exports(plain.deck(), [EXPORTS["notes"]], options, build, no_browser)
    assert path.read_text(encoding="utf-8") == (
        "Paper & <pixels>\n================\n\n1 slide, about 0:01 (estimated from 130 words a minute)\n\n"
        "1. A long title\n---------------\n\nfrom 0:00, about 0:01\n\nSay *hello*.\n"
    )


def test_notes_of_the_users_stay(plain: Exporter) -> None:
    """Under a default name only slidegen's own file is overwritten; the deck and its record never are."""
    deck = plain.deck()
    target = plain.folder / "build" / "talk.notes.md"
    target.parent.mkdir()
    target.write_text("mine")
    with pytest.raises(
        SlidegenError, match=r"talk\.notes\.md: the output would overwrite a file that slidegen did not"
    ):
        plain.export(deck, "notes")
    assert target.read_text() == "mine"
    markdown = plain.deck("talk.md", "# One\n")
    build = BuildOptions(output=Path(markdown), offline=True, keep_record=False)
    with pytest.raises(SlidegenError, match="the output would overwrite the deck"):
        run_exports(markdown, [EXPORTS["notes"]], ExportOptions(), build, no_browser)
    assert Path(markdown).read_text() == "# One\n"
