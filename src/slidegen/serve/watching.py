"""Waits for changes of the files that a deck depends on: by events of the system, and by a look every second.

The look finds what gives no event: changes that another machine makes on a network drive. Events and looks only say
when to compare; what has changed is decided by the content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from slidegen.files import MissingFileError, follow
from slidegen.serve.stamps import Stamp, Stamps

LOOK_SECONDS: Final = 1.0
"""How often the files are compared without an event."""
STEP_MS: Final = 4
"""How long the events of one save must pause before it is taken as finished, in milliseconds."""
DEBOUNCE_MS: Final = 60
"""How long an ongoing save is waited for, in milliseconds."""
GONE_SECONDS: Final = 0.4
"""How long a file that is deleted or empty may stay so before that counts: editors save in steps."""
GONE_LOOK_SECONDS: Final = 0.01


class Watcher:
    """Watches files. `watch` names them, `changes` waits for a change. It runs in one event loop."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._stamps = Stamps()
        self._folders: frozenset[Path] = frozenset()
        self._names: frozenset[str] = frozenset()
        self._anything = False
        self._woken = asyncio.Event()
        self._stop: asyncio.Event | None = None
        self._listener: asyncio.Task[None] | None = None

    @property
    def paths(self) -> frozenset[Path]:
        """What is watched."""
        return self._stamps.paths

    def watch(self, paths: Iterable[Path]) -> None:
        """Watches these files and no others. What changed of those that were watched before is not forgotten."""
        chosen = frozenset(paths)
        if chosen == self._stamps.paths and self._listener is not None:
            return
        self._stamps.watch(chosen)
        places = [place for path in chosen for place in (path, _followed(path))]
        self._names = frozenset(place.name for place in places)
        self._anything = any("*" in path.name for path in chosen)
        folders = frozenset(place.parent for place in places if place.parent.is_dir())
        if folders != self._folders or self._listener is None or self._listener.done():
            self._folders = folders
            self._listen()

    async def changes(self) -> Mapping[Path, Stamp]:
        """Waits until a file has another content, and returns what has changed."""
        while True:
            changed = await asyncio.to_thread(self._stamps.changed)
            if changed:
                return await self._settled(changed)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._look_seconds)
            self._woken.clear()
            if self._listener is None or self._listener.done():
                self._listen()

    async def close(self) -> None:
        """Ends watching."""
        if self._stop is not None:
            self._stop.set()
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._listener
        self._listener = None

    async def _settled(self, changed: Mapping[Path, Stamp]) -> Mapping[Path, Stamp]:
        """Returns changes after those files that are gone or empty have come back, or have stayed so for a while."""
        found = dict(changed)
        waited = 0.0
        while waited < GONE_SECONDS and any(one.unfinished for one in found.values()):
            await asyncio.sleep(GONE_LOOK_SECONDS)
            waited += GONE_LOOK_SECONDS
            found |= await asyncio.to_thread(self._stamps.changed)
        return found

    def _listen(self) -> None:
        """Starts to wait for events in the folders of the files."""
        if self._stop is not None:
            self._stop.set()
        self._stop = asyncio.Event()
        folders = [folder for folder in self._folders if folder.is_dir()]
        if folders:
            self._listener = asyncio.get_running_loop().create_task(self._wake(folders, self._stop))

    async def _wake(self, folders: Iterable[Path], stop: asyncio.Event) -> None:
        from watchfiles import awatch

        def of_a_file(_: Any, path: str) -> bool:
            return self._anything or Path(path).name in self._names

        # An error, as for a folder that is deleted or too many watches, leaves the look every second.
        with suppress(OSError, RuntimeError):
            async for _ in awatch(
                *folders,
                watch_filter=of_a_file,
                step=STEP_MS,
                debounce=DEBOUNCE_MS,
                stop_event=stop,
                recursive=False,
                rust_timeout=500,
                yield_on_timeout=False,
            ):
                self._woken.set()


def _followed(path: Path) -> Path:
    try:
        return follow(path)
    except MissingFileError:
        return path
