"""Every directive and image keyword of Marp: the fact in the document that stands for it, in both outputs.

The expected facts are those of Marpit's documentation (directives, image syntax, fragmented list).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.deck_folder import PIXEL_URI, DeckFolder
from tests.marp.dom import OUTPUTS, Element, built

EACH_OUTPUT = pytest.mark.parametrize("output", OUTPUTS)


@dataclass(frozen=True)
class Case:
    """On slide `number` of `deck` stands a `tag` with these attributes, declarations of its style, and text."""

    name: str
    deck: str
    tag: str
    number: int = 1
    attributes: dict[str, str] = field(default_factory=dict)
    style: dict[str, str] = field(default_factory=dict)
    text: str | None = None

    def fits(self, element: Element) -> bool:
        """Whether an element is the one."""
        return (
            self.attributes.items() <= element.attributes.items()
            and self.style.items() <= element.style.items()
            and self.text in (None, element.text)
        )


def head(front_matter: str, body: str = "# One") -> str:
    """A deck with this front matter."""
    return f"---\nmarp: true\n{front_matter}\n---\n\n{body}\n"


def local(directive: str, attributes: dict[str, str], style: dict[str, str], name: str = "") -> list[Case]:
    """A local directive in the front matter, carried on; in a comment, carried on; and scoped to one slide."""
    key = name or directive.partition(":")[0]
    later = head("paginate: false", f"# One\n\n---\n\n<!-- {directive} -->\n\n---\n\n# Three")
    return [
        Case(f"{key} in front matter", head(directive), "section", 1, attributes, style),
        Case(f"{key} carries on", head(directive, "# One\n\n---\n\n# Two"), "section", 2, attributes, style),
        Case(f"{key} in a comment", later, "section", 2, attributes, style),
        Case(f"{key} in a comment carries on", later, "section", 3, attributes, style),
        Case(f"_{key} scoped", head("", f"<!-- _{directive} -->\n\n# One"), "section", 1, attributes, style),
    ]


IMAGE = f'url("{PIXEL_URI}")'

LOCAL = [
    *local("class: lead", {"class": "lead"}, {}),
    *local("class: [lead, invert]", {"class": "lead invert"}, {}, "class list"),
    *local("color: #123456", {}, {"color": "#123456"}),
    *local("backgroundColor: #abc", {}, {"background-color": "#abc"}),
    *local("backgroundImage: url(a.png)", {}, {"background-image": IMAGE, "background-size": "cover"}),
    *local(
        "backgroundImage: linear-gradient(red, blue)",
        {},
        {"background-image": "linear-gradient(red, blue)"},
        "gradient",
    ),
    *local("paginate: true", {"data-paginate": "true"}, {}),
    *local("paginate: hold", {"data-paginate": "hold"}, {}, "paginate hold"),
    *local("paginate: skip", {"data-paginate": "skip"}, {}, "paginate skip"),
]

WITH_IMAGE = "backgroundImage: url(a.png)\n"
BACKGROUND = [
    Case(
        f"{directive}{where}",
        head(WITH_IMAGE + (f"{directive}: {value}" if where == "" else ""), f"{comment}# One"),
        "section",
        style={css: value},
    )
    for directive, css, value in (
        ("backgroundPosition", "background-position", "left top"),
        ("backgroundRepeat", "background-repeat", "repeat-x"),
        ("backgroundSize", "background-size", "50% auto"),
    )
    for where, comment in (
        ("", ""),
        (" in a comment", f"<!-- {directive}: {value} -->\n\n"),
        (" scoped", f"<!-- _{directive}: {value} -->\n\n"),
    )
]

RUNNING = [
    *(
        Case(f"{key} {name}", deck, key, number, text="said")
        for key in ("header", "footer")
        for name, deck, number in (
            ("in front matter", head(f"{key}: said"), 1),
            ("carries on", head(f"{key}: said", "# One\n\n---\n\n# Two"), 2),
            ("in a comment", head("", f"# One\n\n---\n\n<!-- {key}: said -->"), 2),
            ("scoped", head("", f"<!-- _{key}: said -->\n\n# One"), 1),
        )
    ),
    Case("a header is Markdown", head('header: "a **bold** word"'), "strong", text="bold"),
    Case("a header without quotes is Markdown", head("header: **bold** word"), "strong", text="bold"),
    Case("a footer with a colon", head("footer: a: b"), "footer", text="a: b"),
    Case("a colour is no comment", head("color: #fff"), "section", style={"color": "#fff"}),
    Case("a footer with a number sign", head("footer: talk #5"), "footer", text="talk #5"),
    Case("a header with an image", head('header: "![](a.png)"'), "img", attributes={"src": PIXEL_URI}),
]

GLOBAL = [
    Case("theme", head("theme: gaia"), "section", attributes={"data-theme": "gaia"}),
    Case(
        "theme in a comment",
        head("", "<!-- theme: uncover -->\n\n# One"),
        "section",
        attributes={"data-theme": "uncover"},
    ),
    Case("headingDivider", head("headingDivider: 2", "# One\n\n## Two\n\n### Same"), "h3", 2, text="Same"),
    Case("headingDivider list", head("headingDivider: [1, 3]", "# One\n\n## Same\n\n### Two"), "h3", 2, text="Two"),
    Case("headingDivider in a comment", head("", "<!-- headingDivider: 1 -->\n\n# One\n\n# Two"), "h1", 2, text="Two"),
    Case("size 4:3", head("size: 4:3"), "foreignobject", attributes={"width": "960", "height": "720"}),
    Case("size 4:3 of slidegen's theme", head("theme: light\nsize: 4:3"), "foreignobject", attributes={"width": "960"}),
    Case("size 16:9", head("size: 16:9"), "foreignobject", attributes={"width": "1280", "height": "720"}),
    Case("math katex", head("math: katex", "$a$"), "span", attributes={"class": "katex"}),
    Case("math mathjax", head("math: mathjax", "$a$"), "mjx-container", attributes={"jax": "SVG"}),
]


def image(keyword: str, **style: str) -> Case:
    """An image with a keyword."""
    declarations = {name.replace("_", "-"): value for name, value in style.items()}
    return Case(f"image {keyword}", f"![{keyword}](a.png)", "img", attributes={"src": PIXEL_URI}, style=declarations)


def background(keyword: str, **style: str) -> Case:
    """A background with a keyword."""
    declarations = {name.replace("_", "-"): value for name, value in style.items()}
    return Case(f"bg {keyword}", f"![bg {keyword}](a.png)", "figure", style={"background-image": IMAGE, **declarations})


FILTERS = [
    ("blur", "blur(10px)"),
    ("blur:3px", "blur(3px)"),
    ("brightness:1.2", "brightness(1.2)"),
    ("contrast:200%", "contrast(200%)"),
    ("drop-shadow:0,5px,10px,rgba(0,0,0,.4)", "drop-shadow(0 5px 10px rgba(0,0,0,.4))"),
    ("grayscale:1", "grayscale(1)"),
    ("hue-rotate:90deg", "hue-rotate(90deg)"),
    ("invert:100%", "invert(100%)"),
    ("opacity:.5", "opacity(.5)"),
    ("saturate:2", "saturate(2)"),
    ("sepia:1", "sepia(1)"),
    ("sepia:.5 blur:1px", "sepia(.5) blur(1px)"),
]

IMAGES = [
    image("w:100px", width="100px"),
    image("h:50px", height="50px"),
    image("width:3cm", width="3cm"),
    image("height:2in", height="2in"),
    image("w:10em h:20", width="10em", height="20px"),
    image("w:auto", width="auto"),
    *(image(keyword, filter=css) for keyword, css in FILTERS),
    *(background(keyword, filter=css) for keyword, css in FILTERS),
    background("cover", background_size="cover"),
    background("contain", background_size="contain"),
    background("fit", background_size="contain"),
    background("auto", background_size="auto"),
    background("40%", background_size="40%"),
    background("w:100px h:20%", background_size="100px 20%"),
    Case("image with a text", "![a text w:10px](a.png)", "img", attributes={"alt": "a text"}, style={"width": "10px"}),
    Case(
        "bg direction",
        "![bg](a.png)\n![bg](b.png)",
        "div",
        attributes={"data-marpit-advanced-background-direction": "horizontal"},
    ),
    Case(
        "bg vertical",
        "![bg vertical](a.png)\n![bg](b.png)",
        "div",
        attributes={"data-marpit-advanced-background-direction": "vertical"},
    ),
    Case("bg left", "![bg left](a.png)\n# A", "foreignobject", attributes={"width": "50%", "x": "50%"}),
    Case("bg left:33%", "![bg left:33%](a.png)\n# A", "foreignobject", attributes={"width": "67%", "x": "33%"}),
    Case(
        "bg right", "![bg right](a.png)\n# A", "section", attributes={"data-marpit-advanced-background-split": "right"}
    ),
    Case("bg right:40%", "![bg right:40%](a.png)\n# A", "foreignobject", attributes={"width": "60%"}),
    Case("bg colour", "![bg](#123abc)\n# A", "section", style={"background-color": "#123abc"}),
    Case("bg rgb", "![bg](rgb(255,128,0))\n# A", "section", style={"background-color": "rgb(255,128,0)"}),
    Case("bg named colour", "![bg](red)\n# A", "section", style={"background-color": "red"}),
    Case("text colour", "![](#269)\n# A", "section", style={"color": "#269"}),
]

WORDS = [
    Case("fit heading", "# <!-- fit --> Big", "h1", attributes={"data-auto-scaling": "", "is": "marp-h1"}, text="Big"),
    Case("fit heading in bold", "## **<!--fit-->** Big", "h2", attributes={"data-auto-scaling": ""}),
    Case("fragments of *", "* a\n* b", "li", attributes={"data-marpit-fragment": "2"}, text="b"),
    Case("fragments of 1)", "1) a\n2) b", "li", attributes={"data-marpit-fragment": "1"}, text="a"),
    Case("count of fragments", "* a\n* b", "section", attributes={"data-marpit-fragments": "2"}),
    Case("emoji shortcode", "a :rocket: b", "p", text="a 🚀 b"),
    Case("emoji", "a 🚀 b", "p", text="a 🚀 b"),
    Case("inline math", "a $x^2$ b", "annotation", text="x^2"),
    Case("display math", "$$\nx^2\n$$", "span", attributes={"class": "katex-display"}),
    Case("bare align", "\\begin{align*}\na &= b\n\\end{align*}", "span", attributes={"class": "katex-display"}),
    Case("bare align in a list", "- x\n  \\begin{align*}\n  a &= b\n  \\end{align*}\n- y", "li", text="y"),
    Case("raw HTML", '<div class="mine"><b>raw</b></div>', "div", attributes={"class": "mine"}, text="raw"),
    Case("raw inline HTML", 'a <kbd id="k">raw</kbd>', "kbd", attributes={"id": "k"}, text="raw"),
    Case("table", "| a |\n|---|\n| b |", "td", text="b"),
    Case("strikethrough", "~~gone~~", "s", text="gone"),
    Case("line break", "a\nb", "br"),
    Case("link", "<https://example.org/>", "a", attributes={"href": "https://example.org/"}),
]

CASES = [*LOCAL, *BACKGROUND, *RUNNING, *GLOBAL, *IMAGES, *WORDS]


@EACH_OUTPUT
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_keyword_has_its_fact(folder: DeckFolder, case: Case, output: str) -> None:
    """The element that the table names stands on the slide."""
    deck = built(folder, case.deck, output)
    found = list(deck.slides[case.number - 1].all(case.tag))
    assert any(map(case.fits, found)), [(element.attributes, element.text) for element in found]


@EACH_OUTPUT
@pytest.mark.parametrize(
    "directive",
    [
        "class: lead",
        "color: red",
        "backgroundColor: red",
        "backgroundImage: url(a.png)",
        "header: said",
        "footer: said",
        "paginate: true",
    ],
)
def test_a_scoped_directive_ends_with_its_slide(folder: DeckFolder, directive: str, output: str) -> None:
    """The next slide has nothing of it."""
    deck = built(folder, f"<!-- _{directive} -->\n\n# One\n\n---\n\n# Two\n", output)
    section = deck.section(2)
    assert (set(section.attributes), section.text) == ({"id"}, "Two")


@EACH_OUTPUT
def test_a_carried_value_changes_from_a_slide_on(folder: DeckFolder, output: str) -> None:
    """A later comment wins from its slide on; a scoped one only on its own; empty takes away."""
    deck = built(
        folder,
        """\
        ---
        color: red
        header: one
        ---
        a

        ---
        <!-- color: blue -->
        <!-- _header: two -->

        ---
        <!-- header: "" -->

        ---
        d
        """,
        output,
    )
    sections = [deck.section(number) for number in (1, 2, 3, 4)]
    assert [section.style["color"] for section in sections] == ["red", "blue", "blue", "blue"]
    assert [[found.text for found in section.all("header")] for section in sections] == [["one"], ["two"], [], []]


@EACH_OUTPUT
def test_page_numbers_hold_and_skip(folder: DeckFolder, output: str) -> None:
    """`hold` repeats the number, `skip` shows none and does not count, `false` shows none and counts."""
    values = ["true", "hold", "true", "skip", "true", "false", "true"]
    deck = built(folder, "\n---\n".join(f"<!-- _paginate: {value} -->\na\n" for value in values), output)
    sections = [deck.section(number).attributes for number in range(1, 8)]
    assert [s.get("data-marpit-pagination") for s in sections] == ["1", "1", "2", None, "3", None, "5"]
    assert [s.get("data-marpit-pagination-total") for s in sections] == ["5", "5", "5", None, "5", None, "5"]


@EACH_OUTPUT
def test_a_fragment_of_another_list_is_none(folder: DeckFolder, output: str) -> None:
    """`-`, `+` and `1.` make plain lists."""
    deck = built(folder, "- a\n\n+ b\n\n1. c\n", output)
    assert [item for item in deck.slides[0].all("li") if "data-marpit-fragment" in item.attributes] == []


def test_reveals_fragments_are_marps(folder: DeckFolder) -> None:
    """Each is reveal's too, in the same order."""
    deck = built(folder, "* a\n* b\n", "reveal")
    assert [item.classes for item in deck.slides[0].all("li")] == [["fragment"], ["fragment"]]


