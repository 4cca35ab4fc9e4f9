"""The table source `sweep`: cuts of Parquet files."""

from __future__ import annotations

import datetime as dt
import json
import re
import statistics
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from slidegen.errors import SlidegenError
from slidegen.model import Table
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.results.store import check_parameters
from slidegen.tables.base import SourceContext
from slidegen.tables.records import table_records
from slidegen.tables.sweep import SWEEP_SOURCE
from tests.deck_folder import DeckFolder
from tests.tables.sweep_file import GIB, ROWS, write_sweep

LEFT_OUT = "without 2 settings that failed"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sweep, and a table of another program."""
    path = tmp_path_factory.mktemp("cuts")
    write_sweep(path / "s.parquet")
    other = pa.table(
        {
            "GPU": ["A100", "H100", None],
            "Memory (GB)": pa.array([80, 80, 24], pa.uint16()),
            "speed": pa.array([1.5, float("nan"), 2.0], pa.float32()),
            "since": [dt.date(2020, 5, 14), dt.date(2022, 3, 22), None],
            "sold": [True, False, None],
            "parts": [[1], [2], []],
        }
    )
    pq.write_table(other, path / "other.parquet")
    return path


def cut(root: Path, file: str = "s.parquet", **parameters: Any) -> Table:
    """The table of a cut, as a deck in that folder has it."""
    project = Project.of(root)
    context = SourceContext(ModelFinder(project, offline=True), print, project)
    table: Table = SWEEP_SOURCE.compute(check_parameters(SWEEP_SOURCE, {"file": file, **parameters}), context)
    return table


def cells(table: Table, *keys: str) -> list[tuple[Any, ...]]:
    """The cells of some columns."""
    return [tuple(row[table.column(key)] for key in keys) for row in table.rows]


def keys(table: Table) -> list[str]:
    """The keys of the columns."""
    return [column.key for column in table.columns]


def messages(root: Path, **parameters: Any) -> list[str]:
    """The messages of a cut with mistakes."""
    with pytest.raises(SlidegenError) as caught:
        cut(root, **parameters)
    return [str(problem) for problem in caught.value.problems]


# --- rows --------------------------------------------------------------------------------------


def test_all_rows(root: Path) -> None:
    """In the order of the file, with their kinds and labels; of the parameters only those that rows differ by."""
    table = cut(root)
    assert cells(table, "model", "method", "rank", "total") == list(ROWS)
    assert keys(table) == ["model", "method", "rank", "total", "share", "quick", "cut"]
    assert [column.kind for column in table.columns] == [
        *("model", "text", "integer", "bytes", "percent", "text", "note"),
    ]
    assert [row[5] for row in table.rows] == ["no"] * 4 + ["yes"] * 4
    assert {row[6] for row in table.rows} == {LEFT_OUT}
    assert keys(cut(root, where={"method": "full", "model": "org/a"})) == ["model", "method", "total", "share"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"method": "full"}, [0, 4]),
        ({"rank": [8, 32]}, [1, 3, 5, 7]),
        ({"rank": None}, [0, 4]),
        ({"rank": [None, "16"]}, [0, 2, 4, 6]),
        ({"rank": {"min": 16}}, [2, 3, 6, 7]),
        ({"rank": {"above": 8, "below": 32}}, [2, 6]),
        ({"rank": {"not": [8, None]}}, [2, 3, 6, 7]),
        ({"method": {"not": "full"}, "total": {"max": "19 GiB"}}, [1, 2, 3]),
        ({"total": {"max": "19 GB"}}, [1, 2]),
        ({"total": {"max": 16.5 * GIB}}, [1]),
        ({"share": {"min": 0.33, "max": 0.99}}, [0, 7]),
        ({"model": {"like": ["*/B", "x*"]}}, [4, 5, 6, 7]),
        ({"quick": True, "method": "full"}, [4]),
        ({"parameter_rank": 32}, [3, 7]),
    ],
)
def test_conditions(root: Path, where: dict[str, Any], expected: list[int]) -> None:
    """A value, a list, n/a, ends of a range with and without a unit, patterns, parameters."""
    assert cells(cut(root, where=where, select=["model", "rank", "total"]), "model", "rank", "total") == [
        (ROWS[at][0], ROWS[at][2], ROWS[at][3]) for at in expected
    ]


def test_columns_order_and_limit(root: Path) -> None:
    """The chosen columns in their order; equal numbers stay in the order of the file, n/a comes last."""
    table = cut(root, select=["total", "rank"], order_by="-total", limit=4)
    assert cells(table, "total", "rank") == [(100 * GIB, None), (60 * GIB, None), (33 * GIB, 32), (30 * GIB, 8)]
    assert [rank for (rank,) in cells(cut(root, order_by="rank"), "rank")] == [8, 8, 16, 16, 32, 32, None, None]
    assert [row[0] for row in cells(cut(root, order_by="-model"), "model")] == ["org/b"] * 4 + ["org/a"] * 4


def test_the_least_of_each_group(root: Path) -> None:
    """Groups stand in the order of the file; of equal rows the first; a group without numbers is left out, and told."""
    table = cut(root, least="total", by=["model", "method"])
    assert cells(table, "model", "method", "rank", "total") == [ROWS[at] for at in (0, 1, 4, 5)]
    assert cells(cut(root, least="total"), "total") == [(16 * GIB,)]
    greatest = cut(root, greatest="rank", by="method", select=["method", "rank"])
    assert cells(greatest, "method", "rank", "cut") == [
        ("lora", 32, f"{LEFT_OUT}; without 1 group that has n/a for the number")
    ]
    assert cells(cut(root, least="total", by="model", order_by="-total"), "model") == [("org/b",), ("org/a",)]


def test_a_sample_says_that_it_is_one(root: Path) -> None:
    """It has different rows, the same each time."""
    table = cut(root, sample=3, where={"method": ["full", "lora"], "model": ["org/a", "org/b"]})
    assert len(set(table.rows)) == 3
    assert {row[table.column("cut")] for row in table.rows} == {"a random sample of 3 of 8 rows"}
    assert cut(root, sample=3, where={"method": ["full", "lora"], "model": ["org/a", "org/b"]}) == table
    assert "sample" not in str(cut(root, sample=8).rows)


# --- groups ------------------------------------------------------------------------------------


def test_aggregates(root: Path) -> None:
    """Sizes are whole bytes; quantiles are those of Python's statistics."""
    table = cut(root, by="model", where={"method": "lora"}, aggregate={"total": "min, mean, p90", "rank": ["median"]})
    totals = {model: [row[3] for row in ROWS if row[:2] == (model, "lora")] for model in ("org/a", "org/b")}
    assert cells(table, "model", "total_min", "total_mean", "total_p90", "rank_median", "count") == [
        (
            model,
            min(own),
            round(statistics.mean(own)),
            round(statistics.quantiles(own, n=10, method="inclusive")[-1]),
            statistics.median([8, 16, 32]),
            3,
        )
        for model, own in totals.items()
    ]
    kinds = {column.key: (column.label, column.kind) for column in table.columns}
    assert kinds["total_p90"] == ("Total, percentile 90", "bytes")
    assert kinds["rank_median"] == ("Rank, median", "number")


