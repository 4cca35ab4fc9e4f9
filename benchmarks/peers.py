"""Compares slidegen's estimates with those of accelerate, DeepSpeed and hf-mem, on the measured rows they can express.

    python benchmarks/peers.py

accelerate covers training with Adam and inference, DeepSpeed the states of ZeRO 2 and 3, hf-mem inference; none of them
covers adapters. Each is called through its own functions. DeepSpeed and hf-mem are installed into a temporary folder;
the project itself does not need them. Errors are relative to the measured value, which may be reserved memory or
nvidia-smi's (less the context) and then includes more than is allocated. Times exclude imports and requests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.measurements.rows import BrokenData, Row, measured, published, simulated

PEERS: Final = ("deepspeed==0.19.8", "hf-mem==0.5.6")
THEIR_NEEDS: Final = ("hjson", "msgpack", "py-cpuinfo", "einops")
NAMES: Final = ("slidegen", "accelerate", "ZeRO-2", "ZeRO-3", "hf-mem")
Answer = tuple[int, float]
"""Bytes and seconds."""

IN_THEIR_FOLDER: Final = """
import contextlib, json, sys, time

def timed(answer, *values):
    start = time.perf_counter()
    return int(answer(*values)), time.perf_counter() - start

def deepspeed():
    from deepspeed.runtime.zero.stage3 import estimate_zero3_model_states_mem_needs as zero3
    from deepspeed.runtime.zero.stage_1_and_2 import estimate_zero2_model_states_mem_needs as zero2

    return {
        "ZeRO-2": lambda case: zero2(case["parameters"], cpu_offload=False)[1],
        "ZeRO-3": lambda case: zero3(case["parameters"], case["largest"], cpu_offload=False)[1],
    }

def hf_mem():
    from hf_mem.safetensors import compute_safetensors_kv_cache_size, parse_safetensors_metadata

    def answer(case):
        weights = parse_safetensors_metadata({"Transformer": case["header"]}).bytes_count
        return weights + compute_safetensors_kv_cache_size(case["config"], "BF16", case["tokens"], case["batch"])

    return {"hf-mem": answer}

cases = json.load(sys.stdin)
answers = [{} for _ in cases]
with contextlib.redirect_stdout(sys.stderr):
    for module, trains in ((deepspeed, True), (hf_mem, False)):
        try:
            functions = module()
        except ImportError as error:
            print(f"{module.__name__}: {error}")
            continue
        for case, found in zip(cases, answers):
            if case["trains"] == trains:
                found.update({name: timed(function, case) for name, function in functions.items()})
print(json.dumps(answers))
"""


def expressible(row: Row) -> bool:
    """Returns whether a peer covers the row's method: training all weights with Adam, or inference of plain weights."""
    one = row.setting
    adam = one.optimizer.startswith("adamw_torch")
    return one.gpus == 1 and (one.method == "inference" or (one.method == "full" and adam)) and not one.quantization


def timed(answer: Callable[[], int]) -> Answer:
    """Returns an answer and how long it took."""
    start = time.perf_counter()
    return answer(), time.perf_counter() - start


def ours(row: Row) -> int:
    """Returns slidegen's answer."""
    from slidegen.simulate.run import allocation

    return simulated(row, allocation(row.facts, row.model, row.setting))


def accelerates(row: Row) -> int:
    """Returns what `accelerate estimate-memory` prints: the largest of its training figures, or the size of the model.

    It builds what `AutoModel` does, without an output head; half-precision weights are in its float16 line. Source:
    accelerate 1.15, `commands/estimate.py` (create_empty_model, gather_data).
    """
    from accelerate.commands.estimate import estimate_training_usage
    from accelerate.utils import calculate_maximum_sizes

    from slidegen.models.instantiate import build_model

    dtype = "float32" if row.setting.dtype == "float32" and row.setting.mixed_precision is None else "float16"
    headless = {**row.facts, "architectures": None}
    total, _ = calculate_maximum_sizes(build_model(headless, row.model, "float32", "eager"))
    if not row.setting.trains:
        return int(total) // (1 if dtype == "float32" else 2)
    return int(max(estimate_training_usage(total, dtype).values()))


