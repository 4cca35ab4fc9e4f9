"""Reads a `config.json` from an untrusted source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from slidegen.errors import model_error
from slidegen.files import FileError, read_bytes

CONFIG: Final = "config.json"
MOST_CONFIG_BYTES: Final = 16 * 2**20


def read_config(path: Path, name: str, what: str = f"its {CONFIG}") -> dict[str, Any]:
    """Reads the config in a file. Raises ModelError if it is missing, too long, or not a JSON object.

    The error names the model `name` and calls the file `what`.
    """
    try:
        content = read_bytes(path, MOST_CONFIG_BYTES)
    except FileError as error:
        raise model_error(name, f"{what} cannot be read ({error})", code="model-files") from error
    return parse_config(content, name, what)


def parse_config(text: bytes, name: str, what: str = f"its {CONFIG}") -> dict[str, Any]:
    """Parses a config. Raises ModelError if it is not a JSON object."""
    try:
        config = json.loads(text)
    except RecursionError as error:
        raise model_error(name, f"{what} is nested too deeply", code="model-files") from error
    except ValueError as error:
        raise model_error(name, f"{what} is not valid JSON ({error})", code="model-files") from error
    if not isinstance(config, dict):
        raise model_error(name, f"{what} is not a JSON object, so it has none of a config's keys", code="model-files")
    return config


def mapped_class(config: Mapping[str, Any]) -> str | None:
    """Returns the first `AutoModelFor...` in a config's auto_map, the class that `accelerate estimate-memory` measures.

    Source: accelerate 1.15, `commands/estimate.py`, `create_empty_model`.
    """
    mapped = config.get("auto_map")
    names = mapped if isinstance(mapped, Mapping) else ()
    return next((name for name in names if name.startswith("AutoModelFor")), None)


def config_digest(config: Mapping[str, Any]) -> str:
    """Returns the SHA-256 of a config as canonical JSON (sorted keys, no spaces): equal facts give equal digests."""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
