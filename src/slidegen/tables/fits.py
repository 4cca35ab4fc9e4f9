"""The table source `fits`: which GPUs a step fits on, and the largest batch, length and rank that fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field, field_validator

from slidegen.estimate.allocated import CONTEXT, Verdict
from slidegen.estimate.setting import AMPERE, Setting
from slidegen.hardware import Gpu, find_gpu, gpus
from slidegen.model import CellValue, Column, ModelFacts, Table
from slidegen.row_notes import joined_notes
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.fields import Many
from slidegen.tables.model_parameters import find_models, model_digests
from slidegen.tables.rows import settings
from slidegen.tables.search import largest
from slidegen.tables.settings import SettingParameters
from slidegen.tables.simulated import NOTES, allocation, origin

DOES_NOT_FIT: Final[Verdict] = "does not fit"
LARGEST: Final = {"batch_size": 4096, "seq_len": 2**20, "rank": 4096}
"""The largest values that the search tries."""


class FitsParameters(SettingParameters):
    """A row for each setting and card. `largest` searches for the largest values that fit, which takes a while."""

    cards: Annotated[Many[str], Field(description="The cards, by name; all of them without it.")] = ()
    largest: Annotated[bool, Field(description="Search for the largest batch, length and rank that fit.")] = False

    @field_validator("cards")
    @classmethod
    def _known_cards(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            find_gpu(name)
        return names


COLUMNS: Final = (
    Column("model", "Model", "model"),
    Column("method", "Method", "text"),
    Column("card", "Card", "text"),
    Column("memory", "Memory", "bytes"),
    Column("total", "Peak", "bytes"),
    Column("reserved", "Reserved", "bytes"),
    Column("context", "Context", "bytes"),
    Column("free", "Free", "bytes"),
    Column("fits", "Fits", "text"),
    Column("batch_size", "Largest batch", "integer"),
    Column("seq_len", "Longest", "integer"),
    Column("rank", "Largest rank", "integer"),
    Column("source", "Source", "text"),
    NOTES,
)


def _compute(request: FitsParameters, context: SourceContext) -> Table:
    facts = find_models(request.models, context)
    cards = tuple(map(find_gpu, request.cards)) or gpus()
    rows = [
        _row(facts[model], setting, card, request, context) for model, setting in settings(request) for card in cards
    ]
    return Table(COLUMNS, tuple(rows), origin("fits", tuple(facts.values()), request.quick))


def _row(
    facts: ModelFacts, setting: Setting, card: Gpu, request: FitsParameters, context: SourceContext
) -> tuple[CellValue, ...]:
    setting = replace(setting, capability=card.compute_capability, memory=card.size - CONTEXT, any_gpu=False)
    held = allocation(facts, setting, request.quick, context)
    most: tuple[int | None, int | None, int | None] = (None, None, None)
    if request.largest:
        context.progress(f"searching what {card.short} holds of {facts.name} ({setting.name})")
        most = _largest(facts, setting, request.quick, context)
    free = card.size - CONTEXT - max(held.reserved, held.peak.total)
    return (
        *(facts.name, setting.name, card.name, card.size, held.peak.total, held.reserved, CONTEXT),
        *(max(free, 0), held.verdict if _runs(setting, card) else DOES_NOT_FIT, *most, card.source),
        joined_notes(held.notes),
    )


def _runs(setting: Setting, card: Gpu) -> bool:
    """Returns whether the card has the kernels: the package flash-attn is for Ampere and later."""
    return setting.attention != "flash" or card.compute_capability >= AMPERE


def _largest(
    facts: ModelFacts, setting: Setting, quick: bool, context: SourceContext
) -> tuple[int | None, int | None, int | None]:
    """Returns the largest batch, length and rank, each with the others unchanged, to within one part in 64."""

    memory = setting.memory
    assert memory is not None

    def room(changed: Setting) -> int:
        held = allocation(facts, changed, quick, context)
        left = memory - held.peak.total
        return min(left, -1) if held.verdict == DOES_NOT_FIT else left

    batch = largest(lambda size: room(replace(setting, batch_size=size)), setting.batch_size, LARGEST["batch_size"])
    positions = facts.config.get("max_position_embeddings")
    longest = min(LARGEST["seq_len"], positions) if isinstance(positions, int) else LARGEST["seq_len"]
    length = largest(lambda size: room(replace(setting, seq_len=size)), setting.seq_len, longest)
    adapter = setting.adapter
    rank = None
    if adapter is not None:
        rank = largest(
            lambda size: room(replace(setting, adapter=replace(adapter, rank=size))), adapter.rank, LARGEST["rank"]
        )
    return batch, length, rank


FITS_SOURCE: Final = TableSource("fits", 3, FitsParameters, "models", model_digests, _compute)
