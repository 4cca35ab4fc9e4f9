"""Slow tables in parts: what is computed, in which process, what is kept, and what is told."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slidegen.build_options import Mode
from slidegen.errors import DeckError, ModelError, SlidegenError
from slidegen.model import Column, Provenance, Table
from slidegen.models.finder import ModelFinder
from slidegen.progress import Step
from slidegen.results.parts import joined, labels
from slidegen.results.record import Record, record_text
from slidegen.results.store import ResultStore
from slidegen.tables.base import SourceContext
from tests.tables.letters import LETTERS, LettersParameters


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What processes are started with is not left behind in this one."""
    before = {**os.environ, "PYTEST_CURRENT_TEST": ""}
    yield
    assert {**os.environ, "PYTEST_CURRENT_TEST": ""} == before


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the letters that are computed are written down."""
    return tmp_path / "log"


class Asker:
    """Asks stores for letters, one build after the other, and notes their steps."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.record = Record(log.with_name("a.record.json"))
        self.steps: list[Step] = []

    def store(self, mode: Mode = "reuse", jobs: int = 1) -> ResultStore:
        """The store of the next build."""
        self.record = Record(self.record.path, self.record.stored | self.record.used)
        bench = SourceContext(ModelFinder(offline=True), lambda text: None)
        return ResultStore.open(self.record, bench, bench, mode, jobs=jobs, progress=self.steps.append)

    def ask(self, letters: str, mode: Mode = "reuse", jobs: int = 1, seconds: float = 0) -> Table:
        """The table of letters; in this build nothing else is asked for."""
        with self.store(mode, jobs) as store:
            return store.serve(LETTERS, self.parameters(letters, seconds))

    def parameters(self, letters: str, seconds: float = 0) -> LettersParameters:
        """The parameters that ask for letters."""
        return LettersParameters(letters=tuple(letters), seconds=seconds, log=str(self.log))

    def computed(self) -> list[str]:
        """The letters that were computed since the last call, with process and threads."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def asker(log: Path) -> Asker:
    """Someone who asks for letters."""
    return Asker(log)


def test_a_table_is_the_parts_in_their_order(asker: Asker) -> None:
    """With all that is known of any of them: every model, each version of a library, the newest date."""
    table = asker.ask("ba")
    assert table.rows == (("b", 98), ("a", 97))
    assert table.provenance.models == {"b": "box b", "a": "box a"}
    assert table.provenance.versions == {"lib": "0.0, 1.0"}
    assert (table.provenance.accounting, table.provenance.leaves_out) == ("alphabet", "case")


def test_only_what_is_new_is_computed(asker: Asker) -> None:
    """Parts that another table or another build already had are taken from the record."""
    asker.ask("ab")
    assert [line[0] for line in asker.computed()] == ["a", "b"]
    assert asker.ask("bca").rows == (("b", 98), ("c", 99), ("a", 97))
    assert [line[0] for line in asker.computed()] == ["c"]
    with asker.store() as store:
        for letters in ("cd", "dc", "d"):
            store.serve(LETTERS, asker.parameters(letters))
    assert [line[0] for line in asker.computed()] == ["d"]


def test_a_letter_that_is_asked_for_twice_is_computed_once(asker: Asker) -> None:
    """And stands in both places."""
    assert [row[0] for row in asker.ask("aba").rows] == ["a", "b", "a"]
    assert [line[0] for line in asker.computed()] == ["a", "b"]


def test_the_same_record_however_it_is_computed(asker: Asker, tmp_path: Path) -> None:
    """Whatever the number of processes and the order in which parts are finished; each has one thread."""
    asker.ask("abcdef")
    alone = record_text(asker.record.used)
    assert {line.split()[2] for line in asker.computed()} == {"1"}
    together = Asker(asker.log)
    together.ask("fedcba", jobs=3, seconds=0)
    assert record_text(together.record.used) == alone
    processes = {line.split()[1] for line in together.computed()}
    assert 1 <= len(processes) <= 3
    assert str(os.getpid()) not in processes


def test_parts_are_computed_at_the_same_time(asker: Asker) -> None:
    """Two processes, each waiting for a second, and the same two for a second table."""
    with asker.store(jobs=2) as store:
        store.serve(LETTERS, asker.parameters("ab", seconds=1))
        first = {line.split()[1] for line in asker.computed()}
        store.serve(LETTERS, asker.parameters("cd", seconds=1))
        second = {line.split()[1] for line in asker.computed()}
    assert len(first) == 2
    assert first == second


def test_processes_end_with_the_store(asker: Asker) -> None:
    """Though they are busy."""
    with asker.store(jobs=2) as store:
        store.serve(LETTERS, asker.parameters("ab"))
        processes = [int(line.split()[1]) for line in asker.computed()]
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_steps_say_what_begins_and_how_much_is_done(asker: Asker) -> None:
    """What a part says itself comes between them."""
    asker.ask("ab")
    assert asker.steps == [
        Step("a (1 of 2)", "letters", 0, 2),
        Step("writing a"),
        Step("", "letters", 0.5, 2),
        Step("", "letters", 1, 2),
        Step("b (2 of 2)", "letters", 1, 2),
        Step("writing b"),
        Step("", "letters", 1.5, 2),
        Step("", "letters", 2, 2),
    ]


def test_the_record_is_silent(asker: Asker) -> None:
    """Only what is computed is shown, and counted."""
    asker.ask("abc")
    asker.steps.clear()
    asker.ask("abc")
    assert asker.steps == []
    asker.ask("abcd")
    assert [step.total for step in asker.steps if step.total] == [1, 1, 1]


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ("ab!", "letters: ! is no letter; allowed: a to z"),
        ("ab%", "letters (%): ValueError: what no one foresaw"),
        ("ab-", "letters (-): its process was killed, perhaps for lack of memory; fewer --jobs need less"),
    ],
    ids=["mistake", "bug", "killed"],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_is_one_line_and_what_is_finished_is_kept(asker: Asker, letters: str, message: str, jobs: int) -> None:
    """The next build computes only the rest, even with the same store."""
    with asker.store(jobs=jobs) as store:
        store.serve(LETTERS, asker.parameters("ab"))
        with pytest.raises(SlidegenError) as caught:
            store.serve(LETTERS, asker.parameters(letters))
    assert [str(problem) for problem in caught.value.problems] == [message]
    asker.computed()
    assert asker.ask("abc", jobs=jobs).rows == (("a", 97), ("b", 98), ("c", 99))
    assert [line[0] for line in asker.computed()] == ["c"]


def test_a_store_goes_on_after_an_error(asker: Asker) -> None:
    """A deck's other tables are computed, so that all its mistakes are told; no answer is taken for another's."""
    with asker.store(jobs=2) as store:
        with pytest.raises(SlidegenError):
            store.serve(LETTERS, asker.parameters("a!", seconds=0.2))
        assert store.serve(LETTERS, asker.parameters("bc")).rows == (("b", 98), ("c", 99))


def test_models_are_looked_for_before_anything_slow_begins(asker: Asker) -> None:
    """And each that is missing is told."""
    with pytest.raises(ModelError, match=r"^model '\?': not here$"):
        asker.ask("ab?")
    assert asker.computed() == []


def test_a_function_inside_a_function_cannot_be_sent(asker: Asker) -> None:
    """A source of another package may be made so; it is told in one line."""
    source = dataclasses.replace(LETTERS, compute=lambda parameters, context: Table((), (), Provenance("letters")))
    with asker.store() as store, pytest.raises(DeckError) as caught:
        store.serve(source, asker.parameters("a"))
    (problem,) = caught.value.problems
    assert problem.message.startswith("the table source 'letters' cannot be computed in another process: ")
    assert "lambda" in problem.message


def test_what_a_library_prints_is_no_output(asker: Asker, capfd: pytest.CaptureFixture[str]) -> None:
    """The command's output may be JSON."""
    asker.ask("^")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "chatter of a library\n")


