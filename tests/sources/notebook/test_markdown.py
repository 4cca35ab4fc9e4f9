"""Jupyter's Markdown as slidegen's: what Jupyter shows is shown, letter by letter where it is only words to Jupyter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deck_folder import PIXEL, DeckFolder
from tests.sources.notebook.written import NAME, losses, markdown, notebook, only, translated

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a $x$ and $ y $", "a $x$ and $y$"),
        (r"\\(a\\) and \(b\)", r"$a$ and \(b\)"),
        (r"\\[a\\]", "$$\na\n$$"),
        ("$$ a $$", "$$\na\n$$"),
        ("text $$ a $$ text", "text $$a$$ text"),
        ("- item\n  $$\n  a\n  $$", "- item\n  $$\n  a\n  $$"),
        (r"\$5 and \$6, alone $", r"\$5 and \$6, alone \$"),
        ("5$x$6", "5<!-- -->$x$<!-- -->6"),
        ("`$x$` and\n\n```\n$ y $\n```", "`$x$` and\n\n```\n$ y $\n```"),
        ("| a |\n|---|\n| $|x|$ |", "| a |\n|---|\n| $\\vert{}x\\vert{}$ |"),
        (r"\begin{align}a &= b\label{e}\end{align}", r"\begin{align}a &= b\end{align}"),
        (r"$$\begin{eqnarray}a &=& b\end{eqnarray}$$", r"\begin{align}a &= b\end{align}"),
        (r"$\mbox{a}$", r"$\text{a}$"),
        (r"$x_{{n}}$", "$x_{ {n}}$"),
    ],
)  # fmt: skip
def test_formulas_are_those_of_jupyter(tmp_path: Path, written: str, expected: str) -> None:
    """Spaces may stand inside the dollars; a backslash before a parenthesis is Markdown's, two are MathJax'."""
    assert only(translated(tmp_path, markdown(written))) == expected


def test_formulas_share_the_commands_that_they_define(tmp_path: Path) -> None:
    """MathJax knows them from there on, in the whole notebook; a formula that only defines is not seen."""
    cells = (
        markdown("$\\newcommand{\\R}{\\mathbb{R}}$ $\\newcommand{\\n}[1]{|#1|_\\R}$", "slide"),
        markdown("$\\DeclareMathOperator{\\rank}{rank}x \\in \\R$ and $\\n{x} + \\rank A$"),
    )
    assert only(translated(tmp_path, *cells)) == (
        "$\\def\\R{\\mathbb{R}}x \\in \\R$ and "
        "$\\def\\R{\\mathbb{R}}\\def\\n#1{|#1|_\\R}\\def\\rank{\\operatorname{rank}}\\n{x} + \\rank A$"
    )


def test_references_are_numbers(tmp_path: Path) -> None:
    """Numbered from the first cell on, as nbconvert numbers them; a tag is its own number."""
    cells = (
        markdown(r"\begin{equation}a\label{a}\end{equation}", "slide"),
        markdown(r"\begin{align}b\nonumber\\c\label{c}\\d\tag{*}\label{d}\end{align}"),
        markdown(r"see \eqref{a}, $\eqref{c}$, \ref{d} and \ref{none}"),
    )
    assert only(translated(tmp_path, *cells)).split("\n")[-1] == "see (1), $(2)$, * and ???"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{{ name }} {% if %} {## x ##}", r"\{\{ name }} \{\% if %} \{\#\# x ##}"),
        ("a {x=1} b {1, 2} {.kept}", r"a \{x=1} b {1, 2} {.kept}"),
        ("a:b:c and 10:30:20", "a:<!-- -->b:c and 10:30:20"),
        ("::: whatever\nx\n:::", "\\::: whatever\nx\n\\:::"),
        (":::{danger} Title\nx\n:::", "::: warning Title\nx\n:::"),
        ("#Title", "# Title"),
        ("go to https://example.com/a_b.", "go to <https://example.com/a_b>."),
        ("[t](https://example.com) [id]\n\n[id]: https://example.org", "[t](https://example.com) [id]\n\n[id]: https://example.org"),
        ("```Python title\nx\n```", "```python\nx\n```"),
        ("```nolanguage\nx\n```", "```text\nx\n```"),
    ],
)  # fmt: skip
def test_words_stay_words(tmp_path: Path, written: str, expected: str) -> None:
    """What means something to slidegen and nothing to Jupyter is shown as it is written."""
    assert only(translated(tmp_path, markdown(written))) == expected


def test_boxes_of_bootstrap_are_callouts(folder: DeckFolder) -> None:
    """With their formulas, which Markdown alone would not read inside HTML."""
    text = '<div class="alert alert-block alert-info">\n<b>So</b> $x$\n</div>'
    body = folder.build(notebook(markdown(text)), NAME).body
    assert body.startswith('<div class="callout note alert-block">'.replace(" alert-block", ""))
    assert "<b>So</b>" in body
    assert "katex" in body


def test_attachments_are_pictures_beside_the_deck(folder: DeckFolder) -> None:
    """In Markdown and in HTML, each once; what is missing or no Base64 is told, with its description in its place."""
    attachments = {"a b.png": {"image/png": PNG}, "bad.png": {"image/png": "%%%"}}
    text = (
        "![one](attachment:a%20b.png)\n\n<img src='attachment:a%20b.png' width=20>\n\n"
        "![lost](attachment:no.png)\n\n![broken](attachment:bad.png)"
    )
    cell = {**markdown(text), "attachments": attachments}
    deck = translated(folder.path, cell)
    assert deck.source.files == {"lesson_files/cell-1-a-b.png": PIXEL}
    assert only(deck).split("\n\n") == [
        "![one](lesson_files/cell-1-a-b.png){.stored}",
        '<img src="lesson_files/cell-1-a-b.png" width="20" class="stored">',
        "lost",
        "broken",
    ]
    assert losses(deck) == [
        "cell 1, line 5: the picture attachment:no.png is left out: the cell has no such attachment",
        "cell 1, line 7: the picture attachment:bad.png is left out: its attachment is not in Base64",
    ]
    assert folder.build(notebook(cell), NAME).body.count(f"data:image/png;base64,{PNG}") == 2


def test_links_to_headings_lead_there(folder: DeckFolder) -> None:
    """By the names that Jupyter, or a page of GitHub's, gives to headings; the first of the same words has the name."""
    contents = (
        "# Course\n\n- [data](#Loading-the-data)\n- [2.1](#2.1-A-first-look)\n- <a href='#loading-the-data'>again</a>"
        "\n- [own](#own)\n- `[code](#Loading-the-data)`"
    )
    page = folder.build(
        notebook(
            markdown(contents),
            markdown("## Loading the `data`"),
            markdown("## 2.1 A first look\n\n<a id='own'></a>"),
            markdown("## Loading the data\n\n[back](#Course)"),
        ),
        NAME,
    )
    assert page.built.warnings == ()
    for name, times in (("Loading-the-data", 1), ("id-2-1-A-first-look", 1), ("Course", 1)):
        assert page.slides.count(f' id="{name}"') == times
    assert page.slides.count('href="#Loading-the-data"') == 2
    assert "[code](#Loading-the-data)" in page.slides


def test_attachments_in_code_stay_as_they_are_written(tmp_path: Path) -> None:
    """A cell may explain how they are written."""
    text = "Write `![a](attachment:a.png)`:\n\n    ![b](attachment:b.png)\n\n![c](attachment:a.png)"
    cell = {**markdown(text), "attachments": {"a.png": {"image/png": PNG}}}
    deck = translated(tmp_path, cell)
    assert only(deck) == text.replace("![c](attachment:a.png)", "![c](lesson_files/cell-1-a.png){.stored}")
    assert losses(deck) == []


def test_badges_are_words_and_frames_are_links(tmp_path: Path) -> None:
    """A single file holds neither."""
    text = (
        "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.example)\n\n"
        '<iframe src="https://example.com/v" width=300></iframe>'
    )
    deck = translated(tmp_path, markdown(text))
    assert only(deck).split("\n\n") == [
        "[Open In Colab](https://colab.example)",
        '<a href="https://example.com/v">https://example.com/v</a>',
    ]
    assert len(losses(deck)) == 2
    assert losses(deck)[1] == (
        "cell 1, line 3: <iframe> of 'https://example.com/v' is left out: a single file cannot hold it"
    )
