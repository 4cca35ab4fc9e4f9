"""Parts with a place of their own, and text that fits its slide, in HTML and in every dialect."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.deck_folder import PIXEL, DeckFolder

STYLE = "position:absolute;top:10px;left:50%"


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("[words]{.absolute top=10 left=50%}", "span.absolute"),
        ("[words](https://example.org){.absolute top=10 left=50%}", "a.absolute"),
        ("words {.absolute top=10 left=50%}", "p.absolute"),
        ("- a\n- words {.absolute top=10 left=50%}", "li.absolute"),
        ('{.absolute top=10 left="50%"}\n> words', "blockquote.absolute"),
        ("::: {.absolute top=10 left=50%}\nwords\n:::", "div.absolute"),
        ("::: tip {.absolute top=10 left=50%}\nwords\n:::", "div.callout.absolute"),
        ("text and ![words](a.png){.absolute top=10 left=50%}", "img.absolute"),
        ("![words](a.png){.absolute top=10 left=50%}", "figure.absolute"),
    ],
)
def test_anything_can_be_placed(folder: DeckFolder, text: str, selector: str) -> None:
    """By a style; its sides are no attributes."""
    folder.write("a.png", PIXEL)
    tree = LexborHTMLParser(folder.slide(f"## A\n\n{text}").slides)
    (node,) = tree.css(selector)
    assert node.attributes["style"] == STYLE
    assert "top" not in node.attributes


def test_a_placed_picture_has_its_size_and_changes_no_layout(folder: DeckFolder) -> None:
    """Beside a list, a picture would else take half of the slide."""
    folder.write("a.png", PIXEL)
    page = folder.slide("## A\n\n- b\n- c\n\n![d](a.png){.absolute bottom=-20 right=0 width=200 height=30%}")
    assert "layout-content" in page.slides
    figure = LexborHTMLParser(page.slides).css_first("figure.absolute")
    assert figure is not None
    assert figure.attributes["style"] == "position:absolute;right:0px;bottom:-20px;width:200px;height:30%"
    image = figure.css_first("img")
    assert image is not None
    assert image.attributes["style"] == "width:100%;height:100%"


def test_the_sides_mean_the_same_in_marp_and_quarto(folder: DeckFolder) -> None:
    """In both, on a container; in Quarto on a span too."""
    page = folder.build("---\nmarp: true\n---\n# A\n\n::: {.absolute top=10 left=50%}\nb\n:::\n", "talk.md")
    assert f'<div style="{STYLE}" class="absolute">' in page.html or f'class="absolute" style="{STYLE}"' in page.html
    page = folder.build('## A\n\n[b]{.absolute top=10 left="50%"}\n', "talk.qmd")
    assert f'style="{STYLE}"' in page.slides


@pytest.mark.parametrize("value", ["abc", "10px;background:red", "1 2", "calc(1px)"])
def test_a_side_that_is_no_length_is_told(folder: DeckFolder, value: str) -> None:
    """With its line; in Quarto's dialect a warning, and the side is left out."""
    told = f".absolute: top {value!r} is not a length; write 400, 400px or 60%"
    assert folder.slide_problems(f'## A\n\n[b]{{.absolute top="{value}"}}') == [f"talk.yml:5: {told}"]
    page = folder.build(f'## A\n\n[b]{{.absolute top="{value}" left=3}}\n', "talk.qmd")
    assert [one.message for one in page.built.warnings] == [told]
    assert 'style="position:absolute;left:3px"' in page.slides


def test_a_heading_fits_by_class_or_by_comment(folder: DeckFolder) -> None:
    """The comment is Marp's, and is no text; other comments mean nothing."""
    page = folder.build("slides:\n- '# <!-- fit --> A'\n- '# A {.r-fit-text}'\n- '# A <!-- fits -->'\n")
    found = [node.attributes.get("class") for node in LexborHTMLParser(page.slides).css("h1")]
    assert found == ["r-fit-text", "r-fit-text", None]
    assert "fit -->" not in page.bodies[0]
    assert "slidegen.fitText =" in page.html
    assert "slidegen.fitText =" not in folder.slide("# A").html


def test_a_box_has_its_attributes(folder: DeckFolder) -> None:
    """As they are written."""
    assert '<div class="a b" id="x">' in folder.slide("::: {.a .b #x}\nwords\n:::").body


def test_a_box_whose_braces_cannot_be_read_is_told(folder: DeckFolder) -> None:
    """With its line."""
    (problem,) = folder.slide_problems("::: {.a\nwords\n:::")
    assert problem.startswith("talk.yml:3: container: attributes")


def test_a_figure_comes_and_goes_as_its_picture_says(folder: DeckFolder) -> None:
    """By its classes and its place among the fragments; other classes stay on the picture."""
    folder.write("a.png", PIXEL)
    page = folder.slide("## A\n\n![b](a.png){.fragment .fade-in-then-out .own data-fragment-index=2}")
    figure = LexborHTMLParser(page.slides).css_first("figure")
    assert figure is not None
    assert figure.attributes["class"] == "figure fragment fade-in-then-out"
    assert figure.attributes["data-fragment-index"] == "2"
    image = figure.css_first("img")
    assert image is not None
    assert image.attributes["class"] == "own"
    assert "data-fragment-index" not in image.attributes
