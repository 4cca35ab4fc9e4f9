"""The record: what a build writes beside the deck, what the next one takes from it, and what is no record."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any, get_args

import pytest

from slidegen.errors import DeckError
from slidegen.model import NUMERIC, Column, ColumnKind, Provenance, Table
from slidegen.project import record_path
from slidegen.results.record import CELLS, Key, Record, load_record, record_text
from slidegen.tables.records import table_records
from tests.deck_folder import MODEL, DeckFolder

DECK = f"""\
vars: {{model: {MODEL}, rank: 8}}
tables:
  lora: {{source: memory, models: "{{{{ model }}}}", method: lora, rank: "{{{{ rank }}}}"}}
  kinds: {{source: parameters, models: "{{{{ model }}}}"}}
slides:
  - '{{{{ table("lora") }}}}'
  - '{{{{ memory(model).total | gib }}}} {{{{ table("kinds") }}}}'
"""
TABLE = Table(
    (Column("m", "M", "model"), Column("x", "X \u2212 1", "bytes")),
    (("a/b", 2**70), ("c/d", None)),
    Provenance("memory", "textbook", {"a/b": "hub@1"}, {"lib": "1.0"}, "2026-01-02", "nothing"),
)
KEY = Key("memory", 1, '{"models":["a/b"]}', (("a/b", "digest"),))


def built(folder: DeckFolder, deck: str = DECK, **options: Any) -> bytes:
    """Builds the deck and gives the record's bytes."""
    folder.build(deck, **options)
    return (folder.path / "talk.record.json").read_bytes()


def changed(folder: DeckFolder, change: Any) -> None:
    """Changes the record on disk."""
    path = folder.path / "talk.record.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Every cell with its type, and everything that is known of it."""
    record = Record(tmp_path / "a.record.json", used={("memory", KEY.parameters): (KEY, TABLE)})
    record.path.write_text(record_text(record.used), encoding="utf-8")
    assert load_record(record.path, "a").stored == record.used


def test_a_column_that_was_renamed_is_read_under_its_new_name(tmp_path: Path) -> None:
    """A record of before is as good as one of today; programs get both names."""
    table = Table(
        (Column("model", "M", "model"), Column("checkpointing", "C", "text")),
        (("a/b", "yes"),),
        Provenance("allocated", date="2026-01-02"),
    )
    record = Record(tmp_path / "a.record.json", used={("allocated", "{}"): (Key("allocated", 1, "{}", ()), table)})
    record.path.write_text(record_text(record.used), encoding="utf-8")
    ((_, read),) = load_record(record.path, "a").stored.values()
    assert [column.key for column in read.columns] == ["model", "gradient_checkpointing"]
    assert table_records(read) == [{"model": "a/b", "gradient_checkpointing": True, "checkpointing": True}]


def test_a_record_is_made_for_reading_and_merging(folder: DeckFolder) -> None:
    """One row a line, results in the order of their names, keys in one order."""
    text = built(folder).decode()
    content = json.loads(text)
    assert [entry["source"] for entry in content["results"]] == ["memory", "memory", "parameters"]
    row = json.dumps(content["results"][0]["rows"][0])
    assert f"\n      {row}\n" in text
    assert text.endswith("]}\n")


def test_building_twice_gives_the_same_bytes(folder: DeckFolder) -> None:
    """Of the deck and of the record; the second build computes nothing."""
    first = folder.build(DECK)
    record = (folder.path / "talk.record.json").read_bytes()
    again = folder.build(DECK, mode="frozen")
    assert again.html == first.html
    assert (again.built.record, first.built.record) == (None, folder.path / "talk.record.json")
    assert (folder.path / "talk.record.json").read_bytes() == record


