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


@dataclass(frozen=True, slots=True)
class AddedLater:
    """Annotates a parameter that a source got after results had been recorded.

    At its default the source computes what it computed before, so the parameter is then not part of a result's key.
    """


def key_parameters(parameters: BaseModel) -> dict[str, Any]:
    """Returns the parameters by which a record finds a result, as values of JSON."""
    fields = type(parameters).model_fields
    return {
        name: value
        for name, value in parameters.model_dump(mode="json").items()
        if AddedLater() not in fields[name].metadata or getattr(parameters, name) != fields[name].default
    }


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
