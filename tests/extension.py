"""A package that adds to slidegen by entry points, as pip would install it, and commands that run beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


def installed(folder: Path, group: str, points: Mapping[str, str], package: str = "extension") -> dict[str, str]:
    """Installs a package with entry points into `folder`. Returns the environment of processes that have it.

    The objects may stand in the tests, or in modules of the folder.
    """
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    lines = "".join(f"{name} = {place}\n" for name, place in points.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{lines}", encoding="utf-8")
    paths = filter(None, (str(folder), str(ROOT), os.environ.get("PYTHONPATH")))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


class Builder:
    """Builds decks in a folder, beside an installed package that has these entry points."""

    def __init__(self, folder: Path, group: str, points: Mapping[str, str]) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self.installed = folder / "installed"
        self.environment = installed(self.installed, group, points)

    def write(self, name: str, text: str) -> None:
        """Writes a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, deck: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Builds a deck."""
        return self.run("build", deck, "--offline", *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command."""
        command = [sys.executable, "-m", "slidegen", *arguments]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def page(self, deck: str, *arguments: str) -> str:
        """The page of a deck that builds without a word."""
        done = self.build(deck, "-q", "-o", "-", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def message(self, deck: str, *arguments: str) -> str:
        """The one message of a deck that does not build."""
        done = self.build(deck, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        return line.removeprefix("error: ")
