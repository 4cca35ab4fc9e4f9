"""What a sweep and the workers of a cluster send each other: JSON, so that neither unpickles values of the other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.model import Column, ModelFacts, Provenance, Table
from slidegen.models.finder import ModelFinder, Way
from slidegen.project import Project
from slidegen.results.record import Key
from slidegen.sweep.model import Batch, Failure, Outcome, Point
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext, TableSource

FACTS: Final = ("name", "config", "digest", "origin", "revision", "source")
"""What is sent of a model: all but its place on this machine."""


@dataclass(frozen=True, slots=True)
class Request:
    """A batch as a worker reads it. `place` is JSON that says where models are found; `models` were found already."""

    batch: Batch
    place: str
    models: tuple[ModelFacts, ...]


def request_bytes(batch: Batch, context: SourceContext, run: str) -> bytes:
    """Returns a batch with the models that it needs: a worker does not look for them, and need not reach the Hub.

    `run` is different for each sweep: what a worker has found for another one may have changed since."""
    facts: dict[str, Mapping[str, Any]] = {}
    for point in batch.points:
        for name, digest in point.key.inputs or ():
            known = None if name in facts else context.models.known(name)
            if known is not None and known.digest == digest:  # other inputs, such as weights, the worker has itself
                facts[name] = {field: getattr(known, field) for field in FACTS}
    content = {
        "source": batch.source,
        "version": batch.version,
        "place": {"run": run, **_place(context)},
        "models": list(facts.values()),
        "points": [_point(point) for point in batch.points],
    }
    return json.dumps(content, separators=(",", ":")).encode()


def read_request(content: bytes) -> Request:
    """Reads what `request_bytes` wrote.

    Raises:
        SlidegenError: the source is unknown here, or its parameters are read differently from how they were sent.
    """
    found = json.loads(content)
    source = TABLE_SOURCES.find(found["source"])
    points = tuple(_read_point(source, found["version"], point) for point in found["points"])
    models = tuple(ModelFacts(**facts) for facts in found["models"])
    return Request(Batch(source.name, found["version"], points), json.dumps(found["place"]), models)


def context_of(place: str) -> SourceContext:
    """Returns what sources use in a worker, which finds models and files as the client does."""
    found = json.loads(place)
    project = Project(Path(found["root"]), Path(found["folder"]), found["called"], found["ways"])
    finder = ModelFinder(project, found["offline"], found["confine"], download=found["download"])
    return SourceContext(finder, _discard, project if found["confine"] else None)


def answer_bytes(outcomes: Sequence[Outcome], seconds: float) -> bytes:
    """Returns the outcomes of a batch and how long they took. Tables that follow each other share what is alike."""
    heads: list[Any] = []
    last: tuple[Any, Any] | None = None
    rows: list[Any] = []
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            rows.append(outcome.reason)
            continue
        if last != (outcome.columns, outcome.provenance):
            last = outcome.columns, outcome.provenance
            heads.append([[(c.key, c.label, c.kind) for c in outcome.columns], asdict(outcome.provenance)])
        rows.append([len(heads) - 1, outcome.rows])
    return json.dumps({"seconds": seconds, "heads": heads, "outcomes": rows}, separators=(",", ":")).encode()


def problems_bytes(error: SlidegenError) -> bytes:
    """Returns the mistakes for which a worker cannot compute a batch."""
    problems = [(problem.message, problem.code) for problem in error.problems]
    return json.dumps({"problems": problems}, separators=(",", ":")).encode()


def read_answer(content: bytes) -> tuple[tuple[Outcome, ...], float]:
    """Reads outcomes and seconds. Raises SlidegenError with the mistakes that `problems_bytes` wrote."""
    found = json.loads(content)
    if "problems" in found:
        raise SlidegenError(Problem(message, code=code) for message, code in found["problems"])
    heads = [(tuple(Column(*column) for column in columns), Provenance(**rest)) for columns, rest in found["heads"]]

    def outcome(item: Any) -> Outcome:
        if isinstance(item, str):
            return Failure(item)
        columns, provenance = heads[item[0]]
        return Table(columns, tuple(map(tuple, item[1])), provenance)

    return tuple(map(outcome, found["outcomes"])), found["seconds"]


def _place(context: SourceContext) -> dict[str, Any]:
    way: Way = context.models.way
    project = way.project
    return {
        "root": str(project.root.absolute()),
        "folder": str(project.folder.absolute()),
        "called": project.called,
        "ways": project.ways,
        "offline": way.offline,
        "confine": way.confine,
        "download": way.download,
    }


def _point(point: Point) -> list[Any]:
    """Returns the parameters, which of them were given, the key that they must have at the other end, and its inputs.

    They are not checked anew there: checks may depend on which were given, and change that.
    """
    assert point.parameters is not None
    values = {name: _plain(value, name) for name, value in vars(point.parameters).items()}
    return [values, sorted(point.parameters.model_fields_set), point.key.parameters, point.key.inputs]


def _read_point(source: TableSource, version: int, sent: Sequence[Any]) -> Point:
    values, given, expected, inputs = sent
    read = {name: _value(value) for name, value in values.items()}
    parameters = source.parameters.model_construct(_fields_set=set(given), **read)
    key = Key.of(source.name, version, parameters, None if inputs is None else dict(inputs))
    if key.parameters != expected:
        message = f"{source.name}: a worker reads the parameters {expected} as {key.parameters}"
        raise DeckError([Problem(message, code="worker")])
    return Point(key, parameters, {})


def _plain(value: Any, name: str) -> Any:
    """Returns a value of a parameter as JSON; a sequence or a mapping is an object that says which."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple):
        return {type(value).__name__: [_plain(item, name) for item in value]}
    if type(value) is dict:
        return {"dict": [[_plain(key, name), _plain(item, name)] for key, item in value.items()]}
    message = f"{name}: a {type(value).__name__} cannot be sent to a cluster; numbers, texts, lists and mappings can"
    raise DeckError([Problem(message, code="worker")])


def _value(sent: Any) -> Any:
    """Reads what `_plain` wrote."""
    if not isinstance(sent, dict):
        return sent
    ((kind, items),) = sent.items()
    if kind == "dict":
        return {_value(key): _value(item) for key, item in items}
    values = map(_value, items)
    return tuple(values) if kind == "tuple" else list(values)


def _discard(_: str) -> None:
    """Discards a line of progress."""
