"""Where the numbers on the slides of a deck come from, slide by slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from slidegen.model import Provenance
from slidegen.resolved import PlacedTable, ResolvedSlide


@dataclass(frozen=True, slots=True)
class Origin:
    """Where numbers come from, and the numbers of the slides that show them."""

    provenance: Provenance
    slides: tuple[int, ...]


def origins(slides: Sequence[ResolvedSlide]) -> tuple[Origin, ...]:
    """The provenance of everything computed on slides. Those that differ only in the models are one."""
    found: dict[str, tuple[Provenance, dict[str, str], dict[int, None]]] = {}
    for number, slide in enumerate(slides, start=1):
        for provenance in provenances(slide):
            key = repr(replace(provenance, models={}))
            _, models, numbers = found.setdefault(key, (provenance, {}, {}))
            models.update(provenance.models)
            numbers[number] = None
    return tuple(Origin(replace(p, models=models), tuple(numbers)) for p, models, numbers in found.values())


def provenances(slide: ResolvedSlide) -> Iterator[Provenance]:
    """The provenance of each value, table and figure on a slide and in its footer."""
    footer = () if slide.footer is None else slide.footer.marked().values()
    for placed in (*slide.content.marked().values(), *footer):
        if isinstance(placed, PlacedTable):
            yield placed.table.provenance
        else:
            yield from placed.provenance
