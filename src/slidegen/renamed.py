"""Names that changed. The former ones are accepted for a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {"allocated": {"checkpointing": "gradient_checkpointing"}}
"""The present names of columns by their former names, for each table source."""
