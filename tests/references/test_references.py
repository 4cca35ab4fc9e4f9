"""Cross references: what has a label is numbered, and each reference is a link to it, in every dialect and output."""

from __future__ import annotations

import base64
import json
import re

import pytest

from tests.deck_folder import PIXEL, DeckFolder, without_transcript

BODY = """\
## One {#sec-one}

![A card](a.png){#fig-card width=50%}

See @fig-card, [-@tbl-run] and [Eq. @eq-sum] in @sec-one.

## Two

| a | b |
|---|---|
| 1 | 2 |

: Both *runs* {#tbl-run}

$$
a = b
$$ {#eq-sum}
"""
FIRST, SECOND = (part.replace("\n", "\n  ").rstrip(" ") for part in BODY.split("## Two"))
YAML = f"slides:\n- |\n  {FIRST}\n- |\n  ## Two{SECOND}\n"
MARKDOWN = BODY.replace("## Two", "---\n\n## Two")


@pytest.fixture
def pictured(folder: DeckFolder) -> DeckFolder:
    """A folder with a picture and a table."""
    folder.path.joinpath("a.png").write_bytes(PIXEL)
    folder.write("d.csv", "name,v\na,1\nb,2\n")
    return folder


def words(html: str) -> str:
    """The text of some HTML."""
    return " ".join(re.sub(r"<[^<>]*>", "", html).split())


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "deck"),
    [
        ("talk.yml", YAML),
        ("talk.md", f"---\nlayout: content\n---\n\n{MARKDOWN}"),
        ("marp.md", f"---\nmarp: true\n---\n\n{MARKDOWN}"),
        ("talk.qmd", f"---\nformat: revealjs\n---\n\n{BODY}"),
    ],
)
def test_every_dialect_numbers_and_links(pictured: DeckFolder, name: str, deck: str, output: str) -> None:
    """Pictures, tables, formulas and headings; in both outputs no brace of a label is left."""
    page = pictured.build(deck, name, format=output)
    html = without_transcript(page.html)
    links = re.findall(r'<a class="cite cross-reference" href="#([\w-]+)"[^<>]*>(.*?)</a>', html)
    assert links == [
        ("fig-card", "Figure\u00a01"), ("tbl-run", "1"), ("eq-sum", "1"), ("sec-one", "Section\u00a01")
    ]  # fmt: skip
    for target in ("fig-card", "tbl-run", "eq-sum", "sec-one"):
        assert len(re.findall(rf'\sid="{target}"', html)) == 1
    shown = words(html)
    assert "Figure 1: A card" in shown
    assert "Table 1: Both runs" in shown
    assert "and Eq. 1 in" in shown
    assert re.search(r">1 One\s*<", html)
    assert re.search(r'class="(?:katex-)?tag"', html)  # KaTeX's number of a formula
    assert "{#" not in shown
    assert page.built.warnings == ()


def test_tables_and_charts_are_known_by_their_names(pictured: DeckFolder) -> None:
    """A table, a chart and a diagram; those that nothing refers to have no number."""
    page = pictured.build(
        "tables:\n  t: {source: data, file: d.csv, caption: Rows}\n  u: {source: data, file: d.csv}\n"
        "figures:\n  bars: {table: t, kind: bars, label: name, value: v, caption: Bars}\n"
        "slides:\n- \"{{ table('u') }}\"\n- \"{{ table('t') }}\"\n- \"{{ chart('bars') }}\"\n"
        "- content: |\n    @tbl-t and @fig-bars\n  notes: As @fig-bars shows.\n"
    )
    assert '<figure id="tbl-t" class="computed-table"' in page.bodies[1]
    assert "Table 1: Rows" in page.bodies[1]
    assert '<figure id="fig-bars" class="computed-figure"' in page.bodies[2]
    assert "Figure 1: Bars" in page.bodies[2]
    assert words(page.bodies[3]) == "Table 1 and Figure 1"
    assert "Table" not in words(page.bodies[0])
    assert "<p>As Figure\u00a01 shows.</p>" in page.notes[3]


def test_numbers_follow_the_deck_and_its_language(pictured: DeckFolder) -> None:
    """Each kind for itself; a table's label may stand above it."""
    page = pictured.build(
        "lang: de\nslides:\n- |\n  @fig-b, [@fig-a; @fig-b] und [-@tbl-x]\n\n  ![A](a.png){#fig-a}\n\n"
        '  ![B](a.png "Titel"){#fig-b}\n- |\n  {#tbl-x caption="Oben"}\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n'
    )
    assert "Abbildung 2, Abbildung 1, Abbildung 2 und 1" in words(page.bodies[0])
    assert "Abbildung 2: Titel" in words(page.slides)
    assert '<p id="tbl-x" class="caption">Tabelle 1: Oben</p>' in page.bodies[1]


