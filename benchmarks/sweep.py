"""Times sweeps against their goals: here, on a Dask cluster of this machine, beside loops without any of it.

    python benchmarks/sweep.py                 # the goals themselves: a quarter of an hour on two cores
    python benchmarks/sweep.py --scale 0.02    # a fiftieth of the settings, for a busy machine

- textbook: 10^5 settings of `memory` by two processes and by two Dask workers. The floor is a loop over the source's
  function in one process; the peer is `dask.delayed` with a task for each setting, as tutorials show it. Both do a part
  of the settings, from which their time is extrapolated; neither keeps a result.
- efficiency: the same simulations of `allocated` with one and with two workers that have run one before. The start of
  the cluster and the first simulations of its workers, with their imports, are printed beside them, and the share of
  the time in which workers compute: on a busy machine, and where the client is on the same cores, that is what the
  sweep itself takes away.
- resumed: a sweep is killed (SIGKILL) and run again; how many settings both have computed together.
- allocated: simulations of a random part of 100 models x 4 methods x 10 lengths by two processes. In a whole sweep
  neighbours share work, so that it takes less than what is extrapolated.

What charts of a million rows take is in benchmarks/sweep_charts.py.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from slidegen.models import catalogue
from slidegen.models.finder import ModelFinder
from slidegen.progress import silent
from slidegen.sweep.batches import batches_of
from slidegen.sweep.cluster import DaskExecutor
from slidegen.sweep.connecting import connect
from slidegen.sweep.model import Batch, Executor, Failure, Point, SweepSpec
from slidegen.sweep.processes import LocalExecutor
from slidegen.sweep.run import Sweep
from slidegen.sweep.settings import settings_of
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext

PROCESSES: Final = 2
SETTINGS: Final = 100_000
LOOP: Final = 5_000
"""The most settings of the floor and of the peer."""
MODELS: Final = 100
METHODS: Final = ("full", "lora", "qlora", "inference")
LENGTHS: Final = tuple(256 * step for step in range(1, 11))
SMALL: Final = ("Qwen/Qwen3-0.6B", "HuggingFaceTB/SmolLM2-135M")
"""Models of the efficiency's simulations: each takes about a second."""


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the output."""

    what: str
    value: str
    goal: str = ""

    def __str__(self) -> str:
        return f"{self.what:62} {self.value:>14}   {self.goal}".rstrip()


def new_context() -> SourceContext:
    """Returns what sources may use: the models of the catalogue."""
    return SourceContext(ModelFinder(offline=True), lambda _: None)


def textbook(folder: Path, settings: int, address: str) -> Iterator[Result]:
    """Times settings of `memory`."""
    models = [name for name in catalogue.entries() if "/" in name][:MODELS]
    ranks = tuple(range(1, max(1, settings // len(models)) + 1))
    values: dict[str, tuple[Any, ...]] = {"models": tuple(models), "method": ("lora",), "rank": ranks}
    count = len(models) * len(ranks)
    goal = f"goal: {60 * count / SETTINGS:.1f} s (10^5 in a minute)"
    source = TABLE_SOURCES["memory"]
    points = settings_of(SweepSpec("memory", values, "product", Path("unused.parquet")), source, new_context()).points
    for what, seconds in (("a loop in one process (floor)", loop(points)), ("dask.delayed", delayed(points, address))):
        yield Result(f"textbook, {count} settings: {what}, extrapolated", f"{seconds:.1f} s")
    context = new_context()
    executors: list[tuple[str, Executor]] = [
        (f"{PROCESSES} processes", LocalExecutor(context, PROCESSES, silent)),
        (f"{PROCESSES} Dask workers", DaskExecutor(lambda: connect(address), context, silent)),
    ]
    files = []
    for what, executor in executors:
        output = folder / f"{what.replace(' ', '-')}.parquet"
        spec = SweepSpec("memory", values, "product", output)
        summary = Sweep(spec, source, context, PROCESSES, silent).run(executor)
        files.append(output.read_bytes())
        yield Result(f"textbook, {count} settings: {what}, {summary.failed} failed", f"{summary.seconds:.1f} s", goal)
    yield Result("textbook: the two files have the same bytes", str(files[0] == files[1]), "goal: True")


def loop(points: Sequence[Point]) -> float:
    """Returns the seconds of all points in a loop."""
    context, source, part = new_context(), TABLE_SOURCES["memory"], spread(points, LOOP)
    began = time.perf_counter()
    for point in part:
        source.compute(point.parameters, context)
    return (time.perf_counter() - began) / len(part) * len(points)


def delayed(points: Sequence[Point], address: str) -> float:
    """Returns the seconds of all points by `dask.delayed`, the sources' own context made once in each worker."""
    from dask import compute
    from dask import delayed as dask_delayed
    from distributed import Client

    part = spread(points, LOOP)
    with Client(address, set_as_default=False) as client:
        began = time.perf_counter()
        compute(*[dask_delayed(naive)(point.parameters) for point in part], scheduler=client.get)
        return (time.perf_counter() - began) / len(part) * len(points)


