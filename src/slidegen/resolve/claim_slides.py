"""Finds the slides of claims that stand beside the slides: in values, and in the texts of tables and figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from slidegen.model import Deck, FigureDeclaration, TableDeclaration
from slidegen.resolved import Claim, PlacedClaim, PlacedFigure, PlacedTable, ResolvedSlide

Key = tuple[str, str]
"""What a slide shows: the words of a claim, or a table or figure by its name."""


def with_slides(
    claims: Iterable[Claim], stacks: Iterable[Iterable[ResolvedSlide]], decks: Iterable[Deck]
) -> tuple[Claim, ...]:
    """Returns the claims, each with the number of the first slide that shows it if its own line is on none."""
    made = tuple(claims)
    if all(claim.slide is not None for claim in made):
        return made
    shown = _shown(stacks)
    declared = dict(_declared(decks))
    return tuple(claim if claim.slide is not None else _with_slide(claim, shown, declared) for claim in made)


def _with_slide(claim: Claim, shown: Mapping[Key, int], declared: Mapping[tuple[str, int], Key]) -> Claim:
    key = declared.get((claim.path, claim.line), ("claim", claim.words))
    return replace(claim, slide=shown.get(key))


def _shown(stacks: Iterable[Iterable[ResolvedSlide]]) -> dict[Key, int]:
    """Returns the first slide of everything that the slides show."""
    found: dict[Key, int] = {}
    for number, slide in enumerate((slide for stack in stacks for slide in stack), 1):
        for text in filter(None, (slide.content, slide.notes, slide.footer)):
            for placed in text.marked().values():
                if isinstance(placed, PlacedClaim):
                    found.setdefault(("claim", placed.text), number)
                elif isinstance(placed, PlacedTable | PlacedFigure):
                    kind = "table" if isinstance(placed, PlacedTable) else "figure"
                    found.setdefault((kind, placed.name), number)
    return found


def _declared(decks: Iterable[Deck]) -> Iterator[tuple[tuple[str, int], Key]]:
    """Yields the lines of tables and figures, with what stands there."""
    for deck in decks:
        kinds: tuple[tuple[str, Iterable[TableDeclaration | FigureDeclaration]], ...]
        kinds = (("table", deck.tables), ("figure", deck.figures))
        for kind, declarations in kinds:
            for one in declarations:
                for line in (one.line, *one.lines.values()):
                    yield (one.path, line), (kind, one.name)
