"""What `slidegen models show ID` prints about a model: facts of its config, counts, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slidegen.estimate.census import KindCount, adapter_parameters, count_by_kind, count_parameters
from slidegen.estimate.checkpoint import CheckpointError, checkpoint
from slidegen.estimate.parts import PARTS, PartCount, count_parts
from slidegen.model import Census, Column, ModelFacts, Provenance, Table
from slidegen.models.finder import ModelFinder, origin_text
from slidegen.tables.parts import PART_LABELS


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model: `parameters` counts the output head, `base_parameters` does not. `adapter_per_rank` is the number of
    parameters that a LoRA adapter on every linear layer has for each rank."""

    facts: ModelFacts
    census: Census
    origin: str
    parameters: int
    base_parameters: int
    adapter_per_rank: int
    kinds: tuple[KindCount, ...]
    parts: PartCount

    @property
    def stored_as(self) -> str | None:
        """How the checkpoint stores its weights; None if the config says nothing about it, or names an unknown way."""
        try:
            found = checkpoint(self.facts.config)
        except CheckpointError:
            return None
        return None if found.named_dtype is None and found.packed is None else found.words

    @property
    def config(self) -> Mapping[str, Any]:
        """The plain facts of the config: texts, numbers and truth values, in the config's order."""
        return {key: value for key, value in self.facts.config.items() if isinstance(value, str | int | float)}


def model_card(finder: ModelFinder, name: str, dtype: str = "float16") -> ModelCard:
    """Returns the card of a model. The sizes of its kinds are those of the whole model at `dtype`.

    Raises ModelError for a model that cannot be found or built, SlidegenError for an unknown dtype.
    """
    facts = finder.find(name)
    census = finder.census(facts)
    return ModelCard(
        facts,
        census,
        origin_text(facts),
        count_parameters(census, "whole"),
        count_parameters(census, "base"),
        adapter_parameters(census, 1),
        count_by_kind(census, dtype, "whole"),
        count_parts(census, facts.config),
    )


def kinds_table(card: ModelCard, dtype: str) -> Table:
    """Returns the card's parameters by kind, output head included, with sizes at `dtype`."""
    columns = (
        Column("kind", "Module", "text"),
        Column("modules", "Count", "integer"),
        Column("parameters", "Parameters", "count"),
        Column("size", f"Size ({dtype})", "bytes"),
    )
    rows = tuple((kind.kind, kind.modules, kind.parameters, kind.size) for kind in card.kinds)
    return Table(columns, rows, Provenance("parameters", models={card.facts.name: card.origin}))


def parts_table(card: ModelCard) -> Table:
    """Returns the card's parameters by part, then those of one block. Parts that the model lacks are left out."""
    columns = (
        Column("part", "Part", "text"),
        Column("parameters", "Parameters", "count"),
        Column("share", "Share", "percent"),
    )
    sizes = {**{PART_LABELS[part]: getattr(card.parts, part) for part in PARTS}, "One block": card.parts.block}
    rows = tuple((label, size, size / card.parameters) for label, size in sizes.items() if size)
    return Table(columns, rows, Provenance("parts", models={card.facts.name: card.origin}))
