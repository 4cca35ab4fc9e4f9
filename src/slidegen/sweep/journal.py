"""The journal of a sweep: a folder beside its output that holds finished results in parts until they are merged.

A part is written whole or not at all, so that a killed run loses only what it was computing. The output is swapped in
one step, and then the folder is removed; results that are in both by then are the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slidegen.sweep.model import Result
from slidegen.sweep.parquet import read_table, to_table, united, write_table
from slidegen.tables.base import TableSource
from slidegen.tables.sweep_format import CellType
from slidegen.write import write_file

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX: Final = ".parts"
"""What follows the name of the output in that of its journal."""
PART: Final = "part-{:06d}.parquet"
PART_NAME: Final = re.compile(r"part-([0-9]{6,18})\.parquet")


def journal_folder(output: Path) -> Path:
    """Returns the folder of the journal of an output."""
    return output.with_name(f"{output.name}{SUFFIX}")


@dataclass(slots=True)
class Journal:
    """What a sweep has finished: the rows of its output and of the parts beside it."""

    output: Path
    source: TableSource
    types: Mapping[str, CellType]
    tables: dict[Path, pa.Table] = field(default_factory=dict)
    _next: int = 1

    @classmethod
    def open(cls, output: Path, source: TableSource, types: Mapping[str, CellType]) -> Journal:
        """Reads what there is. Raises DeckError if a file is not a sweep's."""
        journal = cls(output, source, types)
        parts = _parts(output)
        for path in ([output] if output.exists() else []) + list(parts.values()):
            journal.tables[path] = read_table(path)
        journal._next = max(parts, default=0) + 1
        return journal

    def add(self, results: Sequence[Result]) -> None:
        """Writes results as a part. Raises SlidegenError if it cannot be written."""
        path = journal_folder(self.output) / PART.format(self._next)
        table = to_table(results, self.source.name, self.types)
        write_file(path, _content(table))
        self.tables[path] = table
        self._next += 1

    def rows(self) -> pa.Table:
        """Returns all rows, those of the output first and then in the order in which they were added."""
        return united(self.tables, self.source.name, self.types)

    def finish(self, table: pa.Table) -> bool:
        """Writes the output, and removes the parts and their folder, which stays if it has other files. Returns whether
        the output changed."""
        changed = write_file(self.output, _content(table))
        with suppress(OSError):
            for path in _parts(self.output).values():
                path.unlink()
            journal_folder(self.output).rmdir()
        return changed


def _parts(output: Path) -> dict[int, Path]:
    """Returns the parts beside an output by their numbers, in order."""
    found = ((PART_NAME.fullmatch(path.name), path) for path in journal_folder(output).glob("part-*.parquet"))
    return dict(sorted((int(match[1]), path) for match, path in found if match is not None))


def _content(table: pa.Table) -> bytes:
    content = BytesIO()
    write_table(table, content)
    return content.getvalue()
