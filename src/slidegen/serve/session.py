"""A deck that is being written: built anew after each change of its files, and shown to every page that is open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from slidegen.build_options import BuildOptions
from slidegen.errors import Problem, SlidegenError, reason
from slidegen.memo import Memo
from slidegen.pipeline import preview
from slidegen.progress import Step
from slidegen.project import record_path
from slidegen.rendered import Page, Preview
from slidegen.serve.shown import Shown, ShownSlide, changes, shown_slides, shown_styles
from slidegen.serve.watching import Watcher

Value = TypeVar("Value")

HISTORY: Final = 8
"""How many states are kept for pages that were away."""
ALIVE_SECONDS: Final = 15.0
"""How often a page hears that the server is still there."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a build of a served deck ended with, for the terminal."""

    deck: str
    seconds: float
    slides: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def in_thread(work: Callable[[], Value]) -> asyncio.Future[Value]:
    """Runs `work` in a thread of its own, which does not keep the process alive: Ctrl-C ends it at once."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Value] = loop.create_future()

    def settle(act: Callable[[], None]) -> None:
        if not future.done():
            act()

    def run() -> None:
        try:
            value = work()
        except BaseException as error:  # whatever it is, the one who waits gets it
            failed = error
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(settle, lambda: future.set_exception(failed))
        else:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, lambda: future.set_result(value))

    threading.Thread(target=run, daemon=True, name="slidegen-build").start()
    return future


class Session:
    """The live state of one deck. `run` builds and watches; `updates` tells a page what has changed."""

    def __init__(self, name: str, options: BuildOptions, report: Callable[[Report], None] = lambda _: None) -> None:
        self.name = name
        self.path = Path(name)
        self._memo = Memo()
        self._options = replace(options, memo=self._memo)
        self._report = report
        self._watcher = Watcher()
        self._history: dict[int, Shown] = {}
        self._changed = asyncio.Condition()
        self._ended = False
        self.shown = Shown()

    @property
    def files(self) -> frozenset[Path]:
        """The files that the last build read or looked for."""
        return self._watcher.paths

    async def run(self) -> None:
        """Builds the deck, and again after each change, until it is cancelled."""
        self._watcher.watch([self.path])
        try:
            while True:
                await self._build()
                await self._watcher.changes()
        finally:
            await self.close()

    async def close(self) -> None:
        """Ends watching, and the streams of all pages."""
        self._ended = True
        await self._watcher.close()
        async with self._changed:
            self._changed.notify_all()

    async def updates(self, version: int | None) -> AsyncIterator[dict[str, Any] | None]:
        """Yields what a page that shows the state `version` has to change; None now and then, if that is nothing."""
        sent = self._history.get(-1 if version is None else version)
        while not self._ended:
            if sent is not self.shown and self.shown.version:
                sent, old = self.shown, sent
                yield changes(old, sent)
                continue
            async with self._changed:
                if sent is self.shown or not self.shown.version:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), ALIVE_SECONDS)
            if sent is self.shown:
                yield None

    async def first(self) -> Shown:
        """Waits for the first build, and returns the present state."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.shown.version > 0 or self._ended)
        return self.shown

    async def _build(self) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        reads: set[Path] = set()
        options = replace(self._options, reads=reads, progress=self._progress)
        problems: tuple[Problem, ...] = ()
        made: Preview | None = None
        try:
            made = await in_thread(lambda: preview(self.name, options))
        except SlidegenError as error:
            problems = error.problems
        except Exception as error:  # a mistake of slidegen's own, or of a plug-in: serving goes on
            problems = (Problem(f"slidegen itself failed, please report it: {reason(error, named=True)}", self.name),)
        self._options = replace(self._options, mode="reuse") if self._options.mode == "refresh" else self._options
        known = frozenset[Path]() if made is not None else self.files
        self._watcher.watch({self.path, record_path(self.path), *known, *reads})
        await self._show(_state(self.shown, made, problems, self._memo))
        if made is not None:
            self._memo.finish()
        warnings = () if made is None else made.warnings
        self._report(Report(self.name, loop.time() - start, len(self.shown.slides), problems, warnings))

    async def _show(self, shown: Shown) -> None:
        async with self._changed:
            self.shown = shown
            self._history[shown.version] = shown
            while len(self._history) > HISTORY:
                del self._history[next(iter(self._history))]
            self._changed.notify_all()

    def _progress(self, step: Step) -> None:
        """Forgets the progress of work that takes no time to speak of."""


def _state(old: Shown, made: Preview | None, problems: tuple[Problem, ...], memo: Memo) -> Shown:
    """The next state: of a new build, or with the mistakes of one that failed over the last good slides."""
    if made is None:
        return replace(old, version=old.version + 1, problems=problems)
    stacks = shown_slides(made.page, made.lines, memo)
    focus = _edited(old, stacks)
    return Shown(
        version=old.version + 1,
        page=_without_slides(made.page),
        stacks=stacks,
        warnings=made.warnings,
        styles=shown_styles(made.page),
        focus=old.focus if focus is None else focus,
        edit=old.edit + (focus is not None and old.page is not None),
    )


def _edited(old: Shown, stacks: tuple[tuple[ShownSlide, ...], ...]) -> int | None:
    """The number (from 0) of the first slide that is not as it was; None if none has changed."""
    before = [slide.key for slide in old.slides]
    after = [slide.key for stack in stacks for slide in stack]
    if before == after:
        return None
    most = min(len(before), len(after))
    at = next((at for at in range(most) if before[at] != after[at]), most)
    return max(0, min(at, len(after) - 1))


def _without_slides(page: Page) -> Page:
    return replace(page, stacks=())
