"""What a diagram asks for and does not get is told with its line."""

from __future__ import annotations

import pytest

from slidegen.diagrams.notes import graphviz_notes, mermaid_notes
from tests.deck_folder import DeckFolder
from tests.diagrams.test_mermaid import fence


@pytest.mark.parametrize(
    ("source", "row", "part"),
    [
        ("flowchart LR\n A-->B\n click A call f()", 2, "'click A call f()' leads nowhere"),
        ('flowchart LR\n A-->B\n click A "javascript:alert(1)"', 2, "leads nowhere"),
        ('flowchart LR\n A-->B\n click A callback "tip"', 2, "leads nowhere"),
        ('flowchart LR\n A-->B\n click A href "https://example.org" "Tip" _blank', 2, "the tooltip in"),
        ('classDiagram\n class A\n callback A "f"', 2, "leads nowhere"),
        ("flowchart LR\n A[fa:fa-car Car]", 1, "'fa:fa-car' is an icon"),
        ("mindmap\n root\n  ::icon(fa fa-book)", 2, "is an icon"),
        ('flowchart LR\n A@{ icon: "fa:user" }', 1, "is an icon"),
        ('flowchart LR\n A["$$x^2$$"]', 1, "formulas are not set"),
        ("flowchart LR\n A[<b>x</b>]", 1, "leave '<b>' out"),
        ("flowchart LR\n A e1@--> B\n e1@{ animate: true }", 2, "edges do not move"),
        ("---\ntitle: t\nconfig:\n  theme: dark\n---\nflowchart LR\n A", 3, "leave 'theme: dark' out"),
        ("%%{init: {'theme': 'forest'}}%%\nflowchart LR\n A", 0, "leave 'theme: forest' out"),
        ("flowchart LR\n%%{init: {\n'fontFamily': 'x'}}%%\n A", 2, "cannot be chosen"),
        ("---\nconfig:\n  layout: elk\n---\nflowchart LR\n A", 2, "'layout: elk' is not available"),
        ("flowchart-elk LR\n A", 0, "'flowchart-elk' is not available"),
        ('gantt\n section S\n A :a, 2026-01-01, 3d\n click a href "https://example.org"', 3, "a plan has no links"),
        ("sequenceDiagram\n link A: Board @ https://example.org", 1, "makes a menu"),
    ],
)
def test_what_mermaid_does_not_draw(source: str, row: int, part: str) -> None:
    """Once, with the row of its source."""
    ((found, message),) = mermaid_notes(source)
    assert (found, part in message) == (row, True), message


@pytest.mark.parametrize(
    ("source", "row", "part"),
    [
        ('digraph {\n a [image="x.png"]\n}', 1, "leave 'image=\"x.png\"' out"),
        ("digraph {\n a [label=<<table><tr><td><img src='x'/></td></tr></table>>]\n}", 1, "reads no files"),
        ('digraph {\n a [URL="mailto:a@example.org"]\n}', 1, "leads nowhere"),
        ('digraph {\n a [tooltip="t"]\n}', 1, "tooltips are not shown"),
        ('digraph {\n fontname="Times New Roman"\n}', 1, "typeface of the look"),
        ('digraph {\n a [label="graph {"]\n}\ndigraph { b }', 3, "only the first graph"),
    ],
)
def test_what_graphviz_does_not_draw(source: str, row: int, part: str) -> None:
    """The same."""
    ((found, message),) = graphviz_notes(source)
    assert (found, part in message) == (row, True), message


@pytest.mark.parametrize(
    "source",
    [
        'flowchart LR\n A[layout: x] -->|theme: y| B[a < b, c > d]\n click A "https://example.org"\n %% fa:fa-car',
        "flowchart LR\n click2 --> link --> B[a<br>b<br/>c] --> C[costs $5 and $6]",
        "sequenceDiagram\n callback ->> click: hi\n click ->> callback: ho",
    ],
)
def test_what_is_drawn_is_not_told(source: str) -> None:
    """Words in labels are no settings, and names no commands."""
    assert list(mermaid_notes(source)) == []


def test_a_graph_that_is_drawn_is_not_told() -> None:
    """Nor is what stands in comments."""
    assert list(graphviz_notes('digraph {\n // image="x"\n subgraph s { a [href="https://example.org"] }\n}')) == []


def test_warnings_come_with_their_lines_each_time(folder: DeckFolder) -> None:
    """Those of the engine stand in the record with the drawing; they have the line of the fence."""
    text = "# A\n\n" + fence("digraph {\n  a [shape=nope]\n  b [tooltip=x]\n}", "dot")
    for mode in ("reuse", "frozen"):
        told = folder.build(text, "deck.md", mode=mode).built.warnings
        assert [(one.line, one.code) for one in told] == [(3, "diagram-part"), (6, "diagram-part")]
        assert "using box for unknown shape nope" in told[0].message
