"""The layouts that arrange content: nothing is lost in any of them, and each says what it needs."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from selectolax.lexbor import LexborHTMLParser

from slidegen.model import Layout
from tests.deck_folder import PIXEL, DeckFolder

HEAD = """\
tables:
  t:
    source: data
    rows:
      - {method: NF4, bits: 4.5}
      - {method: INT8, bits: 8}
figures:
  f: {kind: bars, table: t, label: method, value: bits, provenance: false}
"""
EVERYTHING = """\
## The heading of it

opening text

- **1 GiB** item one
- **2** item two
    - nested item

### first group

1. **2021** numbered one
2. **2022** numbered two

> quoted words

— attributed

### second group {.recommended}

![alt of it](pixel.png "caption of it")

```python
code = "of it"
```

```text
printed
```

| head |
|------|
| cell |

{{ chart("f") }}

{{ table("t") }}

$$E = mc^2$$

term
: definition

***

::: tip Title of tip
callout text
:::

:::: columns
::: column
left column
:::
::: column
right column
:::
::::

<p>raw text</p>

closing text[^1]

::: notes
words for the speaker
:::

[^1]: text of the footnote
"""
WORDS = """\
The heading of it|opening text|1 GiB|item one|item two|nested item|first group|2021|numbered one|2022|numbered two
|quoted words|attributed|second group|caption of it|code|of it|printed|head|cell|method|INT8|E|term|definition
|Title of tip|callout text|left column|right column|raw text|closing text""".replace("\n", "").split("|")
"""The words of EVERYTHING in their order."""
PICTURE_LAST = frozenset({"image-left", "image-right", "image-full"})
"""The layouts that put the picture after everything else."""


def text_of(html: str) -> str:
    """The words of HTML, without those of charts for a phone."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["style", "script"])
    for node in tree.css(".phone-chart, aside.notes, annotation, svg"):
        node.decompose()
    return " ".join(tree.text(separator=" ").split())


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("layout", get_args(Layout))
def test_no_layout_loses_or_moves_anything(folder: DeckFolder, layout: str, output: str) -> None:
    """A slide with every kind of block shows all of it in the order in which it is written, whatever the layout."""
    folder.write("pixel.png", PIXEL)
    content = "".join(f"      {line}\n" if line else "\n" for line in EVERYTHING.split("\n"))
    # An agenda needs sections.
    deck = f"{HEAD}slides:\n  - layout: {layout}\n    content: |\n{content}  - '# A section'\n"
    html = folder.build(deck, format=output).html
    start = html.index("The heading of it</h2>") - 200
    shown = text_of("<div>" + html[html.index("<h2", start) : html.index("A section</h1>")])
    at = 0
    for word in WORDS:
        if word == "caption of it" and layout in PICTURE_LAST:
            assert word in shown
            continue
        found = shown.find(word, at)
        assert found >= 0, f"{word!r} is not after {shown[max(0, at - 60) : at]!r}"
        at = found + len(word)
    assert "text of the footnote" in shown
    assert 'data-figure="f"' in html
    assert 'data-table="t"' in html
    assert "words for the speaker" in html
    assert "words for the speaker" not in shown


def slide(folder: DeckFolder, layout: str, content: str, **more: str) -> str:
    """The HTML of the text of a slide with this layout."""
    lines = "".join(f"      {line}\n" if line else "\n" for line in content.split("\n"))
    options = "".join(f"    {key}: {value}\n" for key, value in more.items())
    page = folder.build(f"{HEAD}slides:\n  - layout: {layout}\n{options}    content: |\n{lines}")
    assert page.built.warnings == ()
    return re.sub(r' data-line="\d+"', "", page.body)


def warnings(folder: DeckFolder, layout: str, content: str) -> list[str]:
    """The warnings about a slide with this layout, whose text begins on line 4."""
    lines = "".join(f"      {line}\n" if line else "\n" for line in content.split("\n"))
    found = folder.build(f"slides:\n  - layout: {layout}\n    content: |\n{lines}").built.warnings
    return [str(one).replace(f"{folder.path}/", "") for one in found]


def test_numbers_are_large_and_units_small(folder: DeckFolder) -> None:
    """The list stays a list; a computed value keeps its exact value, and its text is not changed."""
    html = slide(
        folder,
        "stats",
        '- **-14.9 GiB** less\n- {{ tables.t.row("NF4").bits | number(1) }} bits each\n- **{{ 3 | number(0) }}×** more'
        "\n- **NF4** format",
    )
    assert html.count("<li>") == 4
    assert '<li><strong>−14.9<span class="unit"> GiB</span></strong> less</li>' in html
    assert re.search(
        r'<li><strong><span class="computed" [^>]*data-value="4.5"[^>]*>4.5</span></strong> bits each', html
    )
    assert "<strong>NF4</strong> format" in html
    assert "--across:4;--number:" in html


def test_ranges_and_dates_keep_their_hyphens(folder: DeckFolder) -> None:
    """Only a hyphen before a number is a minus."""
    html = slide(folder, "stats", "- **3-5** people\n- **2026-07-15** the day\n- **~-5** degrees")
    assert re.findall("<li><strong>(.*?)</strong>", html) == ["3-5", "2026-07-15", "~−5"]


def test_all_numbers_of_a_slide_are_alike_and_fit(folder: DeckFolder) -> None:
    """The longest decides: 120 pixels for short ones, less for four long ones, none under 48."""

    def size(*values: str) -> float:
        html = slide(folder, "stats", "\n".join(f"- **{value}** a" for value in values))
        (found,) = re.findall(r"--number:([\d.]+)px", html)
        return float(found)

    assert size("4", "5") == 120
    assert 48 < size("1", "2", "3", "1,234,567") < 80
    assert size("1", "2", "3", "1,234,567,890,123") == 48


