"""The exports: files made from a built deck, such as a PDF. Each is a module here and a line in the registry."""

from __future__ import annotations

from typing import Final

from slidegen.exports.base import Export
from slidegen.registry import Registry

EXPORTS: Final = Registry(
    "slidegen.exports",
    Export,
    {
        "pdf": "slidegen.exports.pdf:PDF",
        "handout": "slidegen.exports.handout:HANDOUT",
        "png": "slidegen.exports.png:PNG",
        "notes": "slidegen.exports.notes:NOTES",
        "pptx": "slidegen.exports.pptx:PPTX",
    },
    "export",
)
"""The exports, by the name that `slidegen export --to` gives."""
DEFAULT: Final = "pdf"
