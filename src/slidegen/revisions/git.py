"""Runs git so that a stranger's repository is harmless.

The configuration of a repository can name commands: for the file system monitor, filters, text conversion, signatures,
remotes. Only calls are made that read refs and objects; what could still run a command is switched off here. Git itself
refuses repositories that belong to another user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import Final

from slidegen.errors import Problem, SlidegenError

SECONDS: Final = 60
"""How long one call of git may take."""
MOST_BYTES: Final = 16_000_000
"""The most bytes that a call prints, if it does not say otherwise."""
KEPT: Final = ("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
"""The variables of git that stay, besides those of the user's configuration (GIT_CONFIG...). The others, such as the
GIT_DIR of a hook, name another repository than the deck's."""
SET: Final[Mapping[str, str]] = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks, by a command of its configuration
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
SAFE: Final = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.askPass=",
    "credential.helper=",
    "diff.external=",
    "log.showSignature=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "core.bigFileThreshold=50m",  # larger files are read piece by piece
)
"""Settings that win over those of the repository."""


class GitFailedError(Exception):
    """A call of git ends with an error. The message is the first line that git writes about it."""


class TooMuchError(Exception):
    """A call of git prints more than it may."""


@dataclass(frozen=True, slots=True)
class Git:
    """Calls git in a folder. `program` is its path."""

    program: str
    folder: Path

    @classmethod
    def of(cls, folder: Path) -> Git:
        """Returns what calls git in a folder. Raises SlidegenError if git is not installed."""
        program = shutil.which("git")
        if program is None:
            raise SlidegenError([Problem("git is not installed, or not on the PATH; revisions need it", code="git")])
        return cls(program, folder)

    def text(self, *arguments: str) -> str:
        """Returns what a call prints, without the last newline. Raises as `output`."""
        return os.fsdecode(self.output(*arguments)).removesuffix("\n")

    def output(self, *arguments: str, most: int = MOST_BYTES) -> bytes:
        """Returns what a call prints. A call that prints more than `most` bytes, or takes too long, is ended: a
        repository can be made so that a listing of it never ends.

        Raises:
            GitFailedError: git says that it cannot.
            TooMuchError: it prints more than `most` bytes.
            SlidegenError: git does not start, or takes too long.
        """
        settings = [word for setting in SAFE for word in ("-c", setting)]
        command = [self.program, "--no-pager", *settings, *arguments]
        try:
            with TemporaryFile() as errors:
                answer, status = _run(command, self.folder, errors.fileno(), most)
                errors.seek(0)
                said = errors.read(10_000).decode("utf-8", "replace")
        except OSError as error:
            raise SlidegenError([Problem(f"git does not start: {error.strerror or error}", code="git")]) from None
        except subprocess.TimeoutExpired:
            what = f"git {arguments[0]} takes longer than {SECONDS} s in this repository"
            raise SlidegenError([Problem(what, str(self.folder), code="limit")]) from None
        if len(answer) > most:
            raise TooMuchError
        if status:
            raise GitFailedError(_first_line(said) or f"git ends with {status}")
        return answer


def _run(command: Sequence[str], folder: Path, errors: int, most: int) -> tuple[bytes, int]:
    """Returns what a command prints, at most one byte more than `most`, and its status. Its errors go to a file."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
    ) as process:
        assert process.stdout is not None
        late = Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = Timer(SECONDS, stop)
        clock.start()
        try:
            answer = process.stdout.read(most + 1)
            if len(answer) > most:
                process.kill()
            status = process.wait()
        finally:
            clock.cancel()
            if process.poll() is None:
                process.kill()
    if late.is_set():
        raise subprocess.TimeoutExpired(command, SECONDS)
    return answer, status


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment of git, made from that of the process."""
    kept = {
        name: value
        for name, value in variables.items()
        if not name.upper().startswith("GIT_") or name.startswith("GIT_CONFIG") or name in KEPT
    }
    return {**kept, **SET}


def _first_line(errors: str) -> str:
    lines = errors.strip().splitlines()
    return lines[0].removeprefix("fatal: ").removeprefix("error: ")[:300] if lines else ""
