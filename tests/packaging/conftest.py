"""A copy of the repository to build packages from, so that a test cannot disturb the one it runs in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_TRACKED = shutil.ignore_patterns(
    ".git", ".venv", "_vendor*", "__pycache__", ".*_cache", ".hypothesis", "build", "dist", "test-output"
)
# The registry and the proxy are a port on this machine where nothing listens.
NO_NETWORK = {
    "npm_config_registry": "http://127.0.0.1:9/",
    "npm_config_fetch_retries": "0",
    "http_proxy": "http://127.0.0.1:9/",
    "https_proxy": "http://127.0.0.1:9/",
    "PIP_NO_INDEX": "1",
}


@dataclass(frozen=True)
class Repository:
    """A folder to build from, and the environment to build in."""

    root: Path
    environment: dict[str, str]

    @property
    def vendor(self) -> Path:
        """The front-end files."""
        return self.root / "src/slidegen/_vendor"

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """This test's Python, at the root of the copy."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )

    def pip_wheel(self, source: str, into: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The wheel of `source`, made with the build tools that are installed here."""
        arguments = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", into, source)
        return self.python("-m", "pip", *arguments, **environment)

    def asked_for(self, **environment: str) -> set[str]:
        """What a build in an isolated environment would have to install, without versions."""
        code = "from hatchling.build import get_requires_for_build_wheel as ask; print(*ask())"
        done = self.python("-c", code, **environment)
        assert done.returncode == 0, done.stderr
        return {requirement.split(">")[0] for requirement in done.stdout.split()}


@pytest.fixture(scope="session")
def copy_repository() -> Callable[[Path, bool], Repository]:
    """A function that copies the repository, with or without the front-end files that are made already."""

    def copy(target: Path, with_vendor: bool) -> Repository:
        shutil.copytree(ROOT, target, ignore=NOT_TRACKED)
        repository = Repository(target, {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
        if with_vendor:
            shutil.copytree(ROOT / "src/slidegen/_vendor", repository.vendor)
        return repository

    return copy


@pytest.fixture
def path_without_npm(tmp_path: Path) -> str:
    """A PATH on which there is nothing at all."""
    folder = tmp_path / "no-programs"
    folder.mkdir()
    return str(folder)
