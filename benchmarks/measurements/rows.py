"""The rows of `published.yml` and `measured.jsonl`, and slidegen's prediction for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from slidegen.estimate.allocated import Allocation
from slidegen.estimate.setting import OPTIMIZERS, Setting
from slidegen.models import catalogue

FOLDER: Final = Path(__file__).parent
PUBLISHED: Final = FOLDER / "published.yml"
MEASURED: Final = FOLDER / "measured.jsonl"
SIMULATED_MAJOR: Final = "5"

Measure = Literal["allocated", "end of step", "reserved", "nvidia-smi", "unknown"]
"""What was measured: PyTorch's allocated peak, what it holds between two steps, what it has reserved on the GPU, or the
memory in use on the whole GPU. `unknown` is the peak, the reserved memory or that of the whole GPU."""
BOUNDS: Final[frozenset[Measure]] = frozenset({"reserved", "nvidia-smi", "unknown"})
"""The measures that exceed what is allocated by an unpublished amount."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a measurement was published."""

    url: str = Field(pattern="^https://")
    path: str
    licence: str
    commit: str | None = Field(default=None, pattern="^[0-9a-f]{40}$")
    note: str | None = None


class Row(_Strict):
    """A measurement; it counts towards the goal, or has a `reason` (a name in the file's `reasons`) why it does not.

    `bytes` is the measured value; `context_bytes` is the part of nvidia-smi's value that is CUDA's context. `config`
    has the fields that differ from the catalogue's config. `length_is_cap` says that sequences may be shorter.
    """

    id: str
    model: str
    config: dict[str, Any] = {}
    card: str
    measured: Measure
    bytes: int = Field(gt=0)
    context_bytes: int = 0
    setting: Setting
    length_is_cap: bool = False
    versions: dict[str, str]
    source: str
    file: str | None = None
    commit: str | None = Field(default=None, pattern="^[0-9a-f]{40}$")
    counts: bool = False
    reason: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        if self.counts == (self.reason is not None):
            problems.append("it needs either counts: true or a reason")
        if self.counts and self.measured in BOUNDS:
            problems.append(f"{self.measured!r} does not count, it is a bound")
        if self.counts and self.versions.get("transformers", "").partition(".")[0] != SIMULATED_MAJOR:
            problems.append(f"only rows of transformers {SIMULATED_MAJOR} count")
        if not catalogue.has(self.model):
            problems.append(f"the catalogue has no {self.model!r}")
        if self.setting.optimizer not in OPTIMIZERS:
            problems.append(f"there is no optimizer {self.setting.optimizer!r}")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def facts(self) -> Mapping[str, Any]:
        """Returns the model's config."""
        return {**catalogue.facts(self.model).config, **self.config}

    @property
    def value(self) -> int:
        """Returns the measured bytes without CUDA's context."""
        return self.bytes - self.context_bytes


class Measurements(_Strict):
    """A file of rows, with its sources and reasons by name."""

    sources: dict[str, Source]
    reasons: dict[str, str]
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _named(self) -> Self:
        names = [row.id for row in self.rows]
        problems = [f"two rows are called {name!r}" for name in sorted({one for one in names if names.count(one) > 1})]
        for row in self.rows:
            if row.source not in self.sources:
                problems.append(f"{row.id}: there is no source {row.source!r}")
            if row.reason is not None and row.reason not in self.reasons:
                problems.append(f"{row.id}: there is no reason {row.reason!r}")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class BrokenData(Exception):
    """A file of measurements that cannot be read; the message names file and place."""


def published(path: Path = PUBLISHED) -> Measurements:
    """Reads the published rows. Raises BrokenData with all mistakes in the file."""
    try:
        return Measurements.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise BrokenData("\n".join(f"{path}: {problem}" for problem in _problems(error))) from error
    except (OSError, yaml.YAMLError) as error:
        raise BrokenData(f"{path}: {error}") from error


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"])
        yield f"{place}: {problem['msg']}" if place else problem["msg"]


ROW_FIELDS: Final = frozenset(Row.model_fields)


def measured(path: Path = MEASURED) -> Iterator[Row]:
    """Yields the rows that measure_gpu.py has written, if any; cases that did not fit on its GPU are skipped.

    Raises BrokenData with file and line.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            if "bytes" in fields:
                yield Row.model_validate({name: value for name, value in fields.items() if name in ROW_FIELDS})
        except ValidationError as error:
            raise BrokenData("\n".join(f"{path}:{number}: {problem}" for problem in _problems(error))) from error
        except ValueError as error:
            raise BrokenData(f"{path}:{number}: {error}") from error


def simulated(row: Row, allocation: Allocation) -> int:
    """Returns the bytes of an allocation that correspond to a row's measure.

    After a step of a loop that keeps its outputs, gradients and outputs are still held. That equals what is held when
    the optimizer begins, because its step adds no lasting memory.
    """
    if row.measured != "end of step":
        return allocation.peak.total
    if row.setting.outputs_kept:
        return next(moment.total for moment in allocation.timeline if moment.phase == "step")
    return sum(allocation.end.values())
