"""Tabsets in HTML, in every dialect: panels below each other under their titles, and what is told of mistakes."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.deck_folder import DeckFolder, Page

HEADED = "### Linux\n\napt\n\n### macOS {.active}\n\nbrew\n\n#### Deeper\n\nmore\n"


def panels(page: Page) -> list[LexborNode]:
    """The panels of all tabsets of a deck."""
    return LexborHTMLParser(page.slides).css(".tabset > .tab-panel")


def texts(page: Page) -> list[list[str]]:
    """The words in each panel, its title first."""
    return [panel.text(deep=True).split() for panel in panels(page)]


@pytest.mark.parametrize(
    ("name", "deck"),
    [
        ("talk.yml", "slides:\n  - |\n    ## A\n\n    ::: tabs\n    " + HEADED.replace("\n", "\n    ") + "\n    :::\n"),
        ("talk.yml", "slides:\n- layout: tabs\n  content: |\n    ## A\n\n    " + HEADED.replace("\n", "\n    ")),
        ("marp.md", f"---\nmarp: true\n---\n# A\n\n::: tabs\n{HEADED}:::\n"),
        ("plain.md", f"# A\n\n::: tabs\n{HEADED}:::\n\n# B\n\ntext\n"),
        ("divided.md", f"---\nmarp: true\nheadingDivider: 3\n---\n# A\n\n::: tabs\n{HEADED}:::\n"),
        ("reveal.md", f"---\ndialect: reveal\n---\n# A\n\n::: tabs\n{HEADED}:::\n"),
        ("talk.qmd", f"## A\n\n::: {{.panel-tabset}}\n{HEADED}:::\n"),
        (
            "talk.org",
            "* A\n#+begin_tabs\n#+begin_tab Linux\napt\n#+end_tab\n#+ATTR_HTML: :class active\n#+begin_tab macOS\n"
            "brew\n\nDeeper\n\nmore\n#+end_tab\n#+end_tabs\n",
        ),
    ],
    ids=lambda value: value if "\n" not in value and " " not in value else "",
)
def test_every_dialect_has_tabs(folder: DeckFolder, name: str, deck: str) -> None:
    """The active one is marked; deeper headings stay in their panel, and nothing is told."""
    page = folder.build(deck, name)
    assert texts(page) == [["Linux", "apt"], ["macOS", "brew", "Deeper", "more"]]
    assert ["data-open" in panel.attributes for panel in panels(page)] == [False, True]
    assert [node.attributes["class"] for node in LexborHTMLParser(page.slides).css(".tab-title")] == ["tab-title"] * 2
    assert page.built.warnings == ()


def test_a_tab_has_a_container_of_its_own(folder: DeckFolder) -> None:
    """Its title is Markdown; headings in it, and tabsets, are content."""
    page = folder.slide(
        """
        ::::: tabs
        :::: tab *One* & {.quiet}
        ### No title
        ::::
        :::: tab `<b>`
        ::: tabs
        ### In
        a
        ### Out
        b
        :::
        ::::
        :::::
        """
    )
    outer = LexborHTMLParser(page.slides).css(".body > .tabset > .tab-panel")
    titles = LexborHTMLParser(page.slides).css(".body > .tabset > .tab-panel > .tab-title")
    assert [title.html for title in titles] == [
        '<h3 class="tab-title"><em>One</em> &amp;</h3>',
        '<h3 class="tab-title"><code>&lt;b&gt;</code></h3>',
    ]
    assert [panel.text(deep=True).split() for panel in outer] == [
        ["One", "&", "No", "title"],
        ["<b>", "In", "a", "Out", "b"],
    ]
    assert page.built.warnings == ()


def test_steps_and_groups(folder: DeckFolder) -> None:
    """Each tab but the first one to be open comes in a step, or the one that says so, at its place in the order."""
    page = folder.slide("::: tabs .steps group=os\n### A\na\n### B\nb\n### C\nc\n:::")
    assert [len(panel.css(".fragment.tab-step")) for panel in panels(page)] == [0, 1, 1]
    assert '<div data-group="os" class="tabset"' in page.slides
    page = folder.slide("::: tabs\n### A\na\n### B {.fragment data-fragment-index=4}\nb\n### C\nc\n:::")
    assert [len(panel.css(".tab-step")) for panel in panels(page)] == [0, 1, 0]
    assert '<span class="fragment tab-step" data-fragment-index="4">' in page.slides
    page = folder.build('slides:\n- {layout: tabs, incremental: true, content: "## A\\n\\n### B\\nb\\n\\n### C\\nc"}')
    assert [len(panel.css(".tab-step")) for panel in panels(page)] == [0, 1]
    page = folder.build('## X\n\n::: {.panel-tabset .steps group="os"}\n### A\n\na\n\n### B\n\nb\n:::\n', "talk.qmd")
    assert [len(panel.css(".tab-step")) for panel in panels(page)] == [0, 1]
    assert 'data-group="os"' in page.slides


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_notes_in_a_panel_are_notes(folder: DeckFolder, output: str) -> None:
    """What stands before and after them stays in the panel, once."""
    tabs = ":::: tabs\n### B\nb\n\n::: notes\nsay it\n:::\n\nrest\n\n### C\nc\n::::"
    deck = f"---\nmarp: true\n---\n# A\n\n{tabs}\n\nafter\n"
    page = folder.build(deck, "talk.md", format=output)
    tree = LexborHTMLParser(page.html)
    assert [panel.text(deep=True).split() for panel in tree.css(".tab-panel")] == [["B", "b", "rest"], ["C", "c"]]
    (section,) = tree.css("section[data-size], marp-section, .marpit section")
    assert section.text(deep=True).split() == ["A", "B", "b", "rest", "C", "c", "after"]
    said = tree.css_first("aside.notes" if output == "reveal" else "#notes")
    assert said is not None
    assert "say it" in said.text(deep=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("::: tabs\nwords\n:::", ["talk.yml:3: a tabset has no tabs; it needs two or more headings"]),
        ("::: tabs\n### A\na\n:::", ["talk.yml:3: a tabset has one tab only; it needs two or more headings"]),
        ("::: tabs\n### A\na\n### B\n### C\nc\n:::", ["talk.yml:6: the tab 'B' is empty"]),
        ("::: tabs\n### A\na\n### A\nb\n:::", ["talk.yml:6: the tabset has two tabs with the title 'A'"]),
        (
            "::: tabs\n### A {.active}\na\n### B {.active}\nb\n:::",
            ["talk.yml:6: the tab 'B' is .active, but another one"],
        ),
        ("::: tabs\n### A\na\n### B\nb", ["talk.yml:3: the container ::: tabs is not closed"]),
        ("::: tab A\na\n:::", ["talk.yml:3: ::: tab stands in no ::: tabs"]),
        (
            "::: tabs\n" + "".join(f"### {n}\na\n" for n in range(200)) + ":::",
            ["talk.yml:3: a tabset has 200 tabs; more"],
        ),
    ],
)
def test_mistakes_are_told_and_nothing_is_lost(folder: DeckFolder, text: str, told: list[str]) -> None:
    """With the line of the tabset or of the tab."""
    page = folder.slide(text)
    warnings = [str(one).replace(f"{folder.path}/", "") for one in page.built.warnings]
    assert len(warnings) == len(told)
    assert [one.startswith(start) for one, start in zip(warnings, told, strict=True)] == [True] * len(told)
    words = LexborHTMLParser(page.body).text(deep=True).split()
    assert [word for word in text.split() if word.isalnum() and word not in ("tabs", "tab") and word not in words] == []


def test_a_layout_without_headings_is_told(folder: DeckFolder) -> None:
    """As the other layouts tell it."""
    page = folder.build("slides:\n  - layout: tabs\n    content: |\n      ## A\n\n      ### only\n\n      one\n")
    (warning,) = map(str, page.built.warnings)
    assert "layout 'tabs' needs two or more headings" in warning


def test_charts_have_the_height_of_the_slide_for_themselves(folder: DeckFolder) -> None:
    """Panels take turns: what stands in another one takes no room."""
    head = "tables: {t: {source: data, rows: [{a: x, b: 1}, {a: y, b: 2}]}}\n"
    head += "figures: {f: {kind: bars, table: t, value: b}}\n"

    def height(text: str) -> float:
        page = folder.slide(text, head)
        svg = LexborHTMLParser(page.slides).css_first("svg.chart")
        assert svg is not None
        return float(str(svg.attributes["viewBox"]).split()[3])

    long = "\n\n".join(["text"] * 8)
    alone = height('## A\n\n::: tabs\n### B\nb\n### C\n{{ chart("f") }}\n:::')
    assert height(f'## A\n\n::: tabs\n### B\n{long}\n### C\n{{{{ chart("f") }}}}\n:::') == alone > 300


def test_the_transcript_has_all_panels(folder: DeckFolder) -> None:
    """Each under its title."""
    page = folder.slide("## A\n\n::: tabs\n### B\nwords of b\n### C\nwords of c\n:::")
    text = page.html.split('<dialog class="sg-dialog sg-transcript"')[1].split("</dialog>")[0]
    assert "<h4>B</h4> <p>words of b</p>" in text
    assert "<h4>C</h4> <p>words of c</p>" in text


def test_pages_without_tabs_have_no_script_for_them(folder: DeckFolder) -> None:
    """Nothing that nobody needs."""
    assert "tablist" not in folder.slide('## A\n\n<p>class="tabset"</p>').html
    assert "tablist" in folder.slide("::: tabs\n### A\na\n### B\nb\n:::").html
