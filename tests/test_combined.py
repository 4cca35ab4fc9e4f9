"""What talks hold (diagrams, citations, code from files, media, references), in places where it rarely stands."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.deck_folder import DeckFolder, without_transcript

INDENTED = """\
Text[^1] {{ x }}

[^1]: A note

    ```dot
    graph { Noted -- b }
    ```

    ```python {file="code.py"}
    ```

    Second paragraph by [@hu2021]{{ x }}
"""
DEFINED = """\
Term

:   Meaning

    ```dot
    graph { Meant -- b }
    ```

    ```python {file="code.py"}
    ```

    Second paragraph by [@hu2021]{{ x }}
"""
HEAD = "bibliography: refs.bib\nvars: {x: five}\n"


@pytest.fixture
def kept(folder: DeckFolder) -> DeckFolder:
    """A folder with references and code."""
    folder.write("refs.bib", (Path(__file__).parent / "citations" / "refs.bib").read_text(encoding="utf-8"))
    folder.write("code.py", "shown = 1\n")
    return folder


def deck(name: str, text: str) -> str:
    """A deck of one slide, in the form that the suffix of its name asks for."""
    if name.endswith(".yml"):
        return f"{HEAD}slides:\n- |\n{re.sub('(?m)^', '  ', text)}"
    return f"---\n{HEAD}---\n\n{text}"


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("deck.yml", INDENTED, "Noted"),
        ("deck.md", INDENTED, "Noted"),
        ("deck.qmd", INDENTED, "Noted"),
        ("deck.yml", DEFINED, "Meant"),
        ("deck.qmd", DEFINED, "Meant"),
    ],
)
def test_what_is_indented_in_footnotes_and_definitions_is_no_code(
    kept: DeckFolder, name: str, text: str, word: str, output: str
) -> None:
    """Their diagrams are drawn, their code blocks filled, their values and citations written."""
    html = without_transcript(kept.build(deck(name, text), name, format=output).html)
    words = re.sub(r"<[^<>]*>", "", html)
    assert re.search(rf"<text[^>]*>{word}</text>", html)
    assert "shown = 1" in words
    assert re.search(r"by \(Hu et al\., \d{4}\)five", words)
    assert "graph {" not in words


def test_an_indented_block_after_a_colon_is_code_for_marp(kept: DeckFolder) -> None:
    """marp-core has no lists of definitions: a diagram there would be a mark in a block of code."""
    words = re.sub(r"<[^<>]*>", "", without_transcript(kept.build(deck("deck.md", DEFINED), "deck.md").html))
    assert "graph { Meant -- b }" in words


NOTEBOOK = """\
1. A list

    ```python {file="code.py"}
    ```

```python {nothing="of ours"}
own = 2
```

```qr {size=123}
https://example.org
```

<iframe src="page.html" title="A page"></iframe> After

