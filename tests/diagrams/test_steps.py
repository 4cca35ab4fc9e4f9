"""Steps of diagrams: by lines as in code, by names, and what they may not name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from slidegen.diagrams.base import DiagramError
from slidegen.diagrams.mermaid_parts import rows
from slidegen.diagrams.steps import read_steps
from tests.deck_folder import DeckFolder
from tests.diagrams.test_mermaid import drawing, fence

SOURCE = "flowchart LR\n  A[B here] --> B\n  %% C\n  B --> C\n  C --> D"
PARTS = frozenset({"A", "B", "C", "D", "A-->B", "B-->C", "C-->D"})


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("1-2|4|5", {"C": 2, "B-->C": 2, "D": 3, "C-->D": 3}),
        ("2|all", {"C": 2, "B-->C": 2, "D": 2, "C-->D": 2}),
        ("A,B|C|D", {"C": 2, "B-->C": 2, "D": 3, "C-->D": 3}),
        ("A|B|C-->D", {"B": 2, "A-->B": 2, "B-->C": 2, "C-->D": 3}),
        ("5|4|2", {"B": 3, "A": 3, "A-->B": 3, "C": 2, "B-->C": 2}),
        ("1-5", {}),
    ],
)
def test_when_parts_appear(steps: str, expected: Mapping[str, int]) -> None:
    """A part comes with the line that first mentions it; an edge waits for its ends."""
    assert read_steps(steps, SOURCE, PARTS, rows) == expected


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("1|6", "the steps name the lines 6, but the diagram has 5"),
        ("3-2", "the steps name the lines 3-2, but the diagram has 5"),
        ("A|E", "the steps name 'E', which the diagram does not have; "),
        ("|".join("1" * 101), "101 steps are too many; at most 100"),
    ],
)
def test_steps_that_name_nothing(steps: str, message: str) -> None:
    """They are mistakes."""
    with pytest.raises(DiagramError) as caught:
        read_steps(steps, SOURCE, PARTS, rows)
    assert str(caught.value).startswith(message)


def test_a_kind_without_parts_has_no_steps() -> None:
    """A pie cannot be shown in steps."""
    with pytest.raises(DiagramError, match="no parts that steps could show"):
        read_steps("1|2", 'pie\n "a": 1', frozenset(), rows)


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_both_outputs_show_parts_as_fragments(folder: DeckFolder, output: str) -> None:
    """In the order of the steps; what is drawn for a phone has none. The record has no steps."""
    svg = drawing(folder.build(f"# A\n\n{fence(SOURCE, 'mermaid {1-2|4|5}')}", "deck.md", format=output).html)
    found = re.findall(r'<g class="fragment" data-fragment-index="(\d)"><(?:g|path)[^>]* data-part="([^"]*)"', svg)
    assert sorted(set(found)) == [("0", "B--&gt;C"), ("0", "C"), ("1", "C--&gt;D"), ("1", "D")]
    assert [one for one in re.findall("<[^>]*fragment[^>]*>", svg) if "transform" in one] == []  # print removes these
    again = folder.build(f"# A\n\n{fence(SOURCE, 'mermaid {A|B,C,D}')}", "deck.md", format=output, mode="frozen").html
    assert set(re.findall(r'data-fragment-index="(\d)"', drawing(again))) == {"0"}


def test_messages_of_a_sequence_appear_by_their_lines(folder: DeckFolder) -> None:
    """With their words."""
    source = "sequenceDiagram\n  A->>B: one\n  B-->>A: two\n  A->>B: three"
    svg = drawing(folder.build(f"# A\n\n{fence(source, 'mermaid {1-2|3|4}')}", "deck.md").html)
    found = re.findall(r'data-fragment-index="(\d)"><[^>]* data-part="message (\d)"', svg)
    assert set(found) == {("0", "2"), ("1", "3")}
    assert len(found) == 4  # a line and words for each
