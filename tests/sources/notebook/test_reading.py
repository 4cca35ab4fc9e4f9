"""What is read as a notebook, and what is said of a file that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slidegen.sources import read
from slidegen.sources.notebook.format import read_notebook
from tests.deck_folder import DeckFolder
from tests.sources.notebook.written import NAME, code, markdown, notebook, only, stream, translated


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", f"{NAME}:1: is not JSON, as a notebook must be: Expecting property name enclosed in double quotes"),
        ("[]", f"{NAME}: is not a notebook: a notebook is a mapping with the key 'nbformat'"),
        ('{"cells": []}', f"{NAME}: is not a notebook: a notebook is a mapping with the key 'nbformat'"),
        ('{"nbformat": 4}', f"{NAME}: is not a notebook: it does not have a list 'cells'"),
        ('{"nbformat": 4, "cells": []}', f"{NAME}: has no cells"),
        ('{"nbformat": 2}', f"{NAME}: is a notebook of nbformat 2; allowed: 3 and 4. Save it with a newer Jupyter"),
        ('{"nbformat": 5}', f"{NAME}: is a notebook of nbformat 5; allowed: 3 and 4. Save it with a newer Jupyter"),
        ("[" * 100_000, f"{NAME}: its lists and mappings are nested too deeply"),
        ('{"nbformat": ' + "4" * 5000 + "}", f"{NAME}: holds a number with too many digits"),
    ],
)
def test_what_is_no_notebook_is_told_in_a_line(folder: DeckFolder, text: str, message: str) -> None:
    """With the line of the JSON, where there is one."""
    assert folder.problems(text, NAME) == [message]


def test_all_cells_that_are_none_are_told_together(folder: DeckFolder) -> None:
    """Each with its number."""
    outputs: list[Any] = [{"output_type": "stdout"}]
    cells: list[Any] = [
        7,
        {"cell_type": "heading"},
        {"cell_type": "markdown", "source": 3},
        {"cell_type": "code", "source": "", "outputs": outputs},
        {"cell_type": "code", "source": "", "outputs": [{"output_type": "display_data", "data": {"image/png": {}}}]},
        {"cell_type": "code", "source": "", "outputs": {}},
        {"cell_type": "raw", "source": "", "metadata": []},
    ]
    assert folder.problems(notebook(*cells), NAME) == [
        f"{NAME}: cell 1: is not a mapping",
        f'{NAME}: cell 2: cell_type is "heading"; allowed: markdown, code, raw',
        f"{NAME}: cell 3: source is 3, no text",
        f'{NAME}: cell 4: output 1: output_type is "stdout"; allowed: stream, display_data, execute_result, error',
        f"{NAME}: cell 5: output 1: image/png is a mapping, no text",
        f"{NAME}: cell 6: outputs is a mapping, no list",
        f"{NAME}: cell 7: metadata is a list, no mapping",
    ]


def test_what_jupyter_opens_all_the_same_is_no_mistake(tmp_path: Path) -> None:
    """Cells without ids, with the same id, without metadata, and with keys that nbformat has not."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": "# a", "id": "x", "outputs": []},
        {"cell_type": "code", "source": "b", "id": "x", "extra": 1},
    ]
    assert only(translated(tmp_path, *cells)) == "# a\n\n```python\nb\n```"


def test_an_old_notebook_is_read_as_a_new_one(tmp_path: Path) -> None:
    """nbformat 3 had worksheets, headings as cells, and the data of outputs beside their type."""
    outputs = [
        {"output_type": "stream", "stream": "stderr", "text": ["careful\n"]},
        {"output_type": "pyout", "prompt_number": 1, "text": ["42"], "metadata": {}},
        {"output_type": "pyerr", "ename": "E", "evalue": "why", "traceback": ["trace"]},
    ]
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Old ", "title"], "metadata": {}},
        {"cell_type": "code", "input": ["x = 1\n", "x"], "language": "python", "outputs": outputs, "metadata": {}},
        {"cell_type": "code", "input": "y", "outputs": outputs[:1], "collapsed": True, "metadata": {}},
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "n"}, "worksheets": [{"cells": cells}]}
    (tmp_path / NAME).write_text(json.dumps(old), encoding="utf-8")
    found = read_notebook(read(str(tmp_path / NAME)).text, NAME)
    assert [cell.source for cell in found.cells] == ["## Old title", "x = 1\nx", "y"]
    assert [output.kind for output in found.cells[1].outputs] == ["stream", "execute_result", "error"]
    assert found.cells[1].outputs[0].name == "stderr"
    assert found.cells[1].outputs[1].data == {"text/plain": "42"}
    assert found.cells[2].metadata["collapsed"] is True


def test_old_notebooks_are_upgraded_as_nbformat_does(tmp_path: Path) -> None:
    """nbformat itself is the judge, where it is installed."""
    v3 = pytest.importorskip("nbformat.v3")
    nbformat = pytest.importorskip("nbformat")
    outputs = [
        v3.new_output("pyout", "text", output_html="<b>h</b>", output_png="iVBORw0KGgo=", prompt_number=1),
        v3.new_output("stream", "printed\n", stream="stdout"),
        v3.new_output("display_data", output_svg="<svg/>", output_latex="$x$"),
    ]
    cells = [
        v3.new_heading_cell("Title", level=3),
        v3.new_text_cell("markdown", "*text*"),
        v3.new_text_cell("html", "<b>x</b>"),
        v3.new_code_cell("a\nb", outputs=outputs),
    ]
    text = v3.writes_json(v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells)]))
    judged = nbformat.reads(text, as_version=4)
    found = read_notebook(text, NAME)
    assert [cell.kind for cell in found.cells] == [cell.cell_type for cell in judged.cells]
    assert [cell.source for cell in found.cells] == [cell.source for cell in judged.cells]
    for mine, other in zip(found.cells[3].outputs, judged.cells[3].outputs, strict=True):
        assert mine.kind == other.output_type
        assert dict(mine.data) == dict(other.get("data", {}))
        assert mine.text == other.get("text", "")


def test_characters_that_are_no_text_are_shown_as_a_sign_and_told(folder: DeckFolder) -> None:
    """JSON can write them: NUL, and halves of pairs."""
    cells = (markdown("# a\x00b"), code("c", stream("d\ud800e\n")))
    page = folder.build(notebook(*cells), NAME)
    assert "a\ufffdb" in page.slides
    assert "d\ufffde" in page.slides
    told = [str(warning).replace(f"{folder.path}/", "") for warning in page.built.warnings]
    assert told == [
        f"{NAME}: cell 1, line 1: has characters that text cannot hold, shown as \ufffd",
        f"{NAME}: cell 2, line 1: has characters that text cannot hold, shown as \ufffd",
    ]


def test_lines_end_as_on_any_machine(folder: DeckFolder) -> None:
    """CRLF, in the file and in the sources of its cells."""
    text = notebook(markdown("# a\r\n\r\nb"), code("c\r\nd")).replace("\n", "\r\n")
    assert "# a" not in folder.build(text, NAME).body


def test_a_mistake_on_a_slide_has_its_cell_and_line(folder: DeckFolder) -> None:
    """Not the line of the JSON, which nobody looks at."""
    cells = (markdown("# a", "slide"), markdown("b\n\n$\\frac$", "-"))
    (message,) = folder.problems(notebook(*cells), NAME)
    assert message.startswith(f"{NAME}: cell 2, line 3: math: ")
