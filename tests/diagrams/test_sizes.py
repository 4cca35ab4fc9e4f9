"""The size that a deck gives to a diagram, in the spelling of each dialect, and cells and blocks that are drawn."""

from __future__ import annotations

import re

import pytest

from slidegen.diagrams.base import DiagramError
from slidegen.diagrams.drawing import Size, read_size
from slidegen.diagrams.fences import fences
from slidegen.pictures import Frame
from tests.deck_folder import DeckFolder
from tests.diagrams.test_mermaid import fence

GRAPH = "digraph { a -> b }"
FRAME = Frame(1000, 500, "f")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(), 1.4),
        (Size(width=120), 1.2),
        (Size(width=500), 2.0),
        (Size(height=30), 0.6),
        (Size(share=0.15), 1.5),
        (Size(times=0.5), 0.7),
        (Size(width=150, times=0.5), 0.75),
    ],
)
def test_the_scale_of_a_drawing(size: Size, expected: float) -> None:
    """Of one of 100 times 50 pixels: what it is given, up to twice its own size, inside its frame."""
    assert size.scale(100, 50, FRAME) == pytest.approx(expected)
    assert size.scale(4000, 50, FRAME) <= 0.25


@pytest.mark.parametrize(
    ("info", "inside", "expected"),
    [
        ("dot width=400", "", {"width": "400"}),
        ("{.dot #fig-x width=50%}", "", {"id": "fig-x", "width": "50%"}),
        ("dot {#fig-x}", "", {"id": "fig-x"}),
        ("{dot}", "//| label: fig-x\n//| fig-width: 5\n//| out-width: 80%\n", {"id": "fig-x", "width": "80%"}),
        ("mermaid {theme: 'neutral', scale: 0.5}", "", {"scale": "0.5"}),
        ('mermaid {scale: 0.5, alt: "a, b"}', "", {"scale": "0.5", "alt": "a, b"}),
        ("mermaid {A|B} scale=0.5", "", {"steps": "A|B", "scale": "0.5"}),
    ],
)
def test_spellings(info: str, inside: str, expected: dict[str, str]) -> None:
    """Of pandoc, Quarto and Slidev too."""
    (found,) = fences(f"```{info}\n{inside}{GRAPH}\n```\n")
    assert (dict(found.options), found.unknown) == (expected, "")


@pytest.mark.parametrize(("name", "value"), [("width", "wide"), ("height", "50%"), ("scale", "-1"), ("width", "0")])
def test_what_is_no_size(name: str, value: str) -> None:
    """It is a mistake."""
    with pytest.raises(DiagramError, match=f"{name} '{value}' is not a size; write it as"):
        read_size({name: value})


def test_cells_of_quarto_are_drawn_without_echo(folder: DeckFolder) -> None:
    """The drawing is no echo; a reference knows its label."""
    text = f"## A\n\n```{{dot}}\n//| label: fig-x\n//| fig-cap: Cap\n//| echo: false\n{GRAPH}\n```\n\nSee @fig-x.\n"
    page = folder.build(f"---\nformat: revealjs\nexecute: {{echo: false}}\n---\n\n{text}", "deck.qmd")
    assert page.built.warnings == ()
    assert '<span class="caption">Figure 1: Cap</span>' in page.html
    assert re.search(r'href="#fig-x">Figure.1<', page.html)


def test_blocks_of_org_are_drawn_whatever_they_export(folder: DeckFolder) -> None:
    """Nobody has to run them; `none` is none."""
    above = "#+ATTR_HTML: :width 90\n#+begin_src dot :file x.png :exports"
    exports = ("results", "both", "none")
    text = "".join(f"* {exported}\n{above} {exported}\n{GRAPH}\n#+end_src\n" for exported in exports)
    page = folder.build(text, "deck.org")
    assert page.built.warnings == ()
    assert page.html.count('class="computed-figure"') == 2
    assert set(re.findall(r'<svg class="chart diagram"[^>]* width="([^"]*)"', page.html)) == {"90"}


def test_a_wrong_size_has_its_line(folder: DeckFolder) -> None:
    """That of the fence."""
    from slidegen.errors import SlidegenError

    with pytest.raises(SlidegenError) as caught:
        folder.build(f"# A\n\n{fence(GRAPH, 'dot width=wide')}", "deck.md")
    assert [(one.line, one.code) for one in caught.value.problems] == [(3, "diagram")]