def test_refresh_computes_each_part_once(asker: Asker) -> None:
    """Not again for another table of the same build."""
    asker.ask("ab")
    asker.computed()
    with asker.store("refresh") as store:
        store.serve(LETTERS, asker.parameters("ab"))
        store.serve(LETTERS, asker.parameters("ba"))
    assert [line[0] for line in asker.computed()] == ["a", "b"]


def test_frozen_names_what_is_missing(asker: Asker) -> None:
    """The first part, and how many there are."""
    asker.ask("a")
    asker.computed()
    asker.ask("a", mode="frozen")
    with pytest.raises(DeckError) as caught:
        asker.ask("abcd", mode="frozen")
    assert str(caught.value) == (
        f"frozen: the record has no current result for letters(letters=('b',), log={asker.log}) and 2 more; "
        "build without --frozen"
    )
    assert asker.computed() == []


def test_another_thread_may_compute(asker: Asker) -> None:
    """Signals are held back where Python allows it, which is not only in the main thread."""
    found: list[Table] = []
    thread = threading.Thread(target=lambda: found.append(asker.ask("a")))
    thread.start()
    thread.join(60)
    assert found[0].rows == (("a", 97),)


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([{"letters": ("a",), "log": "x"}], ("a, x",)),
        ([{"letters": ("a",)}, {"letters": ("b",)}], ("a", "b")),
        ([{"letters": ("a",), "seconds": 1}, {"letters": ("a",), "seconds": 2}], ("1.0", "2.0")),
        ([{"letters": ("a", "b")}, {"letters": ("a",), "log": "x"}], ("a, b", "a, x")),
    ],
)
def test_a_part_is_called_by_what_tells_it_from_the_others(
    requests: list[dict[str, Any]], expected: tuple[str, ...]
) -> None:
    """What they have in common is not said, unless there is only one; a value that is not there is left out."""
    assert labels([LettersParameters(**request) for request in requests]) == expected


def test_a_request_for_nothing_is_told(asker: Asker) -> None:
    """It has no table."""
    with pytest.raises(DeckError, match=r"^letters: the request is empty; name at least one letters$"):
        asker.ask("")


def test_parts_with_different_columns_are_no_table() -> None:
    """A source of another package may do so; the message names it."""
    tables = [Table((Column(key, key, "text"),), (), Provenance("letters")) for key in "ab"]
    with pytest.raises(DeckError, match=r"^the parts of the table source 'letters' have different columns$"):
        joined(LETTERS, tables)
