"""The record when several processes write it: no result is lost, and a file that is no record is left alone."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from filelock import FileLock

from slidegen.errors import DeckError, SlidegenError
from slidegen.model import Column, Provenance, Table
from slidegen.progress import Step, silent
from slidegen.results.locking import lock_folders, lock_name
from slidegen.results.record import Key, Record, load_record, record_text
from slidegen.results.record_file import check_record, save_record
from tests.deck_folder import MODEL

PROCESSES = 4
ROUNDS = 15


def key(number: int, digest: str = "d") -> Key:
    """A key of its own."""
    return Key("memory", 1, f'{{"rank":{number}}}', (("a/b", digest),))


def table(value: int) -> Table:
    """A result."""
    return Table((Column("x", "X", "bytes"),), ((value,),), Provenance("memory", date="2026-01-01"))


def results(**values: int) -> dict[tuple[str, str], tuple[Key, Table]]:
    """Results by their number: `r1=5` is that of rank 1, with the value 5."""
    keys = {key(int(name[1:])): value for name, value in values.items()}
    return {(one.source, one.parameters): (one, table(value)) for one, value in keys.items()}


def values(path: Path) -> dict[str, int]:
    """What a record holds, in the same form."""
    stored = load_record(path, "record").stored.values()
    found = {f"r{json.loads(one.parameters)['rank']}": held.rows[0][0] for one, held in stored}
    return {name: value for name, value in found.items() if isinstance(value, int)}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record; the locks are in a folder of the test, and nothing but the record is in its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "deck").mkdir()
    return tmp_path / "deck" / "talk.record.json"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "refresh", "expected"),
    [
        ({}, {"r1": 1}, {"r2": 2}, False, {"r1": 1, "r2": 2}),
        ({"r1": 1, "r2": 2}, {"r1": 1}, {"r1": 1, "r2": 2}, False, {"r1": 1}),
        ({"r1": 1, "r2": 2}, {"r1": 1}, {"r1": 1, "r2": 3}, False, {"r1": 1, "r2": 3}),
        ({"r1": 1}, {"r1": 1}, {"r1": 9}, False, {"r1": 9}),
        ({"r1": 1}, {"r1": 1}, {"r1": 9}, True, {"r1": 9}),
        ({"r1": 1}, {"r1": 2}, {"r1": 9}, True, {"r1": 2}),
        ({}, {"r1": 2}, {"r1": 9}, False, {"r1": 9}),
        ({"r1": 1}, {"r1": 1}, {}, False, {"r1": 1}),
        ({"r1": 1}, {}, {}, False, {}),
    ],
    ids=[
        *("both add one", "unused is dropped", "unused but changed by another stays", "changed by another"),
        *("a refresh that found the same", "a refresh", "both computed it", "dropped by another", "dropped by both"),
    ],
)
def test_three_versions_are_merged(
    path: Path,
    base: dict[str, int],
    ours: dict[str, int],
    theirs: dict[str, int],
    refresh: bool,
    expected: dict[str, int],
) -> None:
    """What was read, what this build used, and what another one made of the file meanwhile."""
    path.write_text(record_text(results(**theirs)), encoding="utf-8")
    save_record(Record(path, results(**base), results(**ours)), silent, refresh=refresh)
    assert values(path) == expected
    assert path.read_text(encoding="utf-8") == record_text(results(**expected))


def test_one_that_depends_on_something_else_is_not_taken(path: Path) -> None:
    """As another version of slidegen may have written it: the next build would compute it again."""
    other = key(1, "other")
    path.write_text(record_text({(other.source, other.parameters): (other, table(9))}), encoding="utf-8")
    save_record(Record(path, {}, results(r1=2)), silent)
    assert values(path) == {"r1": 2}


def test_a_build_that_was_stopped_keeps_what_it_had_not_come_to(path: Path) -> None:
    """With what is new, on both sides."""
    path.write_text(record_text(results(r1=1, r3=3)), encoding="utf-8")
    save_record(Record(path, results(r1=1), results(r2=2)), silent, finished=False)
    assert values(path) == {"r1": 1, "r2": 2, "r3": 3}


def test_a_file_that_became_no_record_is_left_alone(path: Path) -> None:
    """It may be a merge that somebody is about to settle."""
    record = Record(path, {}, results(r1=1))
    path.write_text("<<<<<<< ours\n", encoding="utf-8")
    for write in (lambda: save_record(record, silent), lambda: check_record(record)):
        with pytest.raises(DeckError) as caught:
            write()
        assert str(caught.value) == f"{path}:1: holds a merge conflict; take either side, then build"
    assert path.read_text(encoding="utf-8") == "<<<<<<< ours\n"


@pytest.mark.unix
def test_the_lock_is_not_beside_the_deck(path: Path) -> None:
    """It has the same name for all names of the record, and is in the user's cache folder."""
    link = path.with_name("link.record.json")
    link.symlink_to(path.name)
    for number, name in enumerate((path, link)):
        save_record(Record(name, {}, results(**{f"r{number}": number})), silent)
    assert values(path) == {"r0": 0, "r1": 1}
    assert sorted(one.name for one in path.parent.iterdir()) == ["link.record.json", "talk.record.json"]
    assert link.is_symlink()


