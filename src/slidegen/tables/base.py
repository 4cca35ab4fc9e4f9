"""What a table source is: parameters that pydantic checks, and a function from them to a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from slidegen.model import Table
from slidegen.models.finder import ModelFinder


class SourceParameters(BaseModel):
    """The parameters of a table source: frozen, and an unknown one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Workbench:
    """What a table source may use beside its parameters: models, and a line of progress for slow work."""

    models: ModelFinder
    progress: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TableSource:
    """A named kind of computed table.

    `version` changes when the same parameters would give other cells, so that old records are recomputed. `subject` is
    the parameter that a call in a sentence gives first: ``memory("org/model", method="full")``. `inputs` names what the
    cells depend on beside the parameters (a digest per model); `compute` makes the table.
    """

    name: str
    version: int
    parameters: type[SourceParameters]
    subject: str
    inputs: Callable[[Any, Workbench], Mapping[str, str]]
    compute: Callable[[Any, Workbench], Table]
