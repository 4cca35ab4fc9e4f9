"""A deck that is being written: built anew after each change of its files, and shown to every page that is open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
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
from slidegen.serve.stamps import Stamp
from slidegen.serve.watching import Watcher

Value = TypeVar("Value")

HISTORY: Final = 8
"""How many states are kept for pages that were away."""
SHORT_SECONDS: Final = 0.25
"""How long results may take before the page is shown without them."""
STEP_SECONDS: Final = 0.2
"""How often progress is shown at most."""
Outcome = tuple[Preview | None, tuple[Problem, ...]]
"""The page of a build, or its mistakes."""
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
    """The live state of one deck. `run` builds and watches; `updates` tells a page what has changed.

    Results that the record lacks are computed by a second build, whose page is not used: it adds them to the record.
    Several decks are built for the first time one after the other, in their `turn`: that imports modules.
    """

    def __init__(
        self,
        name: str,
        options: BuildOptions,
        report: Callable[[Report], None] = lambda _: None,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self.name = name
        self.path = Path(name)
        self._memo = Memo()
        self._options = options
        self._report = report
        self._turn = turn or asyncio.Lock()
        self._watcher = Watcher()
        self._history: dict[int, Shown] = {}
        self._changed = asyncio.Condition()
        self._ended = False
        self._waiting: asyncio.Task[Mapping[Path, Stamp]] | None = None
        self._edits = 0
        self._of_edit = 0
        self._computing: asyncio.Future[Outcome] | None = None
        self._progress: dict[str, Any] = {}
        self._telling: asyncio.Task[None] | None = None
        self._failed: tuple[Problem, ...] = ()
        self._defers = options.keep_record and not options.settings and options.mode != "frozen"
        self.shown = Shown()

    @property
    def files(self) -> frozenset[Path]:
        """The files that the last build read or looked for."""
        return self._watcher.paths

    async def run(self) -> None:
        """Builds the deck, and again after each change, until it is cancelled."""
        self._watcher.watch([self.path])
        try:
            async with self._turn:
                await self._build()
            while True:
                await self._next()
                await self._build()
        finally:
            await self.close()

    async def _next(self) -> None:
        """Waits until a file has changed, or results have been computed."""
        self._waiting = self._waiting or asyncio.create_task(self._watcher.changes())
        waited: list[asyncio.Future[Any]] = [self._waiting, *([self._computing] if self._computing else [])]
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        self._finish_computing()
        if self._waiting.done():
            changed, self._waiting = self._waiting.result(), None
            if set(changed) != {record_path(self.path)}:  # which computing itself writes
                self._edits += 1
                self._failed = ()

    async def close(self) -> None:
        """Ends watching, and the streams of all pages."""
        self._ended = True
        if self._waiting is not None:
            self._waiting.cancel()
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
        """Builds the deck, and shows it. What takes long to compute has place-holders."""
        start = asyncio.get_running_loop().time()
        reads: set[Path] = set()
        options = replace(self._options, reads=reads, memo=self._memo, defers=self._defers)
        made, problems = await self._outcome(options)
        if made is not None and made.deferred and self._computing is None and not self._failed:
            await self._compute()
            if self._computing is None and not self._failed:  # it did not take long
                again, more = await self._outcome(options)
                self._defers = self._defers and not (again is not None and again.deferred)  # they are not in the record
                made, problems = again or made, more
        self._options = replace(self._options, mode="reuse") if self._options.mode == "refresh" else self._options
        known = frozenset[Path]() if made is not None else self.files
        self._watcher.watch({self.path, record_path(self.path), *known, *reads})
        if made is not None and made.deferred:
            problems = self._failed
        await self._show(self._with_progress(_state(self.shown, made, problems, self._memo)))
        if made is not None:
            self._memo.finish()
        warnings = () if made is None else made.warnings
        took = asyncio.get_running_loop().time() - start
        self._report(Report(self.name, took, len(self.shown.slides), problems, warnings))

    async def _outcome(self, options: BuildOptions) -> Outcome:
        """Builds the deck in a thread."""
        return await in_thread(lambda: _built(self.name, options))

    async def _compute(self) -> None:
        """Starts to compute what the record lacks, and waits for it a short while."""
        loop = asyncio.get_running_loop()

        def progress(step: Step) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._advance, step)

        options = replace(self._options, progress=progress, reads=set())
        self._progress = {"text": "Computing", "done": 0, "total": 0}
        self._of_edit = self._edits
        self._computing = in_thread(lambda: _built(self.name, options))
        await asyncio.wait([self._computing], timeout=SHORT_SECONDS)
        self._finish_computing()

    def _finish_computing(self) -> None:
        """Notes how computing ended, if it has."""
        if self._computing is not None and self._computing.done():
            _, problems = self._computing.result()
            self._failed = problems if self._of_edit == self._edits else ()  # those of an older deck may be mended
            self._computing = None

    def _advance(self, step: Step) -> None:
        """Notes a step of what is computed, which is shown a few times a second."""
        if step.detail or self._computing is None:
            return
        text = f"Computing {step.source}" if step.source else step.text or self._progress["text"]
        self._progress = {"text": text, "done": step.done, "total": step.total}
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(STEP_SECONDS)
        if self._computing is not None and self.shown.computing is not None:
            await self._show(replace(self.shown, version=self.shown.version + 1, computing=self._progress))

    def _with_progress(self, shown: Shown) -> Shown:
        return replace(shown, computing=self._progress if self._computing is not None else None)

    async def _show(self, shown: Shown) -> None:
        async with self._changed:
            self.shown = shown
            self._history[shown.version] = shown
            while len(self._history) > HISTORY:
                del self._history[next(iter(self._history))]
            self._changed.notify_all()


def _built(name: str, options: BuildOptions) -> Outcome:
    """Builds the page of a deck. Returns it, or its mistakes."""
    try:
        return preview(name, options), ()
    except SlidegenError as error:
        return None, error.problems
    except Exception as error:  # a mistake of slidegen's own, or of a plug-in: serving goes on
        what = f"slidegen itself failed, please report it: {reason(error, named=True)}"
        return None, (Problem(what, name, code="internal-error"),)


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
        problems=problems,
        warnings=made.warnings,
        styles=shown_styles(made.page),
        focus=old.focus if focus is None else focus,
        edit=old.edit + (focus is not None and old.page is not None),
        files=made.files,
        clips={clip.name: clip.path for clip in made.clips},
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
