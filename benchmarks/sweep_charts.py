"""Times a build that charts a sweep of a million rows, beside a build without it and pyarrow alone.

    python benchmarks/sweep_charts.py [--rows 1000000] [--keep FOLDER]

Each command runs in fresh processes, and the fastest of ROUNDS counts. The build computes every cut (`--refresh`). The
floor is pyarrow that reads the columns of the chart and does nothing with them. If pandas and matplotlib are
installed, they draw the same histogram; the benchmark installs nothing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from slidegen.model import Column
from slidegen.tables.sweep_format import PROVENANCE_COLUMNS, SweepHead

ROUNDS: Final = 3
COLUMNS: Final = (
    Column("model", "Model", "model"),
    Column("method", "Method", "text"),
    Column("rank", "Rank", "integer"),
    Column("seq_len", "Length", "integer"),
    Column("total", "Total", "bytes"),
)
METHODS: Final = ("full", "lora", "qlora")
RANKS: Final = (4, 8, 16, 32, 64, 128)
LENGTHS: Final = tuple(2**power for power in range(7, 15))
CUTS: Final[Mapping[str, tuple[str, str]]] = {
    "histogram": ("bins: total", "chart('t', kind='histogram')"),
    "heat map": ("bins: [seq_len, total]", "chart('t', kind='heat-map', x='seq_len', y='total', value='count')"),
    "lines": (
        "where: {model: {like: 'org/m1*'}}, by: [method, seq_len], aggregate: {total: median}",
        "chart('t', kind='line', x='seq_len', y='total_median', series='method')",
    ),
    "scatter": (
        "where: {model: [org/m1, org/m2]}, sample: 300",
        "chart('t', kind='scatter', x='seq_len', y='total', series='model', log_x=true)",
    ),
    "least of each": ("least: total, by: [model, method], order_by: total, limit: 10", "table('t')"),
    "count": ("count: {fits: {total: {max: 24 GB}}}", "table('t')"),
}
"""The parameters of a cut of each kind, and how it is shown."""


def write_sweep(path: Path, rows: int) -> None:
    """Writes a sweep of `memory` with so many rows and 100 models, in the order in which one is computed."""
    numbers = random.Random(1)
    models = [f"org/m{row * 100 // rows}" for row in range(rows)]
    methods = [METHODS[row % 3] for row in range(rows)]
    ranks = [RANKS[row // 3 % 6] if row % 3 else None for row in range(rows)]
    lengths = [LENGTHS[row // 18 % 8] for row in range(rows)]
    totals = [int(numbers.lognormvariate(24, 1)) for _ in range(rows)]
    cells = {"model": models, "method": methods, "rank": ranks, "seq_len": lengths, "total": totals}
    columns = {f"parameter_{name}": cells[of] for name, of in (("models", "model"), ("method", "method"))}
    columns |= {f"parameter_{name}": cells[name] for name in ("rank", "seq_len")} | cells
    shared = {
        "provenance_source": "memory",
        "provenance_accounting": "textbook",
        "provenance_versions": json.dumps({"transformers": "5.23.0"}),
        "provenance_date": "2026-07-15",
        "provenance_leaves_out": "the output head",
    }
    arrays = {name: _array(values) for name, values in columns.items()}
    for name in PROVENANCE_COLUMNS:
        if name == "provenance_version":
            arrays[name] = pa.repeat(pa.scalar(1, pa.int32()), rows)
        elif name == "provenance_parameters":
            arrays[name] = pa.array([f'{{"setting":{row}}}' for row in range(rows)])
        elif name == "provenance_models":
            arrays[name] = pa.array([f'{{"{model}":"catalogue"}}' for model in models]).dictionary_encode()
        else:
            arrays[name] = pa.repeat(pa.scalar(shared.get(name), pa.string()), rows).dictionary_encode()
    arrays["error"] = pa.nulls(rows, pa.string()).dictionary_encode()
    head = SweepHead("memory", ("models", "method", "rank", "seq_len"), frozenset([COLUMNS]))
    table = pa.table(arrays).replace_schema_metadata(head.metadata())
    pq.write_table(table, path, row_group_size=2**16, compression="zstd")


def deck(cut: str, shown: str) -> str:
    """Returns a deck of one slide with a cut."""
    table = f"{{source: sweep, file: sweep.parquet, {cut}}}" if cut else "{source: data, rows: [{a: 1}]}"
    return f'tables:\n  t: {table}\nslides:\n- "{{{{ {shown} }}}}"\n'


def fastest(commands: Mapping[str, list[str]]) -> dict[str, float]:
    """Returns the wall time of each command, the best of ROUNDS; they take turns."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def main() -> None:
    """Prints the time of each build, and of reading the same columns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="A folder for the decks and the file.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        sweep = folder / "sweep.parquet"
        write_sweep(sweep, asked.rows)
        print(f"{asked.rows:,} rows, {sweep.stat().st_size / 1e6:.1f} MB")
        build = [sys.executable, "-m", "slidegen", "build", "--output-dir", str(folder)]
        commands = {}
        for what, (cut, shown) in {"no cut": ("", "table('t')"), **CUTS}.items():
            source = folder / f"{what.replace(' ', '_')}.yml"
            source.write_text(deck(cut, shown), encoding="utf-8")
            commands[f"build, {what}"] = [*build, str(source), "--refresh"]
        commands["build from the record"] = [*build, str(folder / "histogram.yml"), "--frozen"]
        read = f"import pyarrow.parquet as p; p.ParquetFile({str(sweep)!r}).read(columns=['total', 'error'])"
        commands["pyarrow alone"] = [sys.executable, "-c", read]
        if all(importlib.util.find_spec(one) for one in ("pandas", "matplotlib")):
            commands["pandas and matplotlib"] = [sys.executable, "-c", _peer(sweep, folder / "peer.svg")]
        for what, taken in fastest(commands).items():
            print(f"{what:24} {taken:6.2f} s")
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _peer(sweep: Path, output: Path) -> str:
    return (
        "import matplotlib; matplotlib.use('svg'); import pandas, matplotlib.pyplot as plot\n"
        f"found = pandas.read_parquet({str(sweep)!r}, columns=['total', 'error'])\n"
        f"plot.hist(found.total[found.error.isna()] / 2**30, bins=40); plot.savefig({str(output)!r})"
    )


def _array(values: object) -> pa.Array:
    array = pa.array(values)
    return array.dictionary_encode() if pa.types.is_string(array.type) else array


if __name__ == "__main__":
    main()
