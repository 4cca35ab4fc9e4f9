"""Outputs as they are stored: the richest representation that one file can show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.deck_folder import PIXEL, DeckFolder
from tests.sources.notebook.test_markdown import PNG
from tests.sources.notebook.written import NAME, code, losses, markdown, notebook, only, shown, stream, translated

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
STYLE = '<div class="output-html">\n<style>@media print{ #a{b:c}}</style>\n</div>'
STYLE = '<div class="output-html">\n<style>@media print{ #a{b:c}}</style>\n</div>'
PLOTLY = '<div><script src="https://cdn.plot.ly/plotly.min.js"></script><div id="p"></div><script>draw()</script></div>'


def of(tmp_path: Path, *outputs: dict[str, Any], text: str = "x", **metadata: Any) -> tuple[str, list[str]]:
    """What outputs become under a cell whose input is hidden, and what is said of losses."""
    deck = translated(tmp_path, code(text, *outputs, tags=["hide-input"], **metadata))
    return only(deck), losses(deck)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"text/plain": "a\nb"}, "```text {.output}\na\nb\n```"),
        ({"text/plain": "```"}, "````text {.output}\n```\n````"),
        ({"text/markdown": "**a** $ x $", "text/plain": "<Markdown>"}, "**a** $x$"),
        ({"text/latex": "$\\displaystyle x$", "text/plain": "x"}, "$$\nx\n$$"),
        ({"text/latex": "\\begin{equation}x\\end{equation}"}, "\\begin{equation}x\\end{equation}"),
        ({"text/latex": "Let $x$ be *so*"}, "Let $x$ be \\*so\\*"),
        (
            {"application/json": {"a": [1]}, "text/plain": "<JSON>"},
            '```json {.output}\n{\n  "a": [\n    1\n  ]\n}\n```',
        ),
        ({"text/html": "<b>a</b>\n\n{{ b }}"}, '<div class="output-html">\n<b>a</b>\n&#123;{ b }}\n</div>'),
        ({"text/html": "<!-- nothing -->"}, ""),
        ({"text/html": "<style>@media print{#a{b:c}}</style>"}, STYLE),
        ({"text/html": "<pre style='color:#000080'>x</pre>", "text/plain": "x"}, "```text {.output}\nx\n```"),
    ],
)
def test_an_output_is_shown_by_its_richest_representation(tmp_path: Path, data: dict[str, Any], expected: str) -> None:
    """In the order of nbconvert's slides."""
    deck = translated(tmp_path, markdown("t", "slide"), code("", shown(data)))
    assert only(deck).removeprefix("t").lstrip() == expected
    assert losses(deck) == []


def test_pictures_are_files_with_the_width_of_their_metadata(tmp_path: Path) -> None:
    """Half of the pixels on a retina display; a caption and a description are Quarto's."""
    deck = translated(
        tmp_path,
        markdown("t", "slide"),
        code("", shown({"image/png": PNG, "text/plain": "<Figure>"}, **{"image/png": {"width": 320, "height": 200}})),
        code("#| fig-cap: What is *seen*\n#| fig-alt: bars", shown({"image/svg+xml": SVG, "image/png": PNG})),
        code("", shown({"image/jpeg": "AAAA", "text/plain": "a photo"})),
    )
    assert only(deck).split("\n\n")[1:] == [
        "![output of cell 2](lesson_files/cell-2-1.png){.stored width=320}",
        '![bars](lesson_files/cell-3-1.svg "What is *seen*"){.stored}',
        "![a photo](lesson_files/cell-4-1.jpg)",
    ]
    assert deck.source.files["lesson_files/cell-2-1.png"] == PIXEL
    assert deck.source.files["lesson_files/cell-3-1.svg"] == SVG.encode()


def test_a_stream_is_one_block_with_what_was_overwritten_gone(tmp_path: Path) -> None:
    """Jupyter joins what was printed to one stream; a progress bar leaves its last state."""
    bars = [stream(f"\r{number}%", "stderr") for number in (10, 50, 100)]
    assert of(tmp_path, stream("a\n"), stream("b\n"), *bars) == (
        "```text {.output}\na\nb\n```\n\n```text {.output .stderr}\n100%\n```",
        [],
    )


def test_colours_are_classes(folder: DeckFolder) -> None:
    """So that they follow the theme. No row is empty, which would end the HTML in Markdown."""
    cell = code("x", stream("\x1b[1;31mred\x1b[0m\n\n{{ a < b }}\n"), tags=["hide-input"])
    assert folder.build(notebook(cell), NAME).body == (
        '<div class="sg-code-block output"><pre tabindex="-1"><code>'
        '<span class="sg-line"><span class="ansi-red ansi-bold">red</span>\n</span><span class="sg-line">\n</span>'
        '<span class="sg-line">{{ a &lt; b }}\n</span></code></pre></div>'
    )


