"""Keeps cut fonts in the user's cache folder, by all that they are made of: a repeated build need not cut them again.

Nothing else depends on it: without the folder a build only takes longer, and its bytes are the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from slidegen.errors import SlidegenError
from slidegen.write import write_file

MOST: Final = 40
"""How many answers are kept, the newest; each is as large as the fonts of a deck."""


def cached(
    sent: bytes, worker: bytes, files: Sequence[Path], make: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Returns the answer of the `worker` to what is `sent` to it, which names other `files`. `make` asks it.

    An answer with problems is not kept: they may be those of a slow machine."""
    libraries = [version(name) for name in ("fonttools", "brotli")]
    states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    digest = blake2b(repr((libraries, states)).encode(), digest_size=20)
    for part in (worker, sent):
        digest.update(part)
    path = _folder() / f"{digest.hexdigest()}.json"
    try:
        answer: Mapping[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        answer = make()
        if not answer["problems"]:
            with suppress(SlidegenError, OSError):
                write_file(path, json.dumps(answer).encode())
                _prune(path.parent)
    return answer


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("slidegen", appauthor=False) / "fonts"


def _prune(folder: Path) -> None:
    """Removes the oldest answers."""
    newest_first = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in newest_first[MOST:]:
        path.unlink(missing_ok=True)