@EACH_OUTPUT
def test_several_backgrounds_stand_in_a_row(folder: DeckFolder, output: str) -> None:
    """In the order they are written, beside the text's own layer."""
    deck = built(folder, "![bg](a.png)\n![bg contain](b.png)\n![bg 10%](a.png)\n\n# Over\n", output)
    sizes = [figure.style.get("background-size") for figure in deck.slides[0].all("figure")]
    assert sizes == [None, "contain", "10%"]
    assert deck.texts == ["Over"]


@EACH_OUTPUT
def test_an_image_of_a_colour_stays_in_code(folder: DeckFolder, output: str) -> None:
    """Code that shows how it is written is shown."""
    deck = built(folder, "`![bg](#123abc)`\n\n```\n![](red)\n```\n", output)
    assert deck.texts == ["![bg](#123abc) ![](red)"]
    assert set(deck.section().attributes) == {"id"}


@EACH_OUTPUT
@pytest.mark.parametrize(
    ("front_matter", "name", "content"),
    [
        ("title: My talk", "og:title", "My talk"),
        ("description: A *short* talk", "description", "A *short* talk"),
        ("description: A *short* talk", "og:description", "A *short* talk"),
        ("author: Ann & Bob", "author", "Ann & Bob"),
        ("keywords: a, b", "keywords", "a, b"),
        ("url: https://example.org/talk", "og:url", "https://example.org/talk"),
        ("image: https://example.org/talk.png", "og:image", "https://example.org/talk.png"),
    ],
)
def test_what_is_about_the_document_is_metadata(
    folder: DeckFolder, front_matter: str, name: str, content: str, output: str
) -> None:
    """For search engines and link previews; in the front matter or a comment."""
    assert built(folder, head(front_matter), output).metas[name] == content
    assert built(folder, f"# One\n\n<!-- {front_matter} -->\n", output).metas[name] == content