@pytest.mark.parametrize(
    ("layout", "content", "line"),
    [
        ("stats", "## A\n\n- **1** only one", 6),
        ("stats", "## A\n\n- **1** one\n- no value first", 6),
        ("stats", "## A\n\ntext", 4),
        ("comparison", "## A\n\n### one\n\ntext", 4),
        ("comparison", "## A\n\n### 1\n\n### 2\n\n### 3\n\n### 4", 4),
        ("cards", "## A\n\n- only one", 6),
        ("cards", "## A\n\ntext", 4),
        ("timeline", "## A\n\n- only one", 6),
        ("quote", "no quotation", 4),
        ("code-and-result", "## A\n\n```python\na\n```", 4),
    ],
)
def test_content_that_does_not_fit_its_layout_is_told(folder: DeckFolder, layout: str, content: str, line: int) -> None:
    """With the line of the list or of the slide, and what the layout needs."""
    (warning,) = warnings(folder, layout, content)
    assert warning.startswith(f"talk.yml:{line}: layout {layout!r} needs ")
    assert warning.endswith("the content is shown as text")


def test_headings_begin_columns_and_a_ruler_ends_them(folder: DeckFolder) -> None:
    """Each heading stands in its column; classes meant for the column move to it, fragments too."""
    html = slide(
        folder, "comparison", "## A\n\n### B {.fragment}\n\nb\n\n### C {.recommended .quiet}\n\nc\n\n***\n\nafter"
    )
    tree = LexborHTMLParser(html)
    assert [node.text(deep=True).split() for node in tree.css(".comparison > .column")] == [["B", "b"], ["C", "c"]]
    assert [node.attributes["class"] for node in tree.css(".comparison > .column")] == [
        "column fragment",
        "column recommended",
    ]
    assert [node.attributes.get("class") for node in tree.css("h3")] == [None, "quiet"]
    assert html.rstrip().endswith("<p>after</p>")
    assert "<hr" not in html


def test_cards_are_made_of_headings_or_of_items(folder: DeckFolder) -> None:
    """In rows of two or three; lists stay lists, and their items can come one by one."""
    headed = slide(folder, "cards", "## A\n\n### B\nb\n\n### C\nc\n\n### D\nd\n\n### E\ne")
    assert headed.count('class="column card"') == 4
    assert "--across:2" in headed
    listed = slide(folder, "cards", "- **B** b\n- **C** c\n- d", incremental="true")
    assert listed.count('<li class="fragment">') == 3
    assert listed.count('<strong class="card-title">') == 2
    assert "--across:3" in listed


def test_a_timeline_lies_unless_its_texts_are_long(folder: DeckFolder) -> None:
    """Seven points, long texts or lists in them stand below each other."""
    short = "\n".join(f"- **20{year}** a" for year in range(20, 26))
    assert 'class="timeline" style="--across:6;' in slide(folder, "timeline", short)
    assert 'class="timeline upright"' in slide(folder, "timeline", f"{short}\n- **2026** b")
    assert 'class="timeline upright"' in slide(folder, "timeline", f"- **2020** {'word ' * 60}\n- **2021** a")
    assert 'class="timeline upright"' in slide(folder, "timeline", "- **2020** a\n    - b\n- **2021** a")
    assert '<strong class="date">2020</strong>' in slide(folder, "timeline", short)


def test_a_portrait_stands_where_it_is_written(folder: DeckFolder) -> None:
    """Before or after the words, and the attribution is below the quotation."""
    folder.write("pixel.png", PIXEL)
    first = slide(folder, "quote", "![](pixel.png)\n\n> a\n\n— b")
    assert re.search(r"columns quoted.*column portrait.*<img.*<blockquote>.*— b", first, re.DOTALL)
    last = slide(folder, "quote", "> a\n\n— b\n\n![](pixel.png)")
    assert re.search(r"columns quoted.*<blockquote>.*— b.*column portrait.*<img", last, re.DOTALL)


def charts(html: str) -> list[tuple[float, float]]:
    """Width and height of every chart, but for those for a phone."""
    found = re.finditer(r'(phone-chart">)?<svg class="chart"[^>]* width="([\d.]+)" height="([\d.]+)"', html)
    return [(float(match[2]), float(match[3])) for match in found if match[1] is None]


CALL = '{{ chart("f") }}'


def test_charts_get_the_space_of_their_cells(folder: DeckFolder) -> None:
    """Columns with 56 pixels between them; cards with 28 around their content and between them."""
    (left, right) = charts(slide(folder, "comparison", f"## A\n\n### B\n{CALL}\n\n### C\n{CALL}"))
    assert left[0] == right[0] == 540
    two = charts(slide(folder, "cards", f"## A\n\n### B\n{CALL}\n\n### C\n{CALL}"))
    assert [width for width, _ in two] == [(1136 - 28) / 2 - 56] * 2
    four = charts(slide(folder, "cards", "## A\n\n" + "\n\n".join(f"### {n}\n{CALL}" for n in range(4))))
    assert len(four) == 4
    assert all(height < one / 2 for (_, height), (_, one) in zip(four, two * 2, strict=True))
    (beside,) = charts(slide(folder, "code-and-result", f"## A\n\n```python\na\n```\n\n{CALL}"))
    assert beside == (540, 542)
