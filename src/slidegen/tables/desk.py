"""The desk: hands out computed tables, from the record where nothing changed, else computed now."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from slidegen.errors import DeckError, ModelError, Problem, nearest
from slidegen.model import Table
from slidegen.tables import find_source
from slidegen.tables.base import SourceParameters, TableSource, Workbench
from slidegen.tables.record import Key, Record

Mode = Literal["reuse", "refresh", "frozen"]


@dataclass(slots=True)
class Desk:
    """Gets tables for one build.

    `mode`: "reuse" takes what the record has, "refresh" computes everything, "frozen" computes nothing. `lookup` finds
    the digests of models without asking the network, `workbench` computes. A request that was served is not made again.
    """

    record: Record
    workbench: Workbench
    lookup: Workbench
    mode: Mode
    _served: dict[tuple[str, str], Table]

    @classmethod
    def open(cls, record: Record, workbench: Workbench, lookup: Workbench, mode: Mode) -> Desk:
        """A desk that has served nothing yet."""
        return cls(record, workbench, lookup, mode, {})

    def table(self, source_name: str, parameters: Mapping[str, Any]) -> Table:
        """The table of a source with these parameters.

        Raises:
            SlidegenError: unknown source or parameter, a model that cannot be found, or, when frozen, a result that
                the record does not have. The caller adds path and line.
        """
        source = find_source(source_name)
        checked = check_parameters(source, parameters)
        key = Key.of(source.name, source.version, checked, None)
        served = self._served.get((key.source, key.parameters))
        if served is None:
            served = self._serve(source, checked)
            self._served[key.source, key.parameters] = served
        return served

    def _serve(self, source: TableSource, parameters: SourceParameters) -> Table:
        if self.mode != "refresh":
            try:
                inputs = source.inputs(parameters, self.lookup)
            except ModelError:
                inputs = None
            known = self.record.find(Key.of(source.name, source.version, parameters, inputs))
            if known is not None:
                return known
        if self.mode == "frozen":
            shown = ", ".join(f"{name}={value}" for name, value in parameters.model_dump(exclude_defaults=True).items())
            message = f"frozen: the record has no current result for {source.name}({shown}); build without --frozen"
            raise DeckError([Problem(message)])
        inputs = source.inputs(parameters, self.workbench)
        table = source.compute(parameters, self.workbench)
        return self.record.keep(Key.of(source.name, source.version, parameters, inputs), table, today())


def check_parameters(source: TableSource, parameters: Mapping[str, Any]) -> SourceParameters:
    """The parameters of a source, checked.

    Raises:
        DeckError: with every parameter that is unknown, missing or not allowed.
    """
    try:
        return source.parameters.model_validate(dict(parameters))
    except ValidationError as error:
        raise DeckError(Problem(_message(source, detail)) for detail in error.errors(include_url=False)) from None


def _message(source: TableSource, detail: Any) -> str:
    name = str(detail["loc"][0]) if detail["loc"] else source.name
    if detail["type"] == "extra_forbidden":
        return f"{source.name} has no parameter {name!r}; {nearest(name, source.parameters.model_fields)}"
    if detail["type"] == "missing":
        return f"{source.name}: {name} is missing"
    if detail["type"] == "literal_error":
        return f"{source.name}: {name} is {detail['input']!r}; allowed: {detail['ctx']['expected']}"
    said = detail["msg"].removeprefix("Value error, ")
    return f"{source.name}: {name}: {said[:1].lower()}{said[1:]}"


def today() -> str:
    """Today's date (ISO), or that of SOURCE_DATE_EPOCH for reproducible builds."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return dt.datetime.now(tz=dt.UTC).date().isoformat()
    try:
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise DeckError([Problem(f"SOURCE_DATE_EPOCH is {epoch!r}; a number of seconds is needed")]) from None
