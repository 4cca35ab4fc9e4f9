"""A talk that is served on this machine, and the addresses of its pages."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.serve.conftest import PATIENCE, until

if any(find_spec(package) is None for package in ("segno", "starlette", "uvicorn")):  # without the extra `serve`
    collect_ignore = ["test_pages.py", "test_server.py", "test_talk.py"]

DECK = """\
title: A talk
minutes: 4
slides:
  - content: "# First"
    notes: Only the speaker knows **one**.
  - content: |
      ## Second

      - one {.fragment}
      - two {.fragment}

      ::: notes
      Only the speaker knows two.
      :::
  - content: "## Third"
    attributes: {data-notes: Only the speaker knows three.}
  - "## Fourth"
"""


@dataclass
class Presented:
    """A running `slidegen present`: its process, and the address of each role."""

    process: subprocess.Popen[bytes]
    folder: Path
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What it has said so far on standard error."""
        return (self.folder / "stderr.txt").read_text(encoding="utf-8")

    def end(self) -> int:
        """Ends it as Ctrl-C does, and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@dataclass
class Presenter:
    """Starts talks in one folder."""

    folder: Path
    running: list[Presented] = field(default_factory=list)

    def start(self, *arguments: str, deck: str = DECK, name: str = "talk.yml", port: str = "0") -> Presented:
        """Starts `slidegen present` for a deck of this text, and waits for its addresses."""
        (self.folder / name).write_text(textwrap.dedent(deck), encoding="utf-8")
        out, err = self.folder / "stdout.txt", self.folder / "stderr.txt"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            command = [sys.executable, "-m", "slidegen", "present", name, "--port", port, *arguments]
            process = subprocess.Popen(command, cwd=self.folder, stdout=stdout, stderr=stderr)
        presented = Presented(process, self.folder)
        self.running.append(presented)
        last = "audience" if "--audience" in arguments else "remote"
        until(lambda: re.search(rf"{last}: .*\n", out.read_text()) or process.poll() is not None, "the server starts")
        assert process.poll() is None, presented.said
        presented.urls = dict(re.findall(r"(\w+): +(\S+)", out.read_text()))
        return presented


@pytest.fixture
def presenter(tmp_path: Path) -> Iterator[Presenter]:
    """Starts talks in an empty folder; they are ended afterwards."""
    started = Presenter(tmp_path)
    yield started
    for presented in started.running:
        with suppress(Exception):
            presented.end()
        if presented.process.poll() is None:
            presented.process.kill()
            presented.process.wait()
