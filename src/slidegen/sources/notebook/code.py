"""Code cells as blocks of code: in the language of the kernel, or of the magic command at their top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from slidegen.limits import MAX_STEPS
from slidegen.sources.notebook.format import Cell
from slidegen.sources.notebook.options import CellOptions
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import fence, language

MAGIC: Final = re.compile(r"\s*%%(?P<name>\w[\w.]*)(?:[ \t]+(?P<rest>[^\n]*))?")
MAGICS: Final = {
    **{name: name for name in ("bash", "sh", "html", "javascript", "latex", "perl", "ruby", "sql", "svg", "cython")},
    "js": "javascript",
    "R": "r",
    "markdown": "markdown",
    "script": "bash",
    "system": "bash",
    "sx": "bash",
    "pypy": "python",
    "python": "python",
    "python2": "python",
    "python3": "python",
    "cpp": "cpp",
    "julia": "julia",
    "HTML": "html",
    "SVG": "svg",
    "!": "bash",
    "bigquery": "sql",
    "cuda": "cuda",
    "cu": "cuda",
    "mermaid": "text",
}
"""Magic commands whose cells are in another language than the kernel's."""
NAMES: Final = {"svg": "xml", "ipython": "python", "ipython2": "python", "ipython3": "python", "sage": "python"}
KERNELS: Final = {
    "r": "r",
    "ir": "r",
    "c++": "cpp",
    "c#": "csharp",
    "f#": "fsharp",
    ".net-csharp": "csharp",
    ".net-fsharp": "fsharp",
    "polyglot-notebook": "csharp",
    "wolfram language": "mathematica",
    "wolfram": "mathematica",
    "deno": "typescript",
    "spark": "scala",
    "pyspark": "python",
    "xpython": "python",
    "gnu octave": "octave",
}
"""Languages of kernels that a highlighter knows by another name."""
STEPS: Final = re.compile(r"[\d\s,|-]+")


def kernel_language(metadata: Mapping[str, Any]) -> str:
    """The language of a notebook's code cells, as a highlighter knows it."""
    info, kernel = (_mapping(metadata, key) for key in ("language_info", "kernelspec"))
    given = [info.get("pygments_lexer"), info.get("name"), kernel.get("language"), kernel.get("name"), "python"]
    for name in given:
        if not isinstance(name, str) or not name:
            continue
        name = name.lower()
        version = re.fullmatch(r"([a-z+]+)[\d.]+", name)  # python3, c++17, julia-1.9
        for one in (NAMES.get(name), KERNELS.get(name), name, version and KERNELS.get(version[1], version[1])):
            if one and language(one, "") != "text":
                return language(one, "")
    return "text"


def code_lines(cell: Cell, options: CellOptions, kernel: str) -> list[Line]:
    """The block of code of a cell; none if the cell is empty."""
    rows = options.source.rstrip().split("\n")
    if rows == [""]:
        return []
    first = cell.line + options.row
    sign = fence(rows)
    name = language(_language(options.source, kernel), options.source)
    steps = options.quarto.get("code-line-numbers")
    words = _steps(steps, len(rows)) if isinstance(steps, str) else " numbers" if steps is True else ""
    body = [Line(row, first + number) for number, row in enumerate(rows)]
    return [Line(f"{sign}{name}{words}", first), *body, Line(sign, body[-1].number)]


def _language(source: str, kernel: str) -> str:
    found = MAGIC.match(source)
    if found is None:
        return (
            "bash" if kernel == "python" and source.lstrip().startswith("!") and "\n" not in source.strip() else kernel
        )
    if found["name"] in ("writefile", "file"):
        return _of_file((found["rest"] or "").split()[-1:])
    named = MAGICS.get(found["name"], kernel)
    return NAMES.get(named, named)


def _of_file(names: list[str]) -> str:
    """The language of a file, by its name."""
    from pygments.lexers import find_lexer_class_for_filename

    lexer = find_lexer_class_for_filename(PurePosixPath(names[0]).name) if names else None
    return lexer.aliases[0] if lexer is not None and lexer.aliases else "text"


def _steps(given: str, rows: int) -> str:
    """The lines that Quarto lights step by step, if the block has them."""
    if not STEPS.fullmatch(given):
        return ""
    numbers = [int(number) for number in re.findall(r"\d{1,6}", given)]
    parts = [part.strip() for part in given.split("|")]
    if not numbers or max(numbers) > rows or min(numbers) < 1 or not all(parts) or len(parts) > MAX_STEPS:
        return ""
    return f" {{{'|'.join(parts)}}}"


def _mapping(metadata: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = metadata.get(key)
    return found if isinstance(found, dict) else {}