def test_counts(root: Path) -> None:
    """Of all rows, of groups, and of those that meet further conditions, with their share."""
    assert cells(cut(root, count=True), "count") == [(8,)]
    assert cells(cut(root, count=True, where={"total": {"max": "1 GiB"}}), "count") == [(0,)]
    table = cut(root, by="model", count={"24 GB": {"total": {"max": "24 GB"}}, "any": {"method": ["full", "lora"]}})
    assert keys(table) == ["model", "count", "_24_gb", "_24_gb_share", "any", "any_share", "cut"]
    assert cells(table, *keys(table)[:6]) == [("org/a", 4, 3, 0.75, 4, 1.0), ("org/b", 4, 0, 0.0, 4, 1.0)]
    assert cells(cut(root, by="rank", count=True, order_by="-rank"), "rank") == [(32,), (16,), (8,), (None,)]


def test_failures_are_rows_where_they_are_asked_for(root: Path) -> None:
    """Their reasons can be counted; elsewhere only those count that meet the conditions on parameters."""
    table = cut(root, by=["parameter_method", "error"], where={"error": {"not": None}}, count=True)
    assert table.rows == (("full", "not found", 1), ("lora", "not found", 1))
    assert cut(root, where={"method": "full"}).rows[0][-1] == "without 1 setting that failed"
    assert keys(cut(root, where={"model": "org/a"}))[-1] != "cut"


