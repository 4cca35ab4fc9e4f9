"""Standard streams that are closed or full, and encodings that lack what is printed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.deck_folder import MODEL

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a POSIX shell and /dev/full")

COMMANDS = (
    "build talk.yml -q",
    "tables talk.yml",
    f"estimate {MODEL} --accounting textbook --offline",
    "quantize --list",
    "models",
    f"models show {MODEL} --offline",
    "schema",
    "--help",
    "--version",
    "check --help",
)
FULL, CLOSED = os.strerror(errno.ENOSPC).lower(), os.strerror(errno.EBADF).lower()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with a deck."""
    shell = Shell(tmp_path)
    shell.write("talk.yml", "tables: {t: {source: data, rows: [{a: 1}]}}\nslides: [a]\n")
    return shell


def run(shell: Shell, command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of the shell in which S is slidegen."""
    line = command.replace("S ", f"{sys.executable} -m slidegen ", 1)
    given = {**shell.environment, **environment}
    return subprocess.run(["/bin/sh", "-c", line], cwd=shell.folder, env=given, capture_output=True, timeout=120)


@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_cannot_be_written_is_told(shell: Shell, command: str) -> None:
    """In one line, with exit code 1, whether it is full or closed."""
    for where, reason in ((">/dev/full", FULL), (">&-", CLOSED)):
        done = run(shell, f"S {command} {where}")
        message = f"error: standard output cannot be written: {reason}\n"
        assert (done.returncode, done.stderr.decode()) == (1, message)


@pytest.mark.parametrize("command", COMMANDS)
def test_messages_that_cannot_be_written_change_nothing(shell: Shell, command: str) -> None:
    """Nor does it change anything that there is nothing to read. Without any stream it fails silently."""
    plain = run(shell, f"S {command}")
    for where in ("2>/dev/full", "2>&-", "<&-", "2>&- <&-"):
        done = run(shell, f"S {command} {where}")
        assert (done.returncode, done.stdout) == (0, plain.stdout)
    assert run(shell, f"S {command} >&- 2>&- <&-").returncode == 1


def test_an_error_keeps_its_exit_code_without_a_stream(shell: Shell) -> None:
    """1 for a mistake, 2 for wrong usage."""
    for where in ("2>&-", "2>/dev/full", ">&- 2>&-"):
        assert run(shell, f"S build no.yml {where}").returncode == 1
        assert run(shell, f"S build {where}").returncode == 2


def test_a_page_does_not_hold_what_was_printed(shell: Shell) -> None:
    """The number of a closed stream is not given to the file."""
    run(shell, "S build talk.yml -o a.html")
    run(shell, "S build talk.yml -o b.html >&- 2>&- <&-")
    assert (shell.folder / "b.html").read_bytes() == (shell.folder / "a.html").read_bytes()


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}], ids=["ascii", "C"])
def test_names_that_the_encoding_lacks_are_printed_somehow(shell: Shell, environment: dict[str, str]) -> None:
    """Paths and messages alike."""
    shell.write("t\u00e4lk.yml", "slides: [a]\n")
    done = run(shell, "S build t\u00e4lk.yml n\u00f6.yml", **environment)
    assert done.returncode == 1
    assert done.stdout == "build/t\u00e4lk.html\n".encode()
    assert (done.stderr.count(b"\n"), b"Traceback" in done.stderr) == (2, False)
    assert (shell.folder / "build" / "t\u00e4lk.html").exists()


def test_a_path_is_printed_with_the_bytes_that_it_has(shell: Shell) -> None:
    """Also where they are no text."""
    try:
        (shell.folder / os.fsdecode(b"caf\xe9")).mkdir()
    except OSError:
        pytest.skip("the file system takes text only")
    done = run(shell, "S build talk.yml -q -o $(printf 'caf\\351')/a.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"caf\xe9/a.html\n", b"")


def test_a_deck_whose_name_is_no_text_is_refused(shell: Shell) -> None:
    """Its name would be in the page."""
    done = run(shell, "S build $(printf 'caf\\351').yml")
    message = "error: caf\ufffd.yml: the file's name is not UTF-8 text; rename the file\n"
    assert (done.returncode, done.stdout, done.stderr.decode()) == (1, b"", message)


def test_where_no_name_but_an_english_one_is_text_that_is_told(shell: Shell) -> None:
    """With what to do."""
    shell.write("t\u00e4lk.yml", "slides: [a]\n")
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run(shell, "S build t\u00e4lk.yml", **environment)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.endswith(b"lk.yml: the file's name is not ASCII text; set PYTHONUTF8=1\n")


def test_a_build_that_is_terminated_leaves_nothing_staged(shell: Shell) -> None:
    """It waits for a reader of its pipe when the signal comes."""
    os.mkfifo(shell.folder / "pipe")
    started = shell.start("build", "talk.yml", "-o", "pipe")
    # It has begun once its handler is there: the signal would end it otherwise too.
    status = Path(f"/proc/{started.pid}/status")
    for _ in range(1000):
        if status.exists() and _caught(status.read_text()):
            break
        time.sleep(0.02)
    started.terminate()
    _, said = started.communicate(timeout=60)
    assert (started.returncode, said) == (128 + signal.SIGTERM, "")
    assert sorted(path.name for path in shell.folder.iterdir()) == ["installed", "pipe", "talk.yml"]


def _caught(status: str) -> bool:
    """Whether a process has a handler for SIGTERM."""
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))
