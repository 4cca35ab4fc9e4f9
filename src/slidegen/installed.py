"""Finds out how slidegen was installed, and so the command that adds an extra."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

PROJECT: Final = "slidegen"
ROOT: Final = Path(__file__).parents[2]


def remote_requirement(installed: Distribution | None = None) -> str | None:
    """Returns what pip installs on another machine to get this slidegen: a version of the index, or an address.

    None if slidegen came from a file or a folder of this machine. `installed` is as for `install_command`.
    """
    try:
        installed = installed or distribution(PROJECT)
    except PackageNotFoundError:
        return None
    record = _direct_url(installed)
    url = record.get("url")
    if not isinstance(url, str) or not url:
        return f"{PROJECT}=={installed.version}"
    if urlsplit(url).scheme == "file":
        return None
    return f"{PROJECT} @ {_repository(url, record) if 'vcs_info' in record else url}"


def install_command(extra: str, installed: Distribution | None = None) -> str:
    """The command that adds an extra, from the checkout, file or repository that slidegen came from, else the index.

    `installed` is the distribution; None means the running one. Source: PEP 610, the recording of direct URLs.
    """
    if installed is None:
        try:
            installed = distribution(PROJECT)
        except PackageNotFoundError:  # a checkout on PYTHONPATH
            return _command("-e", f"{_shown(ROOT)}[{extra}]")
    return _command(*_requirement(extra, _direct_url(installed)))


def _direct_url(installed: Distribution) -> Mapping[str, Any]:
    """Returns the content of the `direct_url.json` of a distribution, which an index leaves out."""
    try:
        record = json.loads(installed.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _requirement(extra: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """The arguments of `pip install` for the content of a `direct_url.json`, which is empty for an index."""
    url = record.get("url")
    if not isinstance(url, str) or not url:
        return (f"{PROJECT}[{extra}]",)
    if "vcs_info" in record:
        return (f"{PROJECT}[{extra}] @ {_repository(url, record)}",)
    parts = urlsplit(url)
    if parts.scheme != "file":
        return (f"{PROJECT}[{extra}] @ {url}",)
    path = _shown(Path(url2pathname(parts.path)))
    editable = record.get("dir_info", {}).get("editable", False)
    return (*(("-e",) if editable else ()), f"{path}[{extra}]")


def _repository(url: str, record: Mapping[str, Any]) -> str:
    """A repository in pip's syntax, with the requested revision, else the commit."""
    info = record["vcs_info"]
    revision = info.get("requested_revision") or info.get("commit_id")
    folder = record.get("subdirectory")
    at = f"@{revision}" if revision else ""
    return f"{info.get('vcs', 'git')}+{url}{at}{f'#subdirectory={folder}' if folder else ''}"


def _command(*arguments: str) -> str:
    quoted = (one if one.startswith("-") else f"'{one}'" if "'" not in one else shlex.quote(one) for one in arguments)
    return f"{_pip()} install {' '.join(quoted)}"


def _pip() -> str:
    """`pip` if that belongs to this environment; else `python -m pip`, since the environment may not be active."""
    found = shutil.which("pip")
    here = Path(sys.executable)
    if find_spec("pip") is None or (found is not None and Path(found).parent == here.parent):
        return "pip"
    return f"{shlex.quote(_shown(here))} -m pip"


def _shown(path: Path) -> str:
    """A path relative to the working directory. It has a separator: pip takes a word without one for a project."""
    try:
        text = str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
    return text if text == "." or os.sep in text else f".{os.sep}{text}"
