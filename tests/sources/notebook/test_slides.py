"""Which cells stand on which slide."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.errors import SlidegenError
from slidegen.sources.translation.deck import text_of
from tests.sources.notebook.written import code, losses, markdown, only, raw, slides, stream, translated


def test_slide_types_are_those_of_nbconvert(tmp_path: Path) -> None:
    """The first cell that is seen begins a slide; a subslide stands below; a fragment goes on to the slide's end."""
    deck = translated(
        tmp_path,
        markdown("never shown", "skip"),
        markdown("said early", "notes"),
        markdown("# One"),
        markdown("first", "fragment"),
        markdown("goes on", "-"),
        markdown("second", "fragment"),
        markdown("below", "subslide"),
        markdown("said", "notes"),
        markdown("# Two", "slide"),
    )
    assert slides(deck) == [
        ["# One\n\n::: fragment\n\nfirst\n\ngoes on\n\n:::\n\n::: fragment\n\nsecond\n\n:::", "below"],
        ["# Two"],
    ]
    assert [text_of(slide.notes).strip() for stack in deck.stacks for slide in stack] == ["said early", "said", ""]


def test_without_slide_types_headings_begin_slides(tmp_path: Path) -> None:
    """Those of level 1 to 3, as in plain Markdown, also several in one cell; an output's heading begins none."""
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": "# Not one"}}
    deck = translated(
        tmp_path,
        markdown("# One\n\ntext\n\n## Two\n\n#### deeper\n\n```\n# code\n```"),
        code("x", shown),
        markdown("more\n\n### Three"),
    )
    assert slides(deck) == [
        ["# One\n\ntext"],
        ["## Two\n\n#### deeper\n\n```\n# code\n```\n\n```python\nx\n```\n\n# Not one\n\nmore"],
        ["### Three"],
    ]


def test_anchors_above_a_heading_go_with_it(tmp_path: Path) -> None:
    """In its cell or in one of their own: a link to them leads to the heading's slide."""
    deck = translated(
        tmp_path,
        markdown('<a id="top"></a>\n# One\n\ntext\n\n<a name="two"></a>\n\n## Two'),
        markdown("<a id='three'></a>"),
        markdown("## Three"),
    )
    assert slides(deck) == [
        ['<a id="top"></a>\n# One\n\ntext'],
        ['<a name="two"></a>\n\n## Two'],
        ["<a id='three'></a>\n\n## Three"],
    ]


def test_without_slide_types_rulers_come_before_headings(tmp_path: Path) -> None:
    """Where a cell has a ruler, rulers begin slides and headings do not."""
    deck = translated(tmp_path, markdown("# One\n\n## Two"), markdown("---\n\n# Three\n\n***\n\nfour"))
    assert slides(deck) == [["# One\n\n## Two"], ["# Three"], ["four"]]


def test_a_ruler_on_a_slide_stays_where_there_are_slide_types(tmp_path: Path) -> None:
    """nbconvert shows it as a line."""
    assert only(translated(tmp_path, markdown("a\n\n---\n\nb", "slide"))) == "a\n\n---\n\nb"


def test_data_of_the_slideshow_is_the_slides(tmp_path: Path) -> None:
    """nbconvert gives it to the section as data attributes, and to the box of a fragment."""
    data = {"background_color": "#123", "transition": "fade", "state": "calm"}
    deck = translated(
        tmp_path,
        markdown("a", slideshow={"slide_type": "slide", "data": data}),
        markdown("b", slideshow={"slide_type": "fragment", "data": {"fragment-index": 2}}),
    )
    options = deck.stacks[0][0].options
    assert options == {
        "background": {"color": "#123"},
        "transition": "fade",
        "attributes": {"data-state": "calm"},
    }
    assert only(deck) == 'a\n\n::: fragment {data-fragment-index="2"}\n\nb\n\n:::'


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("hide-input", "```text {.output}\nout\n```"),
        ("remove_input", "```text {.output}\nout\n```"),
        ("hide-output", "```python\nx\n```"),
        ("remove_output", "```python\nx\n```"),
        ("remove-cell", ""),
        ("hide_cell", ""),
        ("other", "```python\nx\n```\n\n```text {.output}\nout\n```"),
    ],
)
def test_tags_hide_parts_of_a_cell(tmp_path: Path, tag: str, expected: str) -> None:
    """Those of Jupyter Book and of nbconvert, with hyphens or underscores; no word is said of what was asked for."""
    deck = translated(tmp_path, markdown("# T", "slide"), code("x", stream("out\n"), tags=[tag]))
    assert only(deck).removeprefix("# T").lstrip() == expected
    assert losses(deck) == []


