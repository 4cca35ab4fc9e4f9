"""The names that messages list, as the registries have them: a new extension of slidegen's own breaks no test."""

from __future__ import annotations

from collections.abc import Iterable

from slidegen.figures import FIGURES
from slidegen.outputs import OUTPUTS
from slidegen.sources import SOURCES
from slidegen.tables import TABLE_SOURCES
from slidegen.themes import theme_names


def listed(names: Iterable[str], *more: str) -> str:
    """Names in the order of a message, with those that a test adds."""
    return ", ".join(sorted({*names, *more}))


def themes(*more: str) -> str:
    """The end of a message about an unknown theme."""
    return f"{listed(theme_names(), *more)}, or a folder with a theme.yml"


SUFFIXES = ", ".join(f".{suffix}" for suffix in SOURCES)
FORMATS = listed(OUTPUTS)
KINDS = listed(FIGURES)
SOURCES_OF_TABLES = listed(TABLE_SOURCES)
THEMES = themes()
MARP_THEMES = listed(theme_names(), "default", "gaia", "uncover")
"""The themes of a deck in the Marp dialect: slidegen's, and those of marp-core."""
FUNCTIONS = ("GB", "GiB", "MB", "MiB", "chart", "claim", "deck", "dict", "namespace", "qr", "range", "table", "tables")
"""The names that the texts of every deck know beside the table sources."""
