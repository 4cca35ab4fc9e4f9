"""Notebooks as tests write them: cells and outputs as nbformat has them, and what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from slidegen.sources import read, translate
from slidegen.sources.translation import TranslatedDeck
from slidegen.sources.translation.deck import text_of

Cell = dict[str, Any]
NAME = "lesson.ipynb"


def _cell(kind: str, text: str, slide: str | None, metadata: dict[str, Any]) -> Cell:
    of_slide = {"slideshow": {"slide_type": slide}} if slide else {}
    return {"cell_type": kind, "source": text.splitlines(keepends=True), "metadata": {**of_slide, **metadata}}


def markdown(text: str, slide: str | None = None, **metadata: Any) -> Cell:
    """A cell of Markdown."""
    return _cell("markdown", text, slide, metadata)


def raw(text: str, slide: str | None = None, **metadata: Any) -> Cell:
    """A raw cell."""
    return _cell("raw", text, slide, metadata)


def code(text: str, *outputs: dict[str, Any], slide: str | None = None, **metadata: Any) -> Cell:
    """A cell of code with its outputs."""
    return {**_cell("code", text, slide, metadata), "execution_count": 1, "outputs": list(outputs)}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """What a cell printed."""
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def shown(data: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """An output by its media types."""
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def notebook(*cells: Cell, **metadata: Any) -> str:
    """A notebook of some cells, as JSON."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    found = {"nbformat": 4, "nbformat_minor": 5, "metadata": {**kernel, **metadata}, "cells": list(cells)}
    return json.dumps(found, indent=1)


def translated(folder: Path, *cells: Cell, **metadata: Any) -> TranslatedDeck:
    """What a notebook of these cells is translated to."""
    path = folder / NAME
    path.write_text(notebook(*cells, **metadata), encoding="utf-8")
    return translate(read(str(path)))


def slides(deck: TranslatedDeck) -> list[list[str]]:
    """The Markdown of each slide, in its stack."""
    return [[text_of(slide.content).strip("\n") for slide in stack] for stack in deck.stacks]


def only(deck: TranslatedDeck) -> str:
    """The Markdown of the only slide."""
    ((slide,),) = slides(deck)
    return slide


def losses(deck: TranslatedDeck) -> list[str]:
    """What is said of losses, each with its place."""
    return [deck.source.located(loss).message for loss in deck.losses]
