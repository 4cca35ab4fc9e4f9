"""The record beside a deck."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from slidegen.errors import SlidegenError
from slidegen.results.record import load_record, record_text
from tests.deck_folder import DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import JSON_SIGNS, extreme, mutate
from tests.fuzz.oracle import built_or_refused, check_messages
from tests.fuzz.seeds import ROOT

DECK = b"""\
tables:
  t: {source: memory, models: [Qwen/Qwen3-4B], method: [inference], dtype: [bfloat16], accounting: textbook}
slides:
- '{{ table("t") }} {{ memory("Qwen/Qwen3-4B", method="inference", dtype="bfloat16").total | gib }}'
"""
TOKENS = (
    *JSON_SIGNS,
    *(
        "\\",
        "\\u0000",
        "\\ud800",
        '"\\ud83d"',
        "<<<<<<< a\n",
        "=======\n",
    ),
    *(
        "-0",
        '"format": 2',
        '"results": ',
        '"rows": ',
        '"columns": ',
        '"bytes"',
        '"percent"',
        '"text"',
        '"<script>"',
    ),
    *(
        '"source": "data"',
        '"version": 99',
        '"Qwen/Qwen3-4B"',
        '"date": "\\n"',
        '"parameters": {"a": [',
        "// a",
        "'",
        "[" * 500,
        '{"a":' * 500,
    ),
)


def seed() -> bytes:
    """The results of the course that come first."""
    record = json.loads((ROOT / "slides/course.record.json").read_text(encoding="utf-8"))
    return json.dumps({**record, "results": record["results"][:2]}, indent=1).encode()


def some_record(rng: Random) -> bytes:
    """A record in which some values are others."""
    record = json.loads(seed())

    def value() -> Any:
        return rng.choice(
            (
                None,
                True,
                -1,
                0,
                1.5,
                1e308,
                10**400,
                -(10**20),
                "",
                "a\nb",
                "<b>",
                "\ud800",
                extreme(rng),
                [],
                {},
                [[]],
                float("inf"),
            )
        )

    for _ in range(rng.randrange(1, 5)):
        at: Any = record
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(at[key], (dict, list)) and at[key] and rng.random() < 0.85:
                at = at[key]
                continue
            chance = rng.random()
            if chance < 0.6:
                at[key] = value()
            elif chance < 0.8:
                del at[key]
            elif isinstance(at, list):
                at.append(at[key])
            else:
                at[rng.choice((str(key) + "x", "source", "", "a\nb"))] = at[key]
            break
    return json.dumps(record).encode("utf-8", "surrogatepass")


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Reads a record and writes it anew; a part of them through a whole build."""
    record = some_record(rng) if rng.random() < 0.5 else mutate(rng, seed(), (DECK, seed()), TOKENS)
    path = folder.write("talk.record.json", record)
    if rng.random() < 0.5:
        built_or_refused(folder, DECK, mode=rng.choice(("reuse", "frozen", "refresh")))
        return
    try:
        found = load_record(path, "talk.record.json")
    except SlidegenError as error:
        check_messages(error)
        return
    path.write_text(record_text(found.stored), encoding="utf-8")
    assert load_record(path, "talk.record.json").stored == found.stored


@smoke_and_all(2000)
def test_records_are_read_or_refused(seeds: Sequence[int]) -> None:
    """And what is read is written and read again as it was."""
    assert faults_of("record", attempt, seeds) == []
