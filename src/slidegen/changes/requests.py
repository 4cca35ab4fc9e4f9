"""What differs between the results that an old and a new value are from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from slidegen.changes.aligning import best_pairs, similarity
from slidegen.changes.values import Reason
from slidegen.model import Provenance, Request
from slidegen.tables import TABLE_SOURCES

DIGEST: Final = 8
"""The digits of a config's digest that a reason shows."""
MODELS: Final = "models"
"""The parameter with models, which every value knows by itself."""


def request_reasons(old: Sequence[Provenance], new: Sequence[Provenance]) -> list[Reason]:
    """Returns in which respects the results of two values differ, each once."""
    if not old or not new:
        return []
    sources = {one.source for one in old} & {one.source for one in new}
    before, after = ([one for one in side if one.source in sources] for side in (old, new))
    found = [
        *_models(before, after),
        *_parameters(before, after),
        *_formulas(before, after),
        *_accounting(before, after),
        *_libraries(before, after),
        *_given(old, new),
    ]
    return list(dict.fromkeys(found))


def _requests(side: Sequence[Provenance]) -> list[Request]:
    return list(dict.fromkeys(request for one in side for request in one.requests))


def _models(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    """Yields the models that differ, and those whose configs do: by their digests, else by their origins."""
    before, after = ({name: origin for one in side for name, origin in one.models.items()} for side in (old, new))
    if before.keys() != after.keys() and before and after:
        gone, come = ([name for name in one if name not in two] for one, two in ((before, after), (after, before)))
        yield Reason("parameter", MODELS, ", ".join(gone) or None, ", ".join(come) or None)
    digests = [{name: digest for one in _requests(side) for name, digest in one.inputs or ()} for side in (old, new)]
    for name in sorted(before.keys() & after.keys()):
        one, two = (side.get(name) for side in digests)
        if one is not None and two is not None:
            if one != two:
                shown = (_origin(before[name], one), _origin(after[name], two))
                yield Reason("model", name, *shown)
        elif before[name] != after[name]:
            yield Reason("model", name, before[name], after[name])


def _origin(origin: str, digest: str) -> str:
    """Returns where a config is from. One without a revision is named by its digest."""
    return origin if "@" in origin else f"{origin} {digest[:DIGEST]}"


def _parameters(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    """Yields the parameters in which the results differ that only one side has, paired with the most similar ones."""
    before, after = ([(one.source, one.parameters) for one in _requests(side)] for side in (old, new))
    gone, come = ([one for one in side if one not in other] for side, other in ((before, after), (after, before)))
    one, two = ([parameters(*name) for name in side] for side in (gone, come))

    def alike(a: int, b: int) -> float:
        same = gone[a][0] == come[b][0]
        return similarity(map(repr, one[a].items()), map(repr, two[b].items())) if same else 0.0

    for a, b in best_pairs(range(len(one)), range(len(two)), alike):
        formula = {
            request.version for side in (old, new) for request in _requests(side) if request.source == gone[a][0]
        }
        own = defaults(gone[a][0]) if len(formula) > 1 else {}
        for name in sorted(one[a].keys() & two[b].keys()):
            before, after = one[a][name], two[b][name]
            # Another default of another formula, which the deck does not name.
            changed_default = name in own and own[name] in (before, after)
            if name != MODELS and before != after and not changed_default:
                yield Reason("parameter", name, *_differing(before, after))


@lru_cache(maxsize=4096)
def parameters(source: str, text: str) -> Mapping[str, Any]:
    """Returns the parameters of a request, with the defaults of those that it does not name."""
    return {**defaults(source), **json.loads(text)}


@cache
def defaults(source: str) -> Mapping[str, Any]:
    """Returns the defaults of a source's parameters as JSON values; none of one that is not installed."""
    if source not in TABLE_SOURCES:
        return {}
    fields = TABLE_SOURCES[source].parameters.model_fields
    given = {
        name: field.get_default(call_default_factory=True) for name, field in fields.items() if not field.is_required()
    }
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


def _differing(old: Any, new: Any) -> tuple[str | None, str | None]:
    if isinstance(old, list) and isinstance(new, list):
        one, two = [item for item in old if item not in new], [item for item in new if item not in old]
        return ", ".join(map(str, one)) or None, ", ".join(map(str, two)) or None
    return (None if old is None else str(old)), (None if new is None else str(new))


def _formulas(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before, after = ({one.source: one.version for one in _requests(side)} for side in (old, new))
    for source in sorted(before.keys() & after.keys()):
        if before[source] != after[source]:
            yield Reason("formula", source, str(before[source]), str(after[source]))


def _accounting(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before, after = ({one.source: one.accounting for one in side} for side in (old, new))
    for source in sorted(before.keys() & after.keys()):
        if before[source] != after[source]:
            yield Reason("accounting", source, before[source], after[source])


def _libraries(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before, after = ({name: version for one in side for name, version in one.versions.items()} for side in (old, new))
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield Reason("library", name, before[name], after[name])


def _given(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before, after = ({one.given: None for one in side if one.given} for side in (old, new))
    if before != after and before and after:
        yield Reason("given", "", ", ".join(before), ", ".join(after))
