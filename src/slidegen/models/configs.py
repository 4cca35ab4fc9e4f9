"""Reading a `config.json` that somebody else wrote."""

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
    """The config in a file. Raises ModelError if it is missing, too long, or no JSON object.

    `name` is the model's and `what` says which file it is, both for the error.
    """
    try:
        content = read_bytes(path, MOST_CONFIG_BYTES)
    except FileError as error:
        raise model_error(name, f"{what} cannot be read ({error})") from error
    return parse_config(content, name, what)


def parse_config(text: bytes, name: str, what: str = f"its {CONFIG}") -> dict[str, Any]:
    """The config in a text. Raises ModelError if it is no JSON object."""
    try:
        config = json.loads(text)
    except RecursionError as error:
        raise model_error(name, f"{what} is nested too deeply") from error
    except ValueError as error:
        raise model_error(name, f"{what} is not valid JSON ({error})") from error
    if not isinstance(config, dict):
        raise model_error(name, f"{what} holds no JSON object, so it has none of a config's keys")
    return config


def mapped_class(config: Mapping[str, Any]) -> str | None:
    """The first `AutoModelFor...` that a config's auto_map names: `accelerate estimate-memory` measures that class.

    Source: accelerate 1.15, `commands/estimate.py`, `create_empty_model`.
    """
    mapped = config.get("auto_map")
    names = mapped if isinstance(mapped, Mapping) else ()
    return next((name for name in names if name.startswith("AutoModelFor")), None)


def config_digest(config: Mapping[str, Any]) -> str:
    """The SHA-256 of a config as canonical JSON (sorted keys, no spaces): the same facts, the same digest."""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
