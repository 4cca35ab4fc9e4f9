"""Which results of a deck's record are not those that a build of today would make, without computing anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from slidegen.build_options import BuildOptions
from slidegen.changes.values import Reason
from slidegen.diagrams.fences import may_have_diagrams
from slidegen.errors import DeckError, Problem
from slidegen.model import Provenance, Source
from slidegen.pipeline import resolved_deck
from slidegen.resolved import PlacedTable, ResolvedDeck, ResolvedSlide
from slidegen.results.opening import open_store
from slidegen.results.parts import labels
from slidegen.results.record import Key
from slidegen.results.store import ResultStore
from slidegen.results.tracing import Request, TracingStore, numbers_in
from slidegen.results.versions import other_versions
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceParameters

MAX_LABEL: Final = 200
SHORT: Final = 12
"""The letters of a digest in messages."""

State = Literal["current", "stale", "missing", "unused"]
"""`current`: a build of today would take it from the record, and a refresh would use the same versions. `stale`: it was
made by another formula, from another config of a model or another file, or with other versions than are installed.
`missing`: the deck needs it, and the record does not have it. `unused`: the record has it, and the deck does not need
it any more."""


@dataclass(frozen=True, slots=True)
class StaleResult:
    """A result that a deck needs or its record has. `source` is its table source, `label` the parameters that are not
    the default. `tables` are the declared tables that are made of it, `slides` the numbers of the slides that show it,
    "5.2" in a stack. For a missing result these are the slides whose text names such a table."""

    source: str
    label: str
    state: State
    reasons: tuple[Reason, ...] = ()
    tables: tuple[str, ...] = ()
    slides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Staleness:
    """The results of a deck. `record` is the path of its record, None if there is none.

    `not_installed` are the libraries that made results and are not installed, with the versions that did;
    `not_found` says which models are not found without the network. Neither could be compared.
    """

    deck: str
    record: Path | None
    results: tuple[StaleResult, ...]
    not_installed: Mapping[str, str]
    not_found: tuple[Problem, ...] = ()

    def of(self, state: State) -> tuple[StaleResult, ...]:
        """Returns the results in one state."""
        return tuple(result for result in self.results if result.state == state)

    @property
    def is_current(self) -> bool:
        """Whether every number on the slides is current. Results that no slide uses have no effect."""
        return not self.of("stale") and not self.of("missing")


def staleness(name: str, options: BuildOptions) -> Staleness:
    """Compares the record of a deck with what is installed. Computes nothing and uses no network.

    Raises:
        SlidegenError: the deck or its record cannot be read, or the deck has mistakes.
    """
    stores: list[TracingStore] = []

    def opened(source: Source, given: BuildOptions) -> ResultStore:
        store = open_store(source, given, TracingStore)
        assert isinstance(store, TracingStore)
        stores.append(store)
        return store

    deck = resolved_deck(name, replace(options, mode="reuse", defers=True, offline=True, claims="warn"), opened)
    if not stores:
        return Staleness(name, None, (), {})
    return _Judge(name, deck, stores[0]).staleness()


class _Judge:
    """Judges the results of one deck."""

    def __init__(self, name: str, deck: ResolvedDeck, store: TracingStore) -> None:
        self._name = name
        self._deck = deck
        self._store = store
        self._not_installed: dict[str, str] = {}
        self._not_found: dict[Problem, None] = {}

    def staleness(self) -> Staleness:
        record = self._store.record
        slides = list(numbered_slides(self._deck))
        shown = _by_request((number, _provenances(slide)) for number, slide in slides)
        placed = self._deck.tables.items()
        tables = _by_request((name, [table.table.provenance]) for name, table in placed)
        requests = self._store.requests.values()
        results = [self._requested(one, tables.get(at, ()), shown.get(at, ())) for at, one in enumerate(requests)]
        results += [result for number, slide in slides for result in self._diagrams(number, slide)]
        needed = {*self._store.requests, *record.used}
        results += [_unused(key) for place, (key, _) in sorted(record.stored.items()) if place not in needed]
        path = None if record.content is None else record.path
        return Staleness(self._name, path, tuple(results), self._not_installed, tuple(self._not_found))

    def _requested(self, request: Request, names: Sequence[str], slides: Sequence[str]) -> StaleResult:
        label, tables = _label(request.parameters), tuple(dict.fromkeys((*request.tables, *names)))
        if request.recorded is None:
            return StaleResult(request.source.name, label, "missing", (), tables, tuple(self._naming(tables)))
        known, table = request.recorded
        reasons = [*self._formula(request, known), *self._inputs(request, known), *self._libraries(table.provenance)]
        state: State = "stale" if reasons else "current"
        return StaleResult(request.source.name, label, state, tuple(reasons), tables, tuple(slides))

    def _naming(self, tables: Iterable[str]) -> Iterator[str]:
        """Yields the slides whose text names one of the tables, which cannot be placed as their results are missing."""
        names = "|".join(map(re.escape, tables))
        use = re.compile(rf"\btable\(\s*[\"'](?:{names})[\"']|\btables\.(?:{names})\b")
        for number, slide in numbered_slides(self._deck):
            if names and use.search(slide.content.source.text):
                yield number

    def _formula(self, request: Request, known: Key) -> Iterator[Reason]:
        if known.version != request.key.version:
            yield Reason("formula", request.source.name, str(known.version), str(request.key.version))

    def _inputs(self, request: Request, known: Key) -> Iterator[Reason]:
        """Yields the models whose configs or weights, or the files whose contents, differ from those of the result."""
        if request.key.inputs is None:
            self._not_found |= dict.fromkeys(request.why)
            return
        before, now = dict(known.inputs or ()), dict(request.key.inputs)
        kind: Literal["given", "model"] = "given" if request.source.subject == "file" else "model"
        for name in sorted(before.keys() | now.keys()):
            if before.get(name) != now.get(name):
                yield Reason(kind, name, _short(before.get(name)), _short(now.get(name)))

    def _libraries(self, provenance: Provenance) -> Iterator[Reason]:
        """Yields the libraries of which other versions would make the result now."""
        for other in other_versions(provenance):
            if other.today is None:
                self._not_installed[other.library] = other.recorded
            else:
                yield Reason("library", other.library, other.recorded, other.today)

    def _diagrams(self, number: str, slide: ResolvedSlide) -> Iterator[StaleResult]:
        """Yields the diagrams of a slide."""
        if not any(may_have_diagrams(text.text) for text in (slide.content, slide.notes) if text is not None):
            return
        from slidegen.resolve.diagrams import SOURCE, with_diagrams

        store = self._store
        store.mode, before = "frozen", set(store.record.used)
        drawn = with_diagrams(replace(self._deck, stacks=((slide,),), problems=(), warnings=()), store)
        for place in sorted(store.record.used.keys() - before):
            reasons = tuple(self._libraries(store.record.used[place][1].provenance))
            yield StaleResult(SOURCE, _text_of(place[1]), "stale" if reasons else "current", reasons, (), (number,))
        for problem in drawn.problems:
            if problem.code == "frozen":
                yield StaleResult(SOURCE, f"line {problem.line}", "missing", (), (), (number,))


def numbered_slides(deck: ResolvedDeck) -> Iterator[tuple[str, ResolvedSlide]]:
    """Yields the slides of a deck that are shown with their numbers: "3", or "5.2" in a stack."""
    for at, stack in enumerate(deck.shown, start=1):
        for below, slide in enumerate(stack, start=1):
            yield f"{at}.{below}" if len(stack) > 1 else str(at), slide


def _provenances(slide: ResolvedSlide) -> Iterator[Provenance]:
    """Yields where everything that a slide places comes from."""
    for text in (slide.content, slide.notes, slide.footer):
        for placed in () if text is None else text.marked().values():
            if isinstance(placed, PlacedTable):
                yield placed.table.provenance
            else:
                yield from placed.provenance


def _by_request(found: Iterable[tuple[str, Iterable[Provenance]]]) -> dict[int, list[str]]:
    """Returns the names of what is made of each request, by its number."""
    names: dict[int, list[str]] = {}
    for name, provenances in found:
        for number in sorted(set(numbers_in(provenances))):
            names.setdefault(number, []).append(name)
    return names


def _unused(key: Key) -> StaleResult:
    """Returns the result of the record for a key that the deck does not use. Its parameters may be former ones."""
    try:
        source = TABLE_SOURCES.find(key.source)
        return StaleResult(key.source, _label(source.parameters.model_validate_json(key.parameters)), "unused")
    except (DeckError, ValidationError):
        return StaleResult(key.source, _text_of(key.parameters), "unused")


def _label(parameters: SourceParameters) -> str:
    return _cut(labels((parameters,))[0])


def _text_of(parameters: str) -> str:
    """Returns parameters in JSON as words: the texts in them."""
    found = json.loads(parameters)
    values = (value if isinstance(value, list) else [value] for value in found.values())
    return _cut(", ".join(str(one) for value in values for one in value if isinstance(one, str)))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_LABEL else f"{text[:MAX_LABEL]}..."


def _short(digest: str | None) -> str | None:
    return None if digest is None else digest[:SHORT]
