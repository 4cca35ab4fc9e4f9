"""Computed values in what marp-core carries from one slide to another: running texts, references, styles, titles."""

from __future__ import annotations

import pytest

from tests.deck_folder import DeckFolder
from tests.marp.dom import OUTPUTS, built

EACH_OUTPUT = pytest.mark.parametrize("output", OUTPUTS)
HEAD = """\
---
marp: true
tables: {t: {source: data, rows: [{m: a, v: 1.5}, {m: b, v: 2.5}, {m: c, v: 3.5}]}}
---
"""
A, B, C = (f"{{{{ tables.t.row(m='{name}').v }}}}" for name in "abc")


@EACH_OUTPUT
def test_a_running_footer_keeps_its_value(folder: DeckFolder, output: str) -> None:
    """On slides whose own text places other values, or none."""
    deck = f"{HEAD}\n# {B}\n\n<!-- footer: 'at {A}' -->\n\n---\n\nplain\n\n---\n\n# {C}, {B}\n"
    texts = built(folder, deck, output).texts
    assert texts == ["2.5 at 1.5", "plain at 1.5", "3.5, 2.5 at 1.5"]


@EACH_OUTPUT
def test_a_link_is_defined_on_another_slide(folder: DeckFolder, output: str) -> None:
    """With a value in its title."""
    deck = built(folder, f"{HEAD}\n# {B}\n\n[r]: https://a.org '{A}'\n\n---\n\n{C} [text][r]\n", output)
    link = deck.section(2).one("a")
    assert (link.attributes["title"], deck.texts[1]) == ("1.5", "3.5 text")


@EACH_OUTPUT
def test_a_style_and_a_title_hold_values(folder: DeckFolder, output: str) -> None:
    """As their words: neither can hold a mark."""
    deck = f"{HEAD}\n<!-- title: 'X {A}' -->\n<style>section {{ --x: {B}; }}</style>\n\n{C}\n"
    html = built(folder, deck, output).page.html
    assert "<title>X 1.5</title>" in html
    assert "--x: 2.5;" in html


@EACH_OUTPUT
def test_messages_have_their_lines(folder: DeckFolder, output: str) -> None:
    """In cells of a table, after code over two lines, and in a running text that holds a value."""
    deck = (
        '---\nmarp: true\nvars: {n: 3}\nheader: "<b>{{ n }} x"\n---\n\n# A\n\n| a | b |\n|---|---|\n| c | d |\n'
        "| $\\bad$ | [x](#one) |\n\ntext `code\nspan` and [y](#two)\n"
    )
    told = [(one.line, one.message) for one in built(folder, deck, output).page.built.warnings]
    assert [(line, message.split(" ")[0]) for line, message in told if line is not None] == [
        (4, "<b>"),
        (12, "math:"),
        (12, "the"),
        (15, "the"),
    ]
