"""A Dask cluster on this machine, started as users start one: a scheduler and workers in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.sweep.folder import wait_for


@dataclass
class Cluster:
    """A scheduler, and workers that start with an `environment`. `tls` are options of both."""

    folder: Path
    environment: Mapping[str, str]
    tls: Sequence[str] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address of the scheduler."""
        file = self.folder / "scheduler.json"
        wait_for(lambda: file.exists() and file.read_text(encoding="utf-8").strip().endswith("}"))
        return str(json.loads(file.read_text(encoding="utf-8"))["address"])

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Starts the scheduler."""
        protocol = ("--protocol", "tls") if self.tls else ()
        file = str(self.folder / "scheduler.json")
        options = ("--port", "0", "--scheduler-file", file, "--no-dashboard", *protocol)
        return self._start("distributed.cli.dask_scheduler", options, self.environment)

    def start_workers(self, count: int, environment: Mapping[str, str] | None = None, *options: str) -> None:
        """Starts workers under a nanny, which replaces one that dies."""
        given = ("--nworkers", str(count), "--nthreads", "1", "--no-dashboard", *options)
        folder = ("--scheduler-file", str(self.folder / "scheduler.json"), "--local-directory", str(self.folder))
        self._start("distributed.cli.dask_worker", (*given, *folder), environment or self.environment)

    def workers(self) -> dict[str, int]:
        """The process of each worker, by its address."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            found: dict[str, int] = client.run(os.getpid)
            return found

    def close(self) -> None:
        """Kills all processes, with the workers that nannies have started."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)

    def _start(self, module: str, options: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", module, "--host", "127.0.0.1", *options, *self.tls]
        log = (self.folder / f"{module}.{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(command, env=dict(environment), stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)
        return process


@contextmanager
def cluster_in(folder: Path, environment: Mapping[str, str], *tls: str, workers: int = 0) -> Iterator[Cluster]:
    """Starts a cluster, and ends it afterwards."""
    cluster = Cluster(folder, environment, tls)
    try:
        cluster.start_scheduler()
        if workers:
            cluster.start_workers(workers)
            wait_for(lambda: len(cluster.workers()) == workers)
        yield cluster
    finally:
        cluster.close()