def test_a_deck_without_labels_keeps_its_text(folder: DeckFolder) -> None:
    """A reference is a warning with its line; code, links and escaped names are none."""
    page = folder.build("slides:\n- |\n  a\n\n  as @fig-x, `@fig-y`, \\@fig-z, a@fig-w.org\n")
    assert "as @fig-x, <code>@fig-y</code>, @fig-z" in page.body
    assert [(one.line, one.message) for one in page.built.warnings] == [
        (5, "the reference @fig-x is shown as it is written: nothing has a label such as {#fig-x}")
    ]


def test_mistakes_have_their_lines(pictured: DeckFolder) -> None:
    """An unknown name with the nearest, and a label that is given twice."""
    head = "slides:\n- |\n  ![A](a.png){#fig-card}\n"
    (unknown,) = pictured.problems(f"{head}\n  @fig-cart\n")
    assert unknown.startswith(
        "talk.yml:5: reference: nothing has the label 'fig-cart'; did you mean 'fig-card'? available: fig-card"
    )
    assert pictured.problems(f"{head}\n  ![A](a.png){{#fig-card}}\n\n  @fig-card\n") == [
        "talk.yml:5: label: 'fig-card' is given twice, first at line 3; a label names one thing"
    ]
    table = (
        "tables:\n  t: {source: data, file: d.csv}\nslides:\n- \"{{ table('t') }}\"\n- \"{{ table('t') }} @tbl-t\"\n"
    )
    assert pictured.problems(table) == [
        "talk.yml:5: reference: 'tbl-t' is placed 2 times, on lines 4 and 5; a reference names one thing"
    ]


def test_a_label_at_nothing_is_a_warning(pictured: DeckFolder) -> None:
    """With the place where it would stand."""
    page = pictured.build("slides:\n- |\n  ![A](a.png){#fig-card}\n\n  text {#fig-text}\n\n  @fig-card\n")
    assert [(one.line, one.message) for one in page.built.warnings] == [
        (5, "label: 'fig-text' labels nothing; it stands directly after a picture")
    ]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("talk.md", "layout: content"), ("marp.md", "marp: true"), ("plain.md", "title: T"),
        ("talk.qmd", "format: revealjs"),
    ],
)  # fmt: skip
def test_a_label_ends_its_formula(pictured: DeckFolder, name: str, head: str) -> None:
    """The text and the slides after it are no part of a formula, whatever formulas follow."""
    body = "## A\n\n$$\na\n$$ {#eq-a}\n\nSee @eq-b.\n\n---\n\n## B\n\n$$ b $$ {#eq-b}\n\n$$ c $$\n"
    page = pictured.build(f"---\n{head}\n---\n\n{body}", name)
    assert len(page.built.lines) == 2
    first, second = re.split(r"(?<=>)B(?=</)", without_transcript(page.html).partition("<body")[2])
    assert "See Equation 2." in words(first).replace("\u00a0", " ")
    assert [half.count('class="katex-tag"') for half in (first, second)] == [1, 1]
    assert [half.count('class="katex-html"') for half in (first, second)] == [1, 2]


def test_a_deck_without_references_stays_as_it_is(pictured: DeckFolder) -> None:
    """Its labels may be names with another meaning, and may occur twice; sections have numbers only for references."""
    deck = "slides:\n- id: sec-a\n  content: |\n    ## A\n- |\n  ![A](a.png){#fig-a}\n\n  ![A](a.png){#fig-a}\n"
    page = pictured.build(deck)
    assert "Figure" not in words(page.slides)
    assert words(page.bodies[0]) == "A"
    referring = pictured.build(deck.replace("{#fig-a}\n", "\n", 1) + "\n  @fig-a\n")
    assert words(referring.bodies[0]) == "A"
    assert "Figure 1" in words(referring.bodies[1])


