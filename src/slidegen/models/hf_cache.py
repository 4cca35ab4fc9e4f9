"""Reads the Hugging Face cache by its folder layout: two file reads a lookup, without importing huggingface_hub.

Source of the layout and of the environment variables: huggingface_hub's guide "Understand caching" and its page on
environment variables. ``models--org--name/refs/<revision>`` holds a commit, ``snapshots/<commit>/`` its files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from slidegen.models.configs import CONFIG
from slidegen.models.names import HubName


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Returns the folder in which huggingface_hub keeps its ``models--*`` folders."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environ.get(variable):
            return _expanded(environ[variable])
    if environ.get("HF_HOME"):
        return _expanded(environ["HF_HOME"]) / "hub"
    return _expanded(environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def cached_config(name: HubName, folder: Path) -> tuple[Path, str] | None:
    """Returns the cached config of a model and its commit; None if that revision's config is not cached."""
    model = folder / ("models--" + name.repo.replace("/", "--"))
    revision = name.revision or "main"
    try:
        commit = (model / "refs" / revision).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        commit = revision
    if not commit or "/" in commit or ".." in commit:
        return None
    path = model / "snapshots" / commit / CONFIG
    return (path, commit) if path.is_file() else None


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()
