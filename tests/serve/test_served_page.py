"""The page that is served is the page that is built; only its elements have lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.outputs.page import page_html
from slidegen.pipeline import build, preview
from tests.serve.test_incremental import HEADS, MARKDOWN_SLIDES, YAML_HEAD, YAML_SLIDES

ROOT = Path(__file__).parents[2]
LINE = re.compile(r' data-line="(-?[0-9]+)"')
DECKS = ("europython.yml", "course.md", "bibliotheque.md", "talk.org", "lesson.ipynb", "quantization.yml")


def compare(deck: Path, folder: Path, form: str | None) -> list[int]:
    """Compares both pages. Returns the lines in the served one, counted from those of their slides."""
    options = BuildOptions(folder=folder, offline=True, keep_record=False, format=form)
    built = build(str(deck), options).output.read_text(encoding="utf-8")
    served = preview(str(deck), options)
    assert page_html(served.page, lambda html: LINE.sub("", html)) == built
    return [int(line) for stack in served.page.stacks for html in stack for line in LINE.findall(html)]


@pytest.mark.parametrize("form", ["reveal", "marp"])
@pytest.mark.parametrize("deck", DECKS)
def test_the_shipped_decks(deck: str, form: str, tmp_path: Path) -> None:
    assert len(compare(ROOT / "slides" / deck, tmp_path, form)) > 20


@pytest.mark.parametrize("form", ["reveal", "marp"])
def test_what_a_yaml_deck_can_hold(form: str, tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(b"")
    path = tmp_path / "talk.yml"
    path.write_text(YAML_HEAD + "".join(YAML_SLIDES[:-2]), encoding="utf-8")
    assert compare(path, tmp_path / "build", form)


def test_tables_and_figures_have_their_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "talk.yml"
    path.write_text(
        "tables: {t: {source: memory, models: openai-community/gpt2, method: full}}\n"
        "figures: {f: {kind: bars, table: t, value: total}}\n"
        'slides:\n  - |\n    ## A\n\n    words\n\n    {{ table("t") }}\n  - |\n    {{ chart("f") }}\n',
        encoding="utf-8",
    )
    served = preview(str(path), BuildOptions(folder=tmp_path, offline=True, keep_record=False))
    table, figure = (stack[0] for stack in served.page.stacks)
    assert re.search(r'<figure data-line="4" class="computed-table"', table)
    assert re.search(r'<figure data-line="0" class="computed-figure"', figure)
    assert compare(path, tmp_path / "build", None)


@pytest.mark.parametrize("dialect", HEADS)
def test_what_a_markdown_deck_can_hold(dialect: str, tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(b"")
    path = tmp_path / "talk.md"
    path.write_text(HEADS[dialect] + "\n---\n\n".join(MARKDOWN_SLIDES), encoding="utf-8")
    assert compare(path, tmp_path / "build", None)
