"""Reading files that a stranger may have named: inside a folder, regular files only, and never more than a limit."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

SPECIAL: Final = {
    stat.S_IFDIR: "is a folder",
    stat.S_IFIFO: "is a named pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
    stat.S_IFCHR: "is a device, not a file",
    stat.S_IFBLK: "is a device, not a file",
}
NOWHERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
"""The errors about a path at which there is no file, and can be none."""
# Opening a named pipe waits for its writer, and a terminal becomes that of the process, unless these flags are given.
# Windows knows neither of the two, and reads text unless it is told otherwise.
FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
PIECE_BYTES: Final = 2**20
MOST_DECK_BYTES: Final = 20_000_000
"""What a deck's own file may hold."""


class FileError(Exception):
    """A file that cannot be read; the message says why, as in "is a folder" or "permission denied"."""


class MissingFileError(FileError):
    """There is no file at that path."""


def follow(path: Path) -> Path:
    """Where a path leads, its links followed. Raises MissingFileError for a loop of links and for what is no path."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        raise MissingFileError("no path of a file") from None


def leads_out(path: Path, folder: Path) -> bool:
    """Whether `path`, its links followed, lies outside `folder`. What cannot be followed does not: reading it fails."""
    try:
        return not follow(path).is_relative_to(follow(folder))
    except MissingFileError:
        return False


def check_file(path: Path) -> None:
    """Nothing, if `path` is a regular file or a link to one; nothing is opened. Raises FileError."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    _check_regular(mode)


def is_there(path: Path) -> bool:
    """Whether there is something at `path`, be it one that reading refuses."""
    try:
        check_file(path)
    except MissingFileError:
        return False
    except FileError:
        return True
    return True


def open_file(path: Path) -> BinaryIO:
    """A regular file, open for reading. Raises FileError; what is no regular file is neither waited for nor read."""
    check_file(path)  # Opening a device can already do something.
    try:
        descriptor = os.open(path, FLAGS)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    try:
        _check_regular(os.fstat(descriptor).st_mode)  # Another may be there by now.
        return open(descriptor, "rb")  # noqa: PTH123 - a descriptor is no path
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes. Raises FileError."""
    content = bytearray()
    with open_file(path) as file:
        try:
            # Piece by piece: a file's size says nothing of one that grows, or that the system makes up as it is read.
            while piece := file.read(min(PIECE_BYTES, limit + 1 - len(content))):
                content += piece
        except OSError as error:
            raise _unreadable(error) from None
    if len(content) > limit:
        raise FileError(f"is larger than {size_text(limit)}")
    return bytes(content)


def read_text(path: Path, limit: int, encoding: str = "utf-8") -> str:
    """The text of a regular file of at most `limit` bytes, its line ends as `\\n`.

    Raises FileError, or UnicodeDecodeError for what is no text of that encoding.
    """
    text = read_bytes(path, limit).decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def size_text(count: int) -> str:
    """A limit for people: "20 MB", or "16 MiB" where that is the round number."""
    return f"{count >> 20} MiB" if count % 2**20 == 0 else f"{count / 1e6:g} MB"


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise FileError(SPECIAL.get(stat.S_IFMT(mode), "is not a regular file"))


def _unreadable(error: OSError | ValueError) -> FileError:
    if isinstance(error, ValueError):  # A NUL, or a character that file names cannot hold here.
        return MissingFileError("no path of a file")
    kind = MissingFileError if error.errno in NOWHERE else FileError
    return kind((error.strerror or str(error)).lower())
