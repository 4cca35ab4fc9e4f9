"""What the cells of a notebook share while they are converted: the pictures found in them, formulas, and the losses."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from slidegen.errors import Problem
from slidegen.sources.notebook.anchors import Anchors
from slidegen.sources.notebook.format import Cell
from slidegen.sources.notebook.formulas import Formulas

SUFFIXES: Final = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/avif": "avif",
}
"""The media types of pictures, the best first, and the suffixes of their files."""
SPACE: Final = re.compile(r"\s+")
SVG: Final = re.compile(r"<(?:[\w.-]+:)?svg\b")
UNSAFE: Final = re.compile(r"[^\w-]+")
"""What a path in Markdown does not hold without brackets."""


@dataclass(slots=True)
class Conversion:
    """The state of one conversion. `name` is the notebook's path in messages, pictures get paths in `folder`, and
    `templated` says whether the notebook declares values."""

    name: str
    folder: str
    formulas: Formulas
    anchors: Anchors = field(default_factory=Anchors)
    templated: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    losses: list[Problem] = field(default_factory=list)
    _attached: dict[tuple[int, str], str] = field(default_factory=dict)

    def lose(self, cell: Cell, message: str, row: int = 0) -> None:
        """Notes something in a row (from 0) of a cell that is shown otherwise than in Jupyter, or not at all."""
        self.losses.append(Problem(message, self.name, cell.line + row, code="not-applied"))

    def lose_output(self, cell: Cell, message: str) -> None:
        """The same of a cell's outputs."""
        self.losses.append(Problem(message, self.name, cell.last, code="not-applied"))

    def picture(self, cell: Cell, media_type: str, data: str, what: str) -> str | None:
        """Returns the path of a picture in a cell (Base64, or text for an SVG); None if it is not a picture."""
        content = decoded(media_type, data)
        if content is None:
            self.lose_output(cell, f"{what} is not a picture ({media_type}): it is not in Base64")
            return None
        return self._kept(cell, content, SUFFIXES[media_type])

    def attachment(self, cell: Cell, written: str) -> str | None:
        """The path of a picture that is attached to a cell; None if there is none of that name."""
        name = unquote(written)
        if (cell.number, name) in self._attached:
            return self._attached[cell.number, name]
        bundle = cell.attachments.get(name) or {}
        media_type = next((one for one in SUFFIXES if one in bundle), None)
        content = None if media_type is None else decoded(media_type, bundle[media_type])
        if media_type is None or content is None:
            why = "the cell has no such attachment" if media_type is None else "its attachment is not in Base64"
            row = max(0, cell.source.count("\n", 0, max(0, cell.source.find(written))))
            self.lose(cell, f"the picture attachment:{written} is left out: {why}", row)
            return None
        stem = UNSAFE.sub("-", name.rpartition(".")[0]).strip("-")
        path = self._kept(cell, content, SUFFIXES[media_type], stem)
        self._attached[cell.number, name] = path
        return path

    def ground(self, path: str, more: str = "") -> str:
        """The attributes in braces of a picture: the class of one that needs a ground, and `more`."""
        given = " ".join(filter(None, (".stored" if may_be_clear(path, self.files[path]) else "", more)))
        return f"{{{given}}}" if given else ""

    def _kept(self, cell: Cell, content: bytes, suffix: str, stem: str = "") -> str:
        number = 1 + sum(path.startswith(f"{self.folder}/cell-{cell.number}-") for path in self.files)
        path = f"{self.folder}/cell-{cell.number}-{stem or number}.{suffix}"
        if path in self.files:
            path = f"{self.folder}/cell-{cell.number}-{number}-{stem}.{suffix}"
        self.files[path] = content
        return path


def may_be_clear(path: str, content: bytes) -> bool:
    """Whether something may be seen through a picture: an SVG, or a PNG with an alpha channel or a clear colour."""
    if path.endswith(".png"):
        return content[25:26] in (b"\4", b"\6") or b"tRNS" in content[:1000]
    return not path.endswith((".jpg", ".bmp"))


def decoded(media_type: str, data: str) -> bytes | None:
    """The content of a picture; None if it is not encoded as a notebook has it."""
    if media_type == "image/svg+xml" and SVG.search(data):
        return data.encode()
    try:
        return base64.b64decode(SPACE.sub("", data), validate=True)
    except (binascii.Error, ValueError):
        return None
