"""Which changes of files are noticed, and which are none."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from slidegen.serve.stamps import Stamps
from slidegen.serve.watching import Watcher

OLD = 1_700_000_000
"""A time long ago, in whole seconds."""


def stamps(*paths: Path) -> Stamps:
    """The stamps of some files."""
    found = Stamps()
    found.watch(paths)
    return found


def test_a_file_with_the_same_content_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("one")
    known = stamps(path)
    path.write_text("one")
    os.utime(path)
    assert known.changed() == {}
    path.write_text("two")
    assert set(known.changed()) == {path}
    assert known.changed() == {}


def test_a_drive_with_coarse_times(tmp_path: Path) -> None:
    """Two saves of as many bytes within one second leave a file with the same size and the same time."""
    path = tmp_path / "a.yml"
    path.write_text("one")
    now = int(path.stat().st_mtime)
    os.utime(path, (now, now))
    known = stamps(path)
    with path.open("r+") as file:
        file.write("two")
    os.utime(path, (now, now))
    assert set(known.changed()) == {path}


def test_a_file_that_has_not_changed_for_long_is_not_read_again(tmp_path: Path) -> None:
    """Its size, time and number say enough: a deck may have large pictures."""
    path = tmp_path / "a.png"
    path.write_text("one")
    os.utime(path, (OLD, OLD))
    known = stamps(path)
    with path.open("r+") as file:
        file.write("two")
    os.utime(path, (OLD, OLD))
    assert known.changed() == {}


def test_files_that_come_and_go(tmp_path: Path) -> None:
    path, styles = tmp_path / "a.yml", tmp_path / "*.css"
    known = stamps(path, styles)
    assert known.changed() == {}
    path.write_text("one")
    assert set(known.changed()) == {path}
    (tmp_path / "theme.css").write_text("")
    assert set(known.changed()) == {styles}
    path.unlink()
    assert known.changed()[path].missing


def watch(path: Path, act: Callable[[Watcher], Awaitable[None]], look: float = 0.2) -> None:
    """Does something with a watcher of one file."""

    async def run() -> None:
        watcher = Watcher(look)
        watcher.watch([path])
        try:
            await asyncio.wait_for(act(watcher), 30)
        finally:
            await watcher.close()

    with ThreadPoolExecutor(max_workers=1) as executor:  # a test with a browser may have left its loop in this thread
        executor.submit(lambda: asyncio.run(run())).result()


def test_a_file_that_is_away_for_a_moment_is_not_missed(tmp_path: Path) -> None:
    """Some editors delete a file and then write it, or empty it first."""
    path = tmp_path / "a.yml"
    path.write_text("one")

    async def act(watcher: Watcher) -> None:
        waiting = asyncio.create_task(watcher.changes())
        await asyncio.sleep(0.1)
        path.unlink()
        await asyncio.sleep(0.1)
        path.write_text("")
        await asyncio.sleep(0.1)
        path.write_text("two")
        changed = await waiting
        assert not changed[path].missing
        assert changed[path].size == 3

    watch(path, act)


def test_a_file_that_stays_away_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("one")

    async def act(watcher: Watcher) -> None:
        path.unlink()
        assert (await watcher.changes())[path].missing
        path.write_text("one")
        assert not (await watcher.changes())[path].missing

    watch(path, act)


def test_a_folder_that_is_deleted_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "talk" / "a.yml"
    path.parent.mkdir()
    path.write_text("one")

    async def act(watcher: Watcher) -> None:
        path.unlink()
        path.parent.rmdir()
        assert (await watcher.changes())[path].missing
        path.parent.mkdir()
        path.write_text("two")
        assert not (await watcher.changes())[path].missing
        path.write_text("three")
        assert (await watcher.changes())[path].size == 5

    watch(path, act)


def test_without_events_a_look_finds_the_change(tmp_path: Path) -> None:
    """As on a network drive that another machine writes to: here the file's folder is reached by no event."""
    path = tmp_path / "a.yml"
    path.write_text("one")

    async def act(watcher: Watcher) -> None:
        assert watcher._stop is not None
        watcher._stop.set()  # no events from now on
        await asyncio.sleep(0.1)
        watcher._listen = lambda: None  # type: ignore[method-assign]
        path.write_text("two")
        assert set(await watcher.changes()) == {path}

    watch(path, act)


def test_no_edit_is_lost_while_the_deck_is_built(tmp_path: Path) -> None:
    """A change that comes between two waits is found by the second."""
    path = tmp_path / "a.yml"
    path.write_text("one")

    async def act(watcher: Watcher) -> None:
        path.write_text("two")
        await watcher.changes()
        path.write_text("three")
        watcher.watch([path, tmp_path / "b.csv"])
        assert set(await watcher.changes()) == {path}

    watch(path, act)