def test_a_refresh_that_finds_the_same_changes_nothing(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the day on which the values were first computed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    record = built(folder)
    assert b'"date": "1970-01-01"' in record
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    stamp = (folder.path / "talk.record.json").stat().st_mtime_ns
    assert built(folder, mode="refresh") == record
    assert (folder.path / "talk.record.json").stat().st_mtime_ns == stamp


def test_a_refresh_that_finds_another_value_dates_it(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that one."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    record = built(folder)

    def age(content: Any) -> None:
        content["results"][2]["rows"][0][2] += 1

    changed(folder, age)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    refreshed = json.loads(built(folder, mode="refresh"))
    assert [entry["date"] for entry in refreshed["results"]] == ["1970-01-01", "1970-01-01", "2023-11-14"]
    assert refreshed["results"][2]["rows"] == json.loads(record)["results"][2]["rows"]


@pytest.mark.parametrize("key", ["version", "inputs"])
def test_a_stale_result_is_computed_again(folder: DeckFolder, key: str) -> None:
    """When its source has another version, or a model another config; with --frozen it is told."""
    record = built(folder)

    def age(content: Any) -> None:
        content["results"][0][key] = 0 if key == "version" else {MODEL: "0"}

    changed(folder, age)
    (folder.path / "build" / "talk.html").unlink()
    with pytest.raises(DeckError) as caught:
        built(folder, mode="frozen")
    (problem,) = caught.value.problems
    assert (problem.line, problem.message.partition(" for ")[0]) == (7, "frozen: the record has no current result")
    assert not (folder.path / "build" / "talk.html").exists()
    assert built(folder) == record


def test_what_a_deck_no_longer_uses_leaves_the_record(folder: DeckFolder) -> None:
    """So that it holds what the slides say and nothing else."""
    built(folder)
    lines = [line for line in DECK.splitlines() if "kinds" not in line]
    content = json.loads(built(folder, "\n".join(lines)))
    assert [entry["source"] for entry in content["results"]] == ["memory"]
    assert built(folder, "slides: [a]\n") == b'{"format": 1, "results": []}\n'


def test_a_deck_that_computes_nothing_gets_no_record(folder: DeckFolder) -> None:
    """It would be empty."""
    folder.build("slides: [a]\n")
    assert not (folder.path / "talk.record.json").exists()


@pytest.mark.parametrize("options", [{"settings": {"rank": "16"}}, {"mode": "frozen"}], ids=["--set", "--frozen"])
def test_these_builds_do_not_write_the_record(folder: DeckFolder, options: dict[str, Any]) -> None:
    """One is for another audience, the other changes nothing by its nature."""
    record = built(folder, DECK + "  - \"{{ memory(model, method='inference').total }}\"\n")
    assert built(folder, DECK, **options) == record


def test_a_build_with_settings_reads_the_record(folder: DeckFolder) -> None:
    """What the settings do not change comes from it."""
    built(folder)

    def forge(content: Any) -> None:
        content["results"][0]["rows"][0][-2] = 3 * 2**30

    changed(folder, forge)
    body = folder.build(DECK, settings={"rank": "8"}).bodies[1]
    assert "3.00\u00a0GiB" in body


NO_RECORD = "not a record of format 1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", f": {NO_RECORD} (the record: invalid JSON: EOF while parsing a value at line 1 column 0); ADVICE"),
        ("{", f": {NO_RECORD} (the record: invalid JSON: EOF while parsing an object at line 1 column 1); ADVICE"),
        ("[]", ": not a record of format 1 (the record is a list; allowed: a mapping); ADVICE"),
        ('{"format": 2, "results": []}', ": not a record of format 1 (format is 2; allowed: 1); ADVICE"),
        ('{"format": 1}', ": not a record of format 1 (results is missing); ADVICE"),
        (b"\xff\xfe", ": not a record of format 1 (not UTF-8 text); ADVICE"),
        ("{\n<<<<<<< HEAD\n{}", ":2: holds a merge conflict; take either side, then build"),
    ],
)
def test_what_is_no_record_is_refused(folder: DeckFolder, content: str | bytes, message: str) -> None:
    """It may hold results that cannot be computed again, so it is not overwritten."""
    path = folder.write("talk.record.json", content)
    before = path.read_bytes()
    with pytest.raises(DeckError) as caught:
        folder.build(DECK)
    advice = "restore the file, or delete it and build again"
    assert str(caught.value) == f"{path}{message.replace('ADVICE', advice)}"
    assert path.read_bytes() == before


