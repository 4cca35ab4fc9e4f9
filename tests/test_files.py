"""Reading what a stranger may have put into a folder: never a hang, a traceback, or more than a limit."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from slidegen.files import FileError, MissingFileError, is_there, leads_out, open_file, read_bytes, read_text

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
needs_devices = pytest.mark.skipif(not Path("/dev/zero").is_char_device(), reason="needs /dev/zero")


def reason(path: Path, limit: int = 1_000_000) -> str:
    """Why a file cannot be read."""
    with pytest.raises(FileError) as caught:
        read_bytes(path, limit)
    return str(caught.value)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """One of just that size is read whole."""
    path = tmp_path / "a"
    path.write_bytes(b"x" * 2**21)
    assert read_bytes(path, 2**21) == b"x" * 2**21
    assert reason(path, 2_000_000) == "is larger than 2 MB"
    assert reason(path, 2**20) == "is larger than 1 MiB"


def test_a_file_that_claims_to_be_huge_is_not_read_whole(tmp_path: Path) -> None:
    """One of holes takes no room on the disk, and would fill the memory."""
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(2**40)
    assert reason(path, 20_000_000) == "is larger than 20 MB"


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc")
def test_a_file_that_says_nothing_of_its_size_is_read() -> None:
    """Those that the system makes up claim to be empty."""
    assert read_bytes(Path("/proc/self/status"), 2**20).startswith(b"Name:")


def test_a_files_lines_end_as_python_has_them(tmp_path: Path) -> None:
    """Whoever wrote it."""
    path = tmp_path / "a"
    path.write_bytes("a\r\nb\rc\né".encode())
    assert read_text(path, 100) == "a\nb\nc\né"
    path.write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        read_text(path, 100)


@needs_pipes
def test_what_is_no_file_is_told_at_once(tmp_path: Path) -> None:
    """A pipe that nobody writes to would be waited for."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
    assert reason(tmp_path / "pipe") == "is a named pipe, not a file"
    assert reason(tmp_path / "link") == "is a named pipe, not a file"
    assert reason(tmp_path / "socket") == "is a socket, not a file"
    assert reason(tmp_path) == "is a folder"
    assert is_there(tmp_path / "pipe")


@needs_devices
def test_a_device_is_not_read() -> None:
    """/dev/zero has no end."""
    assert reason(Path("/dev/zero")) == "is a device, not a file"


@pytest.mark.unix
def test_a_path_without_a_file_is_told(tmp_path: Path) -> None:
    """A link to nowhere, such as an editor's lock file, and whatever is no path."""
    (tmp_path / ".#a.css").symlink_to("somebody@host.1234")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"")
    for name in ("none", ".#a.css", "loop", "file/a", "a\0b", "a" * 5000):
        with pytest.raises(MissingFileError):
            open_file(tmp_path / name)
        assert not is_there(tmp_path / name)
        assert not leads_out(tmp_path / name, tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs the rights of Unix")
def test_a_file_that_may_not_be_read_is_told() -> None:
    """The superuser may read all, so somebody else tries."""
    script = (
        "import os, sys; from pathlib import Path; from slidegen.files import FileError, read_bytes\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: read_bytes(Path(sys.argv[1]), 10)\n"
        "except FileError as error: print(error)"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "a"
        path.write_bytes(b"x")
        path.chmod(0)
        done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "permission denied\n"


@pytest.mark.unix
def test_what_leads_out_of_a_folder(tmp_path: Path) -> None:
    """However it is written: up, absolute, by a link of a file or of a folder; and what stays inside."""
    folder = tmp_path / "deck"
    (folder / "sub").mkdir(parents=True)
    (folder / "a").write_bytes(b"")
    (tmp_path / "secret").write_bytes(b"")
    (folder / "out").symlink_to(tmp_path)
    (folder / "link").symlink_to("../secret")
    (folder / "in").symlink_to("sub")
    for name in ("../secret", "sub/../../secret", str(tmp_path / "secret"), "out/secret", "link", "out", "in/../../x"):
        assert leads_out(folder / name, folder), name
    for name in ("a", "sub/../a", "in", "in/x", "out/deck/a", "../deck/a", "none", ""):
        assert not leads_out(folder / name, folder), name


@needs_pipes
@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
def test_a_deck_that_is_a_pipe_is_refused(tmp_path: Path, name: str) -> None:
    """Also by what looks into it early, to start an engine."""
    os.mkfifo(tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-m", "slidegen", "build", name], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    expected = f"error: {name}: cannot be read: is a named pipe, not a file\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)
