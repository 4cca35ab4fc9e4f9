"""Names that changed. The former ones are accepted for a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {"allocated": {"checkpointing": "gradient_checkpointing"}}
"""The present names of columns by their former names, for each table source."""
JSON_KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "allocated": {
        "quantization_constant_bytes": "quantization_constants_bytes",
        "gradient_bytes": "gradients_bytes",
        "activation_bytes": "activations_bytes",
        "temporary_bytes": "temporaries_bytes",
        "end_of_step_allocated_bytes": "end_of_step_bytes",
    },
    "memory": {"gradient_bytes": "gradients_bytes"},
}
"""The present keys in JSON by their former ones, for each table source."""