# --- bins --------------------------------------------------------------------------------------


def test_bins_of_one_column(root: Path) -> None:
    """Round numbers of GiB as ends, in bytes; every row is in one bin."""
    table = cut(root, bins={"total": 5})
    assert cells(table, "low", "high", "count") == [
        (0, 20 * GIB, 3),
        (20 * GIB, 40 * GIB, 3),
        (40 * GIB, 60 * GIB, 0),
        (60 * GIB, 80 * GIB, 1),
        (80 * GIB, 100 * GIB, 0),
        (100 * GIB, 120 * GIB, 1),
    ]
    assert [column.kind for column in table.columns[:3]] == ["bytes", "bytes", "integer"]
    assert sum(count for (count,) in cells(cut(root, bins="share"), "count")) == 8


def test_bins_of_two_columns(root: Path) -> None:
    """Few values stand for themselves, text as well; the greatest bin is on top."""
    table = cut(root, bins={"rank": 4, "total": 2}, where={"method": "lora"})
    assert cells(table, "rank", "total", "count") == [
        *((8, "30–40 GiB", 1), (16, "30–40 GiB", 1), (32, "30–40 GiB", 1)),
        *((8, "20–30 GiB", 0), (16, "20–30 GiB", 0), (32, "20–30 GiB", 0)),
        *((8, "10–20 GiB", 1), (16, "10–20 GiB", 1), (32, "10–20 GiB", 1)),
    ]
    named = cut(root, bins=["model", "method"])
    assert cells(named, "model", "method", "count") == [
        *(("org/a", "full", 1), ("org/b", "full", 1), ("org/a", "lora", 3), ("org/b", "lora", 3)),
    ]


# --- other files -------------------------------------------------------------------------------


def test_any_parquet_file(root: Path) -> None:
    """Keys as in CSV files; dates and truth values are text; columns of lists are left out."""
    table = cut(root, "other.parquet", kinds={"memory_gb": "count"})
    assert [(column.key, column.label, column.kind) for column in table.columns] == [
        *(("gpu", "GPU", "text"), ("memory_gb", "Memory (GB)", "count"), ("speed", "speed", "number")),
        *(("since", "since", "text"), ("sold", "sold", "text")),
    ]
    assert table.rows == (
        ("A100", 80, 1.5, "2020-05-14", "yes"),
        ("H100", 80, None, "2022-03-22", "no"),
        (None, 24, 2.0, None, None),
    )
    assert (table.provenance.source, table.provenance.given) == ("sweep", "other.parquet")
    assert not table.provenance.computed_cells


# --- provenance and the record -----------------------------------------------------------------


def test_provenance_is_that_of_the_results(root: Path) -> None:
    """Of the rows in the cut alone; the newest date; what several leave out stands once."""
    found = cut(root, where={"model": "org/a"}).provenance
    assert (found.source, found.accounting, found.date, found.given) == (
        "memory",
        "textbook",
        "2026-07-15",
        "s.parquet",
    )
    assert (dict(found.models), dict(found.versions)) == ({"org/a": "catalogue"}, {"transformers": "5.23.0"})
    assert found.leaves_out == "the output head, gradients, constants"
    every = cut(root).provenance
    assert (every.date, list(every.models)) == ("2026-08-01", ["org/a", "org/b"])
    assert every.leaves_out == "the output head, gradients, constants, 2 settings that failed"


def test_rows_for_programs_get_no_settings_of_the_source(root: Path) -> None:
    """A cut of `memory` may leave out its settings; they are then not those of a table of `memory`."""
    (record,) = table_records(cut(root, least="total", select=["method", "total"], where={"model": "org/a"}))
    assert record == {"accounting": "textbook", "method": "lora", "total_bytes": 16 * GIB}


