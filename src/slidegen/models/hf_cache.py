"""The Hugging Face cache, read by its folder layout: a look costs two file reads and imports no huggingface_hub.

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
    """The folder with the ``models--*`` folders, where huggingface_hub looks for it."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environ.get(variable):
            return _expanded(environ[variable])
    if environ.get("HF_HOME"):
        return _expanded(environ["HF_HOME"]) / "hub"
    return _expanded(environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def cached_config(name: HubName, folder: Path) -> tuple[Path, str] | None:
    """The cached config of a model and its commit; None if the cache does not hold that revision's config."""
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
