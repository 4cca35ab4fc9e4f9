"""The write stage: files staged beside their place, then swapped; a crash leaves the old ones whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from slidegen.errors import Problem, SlidegenError


def write_file(path: Path, content: bytes) -> bool:
    """Writes `content` in one step; nothing is touched if the file already holds it. Returns whether it changed.

    Raises:
        SlidegenError: the folder or the file cannot be written.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, staged = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
            Path(staged).chmod(mode)
            Path(staged).replace(path)
        except BaseException:
            Path(staged).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SlidegenError(
            [Problem(f"cannot be written: {(error.strerror or str(error)).lower()}", str(path))]
        ) from None
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