@EACH_OUTPUT
def test_the_title_is_the_pages(folder: DeckFolder, output: str) -> None:
    """Of the front matter or a comment, else the file's name."""
    for deck, title in (
        (head("title: My: & talk"), "<title>My: &amp; talk</title>"),
        ("<!-- title: Mine -->\n", "<title>Mine</title>"),
        ("# One\n", "<title>talk</title>"),
    ):
        assert title in built(folder, deck, output).page.html


@EACH_OUTPUT
def test_the_language_is_the_pages(folder: DeckFolder, output: str) -> None:
    """And that of each section, as in Marp; English without a word of it."""
    deck = built(folder, head("lang: fr"), output)
    assert next(deck.tree.all("html")).attributes["lang"] == "fr"
    assert deck.section().attributes["lang"] == "fr"
    assert next(built(folder, "# One\n", output).tree.all("html")).attributes["lang"] == "en"


def test_the_size_is_that_of_the_page(folder: DeckFolder) -> None:
    """reveal.js gets it, and so does a printer of the Marp page."""
    assert '"height": 720, ' in built(folder, head("size: 4:3"), "reveal").page.html.replace('":720', '": 720')
    assert '"width": 960' in built(folder, head("size: 4:3"), "reveal").page.html.replace('":960', '": 960')
    assert "@page { size: 960px 720px; margin: 0; }" in built(folder, head("size: 4:3"), "marp").page.html


@EACH_OUTPUT
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_slidegens_themes_are_taken_by_name(folder: DeckFolder, scheme: str, output: str) -> None:
    """`theme: light` and `dark` open with their scheme, in slidegen's own look."""
    html = next(built(folder, head(f"theme: {scheme}"), output).tree.all("html")).attributes
    assert (html["data-scheme"], html["data-look"]) == (scheme, "slidegen")


@EACH_OUTPUT
def test_emoji_ask_no_server(folder: DeckFolder, output: str) -> None:
    """They are text on pictures that are in the file."""
    html = built(folder, ":rocket: 🚀 :+1:\n", output).page.html
    assert "twemoji" not in "".join(html.split("<script>")[:1])
    assert html.count('.sg-emoji-1f680 { background-image: url("data:image/svg+xml,') == 1
    assert html.count('<span class="sg-emoji sg-emoji-1f680">🚀</span>') == 2
