"""Where numbers come from: in a line, in the notes, and on slides at the end of a deck."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from slidegen.model import Provenance
from slidegen.models.catalogue import list_catalogue
from slidegen.render.provenance import line, sentence
from tests.deck_folder import MODEL, DeckFolder

COMPUTED = Provenance("memory", "textbook", {"a/b": "catalogue"}, {"lib": "5.23.1", "other": "1.0"}, "2026-01-31")
LATER = Provenance("allocated", "allocated", {}, {"lib": "5.23.1"}, "2026-02-01")


@pytest.mark.parametrize(
    ("provenances", "expected"),
    [
        ((COMPUTED,), "Computed (textbook accounting) with lib 5.23, other 1.0, 2026-01-31"),
        ((COMPUTED, LATER), "Computed (textbook and allocated accounting) with lib 5.23, other 1.0, 2026-02-01"),
        ((Provenance("data", given="a.csv"),), "Given in a.csv"),
        ((Provenance("data", given="a.csv"), COMPUTED, Provenance("data", given="b.csv")),
         "Given in a.csv; Given in b.csv; Computed (textbook accounting) with lib 5.23, other 1.0, 2026-01-31"),
        ((Provenance("memory"),), "Computed by slidegen"),
    ],
)  # fmt: skip
def test_a_line_names_accounting_libraries_and_date(provenances: tuple[Provenance, ...], expected: str) -> None:
    """Versions without their last part, the latest date; what the deck gives is not called computed."""
    assert line(provenances) == expected


def test_the_sentence_has_the_date() -> None:
    """And the whole versions."""
    assert sentence(COMPUTED) == (
        "Computed by slidegen: memory; textbook accounting; configs: catalogue; lib 5.23.1, other 1.0; 2026-01-31."
    )


DECK = f"""\
title: Numbers
appendix: provenance
tables:
  t: {{source: memory, models: {MODEL}, method: full, columns: [model, total]}}
  mine: {{source: data, rows: [{{a: 1}}], kinds: {{a: integer}}}}
slides:
- one
- '{{{{ table("t") }}}}'
- content: '{{{{ table("mine") }}}}'
  notes: spoken
- content: '{{{{ table("t") }}}}'
  visibility: hidden
