"""slidegen: write a deck once; every number on it is computed when the deck is built.

The names in `__all__` are public; docs/api.md describes them. They are imported on first use, so that
``import slidegen`` is fast. Everything else may change.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from slidegen.version import __version__ as __version__

TYPE_CHECKING = False  # type checkers treat it like typing's; importing typing would make up most of the import time
if TYPE_CHECKING:
    from typing import Any

    from slidegen.api import build, check, claims, diff, estimate, export, stale, tables
    from slidegen.build_options import BuildOptions
    from slidegen.built import Built
    from slidegen.changes.staleness import Staleness, StaleResult
    from slidegen.changes.values import Change, Changes, Reason, SlideChange
    from slidegen.errors import DeckError, MissingExtraError, ModelError, Problem, SlidegenError
    from slidegen.estimate.allocated import AllocatedEstimate
    from slidegen.estimate.textbook import MemoryEstimate
    from slidegen.exports.base import Export, ExportJob, ExportOptions
    from slidegen.exports.deck import ExportedDeck, ExportedSlide
    from slidegen.figures.base import FigureKind, FigureOptions, svg_drawing
    from slidegen.figures.data import Measure, Numbers, Reader
    from slidegen.figures.type import text_width
    from slidegen.judgments import Comparison, Judgment
    from slidegen.look import Theme, ThemePair
    from slidegen.model import (
        Accuracy,
        Background,
        Column,
        Deck,
        DeckOptions,
        FigureDeclaration,
        Provenance,
        Slide,
        SlideOptions,
        Source,
        Table,
        TableDeclaration,
        Text,
    )
    from slidegen.outputs.base import Output
    from slidegen.outputs.target import Target
    from slidegen.pictures import Drawing, Frame, Picture
    from slidegen.rendered import Bundled, MarpDeck, MarpSlide, OutputFile, RenderedDeck, RenderedSlide
    from slidegen.resolved import Claim
    from slidegen.sources.base import ParseOptions, SourceFormat
    from slidegen.table_look import TableLook
    from slidegen.tables.base import SourceContext, SourceParameters, TableSource

__all__ = [
    "Accuracy",
    "AllocatedEstimate",
    "Background",
    "BuildOptions",
    "Built",
    "Bundled",
    "Change",
    "Changes",
    "Claim",
    "Column",
    "Comparison",
    "Deck",
    "DeckError",
    "DeckOptions",
    "Drawing",
    "Export",
    "ExportJob",
    "ExportOptions",
    "ExportedDeck",
    "ExportedSlide",
    "FigureDeclaration",
    "FigureKind",
    "FigureOptions",
    "Frame",
    "Judgment",
    "MarpDeck",
    "MarpSlide",
    "Measure",
    "MemoryEstimate",
    "MissingExtraError",
    "ModelError",
    "Numbers",
    "Output",
    "OutputFile",
    "ParseOptions",
    "Picture",
    "Problem",
    "Provenance",
    "Reader",
    "Reason",
    "RenderedDeck",
    "RenderedSlide",
    "Slide",
    "SlideChange",
    "SlideOptions",
    "SlidegenError",
    "Source",
    "SourceContext",
    "SourceFormat",
    "SourceParameters",
    "StaleResult",
    "Staleness",
    "Table",
    "TableDeclaration",
    "TableLook",
    "TableSource",
    "Target",
    "Text",
    "Theme",
    "ThemePair",
    "__version__",
    "build",
    "check",
    "claims",
    "diff",
    "estimate",
    "export",
    "stale",
    "svg_drawing",
    "tables",
    "text_width",
]

_HOMES = {
    "slidegen.api": ("build", "check", "claims", "diff", "estimate", "export", "stale", "tables"),
    "slidegen.build_options": ("BuildOptions",),
    "slidegen.built": ("Built",),
    "slidegen.changes.staleness": ("StaleResult", "Staleness"),
    "slidegen.changes.values": ("Change", "Changes", "Reason", "SlideChange"),
    "slidegen.errors": ("DeckError", "MissingExtraError", "ModelError", "Problem", "SlidegenError"),
    "slidegen.estimate.allocated": ("AllocatedEstimate",),
    "slidegen.estimate.textbook": ("MemoryEstimate",),
    "slidegen.exports.base": ("Export", "ExportJob", "ExportOptions"),
    "slidegen.exports.deck": ("ExportedDeck", "ExportedSlide"),
    "slidegen.figures.base": ("FigureKind", "FigureOptions", "svg_drawing"),
    "slidegen.figures.data": ("Measure", "Numbers", "Reader"),
    "slidegen.figures.type": ("text_width",),
    "slidegen.judgments": ("Comparison", "Judgment"),
    "slidegen.resolved": ("Claim",),
    "slidegen.model": (
        "Accuracy",
        "Background",
        "Column",
        "Deck",
        "DeckOptions",
        "FigureDeclaration",
        "Provenance",
        "Slide",
        "SlideOptions",
        "Source",
        "Table",
        "TableDeclaration",
        "Text",
    ),
    "slidegen.outputs.base": ("Output",),
    "slidegen.outputs.target": ("Target",),
    "slidegen.pictures": ("Drawing", "Frame", "Picture"),
    "slidegen.rendered": ("Bundled", "MarpDeck", "MarpSlide", "OutputFile", "RenderedDeck", "RenderedSlide"),
    "slidegen.sources.base": ("ParseOptions", "SourceFormat"),
    "slidegen.table_look": ("TableLook",),
    "slidegen.tables.base": ("SourceContext", "SourceParameters", "TableSource"),
    "slidegen.look": ("Theme", "ThemePair"),
}
"""The modules of the public names."""


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'slidegen' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _function(name: str) -> property:
    """An attribute that stays the function: Python would replace it by the subpackage with the same name."""
    return property(lambda _: __getattr__(name), lambda _, __: None)


class _Package(ModuleType):
    """The package. Its functions `estimate` and `tables` have the same names as two of its subpackages."""

    estimate = _function("estimate")
    tables = _function("tables")


sys.modules[__name__].__class__ = _Package
