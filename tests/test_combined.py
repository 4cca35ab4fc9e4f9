"""What talks hold (diagrams, citations, code from files, media, references), in places where it rarely stands."""

from __future__ import annotations

import json
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
    assert 'srcdoc="&lt;p&gt;Framed&lt;/p&gt;"></iframe> After' in page.body
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