CONTEXTS: Final[list[SourceContext]] = []


def naive(parameters: Any) -> Any:
    """Computes one setting in a worker."""
    if not CONTEXTS:
        CONTEXTS.append(new_context())
    return TABLE_SOURCES["memory"].compute(parameters, CONTEXTS[0])


def spread(points: Sequence[Point], most: int) -> Sequence[Point]:
    """Returns points from everywhere among the given ones."""
    return points[:: max(1, len(points) // most)]


def efficiency(settings: int) -> Iterator[Result]:
    """Times simulations with one and with two workers."""
    lengths = tuple(16 * step for step in range(1, max(2, settings // len(SMALL)) + 1))
    values: dict[str, tuple[Any, ...]] = {"models": SMALL, "method": ("lora",), "seq_len": lengths}
    points = points_of("allocated", values)
    warm, timed = points[: PROCESSES * 4], points[PROCESSES * 4 :]
    taken = []
    for workers in (1, PROCESSES):
        began = time.perf_counter()
        with cluster(workers) as address:
            yield Result(f"efficiency: start of a cluster of {workers}", f"{time.perf_counter() - began:.1f} s")
            seconds, _ = run(warm, address)
            yield Result(f"efficiency: its first {len(warm)} simulations, with imports", f"{seconds:.1f} s")
            seconds, computing = run(timed, address)
        taken.append(seconds)
        yield Result(f"efficiency: {len(timed)} more simulations, {workers} workers", f"{seconds:.1f} s")
    yield Result(
        "efficiency: share of that time in which both workers compute", f"{computing / PROCESSES / seconds:.0%}"
    )
    yield Result("efficiency of two workers", f"{taken[0] / (PROCESSES * taken[1]):.0%}", "goal: at least 90 %")
    alone = [without_cluster(warm, timed, jobs) for jobs in (1, PROCESSES)]
    share = f"{alone[0] / (PROCESSES * alone[1]):.0%}"
    yield Result("efficiency of two processes without Dask (this machine's own)", share)


def without_cluster(warm: Sequence[Point], timed: Sequence[Point], jobs: int) -> float:
    """Returns the seconds that points take in processes of this machine, which have computed others before."""
    executor = LocalExecutor(new_context(), jobs, silent)
    consume(executor, warm, "allocated", close=False)
    began = time.perf_counter()
    consume(executor, timed, "allocated")
    return time.perf_counter() - began


def run(points: Sequence[Point], address: str) -> tuple[float, float]:
    """Returns the seconds that points take on a cluster, with connecting, and those that its workers compute."""
    began = time.perf_counter()
    executor = DaskExecutor(lambda: connect(address), new_context(), silent)
    consume(executor, points, "allocated")
    return time.perf_counter() - began, executor.computing


def consume(executor: Executor, points: Sequence[Point], source: str, *, close: bool = True) -> int:
    """Computes points and returns how many failed."""
    batches: Sequence[Batch] = batches_of(points, TABLE_SOURCES[source], PROCESSES)
    failed = 0
    for _, outcomes in executor.compute(batches):
        failed += sum(isinstance(outcome, Failure) for outcome in outcomes)
    if close:
        executor.close()
    return failed


def points_of(source: str, values: dict[str, tuple[Any, ...]]) -> list[Point]:
    """Returns the points of a sweep that can be computed."""
    spec = SweepSpec(source, values, "product", Path("unused.parquet"))
    found = settings_of(spec, TABLE_SOURCES[source], new_context()).points
    return [point for point in found if point.error is None]


def resumed(folder: Path, settings: int) -> Iterator[Result]:
    """Kills a sweep when some of it is done, and runs it again."""
    models = ",".join([name for name in catalogue.entries() if "/" in name][:MODELS])
    count = max(20, settings // MODELS)
    options = ["--models", models, "--method", "lora", "--rank", ",".join(map(str, range(1, count + 1)))]
    command = [sys.executable, "-m", "slidegen", "sweep", "--offline", "--source", "memory", *options]
    command += ["-o", str(folder / "resumed.parquet"), "--jobs", str(PROCESSES)]
    began = time.perf_counter()
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    parts = folder / "resumed.parquet.parts"
    while first.poll() is None and len(list(parts.glob("part-*.parquet"))) < 8:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = kept_in(parts)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"(\d+) settings in (\d+) rows, (\d+) computed", done.stdout)
    assert found is not None, done.stdout
    total, rows, computed = map(int, found.groups())
    yield Result(f"resumed: {kept} of {total} settings kept by kill -9, computed after it", str(computed))
    yield Result("resumed: settings computed twice", str(kept + computed - total), "goal: 0")
    yield Result(f"resumed: both runs of {rows} rows", f"{time.perf_counter() - began:.1f} s")


def kept_in(parts: Path) -> int:
    """Returns how many settings a journal holds."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(part).num_rows for part in parts.glob("part-*.parquet"))


def allocated(sample: int) -> Iterator[Result]:
    """Simulates a random part of a large sweep."""
    models = [name for name in catalogue.entries() if "/" in name]
    step = max(1, len(models) // MODELS)
    values: dict[str, tuple[Any, ...]] = {
        "models": tuple(models[::step][:MODELS]),
        "method": METHODS,
        "seq_len": LENGTHS,
    }
    points = points_of("allocated", values)
    random.seed(0)
    chosen = random.sample(points, min(len(points), sample + PROCESSES))
    executor = LocalExecutor(new_context(), PROCESSES, silent)
    began = time.perf_counter()
    consume(executor, chosen[:PROCESSES], "allocated", close=False)
    yield Result("allocated: start of the processes, with imports", f"{time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    failed = consume(executor, chosen[PROCESSES:], "allocated")
    seconds = time.perf_counter() - began
    yield Result(f"allocated: {len(chosen) - PROCESSES} of {len(points)}, {failed} failed", f"{seconds:.1f} s")
    whole = seconds / (len(chosen) - PROCESSES) * len(points) / 60
    yield Result(f"allocated: all {len(points)}, extrapolated", f"{whole:.1f} min", "goal: under 30 min")


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Starts a Dask cluster on this machine; yields the address of its scheduler."""
    import logging

    from distributed import LocalCluster

    options = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None, "memory_limit": 0}
    with LocalCluster(n_workers=workers, silence_logs=logging.CRITICAL, **options) as started:
        yield started.scheduler_address


def parts_of(folder: Path, scale: float) -> Iterator[Iterator[Result]]:
    """Yields the results of each part."""
    settings = int(SETTINGS * scale)
    with cluster(PROCESSES) as address:
        yield textbook(folder, settings, address)
    yield efficiency(max(24, int(200 * scale)))
    yield resumed(folder, settings)
    yield allocated(max(8, int(200 * scale)))


def main(arguments: Sequence[str]) -> None:
    """Prints a line for each result as soon as it is known."""
    parser = argparse.ArgumentParser(description="Times sweeps against their goals.")
    parser.add_argument("--scale", type=float, default=1.0, help="the share of the goals' settings that is computed")
    parser.add_argument("--parts", type=int, default=4, help="only the first parts")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        for part in islice(parts_of(Path(folder), options.scale), options.parts):
            for result in part:
                print(result, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
