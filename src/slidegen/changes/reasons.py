"""Why a number changed: what differs between the sources of the old and of the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slidegen.changes.values import SPECIFIC, UNKNOWN, Reason
from slidegen.model import Provenance
from slidegen.resolved import ResolvedDeck


@dataclass(frozen=True, slots=True)
class Sides:
    """The two decks of a comparison; None if two records are compared."""

    old: ResolvedDeck | None
    new: ResolvedDeck | None

    def reasons(
        self, old: Sequence[Provenance], new: Sequence[Provenance], texts: tuple[str, str] | None = None
    ) -> tuple[Reason, ...]:
        """Returns the reasons for a change between values from these sources, the most specific first. `texts` are the
        author's texts around both."""
        found = list(dict.fromkeys((*_models(old, new), *_accounting(old, new), *_libraries(old, new))))
        if not found and texts is not None and texts[0] != texts[1]:
            found.append(Reason("text"))
        return ordered(found) or (UNKNOWN,)


def ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Returns the reasons, the most specific first."""
    return tuple(sorted(dict.fromkeys(reasons), key=lambda reason: (SPECIFIC.index(reason.kind), reason.what)))


def _models(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before = {name: origin for one in old for name, origin in one.models.items()}
    after = {name: origin for one in new for name, origin in one.models.items()}
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            yield Reason("model", name, before[name], after[name])


def _accounting(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before, after = ({one.source: one.accounting for one in side} for side in (old, new))
    for source in before.keys() & after.keys():
        if before[source] != after[source]:
            yield Reason("accounting", source, before[source], after[source])


def _libraries(old: Sequence[Provenance], new: Sequence[Provenance]) -> Iterator[Reason]:
    before = {name: version for one in old for name, version in one.versions.items()}
    after = {name: version for one in new for name, version in one.versions.items()}
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            yield Reason("library", name, before[name], after[name])
