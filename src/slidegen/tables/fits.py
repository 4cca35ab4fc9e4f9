"""The table source `fits`: which GPUs a step fits on, and the largest batch, length and rank that fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field, field_validator, model_validator

from slidegen.estimate.allocated import CONTEXT, Verdict
from slidegen.estimate.lengths import positions_of
from slidegen.estimate.setting import AMPERE, Setting
from slidegen.hardware import Gpu, find_gpu, gpus
from slidegen.model import CellValue, Column, ModelFacts, Table
from slidegen.row_notes import joined_notes
from slidegen.tables.accuracy import fits_accuracy
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.fields import Many
from slidegen.tables.model_parameters import find_models, model_digests
from slidegen.tables.rows import settings
from slidegen.tables.search import largest
from slidegen.tables.setting_rules import without_effect
from slidegen.tables.settings import SettingParameters
from slidegen.tables.simulated import NOTES, allocation, origin

DOES_NOT_FIT: Final[Verdict] = "does not fit"
LARGEST: Final = {"batch_size": 4096, "seq_len": 2**20, "rank": 4096}
"""The largest values that the search tries; a model's own number of positions may be less."""
NAMES: Final = {"batch_size": "the largest batch", "seq_len": "the longest sequence", "rank": "the largest rank"}
ALIGNED: Final = 8
"""The lengths that the search tries are multiples: others take more memory, as PyTorch pads masks to a multiple of 8
(`aten/src/ATen/native/transformers/attention.cpp`, pad_bias), and then memory does not grow with the length."""


class FitsParameters(SettingParameters):
    """A row for each setting and card. `largest` searches for the largest values that fit, which takes a while."""

    cards: Annotated[Many[str], Field(description="The cards, by name; all of them without it.")] = ()
    largest: Annotated[bool, Field(description="Search for the largest batch, length and rank that fit.")] = False

    @field_validator("cards")
    @classmethod
    def _known_cards(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(find_gpu(name).name for name in names))

    @model_validator(mode="after")
    def _gpu_or_cards(self) -> FitsParameters:
        if self.gpu is not None and self.cards:
            raise ValueError("gpu and cards both name GPUs; give one of them")
        return self


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
    named = request.cards or (() if request.gpu is None else (request.gpu,))
    cards = tuple(map(find_gpu, named)) or gpus()
    rows = [
        _row(facts[model], setting, card, request, context) for model, setting in settings(request) for card in cards
    ]
    return Table(COLUMNS, tuple(rows), origin("fits", tuple(facts.values()), request.quick))


def _row(
    facts: ModelFacts, setting: Setting, card: Gpu, request: FitsParameters, context: SourceContext
) -> tuple[CellValue, ...]:
    setting = replace(setting, capability=card.compute_capability, memory=card.size - CONTEXT, any_gpu=False)
    held = allocation(facts, setting, request.quick, context)
    most: tuple[int | None, ...] = (None, None, None)
    notes, runs = held.notes, setting.attention != "flash" or card.compute_capability >= AMPERE
    if not runs:
        notes = (*notes, f"the package flash-attn needs a GPU from Ampere on, and {card.short} is older")
    elif request.largest:
        context.progress(f"searching what {card.short} holds of {facts.name} ({setting.name})")
        most, ends = _searched(facts, setting, request.quick, context)
        notes = (*notes, *ends)
    free = card.size - CONTEXT - max(held.reserved, held.peak.total)
    return (
        *(facts.name, setting.name, card.name, card.size, held.peak.total, held.reserved, CONTEXT),
        *(max(free, 0), held.verdict if runs else DOES_NOT_FIT, *most, card.source),
        joined_notes(notes),
    )


def _searched(
    facts: ModelFacts, setting: Setting, quick: bool, context: SourceContext
) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
    """Returns the largest batch, length and rank, each with the others unchanged, and notes on where a search ended."""
    memory, adapter = setting.memory, setting.adapter
    assert memory is not None

    def room(changed: Setting) -> int:
        held = allocation(facts, changed, quick, context)
        left = memory - held.peak.total
        return min(left, -1) if held.verdict == DOES_NOT_FIT else left

    most = max(LARGEST["batch_size"], setting.batch_size)
    batch = largest(lambda size: room(replace(setting, batch_size=size)), setting.batch_size, most)
    length = _longest(lambda size: room(replace(setting, seq_len=size)), facts, setting)
    rank = None
    if adapter is not None:
        most = max(LARGEST["rank"], adapter.rank)
        rank = largest(lambda size: room(replace(setting, adapter=replace(adapter, rank=size))), adapter.rank, most)
    found = {"batch_size": batch, "seq_len": length, "rank": rank}
    ends = tuple(f"{NAMES[name]} is where the search ends" for name, end in LARGEST.items() if found[name] == end)
    return (batch, length, rank), ends


def _longest(room: Callable[[int], int], facts: ModelFacts, setting: Setting) -> int | None:
    """Returns the greatest length that fits: of the multiples of `ALIGNED`, and the setting's own."""
    positions = positions_of(facts.config)
    most = LARGEST["seq_len"] if positions is None else positions - setting.max_new_tokens
    start = max(1, setting.seq_len // ALIGNED)
    found = largest(lambda size: room(ALIGNED * size), start, max(most, setting.seq_len) // ALIGNED)
    if found is None:
        return largest(room, min(setting.seq_len, ALIGNED - 1), min(most, ALIGNED - 1))
    if ALIGNED * found < setting.seq_len < ALIGNED * (found + 1) and room(setting.seq_len) >= 0:
        return setting.seq_len
    return ALIGNED * found


FITS_SOURCE: Final = TableSource(
    "fits",
    3,
    FitsParameters,
    "models",
    model_digests,
    _compute,
    accuracy=fits_accuracy,
    without_effect=without_effect,
)
