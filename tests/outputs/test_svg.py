"""SVG files that stand inside the page: drawings only, and nothing that reaches out of them."""

from __future__ import annotations

import pytest

from slidegen.outputs.svg import SvgError, inline_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def inline(inside: str, attributes: str = "", **given: str) -> str:
    """A drawing in the page."""
    return inline_svg(f"{HEAD} {attributes}>{inside}</svg>", given, "a b")


def test_ids_and_what_refers_to_them_get_a_prefix() -> None:
    """In attributes, styles and lists of ids."""
    html = inline(
        '<g id="x"/><use href="#x"/><use xlink:href="#x"/><rect fill="url(#x)" style="mask:url(\'#x\')"/>',
        'aria-labelledby="x y"',
    )
    assert html.count("a-b-x") == 6
    assert 'aria-labelledby="a-b-x a-b-y"' in html


def test_the_image_gives_its_attributes() -> None:
    """Its size replaces the drawing's own; the description becomes a label."""
    html = inline(
        "<g/>",
        'width="10" height="10" class="c"',
        **{"class": "inline d", "style": "width:50%", "alt": 'x"<', "id": "i&"},
    )
    assert 'width="10"' not in html
    assert 'class="c inline d"' in html
    assert 'style="width:50%"' in html
    assert 'role="img" aria-label="x&quot;&lt;" id="i&amp;"' in html


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<script>alert(1)</script>", "<script> is not allowed in an inlined SVG"),
        ("<SCRIPT>alert(1)</SCRIPT>", "<SCRIPT> is not allowed in an inlined SVG"),
        ("<foreignObject/>", "<foreignObject> is not allowed in an inlined SVG"),
        ("<ForeignObject/>", "<ForeignObject> is not allowed in an inlined SVG"),
        ("<img src='http://x'/>", "<img> is not allowed in an inlined SVG"),
        ("<title><img src='x'/></title>", "<img> is not allowed in an inlined SVG"),
        ("<a href='http://x'/>", "<a> is not allowed in an inlined SVG"),
        ("<animate attributeName='href' values='http://x'/>", "<animate> is not allowed in an inlined SVG"),
        ("<set attributeName='href' to='http://x'/>", "<set> is not allowed in an inlined SVG"),
        ("<x:iframe xmlns:x='http://www.w3.org/1999/xhtml' src='a'/>", "<iframe> is not allowed in an inlined SVG"),
        ("<iframe xmlns='' src='a'/>", "<iframe> is not allowed in an inlined SVG"),
        ("<g onload='a'/>", "the event handler onload is not allowed in an inlined SVG"),
        ("<g ONLOAD='a'/>", "the event handler onload is not allowed in an inlined SVG"),
        ("<image href='http://x/a.png'/>", "refers to 'http://x/a.png'; an inlined SVG cannot load other files"),
        ("<use xlink:href='b.svg#x'/>", "refers to 'b.svg#x'; an inlined SVG cannot load other files"),
        ("<image href='javascript:a'/>", "refers to 'javascript:a'; an inlined SVG cannot load other files"),
        ("<rect fill='url(http://x#a)'/>", "fill refers to another file"),
        ("<rect style='fill:url( &quot;http://x&quot;)'/>", "style refers to another file"),
        ("<rect style='fill:u\\72l(http://x)'/>", "style refers to another file"),
        ("<rect style=\"fill:image-set('http://x' 1x)\"/>", "style refers to another file"),
        ("<style>* { fill: red }</style>", "<style> would reach the whole page; write style on the elements"),
        ("<style>@import 'http://x';</style>", "<style> would reach the whole page; write style on the elements"),
        ("<style><g/>@im\\70ort 'x';</style>", "<style> would reach the whole page; write style on the elements"),
        ("<g>" * 3000 + "</g>" * 3000, "its elements are nested too deeply"),
        ("<g>", "not valid SVG: mismatched tag: line 1, column 89"),
    ],
)
def test_what_is_no_drawing_is_refused(inside: str, message: str) -> None:
    """As the HTML parser would read it, which knows no capitals."""
    with pytest.raises(SvgError) as caught:
        inline(inside)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "a document type declaration is not allowed in an inlined SVG"),
        ("<html/>", "not an SVG file"),
        ("<svg/>", "not an SVG file"),
        ("", "not valid SVG: no element found: line 1, column 0"),
    ],
)
def test_what_is_no_svg_is_refused(text: str, message: str) -> None:
    """Entities could make it grow without end."""
    with pytest.raises(SvgError) as caught:
        inline_svg(text, {}, "a")
    assert str(caught.value) == message


def test_what_drawing_programs_leave_in_a_file_is_harmless() -> None:
    """Elements and attributes of their own namespaces, comments and instructions."""
    html = inline(
        "<?xml-stylesheet href='http://x'?><!-- a --><metadata/>"
        "<i:view xmlns:i='http://inkscape' i:zoom='1'/><feGaussianBlur/>"
    )
    assert "stylesheet" not in html
    assert "<!--" not in html
    assert "feGaussianBlur" in html
