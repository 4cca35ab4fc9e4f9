"""A folder in which commands run as users run them, in processes of their own, with one more table source: letters."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.extension import installed


class Shell:
    """Runs slidegen in a folder, where the source of tests/tables/letters.py is installed like another package's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        points = {"letters": "tests.tables.letters:LETTERS"}
        self.environment = installed(folder / "installed", "slidegen.table_sources", points)
        self.environment.pop("CI", None)

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "slidegen", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=600
        )

    def start(self, *arguments: str, interrupt: signal.Handlers = signal.SIG_DFL) -> subprocess.Popen[str]:
        """Starts a command; it is alone in its process group, as in a terminal.

        `interrupt` is what Ctrl-C does to it: a shell starts jobs in the background with SIG_IGN, and the tests may
        themselves be one.
        """
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, interrupt),
        )

    def write(self, name: str, text: str) -> None:
        """Writes a file of the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder to run commands in."""
    return Shell(tmp_path)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
