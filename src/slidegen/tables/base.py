"""What a table source is: parameters that pydantic checks, and a function from them to a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from slidegen.errors import DeckError, Problem
from slidegen.model import NUMERIC, Accuracy, CellValue, Column, Provenance, Table
from slidegen.models.finder import ModelFinder
from slidegen.project import Project


class SourceParameters(BaseModel):
    """The parameters of a table source: frozen, and an unknown one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class AddedLater:
    """Annotates a parameter that was added to a source after results had been recorded.

    At its default it changes nothing in a result, so it is then not part of the result's key.
    """


def key_parameters(parameters: BaseModel) -> dict[str, Any]:
    """Returns the parameters by which a record finds a result, as JSON values."""
    fields = type(parameters).model_fields
    return {
        name: value
        for name, value in parameters.model_dump(mode="json").items()
        if AddedLater() not in fields[name].metadata or getattr(parameters, name) != fields[name].default
    }


class ParameterError(DeckError):
    """Mistakes in a source's parameters, each with the parameter that it is about, "method.0". `options` maps the
    messages to the parameters."""

    def __init__(self, found: Iterable[tuple[str, Problem]]) -> None:
        pairs = tuple(found)
        self.options = {problem.message: option for option, problem in pairs}
        super().__init__(problem for _, problem in pairs)


class MissingInputError(ParameterError):
    """A file that a parameter names does not exist. A result in the record that depends on it can still be used."""


def no_progress(_: float) -> None:
    """Discards the share of a part that is done."""


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a table source may use besides its parameters: models, and callbacks for the progress of slow work.

    `progress` takes a line about what begins, `advance` the share of a part that is done, from 0 to 1. `project` is
    the deck's: files that parameters name are read only inside it, because a deck may come from a stranger. Without a
    project they are read from anywhere, relative to the working directory.
    """

    models: ModelFinder
    progress: Callable[[str], None]
    project: Project | None = None
    advance: Callable[[float], None] = no_progress


EXACT_KINDS: Final = frozenset({"count", "integer"})
"""The kinds of columns whose numbers the accuracy of a source is not about, if it is the same for all columns."""

Accuracies = Callable[[Column, Mapping[str, CellValue], Provenance], Accuracy | None]
"""The accuracy of the number in a column of a row, from the row's cells by their keys and the table's provenance. None
if the number is exact, or if no measurement is known."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """A named kind of computed table.

    `version` changes when the same parameters would give other cells, so that old records are recomputed. `subject` is
    the parameter that a call in a sentence gives first: ``memory("org/model", method="full")``. `inputs` returns what
    the cells depend on besides the parameters (a digest per model). `compute` returns the table.

    `parts` is for slow tables: it splits a request into independent requests of the same source, in the order of their
    rows. Each part is computed, shown and recorded by itself, and may be computed in another process. So the functions
    of such a source are defined at the top level of their module. The results of a source that is not `recorded` are
    not kept in the record.

    `without_effect` is for sweeps: of a setting with one value for each given parameter, it returns the names of those
    that change nothing beside the others, such as the rank where the method is full fine-tuning.

    `accuracy` is how close the numbers are to measurements: one for all columns but counts and integers, or a function
    that knows it for each number. A claim that holds by less than it is warned of. None: nothing to compare with.
    """

    name: str
    version: int
    parameters: type[SourceParameters]
    subject: str
    inputs: Callable[[Any, SourceContext], Mapping[str, str]]
    compute: Callable[[Any, SourceContext], Table]
    parts: Callable[[Any], Sequence[SourceParameters]] | None = None
    recorded: bool = True
    without_effect: Callable[[Mapping[str, Any]], Collection[str]] | None = None
    accuracy: Accuracy | Accuracies | None = None

    def accuracy_of(self, column: Column, cells: Mapping[str, CellValue], provenance: Provenance) -> Accuracy | None:
        """Returns the accuracy of the number in a column of a row; None if it is exact or not known."""
        if column.kind not in NUMERIC or self.accuracy is None:
            return None
        if isinstance(self.accuracy, Accuracy):
            return None if column.kind in EXACT_KINDS else self.accuracy
        return self.accuracy(column, cells, provenance)
