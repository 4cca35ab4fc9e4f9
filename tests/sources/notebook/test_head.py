"""What a notebook says of the deck, and values in its text."""

from __future__ import annotations

import re
from pathlib import Path

from tests.deck_folder import MODEL, DeckFolder, without_provenance
from tests.sources.notebook.written import NAME, code, losses, markdown, notebook, raw, slides, stream, translated

HEAD = f"---\nvars:\n  model: {MODEL}\ntables:\n  t: {{source: memory, models: '{{{{ model }}}}'}}\n---"
TEXT = '# {{ model }} {{ memory(model).total | gib }}\n\n{{ table("t") }}'


def test_values_of_a_raw_cell_are_in_the_text(folder: DeckFolder) -> None:
    """In Markdown cells; code and outputs stay as they are."""
    cells = (raw(HEAD), markdown(TEXT), code("{{ model }}", stream("\x1b[31m{{ model }}\x1b[0m\n")))
    body = without_provenance(folder.build(notebook(*cells), NAME).body)
    assert "11.50" in body
    assert "<table" in body
    assert re.sub(r"<[^<>]*>", "", body).count("{{ model }}") == 2


def test_values_of_the_metadata_are_in_the_text(folder: DeckFolder) -> None:
    """Under the key slidegen."""
    own = {"vars": {"model": MODEL}, "tables": {"t": {"source": "memory", "models": "{{ model }}"}}}
    page = folder.build(notebook(markdown(TEXT), slidegen=own), NAME)
    assert "11.50" in without_provenance(page.body)


def test_without_values_braces_are_words(folder: DeckFolder) -> None:
    """A notebook that declares none is not run through Jinja."""
    text = "# {{ 1 + 1 }}\n\n{% raw %} `{{ 2 }}` <b title='{{ 3 }}'>x</b>\n\n<div>\n{{ 4 }}\n</div>"
    body = folder.build(notebook(markdown(text)), NAME).body
    for words in ("{{ 1 + 1 }}", "{% raw %}", "{{ 2 }}", "{{ 3 }}", "{{ 4 }}"):
        assert words in body


def test_a_mistake_in_the_raw_cell_has_its_line(folder: DeckFolder) -> None:
    """As in any deck."""
    cells = (markdown(""), raw(f"{HEAD[:-3]}tabels: 1\n---", tags=["slidegen"]), markdown("# a"))
    (message,) = folder.problems(notebook(*cells), NAME)
    assert message.startswith(f"{NAME}: cell 2, line 6: unknown key 'tabels'")


def test_the_front_matter_of_quarto_makes_a_title_slide(tmp_path: Path) -> None:
    """With the title, the authors and the date; its other keys are Quarto's business."""
    head = "---\ntitle: A *b*\nauthor:\n  - name: C D\n  - E\ndate: 2026-01-02\nformat: revealjs\njupyter: python3\n---"
    deck = translated(tmp_path, raw(head), markdown("# x"))
    assert slides(deck) == [["# A \\*b\\*\n\nC D, E\n\n2026-01-02"], ["# x"]]
    assert deck.keys == {"title": "A *b*", "author": "C D, E", "date": "2026-01-02"}


def test_a_title_may_hold_a_value_if_values_are_declared(tmp_path: Path) -> None:
    """Otherwise its braces are words."""
    deck = translated(tmp_path, raw("---\ntitle: About {{ n }}\nvars: {n: 1}\n---"), markdown("x"))
    assert (slides(deck)[0], deck.keys["title"]) == (["# About {{ n }}"], "About {{ n }}")
    deck = translated(tmp_path, raw("---\ntitle: About {{ n }}\n---"), markdown("x"))
    assert (slides(deck)[0], deck.keys["title"]) == (["# About \\{\\{ n }}"], "About {{ '{' }}{ n }}")


def test_the_title_is_the_first_heading_if_nothing_names_one(tmp_path: Path) -> None:
    """Or that of the metadata, with its authors."""
    assert translated(tmp_path, markdown("# A `b` *c*")).keys == {"title": "A b c"}
    deck = translated(tmp_path, markdown("# x"), title="T", authors=[{"name": "N"}, {"name": "M"}])
    assert deck.keys == {"title": "T", "author": "N, M"}


def test_code_may_be_hidden_in_the_whole_notebook(tmp_path: Path) -> None:
    """By Quarto's front matter or an extension of Jupyter; a cell that says so shows it."""
    cells = (markdown("# x"), code("a", stream("b\n")), code("#| echo: true\nc"))
    expected = [["# x\n\n```text {.output}\nb\n```\n\n```python\nc\n```"]]
    assert slides(translated(tmp_path, raw("---\nexecute:\n  echo: false\n---"), *cells)) == expected
    assert slides(translated(tmp_path, *cells, hide_input=True)) == expected


def test_options_of_rise_are_used_or_told(tmp_path: Path) -> None:
    """Its theme is the nearest, its transition the same."""
    rise = {"theme": "sky", "transition": "zoom", "footer": "<b>f</b>", "backimage": "x.png", "autolaunch": True}
    deck = translated(tmp_path, markdown("a"), rise=rise)
    assert deck.keys == {"theme": "light", "reveal": {"transition": "zoom"}, "footer": "<b>f</b>"}
    assert losses(deck) == ["RISE's option 'backimage' is left out: a slide of slidegen has a background of its own"]