@pytest.mark.parametrize("cell", ["12", 1.5, True, [1]])
@pytest.mark.parametrize("count", [1, 2])
def test_a_row_that_does_not_fit_its_columns_is_refused(folder: DeckFolder, cell: Any, count: int) -> None:
    """A text where bytes should be, or a cell too many."""
    built(folder)

    def spoil(content: Any) -> None:
        content["results"][0]["rows"][0][-2:] = [cell, None] * count

    changed(folder, spoil)
    with pytest.raises(DeckError, match=r"talk\.record\.json: not a record of format 1 \(.*\); restore the file"):
        folder.build(DECK)


def test_every_kind_of_column_has_its_cells() -> None:
    """And the kinds of numbers are those whose cells are."""
    assert set(CELLS) == set(get_args(ColumnKind))
    assert {kind for kind, types in CELLS.items() if str not in types} == NUMERIC


def test_a_folder_is_no_record(folder: DeckFolder) -> None:
    """Told as such."""
    (folder.path / "talk.record.json").mkdir()
    with pytest.raises(DeckError, match=r"talk\.record\.json: cannot be read: is a folder$"):
        folder.build(DECK)


def test_the_record_stands_beside_the_deck() -> None:
    """Whatever the deck's suffix."""
    assert record_path(Path("a/talk.v2.yaml")) == Path("a/talk.v2.record.json")


def test_a_result_keeps_its_date_while_its_cells_are_the_same() -> None:
    """Though its key may change: a model's config may gain a comment."""
    record = Record(Path("a"), {("memory", KEY.parameters): (KEY, TABLE)})
    fresh = dataclasses.replace(TABLE, provenance=Provenance("memory", versions={"lib": "2.0"}))
    key = dataclasses.replace(KEY, inputs=(("a/b", "other"),))
    kept = record.keep(key, fresh, "2027-01-01")
    assert (kept.provenance.date, kept.provenance.versions) == ("2026-01-02", {"lib": "1.0"})
    assert record.used["memory", KEY.parameters][0] == key


def test_the_build_that_computes_and_the_next_make_the_same_page(folder: DeckFolder) -> None:
    """Totals name the models of all rows in the same order, however the deck orders them."""
    deck = (
        "tables:\n  t:\n    source: memory\n    models: [Qwen/Qwen3-8B, Qwen/Qwen2-1.5B]\n"
        "    total: {columns: [total]}\nslides: ['{{ table(\"t\") }}']\n"
    )
    assert folder.build(deck).html == folder.build(deck).html


def test_the_example_decks_are_frozen() -> None:
    """The record of each deck that ships holds all that it says."""
    slides = Path(__file__).parents[2] / "slides"
    for deck in sorted(slides.glob("*.yml")):
        record = load_record(record_path(deck), deck.name)
        assert record.stored, deck


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_record(folder: DeckFolder) -> None:
    """Reading one would wait for ever."""
    os.mkfifo(folder.path / "talk.record.json")
    with pytest.raises(DeckError, match=r"talk\.record\.json: cannot be read: is a named pipe, not a file$"):
        folder.build(DECK)


@pytest.mark.unix
def test_a_record_lies_beside_its_deck(folder: DeckFolder) -> None:
    """A link to elsewhere could show what another deck computed, of files that this one may not read."""
    deck = DeckFolder(folder.path / "deck")
    deck.path.mkdir()
    folder.build(DECK)
    (deck.path / "talk.record.json").symlink_to("../talk.record.json")
    expected = r"talk\.record\.json: is a link out of the deck's folder; put the record itself there$"
    with pytest.raises(DeckError, match=expected):
        deck.build(DECK)


def test_what_is_wrong_with_a_record_is_one_line(tmp_path: Path) -> None:
    """Whatever a key in it is called."""
    path = tmp_path / "talk.record.json"
    path.write_text(json.dumps({"format": 1, "results": [], "a\nb": 1}), encoding="utf-8")
    with pytest.raises(DeckError) as caught:
        load_record(path, path.name)
    assert str(caught.value).startswith("talk.record.json: not a record of format 1 (unknown key 'a\\nb'; available: ")
