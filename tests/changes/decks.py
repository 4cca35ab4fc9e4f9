"""Decks of a test with their records, read without computing anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slidegen.build_options import BuildOptions
from slidegen.changes.values import Change, Changes
from slidegen.model import CellValue, Column, Provenance, Table
from slidegen.pipeline import past_deck
from slidegen.resolved import ResolvedDeck
from slidegen.results.record import Key, Record, load_record, record_text

COLUMNS = (
    Column("model", "Model", "model"),
    Column("method", "Method", "text"),
    Column("rank", "Rank", "integer"),
    Column("weights", "Weights", "bytes"),
    Column("total", "Total", "bytes"),
)
GIB = 2**30
ORGANISATION = "org"


@dataclass(frozen=True)
class Made:
    """How a record's results were made: what a number may change with."""

    rank: int = 16
    version: int = 1
    digest: str = "d" * 64
    origin: str = "catalogue"
    accounting: str = "textbook"
    library: str = "5.0.0"
    more: int = 0
    """Bytes that are added to every total."""

    def result(self, model: str, size: int, method: str = "lora") -> tuple[Key, Table]:
        """The result of ``memory("org/model", method=..., rank=...)`` with so many GiB."""
        name = f"{ORGANISATION}/{model}"
        given = {
            "models": [name],
            "method": [method],
            "rank": [self.rank],
            "dtype": ["float16"],
            "accounting": "textbook",
        }
        key = Key("memory", self.version, json.dumps(given, sort_keys=True), ((name, self.digest),))
        row: tuple[CellValue, ...] = (name, method, self.rank, size * GIB // 2, size * GIB + self.more)
        libraries = {"transformers": self.library, "accelerate": "1.0.0"}
        provenance = Provenance("memory", self.accounting, {name: self.origin}, libraries, "2026-01-01")
        return key, Table(COLUMNS, (row,), provenance)


def read(folder: Path, text: str, sizes: Mapping[str, int] | None = None, made: Made | None = None) -> ResolvedDeck:
    """A deck of this text, whose record has results of models with these totals in GiB."""
    deck = folder / "talk.yml"
    deck.write_text(text, encoding="utf-8")
    recorded(
        folder / "talk.record.json", *((made or Made()).result(model, size) for model, size in (sizes or {}).items())
    )
    return past_deck(str(deck), BuildOptions())


def recorded(path: Path, *results: tuple[Key, Table]) -> Record:
    """A record with these results, as it is read from its file."""
    entries = {(key.source, key.parameters): (key, table) for key, table in results}
    path.write_text(record_text(entries), encoding="utf-8")
    return load_record(path, str(path))


def slides(*texts: str, head: str = "") -> str:
    """A deck with these slides."""
    body = "".join("  - content: |\n" + "".join(f"      {line}\n" for line in text.split("\n")) for text in texts)
    return f"{head}slides:\n{body}"


def told(changes: Changes) -> list[tuple[str | None, str | None]]:
    """The old and the new text of each change."""
    return [(change.old, change.new) for change in changes]


def only(changes: Changes) -> Change:
    """The only change of a comparison."""
    (change,) = changes
    return change
