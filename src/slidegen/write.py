"""The write stage: files are staged beside their place, then swapped. A crash leaves the old files intact."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from slidegen.errors import Problem, SlidegenError

Content = bytes | Callable[[BinaryIO], None]
"""The content of a file, or what writes it: for files that memory should not hold."""
ANY_WRITER = 0o222
"""The write bits of a mode, for anybody."""


def write_stream(stream: BinaryIO, content: bytes) -> None:
    """Writes `content` to a stream and flushes it."""
    stream.write(content)
    stream.flush()


def write_file(path: Path, content: bytes) -> bool:
    """Writes `content`, unless the file already holds it. Returns whether anything was written.

    A regular file is swapped in one step. A link stays, and the file that it leads to is written. A device or a FIFO is
    written to directly.

    Raises:
        SlidegenError: the folder or the file cannot be written. A file without write permission is left alone, although
            the permissions of its folder would allow replacing it.
    """
    return write_files([(path, content)])


def write_files(files: Iterable[tuple[Path, Content]]) -> bool:
    """Writes several files as `write_file` does. No file is swapped before all are staged, then one after the other."""
    staged: list[tuple[Path, Path, Path]] = []
    written = False
    try:
        for path, content in files:
            with _reported(path):
                mode = _mode(path)
                if mode is not None and not stat.S_ISREG(mode):
                    _write_to(path, mode, content)
                    written = True
                    continue
                target = Path(os.path.realpath(path))
                if mode is not None:
                    if isinstance(content, bytes) and target.read_bytes() == content:
                        continue
                    if not (mode & ANY_WRITER and os.access(target, os.W_OK)):
                        raise _system_error(errno.EACCES)
                new = 0o666 & ~_umask() if mode is None else mode & 0o777
                staged.append((path, _stage(target, content, new), target))
        for path, file, target in staged:
            with _reported(path):
                file.replace(target)
    finally:
        for _, file, _ in staged:
            file.unlink(missing_ok=True)
    return written or bool(staged)


def write_new_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, by their paths in it: all of them, or none. Makes the folder if it does not exist.

    Raises:
        SlidegenError: the folder cannot be written.
    """
    place = Path(os.path.realpath(folder))
    with _reported(folder), _staging(place) as (staged, missing):
        for name, content in files.items():
            path = staged.joinpath(*(part.name for part in reversed(missing)), name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if missing:
            (staged / missing[-1].name).rename(missing[-1])
        else:
            _move_all(staged, place, files)


@contextmanager
def _staging(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Makes a folder for staging where files can be moved from to `folder`. Yields it, and those of `folder` and the
    folders above that do not exist, the deepest first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    place = missing[-1].parent if missing else folder
    staged = Path(tempfile.mkdtemp(prefix=".slidegen-", dir=place))
    try:
        yield staged, missing
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _move_all(staged: Path, folder: Path, names: Iterable[str]) -> None:
    """Moves files from one folder to another, or none of them: after an error, those that were moved are removed."""
    made: list[Path] = []
    try:
        for name in names:
            target = folder / name
            above = [path for path in target.parents if not path.exists()]
            for path in reversed(above):
                path.mkdir()
                made.append(path)
            (staged / name).rename(target)
            made.append(target)
    except BaseException:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        raise


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Turns errors of the system into a SlidegenError about that path."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SlidegenError([Problem(f"cannot be written: {reason}", str(path), code="unwritable-file")]) from None


def is_folder(path: Path) -> bool:
    """Returns whether a path leads to a folder; False for a path that the system rejects, such as one too long."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_special(path: Path) -> bool:
    """Returns whether a path leads to a device or a FIFO, which is written to and never replaced."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISFIFO(mode)


def discards(path: Path) -> bool:
    """Returns whether a path leads to the null device."""
    try:
        found, null = path.stat(), Path(os.devnull).stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == null.st_rdev


def _mode(path: Path) -> int | None:
    """Returns the mode of what `path` leads to; None if nothing is there. Raises OSError, as for a loop of links."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _write_to(path: Path, mode: int, content: Content) -> None:
    if stat.S_ISDIR(mode):
        raise _system_error(errno.EISDIR)
    if stat.S_ISSOCK(mode):
        raise OSError(errno.ENXIO, "it is a socket")
    # Neither O_CREAT nor O_TRUNC: the system refuses these for a FIFO in a folder that everybody may write to.
    with os.fdopen(os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0)), "wb") as file:
        _put(content, file)


def _put(content: Content, file: BinaryIO) -> None:
    if isinstance(content, bytes):
        file.write(content)
    else:
        content(file)


def _stage(target: Path, content: Content, mode: int) -> Path:
    """Writes a file beside its place, and returns it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise _system_error(errno.ENOTDIR) from None
    # A short name, because that of the target may be as long as the system allows.
    handle, name = tempfile.mkstemp(prefix=".slidegen-", dir=target.parent)
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _put(content, file)
        staged.chmod(mode)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return staged


def _system_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
