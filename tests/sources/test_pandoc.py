"""pandoc's and Quarto's Markdown decks: how they are divided, what their options come to, what is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegen.model import Background, Deck, Slide, Source
from slidegen.project import Project
from slidegen.sources import parse

TITLE = "% T\n\n"
"""A title block, which makes pandoc's deck of a text: three lines with the empty one under it count two."""


def deck_of(text: str, name: str = "talk.md") -> Deck:
    """The deck of a text."""
    return parse(Source(Path(name), name, text, Project.of(Path())))


def stacks(text: str, name: str = "talk.md") -> list[list[str]]:
    """The first line of each slide, in stacks, without the title slide."""
    deck = deck_of(text, name)
    firsts = [[next(iter(slide.content.text.strip().split("\n")), "") for slide in stack] for stack in deck.stacks]
    return firsts[1:] if deck.title is not None else firsts


def slide_of(text: str) -> Slide:
    """The only slide under the title slide of a deck with this body."""
    _, (slide,) = deck_of(TITLE + text).stacks
    return slide


def warnings(text: str, name: str = "talk.qmd") -> list[str]:
    """What is told of a deck."""
    return [str(warning) for warning in deck_of(text, name).warnings]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# A\n\nx\n\n# B\n\ny", [["# A"], ["# B"]]),
        ("# S\n\n## A\n\nx\n\n## B\n\ny\n\n# T\n\n## C\n\nz", [["# S", "## A", "## B"], ["# T", "## C"]]),
        ("## A\n\nx\n\n# S\n\n## B\n\ny", [["## A"], ["# S", "## B"]]),
        ("# S\n\n## T\n\n### A\n\nx", [["# S", "## T", "### A"]]),
        ("# A\n\nx\n\n## In the slide\n\ny", [["# A"]]),
        ("before\n\n# A\n\nx", [["before"], ["# A"]]),
        ("# S\n\n## A\n\nx\n\n---\n\ny", [["# S", "## A", "y"]]),
        ("# A\n\nx\n\n---\n\n# B\n\ny", [["# A"], ["# B"]]),
        ("# S\n\n## A\n\nx\n\n---\n\n# T\n\n## B\n\ny", [["# S", "## A", ""], ["# T", "## B"]]),
        ("# A\n\n```\n# code\n\n---\n```\n", [["# A"]]),
        ("# A\n\n$$\n---\n$$\n\nx", [["# A"]]),
        ("# A\n\nx\n\n::: {.b}\ny\n\n---\n\n:::\n", [["# A"]]),
        ("# A\n\nx\n\n::: {.b}\n# B\n\ny\n:::\n", [["# A"], ["::: {.b}"]]),
        ("# A\n\nx\n\n> # B\n\n- # C\n", [["# A"]]),
        ("A\n=\n\nx\n\nB\n=\n\ny", [["A"], ["B"]]),
        ("# A\n\nx\n# B\n", [["# A"]]),
    ],
)  # fmt: skip
def test_headings_and_rulers_divide_a_deck(body: str, expected: list[list[str]]) -> None:
    """By pandoc's rules: the slide level is that of the highest heading with content under it, sections are stacks.

    Expectations are those of ``pandoc -t revealjs``.
    """
    assert stacks(TITLE + body) == expected


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        ("format: revealjs\nslide-level: 1", "talk.md", [["# A"]]),
        ("dialect: pandoc\nslide-level: 2", "talk.md", [["# A", "## B"]]),
        ("dialect: pandoc\nslide-level: 0", "talk.md", [["# A"]]),
        ("format: revealjs", "talk.md", [["# A", "## B"]]),
        ("format:\n  revealjs:\n    slide-level: 1", "talk.md", [["# A"]]),
        ("lang: en", "talk.qmd", [["# A", "## B"]]),
    ],
)
def test_a_slide_level_may_be_given(head: str, name: str, expected: list[list[str]]) -> None:
    """In the front matter; Quarto's is 2 where none is."""
    assert stacks(f"---\n{head}\n---\n\n# A\n\nx\n\n## B\n\ny\n", name) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("{#n .a .b}", {"id": "n", "classes": ("a", "b")}),
        ("{.unnumbered .unlisted -}", {"classes": ()}),
        ('{background-color="#123"}', {"background": Background(color="#123")}),
        (
            '{data-background-image="a.png" background-size=contain background-opacity=0.5}',
            {"background": Background(image="a.png", size="contain", opacity=0.5)},
        ),
        ("{background=b.jpg}", {"background": Background(image="b.jpg")}),
        ("{background=teal}", {"background": Background(color="teal")}),
        (
            '{background-gradient="linear-gradient(red, blue)"}',
            {"background": Background(gradient="linear-gradient(red, blue)")},
        ),
        ("{transition=zoom auto-animate=true}", {"transition": "zoom", "auto_animate": True}),
        ("{visibility=uncounted}", {"visibility": "uncounted"}),
        ("{background-video=v.mp4}", {"attributes": {"data-background-video": "v.mp4"}}),
        (
            "{state=x k='a b' data-l=1 style='color:red'}",
            {"attributes": {"data-state": "x", "data-k": "a b", "data-l": "1", "style": "color:red"}},
        ),
        ("## {.closed}", {"classes": ("closed",)}),
    ],
)
def test_the_attributes_of_a_heading_are_its_slides(attributes: str, expected: dict[str, Any]) -> None:
    """With ``data-`` or without; none of them is left in the text."""
    slide = slide_of(f"## A {attributes}\n\nx\n")
    assert {name: getattr(slide.options, name) for name in expected} == expected
    assert "{" not in slide.content.text


