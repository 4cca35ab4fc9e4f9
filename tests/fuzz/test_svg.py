"""Drawings that are put into the page."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from selectolax.lexbor import LexborHTMLParser

from slidegen.outputs.svg import SvgError, inline_svg
from tests.deck_folder import DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import extreme, mutate
from tests.fuzz.oracle import built_or_refused, check_attributes
from tests.fuzz.seeds import ROOT

ELEMENTS = (
    *(
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "path",
        "rect",
        "text",
        "tspan",
        "image",
        "linearGradient",
        "stop",
        "filter",
    ),
    *(
        "feBlend",
        "feImage",
        "marker",
        "style",
        "script",
        "foreignObject",
        "a",
        "animate",
        "set",
        "metadata",
        "x:y",
        "switch",
        "html:div",
    ),
)
ATTRIBUTES = (
    *(
        "id",
        "class",
        "style",
        "fill",
        "href",
        "xlink:href",
        "width",
        "height",
        "viewBox",
        "d",
        "transform",
        "onload",
        "ONCLICK",
        "xmlns",
    ),
    *(
        "xmlns:x",
        "xml:base",
        "x:href",
        "aria-labelledby",
        "filter",
        "mask",
        "clip-path",
        "src",
        "preserveAspectRatio",
        "role",
        "begin",
    ),
)
VALUES = (
    *(
        "a",
        "#a",
        "url(#a)",
        "url('#a')",
        "url(http://a.b/c)",
        "http://a.b",
        "javascript:a",
        "data:image/png;base64,AA",
        "data:text/html,a",
    ),
    *(
        "10",
        "10px",
        "100%",
        "1e999",
        "-1",
        "0 0 1 1",
        "M0 0L1e99 1",
        "fill:url( #a )",
        "background:url(//a)",
        "http://www.w3.org/1999/xhtml",
    ),
    *(
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        "",
        " ",
        "&quot;&gt;",
        "&#10;",
        "a b  c",
        "\\75rl(http://a)",
        "image-set('a' 1x)",
    ),
)
TOKENS = (
    *(
        "<g>",
        "</g>",
        "</svg>",
        "<svg>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?xml version='1.0'?>",
        "<?x?>",
        "<!DOCTYPE svg>",
        "<!ENTITY a 'b'>",
    ),
    *(
        "&a;",
        "&#0;",
        "&#xD800;",
        "&lt;",
        "&amp;",
        "<",
        ">",
        "&",
        'xmlns=""',
        "encoding='utf-16'",
        "<style>",
        "<script>a</script>",
        "<title>",
    ),
    *ATTRIBUTES,
    *VALUES,
)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="x" xmlns:html="http://www.w3.org/1999/xhtml"'
SMALL = (
    f'{HEAD} width="10" height="10"><defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs>'
    '<rect fill="url(#a)" style="stroke:url(#a)"/><use href="#a"/><text>b</text></svg>'
).encode()


def some_svg(rng: Random, depth: int = 0) -> str:
    """An element with others in it."""
    name = rng.choice(ELEMENTS)
    attributes = " ".join(f'{rng.choice(ATTRIBUTES)}="{rng.choice(VALUES)}"' for _ in range(rng.randrange(4)))
    inside = "".join(some_svg(rng, depth + 1) for _ in range(rng.randrange(4 if depth < 3 else 1)))
    text = rng.choice(("", "a", "&amp;", "]]", extreme(rng).replace("<", "")))
    if rng.random() < 0.02:
        deep = rng.choice((50, 250, 1000, 5000, 100_000))
        return "<g>" * deep + "</g>" * deep
    return f"<{name} {attributes}>{text}{inside}</{name}>"


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Puts a drawing into a page; a part of them through a whole build."""
    seeds = (SMALL, *(path.read_bytes() for path in sorted((ROOT / "slides/images").glob("*.svg"))))
    if rng.random() < 0.5:
        inside = "".join(some_svg(rng) for _ in range(rng.randrange(4)))
        drawing = f'{HEAD} {rng.choice(ATTRIBUTES)}="{rng.choice(VALUES)}">{inside}</svg>'.encode(
            "utf-8", "surrogatepass"
        )
        if rng.random() < 0.3:
            drawing = mutate(rng, drawing, seeds, TOKENS, 1_000_000)
    else:
        drawing = mutate(rng, rng.choice(seeds), seeds, TOKENS)
    if rng.random() < 0.3:
        folder.write("a.svg", drawing)
        output = rng.choice(("reveal", "marp"))
        built_or_refused(folder, b"slides:\n- '![x](a.svg){.inline}'\n- '![y](a.svg)'\n", format=output)
        return
    try:
        markup = inline_svg(drawing.decode("utf-8", "replace"), {"alt": "a", "class": "b"}, "p")
    except SvgError:
        return
    markup.encode()
    tree = LexborHTMLParser(f"<p>{markup}</p><hr>")
    assert len(tree.css("body > hr")) == 1
    assert not tree.css("script")
    for node in tree.css("*"):
        check_attributes(node.tag, node.attributes)


@smoke_and_all(2500)
def test_drawings_are_inlined_or_refused(seeds: Sequence[int]) -> None:
    """What is inlined is closed and harmless."""
    assert faults_of("svg", attempt, seeds) == []
