"""The Marp output: one HTML file that presents itself, and the deck as plain Marp Markdown."""

from __future__ import annotations

from typing import Final

from slidegen.outputs.base import Output

MARP: Final = Output("marp", {"marp-core": "slidegen.outputs.marp_page:files"})