- '{{{{ tables.t.rows[0].total | gib }}}}'
"""


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are computed on this day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782000000")


def test_the_notes_say_where_the_numbers_of_a_slide_come_from(folder: DeckFolder) -> None:
    """On each slide that shows some, below what the speaker wrote; also in Marp's output."""
    page = folder.build(DECK)
    assert len(page.notes) == 3
    assert page.notes[0].startswith('<div class="provenance">Computed by slidegen: memory; textbook accounting; ')
    assert page.notes[1] == '<p>spoken</p>\n<div class="provenance">Given in the deck, not computed by slidegen.</div>'
    html = folder.build(DECK, format="marp").html
    found = re.search('<script type="application/json" id="provenance">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    about = json.loads(found[1])
    assert [bool(text) for text in about] == [False, True, True, True, False]
    assert about[2] == "Given in the deck, not computed by slidegen."
    spoken = re.search('<script type="application/json" id="notes">(.*?)</script>', html, re.DOTALL)
    assert spoken is not None
    assert json.loads(spoken[1]) == ["", "", "spoken", "", ""]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_an_appendix_says_where_all_numbers_come_from(folder: DeckFolder, output: str) -> None:
    """Each source once, with its slides as they are numbered; a hidden slide does not count."""
    html = folder.build(DECK, format=output).html
    text = re.sub(r"\s+", " ", re.sub("<br[^>]*>", " ", html[html.index("Where the numbers come from") :]))
    assert "<strong>Slides 2, 4: memory, textbook accounting, " in text
    assert ", 2026-06-21</strong> Qwen/Qwen2-1.5B (catalogue). Leaves out " in text
    assert "<strong>Slide 3: given in the deck</strong>" in text


def test_a_figure_without_its_line_is_in_the_appendix(folder: DeckFolder) -> None:
    """`provenance: false` leaves out the line below it; the notes and the appendix still have the source."""
    tables = f"tables:\n  t: {{source: memory, models: {MODEL}}}\n"
    chart = 'chart("t", kind="bars", value="total", provenance=false)'
    page = folder.build(f"appendix: provenance\n{tables}slides:\n- |\n    {{{{ {chart} }}}}\n")
    assert "Computed" not in page.bodies[0]
    assert page.notes[0].startswith('<div class="provenance">Computed by slidegen: memory; ')
    assert "<strong>Slide 1: memory, textbook accounting, " in page.bodies[1]


@pytest.mark.parametrize(("output", "slides"), [("reveal", "1, 3"), ("marp", "2, 4")])
def test_the_appendix_names_slides_by_the_number_in_their_corner(folder: DeckFolder, output: str, slides: str) -> None:
    """reveal.js does not count every slide. A number in a footer has its entry as well."""
    deck = """\
appendix: provenance
tables:
  t: {source: memory, models: Qwen/Qwen2-1.5B}
slides:
- {content: one, visibility: uncounted}
- 'x {{ tables.t.rows[0].total | gib }}'
- three
- {content: four, footer: '{{ tables.t.rows[0].total | gib }}'}
"""
    assert f"<strong>Slides {slides}: memory, " in folder.build(deck, format=output).html


def test_a_long_appendix_takes_several_slides(folder: DeckFolder) -> None:
    """As many entries as fit stand on each."""
    sources = "".join(f"  t{n}: {{source: data, file: data{n}.csv}}\n" for n in range(20))
    for number in range(20):
        (folder.path / f"data{number}.csv").write_text("a\n1\n", encoding="utf-8")
    text = "".join(f'{{{{ table("t{n}") }}}}\n\n    ' for n in range(20))
    page = folder.build(f"appendix: provenance\ntables:\n{sources}slides:\n- |\n    {text}\n")
    assert [body.count("<strong>Slide 1: given in data") for body in page.bodies] == [0, 12, 8]


def test_an_entry_that_is_longer_than_a_slide_goes_on_on_the_next(folder: DeckFolder) -> None:
    """No model is lost below the edge."""
    models = [entry.name for entry in list_catalogue()]
    deck = f"appendix: provenance\ntables:\n  t: {{source: memory, models: {json.dumps(models)}}}\n"
    page = folder.build(deck + "slides: ['{{ table(\"t\") }}']\n")
    first, second, *_ = (re.sub(r"\s+", " ", body) for body in page.bodies[1:])
    assert first.count("<strong>Slide 1: memory, ") == second.count("<strong>Slide 1: memory, ") == 1
    assert all(name in first + second for name in models)
    assert len(re.sub("<[^>]*>", "", first)) < 2600


@pytest.mark.parametrize(("name", "head"), [("talk.md", "---\nmarp: true\n{}---\n"), ("plain.md", "---\n{}---\n")])
def test_markdown_decks_have_an_appendix(folder: DeckFolder, name: str, head: str) -> None:
    """By their front matter; a model's name with signs of Markdown is shown as it is."""
    keys = f"appendix: provenance\ntables:\n  t: {{source: memory, models: {MODEL}}}\n"
    html = folder.build(head.format(keys) + '# One\n\n{{ table("t") }}\n', name).html
    assert "Where the numbers come from" in html


def test_an_appendix_without_numbers_is_told(folder: DeckFolder) -> None:
    """Nothing is added."""
    page = folder.build("title: a\nappendix: provenance\nslides: [b]\n")
    (warning,) = page.built.warnings
    assert str(warning).endswith("talk.yml:2: appendix: provenance adds no slide; no slide shows a computed number")
    assert len(page.bodies) == 1


def test_an_unknown_appendix_is_a_mistake(folder: DeckFolder) -> None:
    """The message names what is allowed."""
    (message,) = folder.problems("appendix: sources\nslides: [b]\n")
    assert message.startswith("talk.yml:1: appendix is 'sources'; allowed: 'provenance'")


def test_rows_of_the_deck_with_computed_values_are_not_called_wholly_given(folder: DeckFolder) -> None:
    """Line, notes and appendix name the deck and what computed the values."""
    rows = '[{a: "{{ tables.t.rows[0].total }}", b: 1.5}]'
    page = folder.build(
        f"appendix: provenance\ntables:\n  t: {{source: memory, models: {MODEL}}}\n"
        f"  d: {{source: data, rows: {rows}, kinds: {{a: bytes}}}}\n"
        "slides:\n- '{{ table(\"d\") }}'\n"
    )
    said = "Given in the deck, with values computed by slidegen: memory; textbook accounting; configs: catalogue; "
    assert page.notes[0].startswith(f'<div class="provenance">{said}')
    assert ">Given in the deck; Computed (textbook accounting) with " in page.bodies[0]
    assert "<strong>Slide 1: given in the deck with values of memory, textbook accounting, " in page.bodies[1]


def test_a_row_has_its_own_models_and_all_else_of_its_table() -> None:
    """Also that the deck gives its rows."""
    table = replace(COMPUTED, models={"a/b": "catalogue", "c/d": "hub@1"}, given="the deck", computed_cells=True)
    assert table.of_row(("c/d", 1.5)) == replace(table, models={"c/d": "hub@1"})
    assert table.of_row(("x", 1.5)) is table
