"""A stranger's Parquet file costs bounded time and memory, and gives one line."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from slidegen.parquet.bins import edges
from slidegen.parquet.plan import CutError, GroupsCut, Order, Plan, RowsCut
from slidegen.parquet.process import opened

GIB = 2**30


def error(path: Path, plan: Plan | None = None) -> tuple[str, str]:
    """What is wrong with a file."""
    with pytest.raises(CutError) as caught, opened(path) as process:
        process.cut(plan or Plan(cut=GroupsCut()))
    return caught.value.kind, str(list(caught.value.facts.values())[-1])


def test_a_file_of_millions_of_rows_in_few_bytes(tmp_path: Path) -> None:
    """Runs of one value take no room in a file."""
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": pa.nulls(50_000_001, pa.int8())}), path)
    assert path.stat().st_size < 200_000
    assert error(path) == ("large", "50,000,001 rows; allowed: at most 50,000,000")


def test_text_that_would_fill_the_memory(tmp_path: Path) -> None:
    """A text of ten megabytes in 20,000 rows: 200 GB, if each had its own."""
    path = tmp_path / "text.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 10_000_000]))
    pq.write_table(pa.table({"text": text, "n": range(20_000)}), path)
    with opened(path) as process:
        cut = RowsCut(columns=("text", "n"), order=Order("n", True), limit=1000)
        rows = process.cut(Plan(cut=cut)).rows
    assert rows[0] == ("x" * 1000, 19_999)
    assert len(rows) == 1000


@pytest.mark.parametrize(
    "content",
    [b"", b"PAR1", b"version https://git-lfs.github.com/spec/v1\n", b"PAR1" + b"\xff" * 5000 + b"\x10\x00\x00\x00PAR1"],
)
def test_what_is_not_a_parquet_file(tmp_path: Path, content: bytes) -> None:
    """One line."""
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    assert error(path)[0] == "broken"


def test_damaged_files(tmp_path: Path) -> None:
    """Each byte of the description, and some of the pages, changed: an answer or one line, and no crash here."""
    whole = tmp_path / "whole.parquet"
    names = pa.array(["a", "b"] * 50).dictionary_encode()
    pq.write_table(pa.table({"n": range(100), "name": names}), whole)
    content = bytearray(whole.read_bytes())
    kinds = set()
    for number, at in enumerate(range(len(content) - 12, 4, -450)):
        path = tmp_path / f"{number}.parquet"
        damaged = bytes(content[:at]) + bytes([content[at] ^ 0xFF]) + bytes(content[at + 1 :])
        path.write_bytes(damaged)
        try:
            with opened(path) as process:
                process.cut(Plan(cut=RowsCut(columns=("n", "name"))))
                kinds.add("read")
        except CutError as found:
            kinds.add(found.kind)
    assert kinds <= {"read", "broken", "large"}
    assert "broken" in kinds


def test_a_process_that_dies_is_one_line(tmp_path: Path) -> None:
    """A crash of the reader is not one of the program; the next cut starts another."""
    path = tmp_path / "n.parquet"
    pq.write_table(pa.table({"n": [1, 2]}), path)
    with opened(path) as process:
        process._process.kill()
        process._process.wait()
        with pytest.raises(CutError, match="its reader stopped"):
            process.cut(Plan(cut=GroupsCut()))
    with opened(path) as process:
        assert process.cut(Plan(cut=GroupsCut())).rows == ((2,),)


def test_the_reader_has_limits(tmp_path: Path) -> None:
    """Of time and memory; this process has not."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "n.parquet"
    pq.write_table(pa.table({"n": [1, 2]}), path)
    with opened(path) as process:
        limits = Path(f"/proc/{process._process.pid}/limits")
        if not limits.exists():
            pytest.skip("needs /proc")
        text = limits.read_text()
    assert "Max cpu time              120" in text
    assert f"Max address space         {6 * GIB}" in text
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 6 * GIB


def test_modules_of_the_working_directory_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deck may come with a file of that name."""
    path = tmp_path / "n.parquet"
    pq.write_table(pa.table({"n": [1, 2]}), path)
    for name in ("pyarrow.py", "json.py", "pickle.py"):
        (tmp_path / name).write_text("import pathlib; pathlib.Path('ran').touch()\n")
    monkeypatch.chdir(tmp_path)
    with opened(path) as process:
        assert process.cut(Plan(cut=GroupsCut())).rows == ((2,),)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("low", "high", "bins", "unit", "whole", "expected"),
    [
        (16 * GIB, 100 * GIB, 5, GIB, True, [0, 20, 40, 60, 80, 100, 120]),
        (1, 10, 3, 1, True, [0, 5, 10, 15]),
        (7, 7, 4, 1, True, [7, 8]),
        (0.1, 0.9, 4, 1, False, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-3.0, 3.0, 3, 1, False, [-4.0, -2.0, 0.0, 2.0, 4.0]),
    ],
)
def test_ends_of_bins(low: float, high: float, bins: int, unit: int, whole: bool, expected: list[float]) -> None:
    """Round, and around all numbers."""
    found = edges(low, high, bins, unit, whole)
    assert found == [one * unit for one in expected]