def test_what_jupyter_has_folded_away_is_left_out_and_told(tmp_path: Path) -> None:
    """nbconvert shows it."""
    deck = translated(
        tmp_path,
        markdown("# T", "slide"),
        code("x", stream("out\n"), jupyter={"source_hidden": True}),
        code("y", stream("out\n"), collapsed=True),
    )
    assert only(deck) == "# T\n\n```text {.output}\nout\n```\n\n```python\ny\n```"
    assert losses(deck) == [
        "cell 2, line 1: its input is left out, as it is folded away in Jupyter",
        "cell 3, line 1: its output is left out, as it is folded away in Jupyter",
    ]


def test_options_of_quarto_are_heeded_and_not_shown(tmp_path: Path) -> None:
    """``#| echo: false`` and its kin."""
    deck = translated(
        tmp_path,
        markdown("# T", "slide"),
        code("#| echo: false\n#| label: a\n\nx", stream("out\n")),
        code('#| code-line-numbers: "1|2-3"\na\nb\nc'),
        code("#| include: false\ny", stream("never\n")),
        code("#| output: asis\nprint()", stream("**bold**\n")),
        code("#| warning: false\n#| output-location: fragment\nz", stream("w\n", "stderr"), stream("ok\n")),
    )
    assert only(deck) == (
        "# T\n\n```text {.output}\nout\n```\n\n```python {1|2-3}\na\nb\nc\n```\n\n```python\nprint()\n```\n\n**bold**"
        "\n\n```python\nz\n```\n\n::: fragment\n\n```text {.output}\nok\n```\n\n:::"
    )


def test_raw_cells_are_shown_by_their_format(tmp_path: Path) -> None:
    """HTML and Markdown are; what is for another format is told."""
    deck = translated(
        tmp_path,
        markdown("# T", "slide"),
        raw("<b>x</b>", raw_mimetype="text/html"),
        raw("*y*", raw_mimetype="text/markdown"),
        raw("\\newpage", raw_mimetype="text/latex"),
        raw("as it is"),
    )
    assert only(deck) == "# T\n\n<b>x</b>\n\n*y*\n\n```text\nas it is\n```"
    assert losses(deck) == ["cell 4, line 1: raw text/latex is left out; raw text/html and text/markdown are kept"]


def test_split_cells_of_rise_stand_beside_each_other(tmp_path: Path) -> None:
    """Two by two; the others below each other."""
    deck = translated(
        tmp_path,
        markdown("# T", "slide"),
        markdown("left", cell_style="split"),
        markdown("right", "fragment", cell_style="split"),
        markdown("alone", "fragment", cell_style="split"),
        markdown("below", "fragment"),
    )
    assert only(deck) == (
        "# T\n\n::::: columns\n\n::: column\n\nleft\n\n:::\n\n:::: column\n\n::: fragment\n\nright\n\n:::\n\n::::\n\n"
        ":::::\n\n::: fragment\n\nalone\n\n:::\n\n::: fragment\n\nbelow\n\n:::"
    )


def test_no_slide_at_all_is_a_mistake(tmp_path: Path) -> None:
    """nbconvert says so, too."""
    with pytest.raises(SlidegenError, match="no cell is on a slide"):
        translated(tmp_path, markdown("a", "skip"), markdown("b", "notes"))


def test_a_slide_that_is_too_full_is_set_closer(tmp_path: Path) -> None:
    """A notebook is written for a page that scrolls; wide code is set smaller, and wrapped where that is not enough."""
    rows = "\n".join(f"x{number} = {number}" for number in range(20))
    deck = translated(tmp_path, code(rows, slide="slide"), code(rows * 3, slide="slide"), code("x", slide="slide"))
    classes = [stack[0].options.get("class") for stack in deck.stacks]
    assert classes == ["dense", "dense scrollable", None]
    wide = translated(tmp_path, code("x" * 90, slide="slide"), code("x" * 120, slide="slide"))
    assert [slide[0].split("\n")[0] for slide in slides(wide)] == [
        "```python {.compact}",
        "```python {.compact .wrapped}",
    ]