def case_of(row: Row) -> dict[str, Any]:
    """Returns the inputs of the other peers: counts of parameters, and the header of a file of weights."""
    from slidegen.models.instantiate import build_model

    model = build_model(row.facts, row.model, row.setting.dtype, "eager")
    sizes = (sum(one.numel() for one in module.parameters(recurse=False)) for module in model.modules())
    stored = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}[row.setting.dtype]
    return {
        "trains": row.setting.trains,
        "parameters": sum(one.numel() for one in model.parameters()),
        "largest": max(sizes),
        "header": {name: {"dtype": stored, "shape": list(one.shape)} for name, one in model.named_parameters()},
        "config": model.config.to_dict() | {"architectures": None},
        "tokens": row.setting.seq_len + row.setting.max_new_tokens,
        "batch": row.setting.batch_size,
    }


def theirs(rows: Sequence[Row]) -> list[dict[str, Answer]]:
    """Returns the answers of DeepSpeed and hf-mem, as far as they can be installed."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DS_BUILD_OPS": "0", "PYTHONPATH": folder}
        for package in (*PEERS, *THEIR_NEEDS):
            if subprocess.run([*pip, folder, package], capture_output=True, env=environment).returncode:
                print(f"{package}: not installed", file=sys.stderr)
        cases = json.dumps([case_of(row) for row in rows], default=str)
        done = subprocess.run(
            [sys.executable, "-c", IN_THEIR_FOLDER], input=cases, capture_output=True, text=True, env=environment
        )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return [{} for _ in rows]
    answers: list[dict[str, list[Any]]] = json.loads(done.stdout)
    return [{name: (size, seconds) for name, (size, seconds) in found.items()} for found in answers]


def cell(row: Row, answer: Answer | None) -> str:
    """Returns an error and a time as a cell of the table."""
    if answer is None:
        return f"{'-':>18}"
    size, seconds = answer
    return f"{size / row.value - 1:+9.1%} {seconds:6.3f} s"


def summary(name: str, rows: Sequence[Row], answers: Sequence[Mapping[str, Answer]]) -> str:
    """Returns a line with a peer's mean absolute error, and ours on the same rows."""

    def mean(one: str) -> float:
        errors = [abs(found[one][0] / row.value - 1) for row, found in zip(rows, answers, strict=True) if name in found]
        return sum(errors) / len(errors)

    count = sum(name in found for found in answers)
    if not count:
        return f"{name}: not installed, or it cannot express any row"
    return f"{name}: mean absolute error {mean(name):.1%}, slidegen's {mean('slidegen'):.1%} on the same {count} rows"


def main() -> int:
    """Prints the table."""
    try:
        rows = [row for row in (*measured(), *published().rows) if expressible(row)]
    except BrokenData as error:
        print(error, file=sys.stderr)
        return 1
    for module in ("accelerate.commands.estimate", "slidegen.simulate.run"):
        import_module(module)  # imports are not timed
    answers = theirs(rows)
    for row, found in zip(rows, answers, strict=True):
        found["slidegen"] = timed(lambda row=row: ours(row))  # type: ignore[misc]
        found["accelerate"] = timed(lambda row=row: accelerates(row))  # type: ignore[misc]
    width = max(len(row.id) for row in rows)
    print(f"{'row':{width}}  {'measured':>23}" + "".join(f"{name:>18}" for name in NAMES))
    for row, found in zip(rows, answers, strict=True):
        size = f"{row.measured} {row.value / 2**30:6.2f} GiB"
        print(f"{row.id:{width}}  {size:>23}" + "".join(cell(row, found.get(name)) for name in NAMES))
    for name in NAMES[1:]:
        print(summary(name, rows, answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
