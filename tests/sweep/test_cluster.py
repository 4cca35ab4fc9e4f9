"""Sweeps on a Dask cluster of two workers: the same bytes as here, whatever becomes of the workers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.extension import installed
from tests.sweep.clusters import Cluster, cluster_in
from tests.sweep.folder import SweepFolder, wait_for

pytestmark = pytest.mark.unix
LETTERS = ("--source", "letters", "--letters", "a,b,c,d,e,f,g,h")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of workers that have the source letters."""
    place = tmp_path_factory.mktemp("installed")
    found = installed(place, "slidegen.table_sources", {"letters": "tests.tables.letters:LETTERS"})
    return {**found, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Cluster]:
    """A cluster of two workers."""
    with cluster_in(tmp_path_factory.mktemp("cluster"), environment, workers=2) as started:
        yield started


def test_a_worker_that_is_killed_loses_nothing(sweeps: SweepFolder, cluster: Cluster) -> None:
    """The file of a cluster, a worker of which is killed while it computes, has the bytes of a local one."""
    log = sweeps.folder / "log"
    sweeps.done(*LETTERS, "--log", str(log), "-o", "local.parquet", "--jobs", "1")
    log.unlink()
    hold = sweeps.folder / "log.hold"
    hold.write_text("abcdefgh", encoding="utf-8")
    running = sweeps.start(*LETTERS, "--log", str(log), "-o", "out.parquet", "--scheduler", cluster.address)
    assert running.stderr is not None
    assert running.stderr.readline() == "letters: 2 workers\n"
    victim, *_ = _busy(cluster).values()
    os.kill(victim, signal.SIGKILL)
    hold.unlink()
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out.partition(",")[0]) == (0, "out.parquet: 8 settings in 8 rows"), err
    assert sweeps.content() == sweeps.content("local.parquet")
    computed = [line.split() for line in sweeps.computed()]
    assert sorted(letter for letter, _, _ in computed) == list("abcdefgh")
    assert str(victim) not in {process for _, process, _ in computed}
    assert {threads for _, _, threads in computed} == {"1"}


def test_a_setting_that_kills_workers_is_a_failure(
    sweeps: SweepFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried on as many workers as Dask's configuration allows; the other settings are computed."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    running = _started(sweeps, "--source", "letters", "--letters", "x,-,y", "--scheduler", cluster.address)
    out, err = running.communicate(timeout=60)
    assert out.partition(", ")[2].startswith("3 computed, 1 failed"), err
    errors = {row["parameter_letters"]: row["error"] for row in sweeps.rows()}
    assert errors == {
        "x": None,
        "-": "every worker that computed it was lost, perhaps for lack of memory",
        "y": None,
    }


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_received(sweeps: SweepFolder, cluster: Cluster) -> None:
    """The next run computes the rest, also here."""
    log = sweeps.folder / "log"
    hold = sweeps.folder / "log.hold"
    hold.write_text("h", encoding="utf-8")
    options = (*LETTERS, "--log", str(log), "-o", "out.parquet")
    running = sweeps.start(*options, "--scheduler", cluster.address)
    wait_for(lambda: sweeps.parts() >= 2)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    stopped = re.fullmatch(
        r"stopped; (\d) settings are kept, and the same command computes the rest", err.splitlines()[-1]
    )
    assert running.returncode == 130
    assert stopped is not None, err
    hold.unlink()
    assert f"8 settings in 8 rows, {8 - int(stopped[1])} computed" in sweeps.done(*options, "--jobs", "1")


@pytest.mark.slow
def test_workers_that_differ_are_not_used(sweeps: SweepFolder, environment: dict[str, str], tmp_path: Path) -> None:
    """Each difference is told with the worker's name and address. If no worker is left, the sweep ends with them."""
    other = tmp_path / "other"
    installed(other, "slidegen.none", {}, package="torch")
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "slidegen.py").write_text("raise ModuleNotFoundError(\"No module named 'slidegen'\")", encoding="utf-8")
    with cluster_in(_folder(tmp_path), environment) as cluster:
        for name, place in ("old", other), ("bare", lacking):
            path = os.pathsep.join([str(place), environment["PYTHONPATH"]])
            cluster.start_workers(1, {**environment, "PYTHONPATH": path}, "--name", name)
        wait_for(lambda: len(cluster.workers()) == 2)
        done = _started(sweeps, *LETTERS, "--scheduler", cluster.address)
        _, err = done.communicate(timeout=60)
    assert done.returncode == 1
    lines = [line.removeprefix("error: ") for line in err.splitlines() if line.startswith("error: ")]
    plain = sorted(re.sub(r"tcp://[\d.:]+", "ADDRESS", line) for line in lines)
    here = version("torch").partition("+")[0]
    assert plain == [
        "worker bare (ADDRESS) is not used: slidegen with its sweeps is not installed there "
        "(No module named 'slidegen')",
        f"worker old (ADDRESS) is not used: torch 1.0 there, {here} here",
    ]
    assert not list(sweeps.folder.glob("out.parquet"))


