"""A folder in which sweeps run, in this process or in one of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from click.testing import Result

from tests.cli.said import run


@dataclass(frozen=True)
class SweepFolder:
    """Runs sweeps in the working directory. `environment` is that of other processes."""

    folder: Path
    environment: Mapping[str, str]

    def write(self, text: str, name: str = "sweep.yml") -> None:
        """Writes the file of a sweep."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        """Runs a sweep."""
        return run("sweep", "--offline", *arguments)

    def done(self, *arguments: str) -> str:
        """What a sweep that succeeds prints."""
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    def mistakes(self, text: str, *arguments: str) -> list[str]:
        """The messages of a sweep with mistakes, which computes nothing."""
        self.write(text)
        done = self.run("sweep.yml", *arguments)
        assert (done.exit_code, done.stdout) == (1, "")
        assert not list(self.folder.glob("out*"))
        return [line.removeprefix("error: ") for line in done.stderr.splitlines()]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts a sweep in a process of its own, alone in its process group as in a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "slidegen", "sweep", "--offline", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def rows(self, name: str = "out.parquet") -> list[dict[str, Any]]:
        """The rows of a file."""
        rows: list[dict[str, Any]] = pq.read_table(self.folder / name).to_pylist()
        return rows

    def content(self, name: str = "out.parquet") -> bytes:
        """The bytes of a file."""
        return (self.folder / name).read_bytes()

    def parts(self) -> int:
        """How many parts the journal has."""
        return len(list(self.folder.glob("out.parquet.parts/part-*.parquet")))

    def computed(self) -> list[str]:
        """The letters that were computed, in the order of finishing, with the process."""
        log = self.folder / "log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def wait_for(condition: Any) -> None:
    """Waits until a condition holds."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it took more than a minute"
        time.sleep(0.02)
