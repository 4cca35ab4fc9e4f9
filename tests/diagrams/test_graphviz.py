"""Graphviz diagrams in decks, by the engine that the package brings."""

from __future__ import annotations

import re

import pytest

from slidegen.diagrams import graphviz
from slidegen.errors import SlidegenError
from tests.deck_folder import DeckFolder
from tests.diagrams.test_mermaid import drawing, fence, mistakes

GRAPH = 'digraph {\n  rankdir=LR\n  a [label="Read"]\n  a -> b\n  b -> c [label="yes"]\n}\n'


@pytest.mark.parametrize("language", ["dot", "graphviz"])
def test_a_graph_is_drawn_in_the_themes_colours(folder: DeckFolder, language: str) -> None:
    """Its words are text, and the engine's own colours are gone."""
    svg = drawing(folder.build(f"# A\n\n{fence(GRAPH, language)}", "deck.md").html)
    assert {"Read", "b", "c", "yes"} <= set(re.findall(r"<text[^>]*>([^<]*)<", svg))
    assert 'fill="var(--surface)"' in svg
    assert not re.search(r"#5a7b|black|white|Helvetica", svg)


def test_a_mistake_has_its_line(folder: DeckFolder) -> None:
    """Graphviz counts from the first line of the source."""
    with pytest.raises(SlidegenError) as caught:
        folder.build("# A\n\n```dot\ndigraph {\n  a -> b\n  b -> -> c\n}\n```\n", "deck.md")
    assert mistakes(caught.value) == [(6, "diagram", "the dot diagram: syntax error near '->'")]


def test_a_graph_reads_no_file_and_runs_nothing(folder: DeckFolder) -> None:
    """Pictures, shape files and programs are left out; links to the web stay."""
    source = """digraph {
  a [image="/etc/passwd" shape=none]
  b [shapefile="/etc/passwd"]
  c [URL="javascript:alert(1)"]
  d [URL="https://example.org/d" label=<<b>bold</b>>]
  e [label=<<table><tr><td><img src="/etc/passwd"/></td></tr></table>>]
}"""
    svg = drawing(folder.build(f"# A\n\n{fence(source, 'dot')}", "deck.md").html)
    assert not re.search(r"passwd|javascript:|<image|<script", svg)
    assert 'href="https://example.org/d"' in svg


def test_the_version_is_that_of_the_engine() -> None:
    """It stands in the record."""
    from slidegen.vendor import vendor_text

    assert f'"{graphviz.VERSION}"' in vendor_text("graphviz/viz.js")


def test_the_same_graph_is_drawn_in_the_same_way() -> None:
    """Graphviz uses random numbers for its tables."""
    assert graphviz.draw(GRAPH) == graphviz.draw(GRAPH)


def test_words_are_legible_on_colours_of_the_graph(folder: DeckFolder) -> None:
    """By their names too; words in a node with the ground of the theme stay in its colour, whatever is around it."""
    source = "digraph { bgcolor=navy; label=Title; a [fillcolor=lightblue]; b; c [shape=plaintext] }"
    svg = drawing(folder.build(f"# A\n\n{fence(source, 'dot')}", "deck.md").html)
    fills = {words: fill for fill, words in re.findall(r'<text[^>]* fill="([^"]*)"[^>]*>([^<]*)<', svg)}
    assert fills == {"Title": "#ffffff", "a": "#111111", "b": "var(--text)", "c": "#ffffff"}


def test_boxes_are_as_wide_as_chinese_words_need(folder: DeckFolder) -> None:
    """Graphviz knows no widths of their characters, which are as wide as they are high."""
    words = "日本語のとても長いテキスト"
    svg = drawing(folder.build(f"# A\n\n{fence(f'digraph {{ a [shape=box label={words}] }}', 'dot')}", "deck.md").html)
    xs = [float(pair.split(",")[0]) for pair in re.findall(r'points="([^"]*)"', svg)[0].split()]
    size = float(re.findall(r'<text[^>]*font-size="([\d.]+)"', svg)[0])
    assert size == 20
    assert max(xs) - min(xs) > len(words) * size


@pytest.mark.parametrize("source", ["digraph { a [width=100000] }", 'digraph { dpi=100000; size="1e9,1e9!"; a }'])
def test_a_drawing_without_a_size_that_can_be_shown_is_a_mistake(folder: DeckFolder, source: str) -> None:
    """It is not kept in the record."""
    with pytest.raises(SlidegenError) as caught:
        folder.build(f"# A\n\n{fence(source, 'dot')}", "deck.md")
    (problem,) = caught.value.problems
    assert (problem.line, problem.code, "too large" in problem.message) == (3, "limit", True)