@pytest.mark.parametrize("heading", ["A {{ x }}", "A {not one}", "`{.a}`", "A \\{.b}", "A {.b} c"])
def test_other_braces_are_text(heading: str) -> None:
    """An expression of a template, code, and what has words that are no attributes."""
    assert slide_of(f"# {heading}\n\nx\n").content.text.startswith(f"# {heading}\n")


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Two & Three -- x!", "two-three-x"),
        ("`a_b` *c*", "a_b-c"),
        ("3. Foo", "foo"),
        ("ß É_x", "ß-é_x"),
        ("123", "section"),
        ('Foo "q"', "foo-q"),
    ],
)
def test_a_heading_has_the_name_that_pandoc_gives_it(heading: str, name: str) -> None:
    """As ``pandoc -t html`` writes it."""
    assert slide_of(f"# {heading}\n\nx\n").options.id == name


def test_what_another_slide_defines_is_there() -> None:
    """A note, an address, and a heading's own text in brackets; a slide is read by itself."""
    body = "# A\n\n[^n] [x] [A B][]\n\n# A B\n\ny\n\n[^n]: note\n    more\n\n[x]: https://x.y\n"
    first = deck_of(TITLE + body).stacks[1][0]
    assert first.content.text == ("# A\n\n[^n] [x] [A B][]\n\n[^n]: note\n    more\n\n[x]: https://x.y\n\n[A B]: #a-b")


def test_a_title_slide_comes_first() -> None:
    """With the subtitle, who speaks and from where, and the date."""
    deck = deck_of(
        "---\ntitle: The *talk*\nsubtitle: Sub\nauthor:\n  - name: A\n    affiliation: U\n  - B\ndate: 2024-05-01\n"
        "title-slide-attributes: {data-background-color: red}\n---\n\n## X\n\nx\n",
        "talk.qmd",
    )
    first = deck.stacks[0][0]
    assert first.content.text == "# The *talk*\n\nSub\n\nA\n\nB\n\nU\n\n2024-05-01"
    assert (first.content.line, first.options.layout, first.options.id) == (2, "title", "title-slide")
    assert first.options.background == Background(color="red")
    assert (deck.options.title, deck.options.author, deck.options.date) == ("The talk", "A, B", "2024-05-01")


def test_a_title_block_of_percents_is_one() -> None:
    """Lines go on where they are indented; the body's lines are those of the file."""
    deck = deck_of("% The\n  talk\n% A; B\n  C\n%\n\n# X\n\nx\n")
    title, slide = (stack[0] for stack in deck.stacks)
    assert title.content.text == "# The talk\n\nA\n\nB\n\nC"
    assert (slide.content.text, slide.content.line) == ("# X\n\nx\n", 7)


def test_options_of_revealjs_are_slidegens() -> None:
    """In reveal.js' spelling or Quarto's, on the top level, as pandoc's template has them, or below the format."""
    deck = deck_of(
        "---\ntransition: zoom\nformat:\n  revealjs:\n    theme: moon\n    slide-number: c/t\n"
        "    auto-slide: 5000\n    width: 1600\n    height: 900\n    incremental: true\n    footer: F\n"
        "    smaller: true\n    controls: false\n    embed-resources: true\n---\n\n## X\n\nx\n",
        "talk.qmd",
    )
    options = deck.options
    assert options.reveal == {"transition": "zoom", "slideNumber": "c/t", "autoSlide": 5000, "controls": False}
    assert (options.theme, options.size, options.slide_number) == ("dark", (1600, 900), True)
    assert options.lines["reveal.autoSlide"] == 7
    slide = deck.stacks[0][0]
    assert (slide.options.incremental, slide.options.classes) == (True, ("smaller",))
    assert deck.footer is not None
    assert (deck.footer.text, deck.footer.line) == ("F", 11)
    assert deck.warnings == ()


