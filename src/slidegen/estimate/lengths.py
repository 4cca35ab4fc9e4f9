"""The longest sequence that a model was made for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

POSITIONS: Final = ("max_position_embeddings", "n_positions", "max_target_positions", "max_seq_len")
"""The names that transformers' configs have for it (GPT-2: n_positions, Whisper: max_target_positions, MPT:
max_seq_len)."""


def positions_of(config: Mapping[str, Any]) -> int | None:
    """Returns the number of positions in a config or its text model's, in tokens; None if it names none."""
    text = config.get("text_config")
    for level in (config, text if isinstance(text, Mapping) else {}):
        for name in POSITIONS:
            found = level.get(name)
            if isinstance(found, int) and not isinstance(found, bool) and found > 0:
                return found
    return None