DECK = """\
appendix: provenance
tables:
  least: {source: sweep, file: s.parquet, least: total, by: model, emphasis: [{when: total < 24 * GiB}]}
  bins: {source: sweep, file: s.parquet, bins: total}
slides:
- |
  {{ table("least") }} {{ sweep("s.parquet", count=true, where={"total": {"max": 20 * GiB}}).count }} fit.
- "{{ chart('bins', kind='histogram') }}"
"""


def test_a_deck_is_built_from_its_record(folder: DeckFolder) -> None:
    """Its slides say where the numbers are from, and when they were computed; then the file need not be there."""
    write_sweep(folder.path / "s.parquet")
    first = folder.build(DECK)
    assert re.search(r'data-value="3"[^>]*>3<', first.bodies[0])
    assert "<strong" in first.bodies[0]
    assert LEFT_OUT in first.bodies[0]
    assert (
        "given in s.parquet with values of memory, textbook accounting, transformers 5.23.0, 2026-08-01" in first.html
    )
    record = json.loads((folder.path / "talk.record.json").read_text())
    assert {(one["source"], one["given"], one["computed_by"]) for one in record["results"]} == {
        ("sweep", "s.parquet", "memory")
    }
    assert {one["date"] for one in record["results"]} == {"2026-07-15", "2026-08-01"}  # org/a alone fits
    (folder.path / "s.parquet").unlink()
    assert folder.build(DECK, mode="frozen").html == first.html


def test_another_file_is_another_result(folder: DeckFolder) -> None:
    """A cut is made anew when the file has changed, if only in a number."""
    deck = "tables: {t: {source: sweep, file: s.parquet, count: true}}\nslides: ['{{ tables.t.rows[0].count }}']\n"
    write_sweep(folder.path / "s.parquet")
    assert ">8<" in folder.build(deck).body
    write_sweep(folder.path / "s.parquet", ROWS[:3])
    assert ">3<" in folder.build(deck).body


# --- mistakes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"where": {"metod": "lora"}}, "s.parquet has no column 'metod'; did you mean 'method'?"),
        ({"where": {"method": "lorra"}}, "where.method: no row of s.parquet has 'lorra'; did you mean 'lora'?"),
        ({"where": {"rank": [8, 17]}}, "where.rank: no row of s.parquet has 17; available: 8, 16, 32"),
        ({"where": {"total": {"max": "24 GIB"}}}, "where.total: '24 GIB' is not a number; allowed: a number, or one"),
        ({"where": {"method": {"min": 3}}}, "where.method: min, max, above and below are for numbers"),
        ({"where": {"rank": {"like": "8*"}}}, "where.rank: like is for text"),
        ({"where": {"rank": {}}}, "where.rank: this is an empty condition; allowed: values, or min, max"),
        ({"where": {"rank": 8, "method": "full"}}, "where: no row of s.parquet meets all conditions: rank (2 rows), "),
        ({"where": "total < 3"}, "where: 'total < 3' is not a mapping; conditions are written {total: {max: 24 GB}"),
        ({"where": {"rank": "< 16"}}, "where.rank: '< 16' is not a number; allowed: a number; a range is written"),
        ({"where": {"rank": {"mim": 3}}}, "unknown parameter 'mim'; did you mean 'min'? available: above, below, "),
        ({"where": {"quick": True, "model": "org/x"}}, "where.model: no row of s.parquet has 'org/x'; did you mean"),
        ({"least": "method"}, "the column 'method' of s.parquet does not hold numbers; available: "),
        ({"least": "total", "bins": "total"}, "least and bins exclude each other; give one of them"),
        ({"by": "model"}, "by makes groups; give least, greatest, aggregate or count"),
        ({"limit": 3}, "limit needs order_by"),
        ({"count": True, "select": "model"}, "select has no effect on aggregate or count"),
        ({"bins": "total", "order_by": "total"}, "order_by has no effect on bins"),
        ({"aggregate": {"total": "average"}}, "aggregate: total has 'average'; available: max, mean, median, min, p1"),
        ({"by": "model", "count": True, "order_by": "totl"}, "the cut has no column 'totl'; available: count, model"),
        ({"bins": "method"}, "the column 'method' of s.parquet does not hold numbers"),
        ({"kinds": {"total": "bytes"}}, "kinds: s.parquet is a sweep, which knows the kinds of its columns"),
        ({"file": "other.parquet", "where": {"parts": 1}}, "the column 'parts' of other.parquet holds lists"),
        ({"file": "other.parquet", "kinds": {"speed": "bytes"}}, "kinds: the column 'speed' of other.parquet holds"),
        ({"file": "s.csv"}, "s.csv: only .parquet files are read"),
        ({"file": "../s.parquet"}, "../s.parquet: is outside the deck's folder"),
    ],
)
def test_mistakes(root: Path, parameters: dict[str, Any], expected: str) -> None:
    """Each says what is wrong and what is allowed."""
    (message,) = messages(root, **parameters)
    assert message.removeprefix("sweep: ").startswith(expected)