QUARTO = """\
---
format: revealjs
---

## One

@Fig-div, @fig-whole, @fig-left, [-@fig-right], @tbl-div, @fig-cell and @fig-hidden.

::: {#fig-div}
![](a.png)

A *caption*
:::

::: {#fig-whole layout-ncol=2}
![Left](a.png){#fig-left}

![Right](a.png){#fig-right}

Both
:::

## Two

::: {#tbl-div}
| a | b |
|---|---|
| 1 | 2 |

Of a div
:::

```{python}
#| label: fig-cell
#| fig-cap: Of a cell
plot()
```

```{python}
#| label: fig-hidden
#| echo: false
plot()
```
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_quartos_divs_and_cells_have_labels(pictured: DeckFolder, output: str) -> None:
    """The last paragraph of a div is the caption; parts of a figure have letters; a hidden cell is told."""
    page = pictured.build(QUARTO, "talk.qmd", format=output)
    html = without_transcript(page.html)
    shown = words(html).replace("\u00a0", " ")
    assert "Figure 1, Figure 2, Figure 2 (a), 2 (b), Table 1, Figure 3 and @fig-hidden." in shown
    for caption in (
        "Figure 1: A caption",
        "(a) Left",
        "(b) Right",
        "Figure 2: Both",
        "Table 1: Of a div",
        "Figure 3: Of a cell",
    ):
        assert caption in shown
    for target in re.findall(r'cross-reference" href="#([\w-]+)"', html):
        assert len(re.findall(rf'\sid="{target}"', html)) == 1
    assert [one.message for one in page.built.warnings if "label" in one.message] == [
        "reference: 'fig-hidden' is shown as it is written; the cell with this label has no output in the deck"
    ]


def test_a_picture_in_a_line_of_text_is_told(pictured: DeckFolder) -> None:
    """It has no caption; one in a list, a quotation or below a heading has."""
    page = pictured.build(
        "slides:\n- |\n  ## A\n  ![A](a.png){#fig-a}\n\n  - ![B](a.png){#fig-b}\n\n"
        "  See ![C](a.png){#fig-c} and @fig-c.\n"
    )
    assert [(one.line, one.message) for one in page.built.warnings] == [
        (8, "label: the picture of 'fig-c' shows no caption in a line of text; give it a paragraph of its own")
    ]
    assert "Figure 1: A" in page.body
    assert "Figure 2: B" in page.body


def test_a_picture_of_a_notebook_has_the_label_of_its_cell(folder: DeckFolder) -> None:
    """Quarto's `#| label` and `#| fig-cap`."""
    picture = {"image/png": base64.b64encode(PIXEL).decode(), "text/plain": "<Figure>"}
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "## A\n\nSee @fig-loss."},
        {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1,
         "source": "#| label: fig-loss\n#| fig-cap: The loss\nplot()",
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": picture}]},
    ]  # fmt: skip
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    page = folder.build(json.dumps(notebook), "talk.ipynb")
    assert "Figure 1: The loss" in page.slides
    assert re.search(r'<a class="cite cross-reference" href="#fig-loss">Figure\u00a01</a>', page.slides)
    assert page.built.warnings == ()


def test_a_prefix_may_stand_before_a_reference(pictured: DeckFolder) -> None:
    """Hebrew writes "and" and "in" as a letter with a hyphen; an address stays one."""
    page = pictured.build("lang: he\nslides:\n- |\n  ![A](a.png){#fig-a}\n\n  ו-@fig-a, a-b@fig-a.org\n")
    assert "ו-תרשים 1, a-b@fig-a.org" in words(page.body).replace("\u00a0", " ")


ORG = """\
#+OPTIONS: toc:nil num:nil
* One

See [[fig:loss]], \\ref{fig:loss}, [[tbl:runs]], \\eqref{eq:adam}, \\autoref{eq:two}, [[tbl:bare]] and \\ref{fig:none}.

#+CAPTION: The loss
#+NAME: fig:loss
[[file:a.png]]

* Two

#+CAPTION: The /runs/
#+NAME: tbl:runs
| a | b |
|---+---|
| 1 | 2 |

#+NAME: tbl:bare
| a | b |
|---+---|
| 1 | 2 |

\\begin{equation}
\\label{eq:adam}
a = b
\\end{equation}

#+NAME: eq:two
\\begin{equation}
c = d
\\end{equation}
"""


def test_names_and_labels_of_org_are_numbered(pictured: DeckFolder) -> None:
    """What a link or a command of LaTeX refers to; a reference to nothing stays and is told."""
    page = pictured.build(ORG, "talk.org")
    shown = words(without_transcript(page.slides)).replace("\u00a0", " ")
    assert "See Figure 1, 1, Table 1, (1), Equation 2, Table 2 and \\ref{fig:none}." in shown
    for caption in ("Figure 1: The loss", "Table 1: The runs", "Table 2"):
        assert caption in shown
    assert page.slides.count('class="katex-tag"') == 2
    assert [(one.line, one.message) for one in page.built.warnings] == [
        (4, "the LaTeX command '\\\\ref{fig:none}' is shown as it is written")
    ]
    bare = pictured.build(re.sub(r"\nSee.*\n", "\n", ORG), "two.org")
    assert "Figure" not in words(bare.slides)
    assert "{#" not in bare.slides
