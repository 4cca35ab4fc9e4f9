"""The engines of diagrams, by the languages of their fences."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from slidegen.diagrams.base import DiagramKind

KINDS: Final[Mapping[str, str]] = {
    "mermaid": "slidegen.diagrams.mermaid:MERMAID",
    "dot": "slidegen.diagrams.graphviz:GRAPHVIZ",
    "graphviz": "slidegen.diagrams.graphviz:GRAPHVIZ",
}


def kind(language: str) -> DiagramKind:
    """Returns the engine for a language that `KINDS` names."""
    module, _, name = KINDS[language].partition(":")
    found: DiagramKind = getattr(import_module(module), name)
    return found