def test_all_mistakes_come_together(root: Path) -> None:
    """With the line of each in a deck."""
    assert len(messages(root, where={"a": 1, "method": {"above": 1}}, select=["b"])) == 3


def test_the_line_of_a_mistake(folder: DeckFolder) -> None:
    """A condition that spans lines."""
    write_sweep(folder.path / "s.parquet")
    table = "source: sweep\n    file: s.parquet\n    where:\n      rank: 8\n      metod: lora\n"
    (message,) = folder.problems(f"tables:\n  t:\n    {table}slides: [a]\n")
    assert message.startswith("talk.yml:7: sweep: s.parquet has no column 'metod'; did you mean 'method'?")


def test_a_missing_file(folder: DeckFolder) -> None:
    """Without a result in the record."""
    (message,) = folder.problems("tables: {t: {source: sweep, file: no.parquet}}\nslides: [a]\n")
    assert message == "talk.yml:1: sweep: no.parquet: cannot be read: no such file or directory"


def test_too_many_rows(tmp_path: Path) -> None:
    """A slide has room for few; the message says how to get them."""
    pq.write_table(pa.table({"n": range(2000), "name": [str(n) for n in range(2000)]}), tmp_path / "s.parquet")
    (message,) = messages(tmp_path)
    assert message.startswith("sweep: the cut has 2,000 rows; at most 1,000 can be shown; narrow it by where, limit")
    assert messages(tmp_path, bins=["n", "name"]) == [
        "sweep: bins: name has 2,000 values; at most 40 have room; narrow them by where"
    ]
    assert len(cut(tmp_path, where={"n": {"below": 1000}}).rows) == 1000


def test_a_sweep_that_describes_itself_wrongly(tmp_path: Path) -> None:
    """A stranger's file may say anything about itself: one line, and no work without end."""
    write_sweep(tmp_path / "s.parquet")
    table = pq.read_table(tmp_path / "s.parquet")
    head = json.loads(table.schema.metadata[b"slidegen.sweep"])
    column = [f"c{'x' * 40}", "C", "text"]
    for changed, expected in (
        ({"columns": [[[f"{column[0]}{n}", "C", "text"] for n in range(20_000)]]}, "it describes too many columns"),
        ({"columns": [[column]]}, f"its column '{column[0]}' is not of the kind text"),
        ({"columns": [[["total", "Total", "percent"]]]}, "its column 'total' is not of the kind percent"),
        ({"parameters": ["nothing"]}, "it has no column 'parameter_nothing'"),
    ):
        metadata = {"slidegen.sweep": json.dumps(head | changed)}
        pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "w.parquet")
        assert messages(tmp_path, file="w.parquet") == [
            f"sweep: the file says that it is a sweep, but {expected}; sweep again"
        ]
    pq.write_table(table.replace_schema_metadata({"slidegen.sweep": "[1]"}), tmp_path / "w.parquet")
    assert messages(tmp_path, file="w.parquet") == [
        "w.parquet: is not a sweep of format 1, as `slidegen sweep` writes them"
    ]
