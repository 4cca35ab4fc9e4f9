"""The table source `sweep`: a cut of a Parquet file that `slidegen sweep` wrote, or of any other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from slidegen.codes import Code
from slidegen.errors import MissingExtraError, Problem, nearest
from slidegen.files import PIECE_BYTES, FileError, MissingFileError, open_file, size_text
from slidegen.model import Table
from slidegen.parquet.plan import MOST_CATEGORIES, MOST_ROWS, Cell, CutError
from slidegen.project import Project
from slidegen.tables.accuracy import swept_accuracy
from slidegen.tables.base import MissingInputError, ParameterError, SourceContext, TableSource
from slidegen.tables.cuts.columns import Mistakes, file_columns
from slidegen.tables.cuts.parameters import SweepParameters
from slidegen.tables.cuts.planning import planned
from slidegen.tables.cuts.result import cut_table

MAX_BYTES: Final = 2_000_000_000
MOST_LISTED: Final = 12
"""The most numbers that a message lists."""


def _compute(request: SweepParameters, context: SourceContext) -> Table:
    from slidegen.parquet.process import opened  # a build from the record starts no process

    path = _path(request.file, context.project)
    if find_spec("pyarrow") is None:
        raise MissingExtraError("a cut of a Parquet file", "sweep")
    try:
        with opened(path.resolve()) as process:
            mistakes = Mistakes()
            columns = file_columns(request.file, process.schema, request.kinds, mistakes)
            mistakes.check()
            cut = planned(request, columns)
            return cut_table(cut, process.cut(cut.plan), columns)
    except CutError as error:
        raise _worded(request, error) from None


def _path(name: str, project: Project | None) -> Path:
    """Returns the path of a file that may be read. Raises ParameterError; MissingInputError if there is none."""
    path = (project.folder if project else Path()) / name
    if project is not None and not project.admits(path):
        raise _problem(f"{name}: {project.outside()}", code="outside-root")
    if path.suffix.lower() != ".parquet":
        raise _problem(f"{name}: only .parquet files are read")
    try:
        with open_file(path):
            return path
    except MissingFileError as error:
        raise MissingInputError([_located(f"{name}: cannot be read: {error}", code=error.code)]) from None
    except FileError as error:
        raise _problem(f"{name}: cannot be read: {error}", code=error.code) from None


def _inputs(request: SweepParameters, context: SourceContext) -> Mapping[str, str]:
    path = _path(request.file, context.project)
    found = path.stat()
    if found.st_size > MAX_BYTES:
        raise _problem(f"{request.file}: is larger than {size_text(MAX_BYTES)}", code="limit")
    return {request.file: _digest(path.resolve(), found.st_size, found.st_mtime_ns, found.st_ino)}


@lru_cache(maxsize=64)
def _digest(path: Path, *_: int) -> str:
    """Returns the SHA-256 of a file. A deck may have many cuts of one file."""
    digest = hashlib.sha256()
    with open_file(path) as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _worded(request: SweepParameters, error: CutError) -> ParameterError:
    """Returns the mistake that a file, or a cut of it, has."""
    facts: Mapping[str, Any] = error.facts
    name = request.file
    match error.kind:
        case "unknown":
            value, known = facts["value"], facts["known"]
            if isinstance(value, bool):
                value, known = str(value).lower(), [str(one).lower() for one in known]
            message = f"{facts['option']}: no row of {name} has {value!r}; {_nearest(value, known)}"
            return _problem(message, facts["option"], "unknown-row")
        case "empty":
            met = ", ".join(f"{option.partition('.')[2]} ({count:,} rows)" for option, count in facts["counts"])
            return _problem(f"where: no row of {name} meets all conditions: {met}", "where", "unknown-row")
        case "rows":
            ways = "narrow it by where, limit, sample or bins, or make groups by least, aggregate or count"
            message = f"the cut has {facts['count']:,} rows; at most {MOST_ROWS:,} can be shown; {ways}"
            return _problem(message, "file", "limit")
        case "categories":
            message = f"bins: {facts['column']} has {facts['count']:,} values; at most {MOST_CATEGORIES} have room"
            return _problem(f"{message}; narrow them by where", "bins", "limit")
        case "no-numbers":
            return _problem(f"bins: {facts['column']} has no number in any row of the cut", "bins")
        case "large":
            return _problem(f"{name}: has {facts['what']}", code="limit")
        case _:
            return _problem(f"{name}: cannot be read as a Parquet file: {facts['text']}")


def _nearest(value: Cell, known: Sequence[Any]) -> str:
    """Returns the end of a message about a value that a column does not have."""
    if not isinstance(value, int | float):
        pattern = f"; a pattern is written {{like: {value!r}}}" if "*" in str(value) else ""
        return nearest(str(value), map(str, known)) + pattern
    if len(known) <= MOST_LISTED:
        return f"available: {', '.join(map(str, known))}"
    close = sorted(known, key=lambda one: abs(one - value))[:MOST_LISTED]
    return f"the nearest are {', '.join(map(str, sorted(close)))}"


def _problem(message: str, option: str = "file", code: Code = "data-file") -> ParameterError:
    return ParameterError([_located(message, option, code)])


def _located(message: str, option: str = "file", code: Code = "data-file") -> tuple[str, Problem]:
    return option, Problem(f"sweep: {message}", code=code)


SWEEP_SOURCE: Final = TableSource("sweep", 1, SweepParameters, "file", _inputs, _compute, accuracy=swept_accuracy)
