"""Names that changed: the former ones are understood for a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {"allocated": {"checkpointing": "gradient_checkpointing"}}
"""The present names of columns by their former ones, for each table source."""