@pytest.mark.slow
def test_tls_and_a_worker_that_joins_later_and_a_scheduler_that_is_lost(
    sweeps: SweepFolder, environment: dict[str, str], tmp_path: Path
) -> None:
    """A sweep waits for a worker, computes through TLS, and keeps what it has when the scheduler is killed."""
    ca, certificate, key = _certificates(tmp_path)
    files = ("--tls-ca-file", ca, "--tls-cert", certificate, "--tls-key", key)
    ours = ("--tls-ca", ca, "--tls-cert", certificate, "--tls-key", key)
    hold = sweeps.folder / "log.hold"
    hold.write_text("h", encoding="utf-8")
    with cluster_in(_folder(tmp_path), environment, *files) as cluster:
        assert cluster.address.startswith("tls://")
        options = (*LETTERS, "--log", str(sweeps.folder / "log"), "-o", "out.parquet", "--scheduler", cluster.address)
        _, err = sweeps.start(*options).communicate(timeout=60)
        assert "cannot be reached" in err
        assert err.endswith("tls:// needs --tls-ca, --tls-cert and --tls-key, or Dask's configuration of them\n")
        running = sweeps.start(*options, *ours)
        cluster.start_workers(1)
        wait_for(lambda: sweeps.parts() >= 1)
        cluster.processes[0].kill()
        _, err = running.communicate(timeout=60)
        hold.unlink()
    assert running.returncode == 1
    lost = "error: the scheduler is lost; what was received is kept, and the same command computes the rest"
    lines = err.splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("letters: waiting for workers", "letters: 1 worker", lost)
    assert "8 settings in 8 rows, 8 computed" not in sweeps.done(*options[:-2], "--jobs", "1")


@pytest.mark.slow
def test_a_batch_system_starts_workers(
    sweeps: SweepFolder, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--cluster slurm` submits a job for each worker and cancels it at the end. This SLURM runs jobs at once."""
    programs = sweeps.folder / "programs"
    programs.mkdir()
    job = f"{programs}/$$.job"
    _program(programs / "sbatch", f"cp $1 {job}; setsid sh {job} > {job}.log 2>&1 < /dev/null & echo $!")
    _program(programs / "scancel", f'echo "$1" >> {programs}/cancelled; kill -- "-$1"')
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    for name, value in (("CORES", "1"), ("MEMORY", "1GB"), ("WALLTIME", "00:10:00"), ("QUEUE", "long")):
        monkeypatch.setenv(f"DASK_JOBQUEUE__SLURM__{name}", value)
    done = _started(sweeps, *LETTERS, "--cluster", "slurm", "--workers", "2", "-v")
    _, err = done.communicate(timeout=120)
    assert done.returncode == 0, err
    assert err.startswith("connected to the scheduler tcp://")
    jobs = [path.read_text(encoding="utf-8") for path in programs.glob("*.job")]
    assert len(jobs) == len((programs / "cancelled").read_text(encoding="utf-8").splitlines()) == 2
    assert all("#SBATCH -p long\n" in job and "#SBATCH -t 00:10:00\n" in job for job in jobs)
    assert [row["letter"] for row in sweeps.rows()] == list("abcdefgh")


def _busy(cluster: Cluster) -> dict[str, int]:
    """The processes of the workers as soon as both compute."""
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        wait_for(lambda: len(list(filter(None, client.processing().values()))) == 2)
        found: dict[str, int] = client.run(os.getpid)
        return found


def _started(sweeps: SweepFolder, *options: str) -> subprocess.Popen[str]:
    """Starts a sweep with the environment as it is now."""
    changed = {name: value for name, value in os.environ.items() if name.startswith(("DASK_", "PATH"))}
    return SweepFolder(sweeps.folder, {**sweeps.environment, **changed}).start("-o", "out.parquet", *options)


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cluster"
    folder.mkdir()
    return folder


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def _certificates(folder: Path) -> tuple[str, str, str]:
    """Makes an authority, and a certificate that it has signed, with its key."""
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    ca, ca_key, asked, certificate, key = (str(folder / name) for name in ("ca.pem", "ca.key", "csr", "pem", "key"))
    for arguments in (
        ("req", "-x509", *kind, "-keyout", ca_key, "-out", ca, "-subj", "/CN=authority"),
        ("req", *kind, "-keyout", key, "-out", asked, "-subj", "/CN=slidegen"),
        ("x509", "-req", "-in", asked, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", certificate),
    ):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    return ca, certificate, key
