"""Reads files that a stranger may have named: only regular files inside a folder, and never more than a limit."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from slidegen.codes import Code

SPECIAL: Final = {
    stat.S_IFDIR: "is a folder",
    stat.S_IFIFO: "is a named pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
    stat.S_IFCHR: "is a device, not a file",
    stat.S_IFBLK: "is a device, not a file",
}
NOWHERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
"""The errors about a path without a file, or one that cannot have a file."""
# Without these flags, opening a named pipe waits for its writer, and an opened terminal becomes that of the process.
# Windows has neither flag, and reads in text mode without O_BINARY.
FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
PIECE_BYTES: Final = 2**20
MAX_DECK_BYTES: Final = 20_000_000
"""The most bytes of a deck's own file."""


class FileError(Exception):
    """A file cannot be read. The message says why: "is a folder", "permission denied"."""

    code: ClassVar[Code] = "unreadable-file"


class MissingFileError(FileError):
    """There is no file at that path."""

    code = "missing-file"


def follow(path: Path) -> Path:
    """Returns the real path, all links followed. Raises MissingFileError for a loop of links or an invalid path."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        raise MissingFileError("no path of a file") from None


def leads_out(path: Path, folder: Path) -> bool:
    """Returns whether `path`, its links followed, lies outside `folder`; False for a path that cannot be followed,
    because reading it fails anyway."""
    try:
        return not follow(path).is_relative_to(follow(folder))
    except MissingFileError:
        return False


def check_file(path: Path) -> None:
    """Raises FileError unless `path` is a regular file or a link to one. Opens nothing."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    _check_regular(mode)


def is_there(path: Path) -> bool:
    """Returns whether there is anything at `path`, even if it cannot be read."""
    try:
        check_file(path)
    except MissingFileError:
        return False
    except FileError:
        return True
    return True


def open_file(path: Path) -> BinaryIO:
    """Opens a regular file for reading. Raises FileError without opening anything else, such as a pipe or a device."""
    check_file(path)  # Opening a device can already have an effect.
    try:
        descriptor = os.open(path, FLAGS)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    try:
        _check_regular(os.fstat(descriptor).st_mode)  # The file may have been replaced meanwhile.
        return open(descriptor, "rb")  # noqa: PTH123 - a descriptor is not a path
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: Path, limit: int) -> bytes:
    """Returns the content of a regular file of at most `limit` bytes. Raises FileError."""
    content = bytearray()
    with open_file(path) as file:
        try:
            # Piece by piece: the size is wrong for a file that grows, or that the system generates while it is read.
            while piece := file.read(min(PIECE_BYTES, limit + 1 - len(content))):
                content += piece
        except OSError as error:
            raise _unreadable(error) from None
    if len(content) > limit:
        raise FileError(f"is larger than {size_text(limit)}")
    return bytes(content)


def read_text(path: Path, limit: int, encoding: str = "utf-8") -> str:
    """Returns the text of a regular file of at most `limit` bytes, with `\\n` as line ends.

    Raises FileError, or UnicodeDecodeError if the content is not text of that encoding.
    """
    text = read_bytes(path, limit).decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def size_text(count: int) -> str:
    """Returns a limit in words: "20 MB", or "16 MiB" where that is the round number."""
    return f"{count >> 20} MiB" if count % 2**20 == 0 else f"{count / 1e6:g} MB"


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise FileError(SPECIAL.get(stat.S_IFMT(mode), "is not a regular file"))


def _unreadable(error: OSError | ValueError) -> FileError:
    if isinstance(error, ValueError):  # A NUL, or a character that file names cannot hold here.
        return MissingFileError("no path of a file")
    kind = MissingFileError if error.errno in NOWHERE else FileError
    return kind((error.strerror or str(error)).lower())
