"""The table sources `phases` and `timeline`: where a step's memory goes, phase by phase and layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from slidegen.estimate.allocated import KINDS, Allocation, Kind, Moment
from slidegen.model import CellValue, Column, Table
from slidegen.row_notes import joined_notes
from slidegen.tables.accuracy import allocated_accuracy
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.model_parameters import find_models, model_digests
from slidegen.tables.rows import settings
from slidegen.tables.setting_rules import without_effect
from slidegen.tables.settings import SettingParameters
from slidegen.tables.simulated import NOTES, allocation, origin

LABELS: Final[dict[Kind, str]] = {
    "weights": "Weights",
    "quantization_constants": "Constants",
    "adapter": "Adapter",
    "gradients": "Gradients",
    "optimizer": "Optimizer states",
    "activations": "Activations",
    "logits": "Logits",
    "kv_cache": "KV cache",
    "temporaries": "Temporaries",
    "workspace": "Workspace",
    "rounding": "Rounding",
}
_HELD: Final = (*(Column(kind, LABELS[kind], "bytes") for kind in KINDS), Column("total", "Total", "bytes"), NOTES)
_HEAD: Final = (Column("model", "Model", "model"), Column("method", "Method", "text"), Column("phase", "Phase", "text"))
PHASE_COLUMNS: Final = (*_HEAD, *_HELD)
TIMELINE_COLUMNS: Final = (*_HEAD, Column("moment", "Moment", "integer"), Column("stretch", "Stretch", "text"), *_HELD)

Rows = Callable[[Allocation], Iterable[tuple[CellValue, ...]]]


def _phases(held: Allocation) -> Iterable[tuple[CellValue, ...]]:
    for moment in held.peaks:
        yield (moment.phase, *_held(moment))


def _timeline(held: Allocation) -> Iterable[tuple[CellValue, ...]]:
    for number, moment in enumerate(held.timeline, start=1):
        yield (moment.phase, number, moment.label, *_held(moment))


def _held(moment: Moment) -> tuple[int, ...]:
    return (*(moment.held[kind] for kind in KINDS), moment.total)


def _source(name: str, columns: tuple[Column, ...], rows: Rows) -> TableSource:
    def compute(request: Any, context: SourceContext) -> Table:
        facts = find_models(request.models, context)
        cells = tuple(
            (model, setting.name, *row, joined_notes(held.notes))
            for model, setting in settings(request)
            for held in (allocation(facts[model], setting, request.quick, context),)
            for row in rows(held)
        )
        return Table(columns, cells, origin(name, tuple(facts.values()), request.quick))

    return TableSource(
        name,
        2,
        SettingParameters,
        "models",
        model_digests,
        compute,
        accuracy=allocated_accuracy,
        without_effect=without_effect,
    )


PHASES_SOURCE: Final = _source("phases", PHASE_COLUMNS, _phases)
TIMELINE_SOURCE: Final = _source("timeline", TIMELINE_COLUMNS, _timeline)
