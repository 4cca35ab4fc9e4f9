"""Repositories made by the real git, apart from the configuration of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Repo:
    """A repository in a folder."""

    top: Path

    def git(self, *arguments: str, given: bytes | None = None, **variables: str) -> str:
        """Runs git and returns what it prints."""
        done = subprocess.run(
            ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
            cwd=self.top,
            input=given,
            capture_output=True,
            check=True,
            env={**os.environ, "GIT_COMMITTER_DATE": "2025-06-01T12:00:00+0200", **variables},
        )
        return done.stdout.decode().strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Writes files."""
        for name, text in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str], tag: str = "") -> str:
        """Writes files and commits all that is there. Returns the hash."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "m")
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """An empty repository."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    top = tmp_path / "repo"
    top.mkdir()
    found = Repo(top)
    found.git("init", "-q", "-b", "main")
    return found