def test_an_error_is_on_the_slide_and_told(tmp_path: Path) -> None:
    """Unless the cell is tagged as one that raises."""
    error = {"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["\x1b[31mE\x1b[0m: why"]}
    text, told = of(tmp_path, error)
    assert '<div class="sg-code-block output error">' in text
    assert told == ["cell 1, output: it ended in an error, which is on the slide: E: why"]
    deck = translated(tmp_path, code("x", {**error, "traceback": []}, tags=["raises-exception"]))
    assert only(deck) == "```python\nx\n```\n\n```text {.output .error}\nE: why\n```"
    assert losses(deck) == []


@pytest.mark.parametrize(
    ("data", "expected", "told"),
    [
        (
            {"text/html": PLOTLY, "text/plain": "a figure"},
            "```text {.output}\na figure\n```",
            "a figure of Plotly needs a program and asks the network for https://cdn.plot.ly/plotly.min.js; "
            "its text/plain is shown",
        ),
        (
            {"application/vnd.vegalite.v5+json": {}, "image/png": PNG, "text/plain": "<Chart>"},
            "![output of cell 1](lesson_files/cell-1-1.png){.stored}",
            "a figure of Vega needs a program; its image/png is shown",
        ),
        (
            {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=1)"},
            "```text {.output}\nIntSlider(value=1)\n```",
            "a widget needs a program; its text/plain is shown",
        ),
        (
            {"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"},
            "",
            "JavaScript needs a program; nothing of it is shown",
        ),
    ],
)
def test_what_needs_a_program_is_told_with_what_is_shown_instead(
    tmp_path: Path, data: dict[str, Any], expected: str, told: str
) -> None:
    """Widgets, JavaScript and interactive figures; nothing asks the network."""
    deck = translated(tmp_path, markdown("t", "slide"), code("x", shown(data), tags=["hide-input"]))
    assert only(deck).removeprefix("t").lstrip() == expected.replace("cell 1", "cell 2").replace("cell-1", "cell-2")
    assert losses(deck) == [f"cell 2, output: {told}"]


def test_what_no_file_can_show_is_told(tmp_path: Path) -> None:
    """With what it has."""
    deck = translated(tmp_path, markdown("t", "slide"), code("", shown({"application/pdf": "AAAA"})))
    (message,) = losses(deck)
    assert message.startswith("cell 2, output: an output is left out: it has application/pdf; shown are text/html, ")


def test_the_end_of_a_very_long_output_is_left_out_and_told(tmp_path: Path) -> None:
    """A slide shows some twenty lines."""
    text, told = of(tmp_path, stream("".join(f"{number}\n" for number in range(700))))
    assert text.split("\n")[500] == "499"
    assert told == [
        "cell 1, output: 200 lines at the end of an output are left out; "
        "at most 500 lines and 200,000 characters are kept"
    ]
    text, told = of(tmp_path, stream("x" * 300_000))
    assert len(text) < 210_000
    assert len(told) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("x", "python"),
        ("%%bash\nls", "bash"),
        ("!ls", "bash"),
        ("%%writefile a.toml\nx = 1", "toml"),
        ("%%time\nx", "python"),
        ("%%nothing known\nx", "python"),
        ("%%js\nx", "javascript"),
    ],
)
def test_code_is_in_the_language_of_its_magic(tmp_path: Path, text: str, language: str) -> None:
    """Or else in that of the kernel."""
    assert only(translated(tmp_path, code(text))).startswith(f"```{language}\n{text}\n")


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"language_info": {"name": "R", "pygments_lexer": "r"}}, "r"),
        ({"language_info": {"name": "python", "pygments_lexer": "ipython3"}}, "python"),
        ({"kernelspec": {"name": "julia-1.9", "language": "julia"}}, "julia"),
        ({"language_info": {"name": "C++", "version": "17"}}, "cpp"),
        ({"kernelspec": {"name": "xcpp17", "language": "C++17"}}, "cpp"),
        ({"language_info": {"name": 7}, "kernelspec": []}, "python"),
    ],
)
def test_the_language_is_that_of_the_kernel(tmp_path: Path, metadata: dict[str, Any], language: str) -> None:
    """By the names that a highlighter knows."""
    assert only(translated(tmp_path, code("x"), **metadata)) == f"```{language}\nx\n```"