def test_a_deck_that_asks_for_no_numbers_has_none() -> None:
    """As in pandoc and Quarto."""
    assert not deck_of("## X\n", "talk.qmd").options.slide_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nformat:\n  revealjs:\n    chalkboard: true\n    logo: x.png\n    menu: false\n---\n\n## X\n",
         ["talk.qmd:4: format.revealjs.chalkboard is not supported; it is left out",
          "talk.qmd:5: format.revealjs.logo is not supported; it is left out"]),
        ("---\nformat: {revealjs: {theme: [sky, my.scss]}}\n---\n\n## X\n",
         ["talk.qmd:2: theme my.scss is not supported; it is left out"]),
        ("---\nformat: {revealjs: {theme: nosuch}}\n---\n\n## X\n",
         ["talk.qmd:2: unknown theme 'nosuch'; the deck is built with theme: auto"]),
        ("---\nformat: {revealjs: {width: 100%}}\n---\n\n## X\n",
         ["talk.qmd:2: width is '100%' and is left out; allowed: 200 to 4000 pixels"]),
        ("---\ndate: today\nlogo: x\nfilters: [y]\n---\n\n## X\n",
         ["talk.qmd:2: date: today is not filled in, so that a deck is built the same every day; write the date"]),
        ("## X\n\n```{python}\n1\n```\n", ["talk.qmd:3: a code cell is shown, not run; its output is missing"]),
        ("## X\n\n```{python}\n1\n```\n\n```{r, echo=FALSE}\n2\n```\n\n```{python}\n#| echo: false\n3\n```\n",
         ["talk.qmd:3: 3 code cells are shown, not run (2 with echo: false left out); their output is missing"]),
        ("## X\n\ntext\n{{< meta a >}} `{{< x >}}`\n\n{{< video a.mp4 >}} {{< fa rocket >}} {{< qrcode a.org >}}\n",
         ["talk.qmd:4: the shortcode {{< meta a >}} of Quarto is left out"]),
        ("## X\n\ntext\n{{< fa brands github >}}\n\n{{< video https://x.y/z >}}\n",
         ["talk.qmd:4: the icon 'github' is left out; slidegen icons lists those of Lucide, :lucide-cpu:",
          "talk.qmd:6: the video 'https://x.y/z' is on the network, which a single file cannot play; it is a link"]),
        ("## X\n\n```{=latex}\nx\n```\n\n`x`{=tex} `y`{=html}\n",
         ["talk.qmd:3: raw latex is left out; only {=html} is kept",
          "talk.qmd:7: raw tex is left out; only {=html} is kept"]),
        ("## X\n\n::: {.a}\n\nx\n\n## Y\n\ny\n", ["talk.qmd:3: ::: {.a} is not closed"]),
        ("## X\n\nx\n\n:::\n", ["talk.qmd:5: ::: closes nothing"]),
        ("## X\n\nx[^1]\n\n[^1]: A\n\n## Y\n\ny[^1]\n\n[^1]: B\n",
         ["talk.qmd:11: the footnote [^1] is also defined on line 5; the last definition counts"]),
        ("## X\n\n::: box with words\nx\n:::\n",
         ["talk.qmd:3: 'with words' after ::: is not an attribute and is left out; write ::: {.name key=value}"]),
        ("## X {background-iframe='https://x'}\n",
         ["talk.qmd:1: background-iframe is left out: one file cannot hold another page"]),
        ("## X\n\n(@a) b\n\nsee (@a)\n",
         ["talk.qmd:5: (@a) is shown as it is written, not as an example's number"]),
        ("## X\n\n```\n::: {.a}\n:::\n[@a] {{< x >}}\n```\n", []),
    ],
)  # fmt: skip
def test_what_is_lost_is_told_with_its_line(text: str, expected: list[str]) -> None:
    """Options, cells, shortcodes, raw text of other formats, divs that nothing closes; nothing of code."""
    assert warnings(text) == expected


def test_an_unclosed_div_swallows_no_slide() -> None:
    """What follows it stays divided."""
    assert stacks(TITLE + "# A\n\n::: {.b}\n\nx\n\n# B\n\ny\n") == [["# A"], ["# B"]]


def test_hidden_cells_leave_the_lines_of_others_where_they_are() -> None:
    """Also those of a deck that hides all; one may show itself."""
    head = "---\nexecute: {echo: false}\n---\n"
    deck = deck_of(f"{head}## X\n\n```{{python}}\n1\n```\n\n```{{python}}\n#| echo: true\n2\n```\n", "talk.qmd")
    assert deck.stacks[0][0].content.text == "## X\n\n\n\n\n\n```{python}\n#| echo: true\n2\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        "% T\n\n# A\n",
        "---\nformat: revealjs\n---\n# A\n",
        "---\nformat:\n  revealjs:\n    theme: sky\n---\n# A\n",
        "# A\n\n::: {.columns}\nx\n:::\n",
    ],
)
def test_signs_of_pandoc_are_seen(text: str) -> None:
    """A title block, the format, a div with attributes."""
    assert deck_of(text).dialect == "pandoc"


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n---\n\n% x\n",
        "# A\n\n```\n::: {.columns}\n:::\n```\n",
        "# A\n\n::: tip\nx\n:::\n",
        "---\nmarp: true\n---\n::: {.a}\n:::\n",
    ],
)
def test_other_decks_are_none(text: str) -> None:
    """What stands in code is no sign, nor is slidegen's own container."""
    assert deck_of(text).marp is not None