<iframe src="https://example.org/x.html"></iframe>
"""


def test_cells_of_notebooks_hold_code_of_files_qr_codes_and_pages(kept: DeckFolder) -> None:
    """The options of other blocks of code mean nothing there; frames of the network stay links."""
    kept.write("page.html", "<p>Framed</p>")
    cell = {"cell_type": "markdown", "metadata": {}, "source": NOTEBOOK}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    page = kept.build(text, "deck.ipynb")
    words = re.sub(r"<[^<>]*>", "", page.body)
    assert "shown = 1" in words
    assert "own = 2" in words
    assert "inline-size:123px" in page.body
    assert re.search('srcdoc="&lt;p&gt;Framed&lt;/p&gt;[^"]*"></iframe> After', page.body)
    assert '<a href="https://example.org/x.html"' in page.body


SAID = "**Bold** :lucide-cpu: and :lucide-rocket[Launch]: $x^2$ end"


@pytest.mark.parametrize(
    ("name", "text", "output"),
    [
        ("deck.md", f"# A\n\n::: notes\n{SAID}\n:::\n", "reveal"),
        ("deck.md", f"# A\n\n::: notes\n{SAID}\n:::\n", "marp"),
        ("deck.qmd", f"## A\n\n::: notes\n{SAID}\n:::\n", "marp"),
        ("deck.yml", f"slides:\n- content: '# A'\n  notes: '{SAID}'\n", "marp"),
    ],
)
def test_notes_that_are_plain_text_say_formulas_once_and_icons_by_their_labels(
    folder: DeckFolder, name: str, text: str, output: str
) -> None:
    """A formula is its TeX; KaTeX writes it three times."""
    assert "Bold and Launch $x^2$ end" in folder.build(text, name, format=output).html


def test_the_title_of_a_clip_in_marps_dialect_is_kept(folder: DeckFolder) -> None:
    """Marp shows the titles of pictures on hover."""
    folder.write("a.mp4", b"clip")
    html = folder.build('# A\n\n![Told](a.mp4 "Its title")\n', "deck.md").html
    assert re.search(r'<video[^>]* title="Its title"', html)


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["deck.yml", "deck.md", "deck.qmd"])
def test_a_citation_in_notes_of_the_text_is_plain_and_nothing_leads_back_to_it(
    kept: DeckFolder, name: str, output: str
) -> None:
    """`::: notes` is not seen: a link from the reference would lead nowhere."""
    text = "## A\n\nShown [@hu2021]\n\n::: notes\nSaid [@hu2021, p. 3] and @turing1950\n:::\n"
    page = kept.build(deck(name, text), name, format=output)
    html = without_transcript(page.html)
    assert html.count(' id="cite-') == html.count('href="#cite-') == 1
    assert re.search(r"Said \(Hu et al., \d+, p\. 3\) and Turing \(\d+\)", html)
    assert not [warning for warning in page.built.warnings if "leads nowhere" in str(warning)]


@pytest.mark.parametrize("part", ["part.md", "part.qmd", "part.yml"])
def test_a_citation_of_an_included_file_is_read_by_the_decks_bibliography(kept: DeckFolder, part: str) -> None:
    """Without one the warning has the file that it stands in, though the deck itself has no @."""
    kept.write(
        part, "slides:\n- |\n  ## A\n\n  By [@hu2021]\n" if part.endswith("yml") else "## A\n\n\n\nBy [@hu2021]\n"
    )
    page = kept.build(f"bibliography: refs.bib\nslides:\n- include: {part}\n")
    assert "By (<a" in page.html
    assert page.built.warnings == ()
    (warning,) = kept.build(f"slides:\n- include: {part}\n").built.warnings
    assert str(warning).replace(f"{kept.path}/", "").startswith(f"{part}:5: a citation is shown as it is written;")


def test_a_pipe_or_a_folder_in_the_place_of_an_included_file_is_told(folder: DeckFolder) -> None:
    """Nothing waits for it."""
    os.mkfifo(folder.path / "pipe.md")
    (folder.path / "folder.md").mkdir()
    assert folder.problems("slides:\n- include: pipe.md\n- include: folder.md#2\n") == [
        "talk.yml:2: include: the file 'pipe.md' cannot be read: is a named pipe, not a file",
        "talk.yml:3: include: the file 'folder.md' cannot be read: is a folder",
    ]


def test_headings_of_callouts_and_theorems_begin_no_slide(folder: DeckFolder) -> None:
    """They are the titles of boxes for Quarto; the heading of another div is one of a section."""
    boxes = "::: {.callout-warning}\n## Titled\nWarned\n:::\n\n::: {#thm-a}\n## Line\nProved\n:::\n"
    boxes += "\n::: {.own}\n## Two\n:::\n"
    slides = folder.build(f"## One\n\n{boxes}", "deck.qmd").slides
    assert re.findall(r'<section[^>]* id="([^"]*)"', slides) == ["one", "two"]


LABELLED = """\
- $$
  a = 1
  $$ {#eq-a}

> $$
> b = 2
> $$ {#eq-b}
>
> | a |
> |---|
> | 1 |
>
> : Quoted {#tbl-a}

1. ```qr
   https://example.org
   ```

See @eq-a, @eq-b, @tbl-a
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["deck.yml", "deck.md", "deck.qmd"])
def test_labels_and_qr_codes_stand_in_lists_and_quotations(kept: DeckFolder, name: str, output: str) -> None:
    """Also directly after the sign of the item or the quotation."""
    html = without_transcript(kept.build(deck(name, LABELLED), name, format=output).html)
    ids = re.findall(r' id="((?:eq|tbl)-[^"]*)"', html)
    assert sorted(ids) == ["eq-a", "eq-b", "tbl-a"]
    assert "Table 1: Quoted" in html
    assert "QR code: https://example.org" in html


SHARED = """\
## Shared {#sec-a}

![P](p.svg){#fig-a}

@fig-a in @sec-a by [@hu2021]

| a |
|---|
| 1 |

: T {#tbl-a}

$$
x
$$ {#eq-a}

@tbl-a @eq-a
"""
DIV = """
::: {#fig-b}
![](p.svg)

Of a div
:::

@fig-b
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("part", ["part.md", "part.qmd"])
def test_a_slide_that_is_included_twice_has_the_same_numbers_and_ids_of_its_own(
    kept: DeckFolder, part: str, output: str
) -> None:
    """Links lead to the first of them."""
    kept.write("p.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    kept.write(part, SHARED + (DIV if part.endswith("qmd") else ""))
    deck = f"bibliography: refs.bib\nslides:\n- include: {part}\n- include: {part}\n"
    page = kept.build(deck, format=output)
    html = without_transcript(page.html)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert {"sec-a", "fig-a", "tbl-a", "eq-a"} <= set(ids)
    assert html.count("Figure 1: P<") == 2
    assert not re.search(r"(?:Table|Equation|Section)(?: |\u00a0|&nbsp;)2", html)
    assert page.built.warnings == ()


def test_an_id_of_two_slides_is_told(folder: DeckFolder) -> None:
    """The second one gets another, so that the page has each once."""
    page = folder.build("slides:\n- content: A\n  id: own\n- content: B\n  id: own\n")
    assert re.findall(r'<section[^>]* id="([^"]*)"', page.slides) == ["own", "own-2"]
    (warning,) = page.built.warnings
    assert str(warning).endswith(
        "talk.yml:4: the id 'own' is that of two slides, first on line 2; links lead to the first"
    )


def test_a_reference_to_what_a_left_out_slide_has_is_told_with_its_place(folder: DeckFolder) -> None:
    """A condition, a hidden slide or a range of an include may take it away."""
    folder.write("p.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    folder.write("part.md", "# One {#sec-part}\n\n---\n\n# Two\n")
    deck = """\
        vars: {audience: talk}
        slides:
        - content: "![P](p.svg){#fig-a}"
          when: audience == "course"
        - content: "![P](p.svg){#fig-b}"
          visibility: hidden
        - include: part.md#2
        - |
          See @fig-a, @fig-b and @sec-part

          ![P](p.svg){#fig-c}
        """
    assert folder.problems(deck) == [
        "talk.yml:9: reference: no slide that is shown has the label 'fig-a', which is written in line 3",
        "talk.yml:9: reference: no slide that is shown has the label 'fig-b', which is written in line 5",
        "talk.yml:9: reference: no slide that is shown has the label 'sec-part', which is written in part.md:1",
    ]


CAPTIONED = """\
## A

![Loss, from [@hu2021, p. 3] and @turing1950](p.svg){#fig-a}

---

## B

![Alt](p.svg "Titled [@hu2021]"){#fig-b}

[see [@hu2021]](https://example.org) and @fig-a and @fig-b
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["deck.md", "deck.qmd", "reveal.md"])
def test_a_citation_in_the_words_of_a_picture_or_a_link_is_plain_text(kept: DeckFolder, name: str, output: str) -> None:
    """Its HTML would stand in an attribute, and on the slide as text; links hold no links."""
    kept.write("p.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    head = f"{HEAD}dialect: reveal\n" if name.startswith("reveal") else HEAD
    html = without_transcript(kept.build(f"---\n{head}---\n\n{CAPTIONED}", name, format=output).html)
    words = re.sub(r"<[^<>]*>", "", html)
    assert re.search(r"Figure\s1: Loss, from \(Hu et al., \d+, p\. 3\) and Turing \(\d+\)", words)
    assert re.search(r"Figure\s2: Titled \(Hu et al., \d+\)", words)
    assert re.search(r">see \(Hu et al., \d+\)</a>", html)
    assert "&lt;a class" not in html
    assert 'class="cite"' not in html


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["deck.yml", "deck.md", "deck.qmd"])
def test_captions_hold_references(kept: DeckFolder, name: str, output: str) -> None:
    """A reference in the caption that its own label numbers."""
    kept.write("p.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    text = "![Like @tbl-a](p.svg){#fig-a}\n\n| a |\n|---|\n| 1 |\n\n: Of @fig-a by [@hu2021] {#tbl-a}\n"
    html = without_transcript(kept.build(deck(name, text), name, format=output).html)
    words = re.sub(r"<[^<>]*>", "", html)
    assert re.search(r"Figure 1: Like Table\s1", words)
    assert re.search(r"Table 1: Of Figure\s1 by \(Hu et al., \d+\)", words)
    assert "{#" not in words.partition("</style>")[2]


@pytest.mark.parametrize(("name", "line"), [("deck.yml", 1), ("deck.md", 2)])
def test_citations_in_footers_are_told(folder: DeckFolder, name: str, line: int) -> None:
    """They are shown as they are written, and not in silence."""
    text = "slides: [A]\n" if name.endswith("yml") else "---\n\n# A\n"
    page = folder.build(f"{'' if line == 1 else '---' + chr(10)}footer: 'By [@hu2021]'\n{text}", name)
    (warning,) = page.built.warnings
    assert str(warning).endswith(
        f"{name}:{line}: citations and references in headers and footers are shown as they are written"
    )


@pytest.mark.parametrize("name", ["deck.yml", "deck.md", "deck.qmd"])
def test_the_html_that_mermaids_script_draws_is_told(folder: DeckFolder, name: str) -> None:
    """It is how decks of Marp have diagrams; the script is left out, so that its text would stay without a word."""
    text = 'A\n\n<div class="x mermaid">\ngraph TD\nA-->B\n</div>\n'
    indented = re.sub("(?m)^(?=.)", "  ", text)
    page = folder.build(f"slides:\n- |\n{indented}" if name.endswith("yml") else f"# H\n{text}", name)
    assert any(
        str(one).endswith('<div class="mermaid"> stays text; write the diagram as a block of code, ```mermaid')
        for one in page.built.warnings
    )
    assert not folder.build("# A\n\n```html\n<div class='mermaid'>\n```\n", "deck.md").built.warnings
