"""What a table source is: parameters that pydantic checks, and a function from them to a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from slidegen.errors import DeckError, Problem
from slidegen.model import Table
from slidegen.models.finder import ModelFinder
from slidegen.project import Project


class SourceParameters(BaseModel):
    """The parameters of a table source: frozen, and an unknown one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ParameterError(DeckError):
    """Mistakes in a source's parameters. `options` says of each message which parameter it is about, "method.0"."""

    def __init__(self, options: Iterable[tuple[str, str]]) -> None:
        self.options = {message: option for option, message in options}
        super().__init__(map(Problem, self.options))


def unseen(_: float) -> None:
    """Takes what nobody wants to know."""


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a table source may use beside its parameters: models, and what slow work tells while it runs.

    `progress` takes a line on what begins, `advance` the share of a part that is done, from 0 to 1. `project` is
    the deck's: files that parameters name are looked for in it and nowhere else, as a deck may come from a stranger.
    Without one they are looked for anywhere, from the working directory.
    """

    models: ModelFinder
    progress: Callable[[str], None]
    project: Project | None = None
    advance: Callable[[float], None] = unseen


@dataclass(frozen=True, slots=True)
class TableSource:
    """A named kind of computed table.

    `version` changes when the same parameters would give other cells, so that old records are recomputed. `subject` is
    the parameter that a call in a sentence gives first: ``memory("org/model", method="full")``. `inputs` names what the
    cells depend on beside the parameters (a digest per model); `compute` makes the table.

    `parts` is for slow tables: it splits a request into smaller ones of the same source that do not depend on each
    other, in the order of their rows. Each is computed, shown and kept in the record by itself, and may be computed in
    another process; so the functions of such a source stand at the top of their module. A source that is not `recorded`
    computes nothing worth keeping.
    """

    name: str
    version: int
    parameters: type[SourceParameters]
    subject: str
    inputs: Callable[[Any, SourceContext], Mapping[str, str]]
    compute: Callable[[Any, SourceContext], Table]
    parts: Callable[[Any], Sequence[SourceParameters]] | None = None
    recorded: bool = True
