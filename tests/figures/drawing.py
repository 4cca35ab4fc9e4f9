"""Draws figures from rows that a test writes, and finds what was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from slidegen.figures import FigureError, check_options, read_picture
from slidegen.figures.data import Reader
from slidegen.model import CellValue, Column, ColumnKind, Provenance, Table
from slidegen.pictures import Drawing, Frame

ROOM = Frame(1136, 480, "f1")


def table(columns: Mapping[str, ColumnKind], *rows: Sequence[CellValue]) -> Table:
    """A table whose columns are called as their keys."""
    return Table(
        tuple(Column(key, key.replace("_", " ").capitalize(), kind) for key, kind in columns.items()),
        tuple(map(tuple, rows)),
        Provenance("data"),
    )


def draw(
    kind: str, rows: Table, frame: Frame = ROOM, others: Mapping[str, Table] | None = None, **options: Any
) -> Drawing:
    """The drawing of a table called "t"; `others` are more tables of the deck."""
    checked = check_options(kind, options)
    reader = Reader("t", rows, checked.labels, checked.unit or "GiB", checked.digits, {"t": rows, **(others or {})})
    return read_picture(kind, reader, checked).draw(frame)


def stated(error: FigureError) -> tuple[tuple[str, str], ...]:
    """The mistakes in a figure: the option and the message of each."""
    return tuple((option, problem.message) for option, problem in error.problems)


def tree(drawing: Drawing) -> ET.Element:
    """The drawing's elements."""
    return ET.fromstring(drawing.svg)


def bars(drawing: Drawing) -> list[dict[str, str]]:
    """The attributes of every shape that has an exact value, in the order of the drawing."""
    return [dict(element.attrib) for element in tree(drawing).iter() if "data-value" in element.attrib]


def texts(drawing: Drawing) -> list[str]:
    """All text, without the title, the description and what is said of a point."""
    return ["".join(element.itertext()) for element in tree(drawing).iter("text")]


def description(drawing: Drawing) -> str:
    """The sentence for screen readers."""
    return "".join(element.text or "" for element in tree(drawing).iter("desc"))


def place_of(drawing: Drawing, words: str) -> tuple[float, float]:
    """Where a text stands."""
    for element in tree(drawing).iter("text"):
        if "".join(element.itertext()) == words:
            return float(element.attrib["x"]), float(element.attrib["y"])
    raise AssertionError(f"no text {words!r} in {texts(drawing)}")
