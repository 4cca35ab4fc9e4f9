"""Notebooks of nbformat 3, as IPython wrote them until 2015, in the form of nbformat 4."""

from __future__ import annotations

from typing import Any, Final

MEDIA_TYPES: Final = {
    "text": "text/plain",
    "html": "text/html",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "latex": "text/latex",
    "json": "application/json",
    "javascript": "application/javascript",
    "pdf": "application/pdf",
}
"""The keys under which an output has its data."""
KINDS: Final = {"pyout": "execute_result", "pyerr": "error"}
RENAMED: Final = {"html": "markdown"}
"""Kinds of cells that are no more."""


def upgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook of nbformat 3 as one of nbformat 4. What is not as it should be stays, to be found later."""
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return notebook
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    cells = [_cell(cell) for some in lists if isinstance(some, list) for cell in some]
    return {"metadata": notebook.get("metadata", {}), "cells": cells}


def _cell(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    new = dict(cell)
    kind = new.get("cell_type")
    new["cell_type"] = RENAMED.get(kind, kind) if isinstance(kind, str) else kind
    if kind == "heading":
        level = new.get("level")
        source = new.get("source", "")
        text = "".join(source) if isinstance(source, list) else str(source)
        sign = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
        new |= {"cell_type": "markdown", "source": f"{sign} {' '.join(text.split())}"}
    if kind == "code":
        new["source"] = new.get("input", "")
        if new.get("collapsed") is True and isinstance(new.get("metadata", {}), dict):
            new["metadata"] = {**new.get("metadata", {}), "collapsed": True}
        if isinstance(new.get("outputs"), list):
            new["outputs"] = [_output(one) for one in new["outputs"]]
    return new


def _output(output: Any) -> Any:
    if not isinstance(output, dict):
        return output
    kind = output.get("output_type")
    new = {**output, "output_type": KINDS.get(kind, kind) if isinstance(kind, str) else kind}
    if kind == "stream":
        new["name"] = output.get("stream", "stdout")
    elif kind in ("pyout", "display_data"):
        new["data"] = {media: output[key] for key, media in MEDIA_TYPES.items() if key in output}
        given = output.get("metadata")
        sides = given if isinstance(given, dict) else {}
        new["metadata"] = {MEDIA_TYPES.get(key, key): value for key, value in sides.items()}
    return new
