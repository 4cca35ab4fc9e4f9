"""The reveal.js output: one HTML file with everything in it."""

from __future__ import annotations

from typing import Final

from slidegen.outputs.base import Output

REVEAL: Final = Output(
    "reveal",
    {"slidegen": "slidegen.outputs.reveal_deck:files", "marp-core": "slidegen.outputs.reveal_marp:files"},
)