def test_a_lock_that_nobody_lets_go_of_is_named(path: Path) -> None:
    """The record stays as it is."""
    folder, _ = lock_folders()
    folder.mkdir(parents=True)
    name = lock_name(path)
    with FileLock(folder / name), pytest.raises(SlidegenError) as caught:
        save_record(Record(path, {}, results(r1=1)), silent, patience=0)
    message = f"another build has locked it for 0 s; if no other build is running, delete {folder / name}"
    assert str(caught.value) == f"{path}: {message}"
    assert not path.exists()


def test_without_a_cache_folder_the_lock_is_a_temporary_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without any folder the record is written all the same, with a warning."""
    said: list[Step] = []
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert save_record(Record(path, {}, results(r1=1)), said.append)
    assert (said, len(list(tmp_path.glob("slidegen-*-locks")))) == ([], 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    assert save_record(Record(path, {}, results(r2=1)), said.append)
    warning = f"warning: {path}: written without a lock; run no other build of the deck at the same time"
    assert said == [Step(warning)]
    assert values(path) == {"r1": 1, "r2": 1}


def _add(path: Path, number: int, start: Barrier) -> None:
    """A build that reads the record, computes one result and writes it, at the same time as the others do."""
    for turn in range(ROUNDS):
        record = load_record(path, "record")
        start.wait()
        record.used.update(record.stored)
        record.used.update(results(**{f"r{turn * PROCESSES + number}": number}))
        save_record(record, silent)
        start.wait()


def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    """Each adds one result in each round, and all are there in the end."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES)
    processes = [context.Process(target=_add, args=(path, number, start)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert values(path) == {f"r{turn * PROCESSES + n}": n for turn in range(ROUNDS) for n in range(PROCESSES)}
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 - nothing staged


DECK = f"""\
tables:
  lora: {{source: memory, models: {MODEL}, method: lora, rank: [4, 8, 16]}}
slides: ['{{{{ table("lora") }}}}']
"""


def test_builds_of_one_deck_at_once_make_the_record_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte by byte, some of them with --refresh."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    (tmp_path / "talk.yml").write_text(DECK, encoding="utf-8")
    command = [sys.executable, "-m", "slidegen", "build", "talk.yml", "-q", "--offline", "-o"]
    subprocess.run([*command, "0.html"], cwd=tmp_path, check=True)
    path = tmp_path / "talk.record.json"
    alone = path.read_bytes()
    path.unlink()
    more: tuple[list[str], ...] = ([], ["--refresh"], [], ["--refresh"])
    started = [
        subprocess.Popen([*command, f"{number}.html", *options], cwd=tmp_path) for number, options in enumerate(more, 1)
    ]
    assert [process.wait(timeout=120) for process in started] == [0] * len(more)
    assert path.read_bytes() == alone
    pages = {(tmp_path / f"{number}.html").read_bytes() for number in range(len(more) + 1)}
    assert len(pages) == 1
    assert not list(tmp_path.glob(".slidegen-*"))
