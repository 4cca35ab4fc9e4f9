"""The store: which tables come from the record, which are computed, and when nothing may be."""

from __future__ import annotations

import pytest

from slidegen.build_options import Mode
from slidegen.errors import DeckError, ModelError, Problem
from slidegen.model import Census, ModelFacts, ParameterGroup
from slidegen.models.finder import ModelFinder
from slidegen.results.record import Record
from slidegen.results.store import ResultStore, today
from slidegen.tables.base import SourceContext
from tests.deck_folder import DeckFolder


class FakeFinder(ModelFinder):
    """Knows models by the digests it is given, and counts the censuses it is asked for."""

    def __init__(self, digests: dict[str, str], parameters: int = 10) -> None:
        super().__init__()
        self.digests = digests
        self.parameters = parameters
        self.counted: list[str] = []

    def find(self, name: str) -> ModelFacts:
        if name not in self.digests:
            raise ModelError([Problem(f"model {name!r}: not here", code="unknown-model")])
        return ModelFacts(name, {}, self.digests[name], "hub", "c0ffee")

    def census(self, facts: ModelFacts) -> Census:
        self.counted.append(facts.name)
        group = ParameterGroup("Linear", "a.weight", "linear", (1, self.parameters), 1, "both")
        return Census("A", "A", (group,), 4, ("a",), 4 * self.parameters, {"transformers": "5"})


def store_of(
    record: Record, online: FakeFinder, offline: FakeFinder | None = None, mode: Mode = "reuse"
) -> ResultStore:
    """A store whose network is `online`, and that knows `offline` without asking it."""
    quiet = lambda _: None  # noqa: E731
    return ResultStore.open(record, SourceContext(online, quiet), SourceContext(offline or online, quiet), mode)


def again(record: Record) -> Record:
    """The record as the next build reads it."""
    return Record(record.path, dict(record.used))


@pytest.fixture
def record(folder: DeckFolder) -> Record:
    """An empty record."""
    return Record(folder.path / "a.record.json")


def test_a_table_is_computed_once_in_a_build(record: Record) -> None:
    """However often and however it is asked for."""
    finder = FakeFinder({"a/b": "1"})
    store = store_of(record, finder)
    first = store.table("parameters", {"models": "a/b"})
    assert store.table("parameters", {"models": ["a/b"]}) is first
    assert finder.counted == ["a/b"]


def test_what_the_record_has_is_not_computed(record: Record) -> None:
    """The next build takes it as it is."""
    table = store_of(record, FakeFinder({"a/b": "1"})).table("memory", {"models": "a/b"})
    finder = FakeFinder({"a/b": "1"})
    assert store_of(again(record), finder).table("memory", {"models": "a/b"}) == table
    assert finder.counted == []


def test_a_changed_model_is_computed_again(record: Record) -> None:
    """Its config has another digest."""
    store_of(record, FakeFinder({"a/b": "1"})).table("memory", {"models": "a/b"})
    finder = FakeFinder({"a/b": "2"}, parameters=20)
    table = store_of(again(record), finder).table("memory", {"models": "a/b"})
    assert finder.counted == ["a/b"]
    assert table.rows[0][table.column("total")] == 20 * 2 * 4


def test_a_model_of_the_hub_is_taken_from_the_record_without_asking(record: Record) -> None:
    """Whether it changed there is what --refresh is for."""
    store_of(record, FakeFinder({"a/b": "1"})).table("memory", {"models": "a/b"})
    hub, nothing = FakeFinder({"a/b": "2"}), FakeFinder({})
    store_of(again(record), hub, nothing).table("memory", {"models": "a/b"})
    store_of(again(record), FakeFinder({}), nothing, "frozen").table("memory", {"models": "a/b"})
    assert hub.counted == []


def test_refresh_computes_everything(record: Record) -> None:
    """Even what the record has."""
    store_of(record, FakeFinder({"a/b": "1"})).table("memory", {"models": "a/b"})
    finder = FakeFinder({"a/b": "1"}, parameters=30)
    table = store_of(again(record), finder, mode="refresh").table("memory", {"models": "a/b"})
    assert finder.counted == ["a/b"]
    assert table.rows[0][table.column("parameters")] == 30


@pytest.mark.parametrize("digests", [{"a/b": "2"}, {}], ids=["changed", "unknown"])
def test_frozen_computes_nothing(record: Record, digests: dict[str, str]) -> None:
    """What is missing or stale is told, with what was asked for."""
    finder = FakeFinder(digests)
    store_of(record, FakeFinder({"a/b": "1"})).table("memory", {"models": "a/b"})
    stale = again(record) if digests else Record(record.path)
    with pytest.raises(DeckError) as caught:
        store_of(stale, finder, mode="frozen").table("memory", {"models": "a/b", "method": "lora", "rank": 8})
    assert str(caught.value) == (
        "frozen: the record has no current result for "
        "memory(models=('a/b',), method=('lora',), rank=(8,)); build without --frozen"
    )
    assert finder.counted == []


def test_other_parameters_are_another_result(record: Record) -> None:
    """And defaults that are written out are not."""
    finder = FakeFinder({"a/b": "1"})
    store = store_of(record, finder)
    store.table("memory", {"models": "a/b"})
    store.table("memory", {"models": "a/b", "dtype": "float16", "method": ["full"]})
    assert len(finder.counted) == 1
    store.table("memory", {"models": "a/b", "dtype": "float32"})
    assert len(finder.counted) == 2


def test_all_mistakes_of_a_request_are_told(record: Record) -> None:
    """Each parameter that is unknown or not allowed."""
    with pytest.raises(DeckError) as caught:
        store_of(record, FakeFinder({})).table("memory", {"modles": "a", "rank": 0, "dtype": "int3"})
    assert [str(problem) for problem in caught.value.problems] == [
        "memory: models is missing; one model or a list: org/name, org/name@revision, or a path",
        "memory: rank is 0; allowed: more than 0",
        "memory: unknown parameter 'modles'; did you mean 'models'? available: accounting, dtype, method, "
        "mixed_precision, models, optimizer, parameters, rank, train_embedding",
        "memory: dtype is 'int3'; allowed: 'float32', 'float16', 'bfloat16', 'int8' or 'int4'",
    ]


def test_the_date_can_be_given_for_reproducible_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """In seconds, as other build tools take it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert today() == "2023-11-14"
    for wrong in ("x", "", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(DeckError, match=f"^SOURCE_DATE_EPOCH is '{wrong}'; allowed: a number of seconds$"):
            today()
