"""Measures real training steps on a CUDA device: rows for `make accuracy`.

    python benchmarks/measure_gpu.py [--model NAME ...] [--limit SECONDS] [--output FILE] [--dry-run]

Models of the catalogue get random weights on the device, without downloads, and take three steps in the order of
transformers' Trainer. The peaks of each phase of the third step are appended to measurements/measured.jsonl, one JSON
line a case, with versions and device. Cases that are already in the file are skipped, so that a run can be continued; a
case that does not fit is recorded as such. The order of the cases mixes the grid, so that an interrupted run covers all
of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.measurements.rows import MEASURED
from benchmarks.measurements.steps import CudaCounters, clean, measure
from slidegen.estimate.setting import Adapter, HalfDtype, Quantization, Setting
from slidegen.models import catalogue

MODELS: Final = (
    "meta-llama/Llama-3.2-1B",
    "google/gemma-2-2b",
    "meta-llama/Llama-3.2-3B",
    "mistralai/Mistral-7B-v0.3",
    "meta-llama/Llama-3.1-8B",
)
OPTIMIZERS: Final = ("adamw_torch", "adamw_torch_forloop")  # in addition to adamw_torch_fused, the default
BITSANDBYTES: Final = ("adamw_bnb_8bit", "paged_adamw_8bit", "paged_adamw_32bit")
PACKAGES: Final = ("torch", "transformers", "peft", "accelerate", "bitsandbytes")


@dataclass(frozen=True, slots=True)
class Case:
    """A model of the catalogue and the setting with which it runs."""

    model: str
    setting: Setting

    @property
    def id(self) -> str:
        """Returns a name that distinguishes the setting from the others in the grid."""
        one = self.setting
        parts = [self.model.partition("/")[2], one.method, one.dtype, f"b{one.batch_size}", str(one.seq_len)]
        parts += ["checkpointing"] * one.gradient_checkpointing + ["autocast"] * (one.mixed_precision is not None)
        if one.adapter is not None:
            parts += [f"r{one.adapter.rank}", *one.adapter.target_modules, *["dora"] * one.adapter.dora]
            parts += ["dropout"] * (one.adapter.dropout > 0)
        return "-".join([*parts, one.attention, one.optimizer, f"sm{one.capability[0]}{one.capability[1]}"]).lower()


def settings(capability: tuple[int, int], bitsandbytes: bool) -> Iterator[Setting]:
    """Yields the grid: method, length, batch, checkpointing; then optimizers, eager attention, autocast and adapters.

    GPUs older than Ampere do not have bfloat16 and get float16.
    """
    half: HalfDtype = "bfloat16" if capability >= (8, 0) else "float16"
    full = Setting("full", dtype=half, capability=capability)
    lora = replace(full, method="lora", adapter=Adapter(16))
    methods = [full, lora]
    if bitsandbytes:
        methods.append(replace(lora, method="qlora", quantization=Quantization("nf4")))
    for method, length, batch, saved in product(methods, (512, 2048, 4096), (1, 4), (True, False)):
        yield replace(method, seq_len=length, batch_size=batch, gradient_checkpointing=saved)
    for method, name in product((full, lora), (*OPTIMIZERS, *(BITSANDBYTES if bitsandbytes else ()))):
        yield replace(method, seq_len=1024, gradient_checkpointing=True, optimizer=name)
    for method, length in product(methods, (512, 1024)):
        yield replace(method, seq_len=length, attention="eager")
    for method, saved in product(methods, (True, False)):
        weights = "float32" if method.quantization is None else half
        yield replace(method, dtype=weights, mixed_precision=half, seq_len=1024, gradient_checkpointing=saved)
    for adapter in (Adapter(64, ("q_proj", "v_proj")), Adapter(16, dora=True), Adapter(16, dropout=0.05)):
        yield replace(lora, seq_len=1024, adapter=adapter)


def grid(models: Sequence[str], capability: tuple[int, int], bitsandbytes: bool) -> list[Case]:
    """Returns all cases, mixed by a digest of their names so that the order is always the same."""
    cases = [Case(model, setting) for model in models for setting in settings(capability, bitsandbytes)]
    return sorted(cases, key=lambda case: sha256(case.id.encode()).digest())


def record(case: Case, card: str, phases: Mapping[str, Mapping[str, int]] | None) -> dict[str, Any]:
    """Returns the line of a case: a row of `make accuracy` with all counters; `phases` is None if it did not fit."""
    versions = {name: version(name) for name in PACKAGES if find_spec(name) is not None}
    line: dict[str, Any] = {"id": case.id, "model": case.model, "card": card, "setting": asdict(case.setting)}
    line |= {"versions": versions, "source": "measure_gpu"}
    if phases is None:
        return line | {"out_of_memory": True}
    peak = max(phases[phase]["allocated"] for phase in ("forward", "backward", "step"))
    return line | {"measured": "allocated", "bytes": peak, "counts": True, "phases": phases}


def main(arguments: Sequence[str]) -> int:
    """Measures the cases that are not in the file yet."""
    parser = argparse.ArgumentParser(description="Real training steps on a CUDA device, measured.")
    parser.add_argument("--model", action="append", help=f"a model of the catalogue (default: {', '.join(MODELS)})")
    parser.add_argument("--limit", type=float, default=float("inf"), help="start no new case after this many seconds")
    parser.add_argument("--output", type=Path, default=MEASURED)
    parser.add_argument("--dry-run", action="store_true", help="list the cases, as for an A100")
    options = parser.parse_args(arguments)
    models = options.model or MODELS
    unknown = [name for name in models if not catalogue.has(name)]
    if unknown:
        parser.error("; ".join(f"unknown model {name!r}: {catalogue.hint(name)}" for name in unknown))
    quantizes = find_spec("bitsandbytes") is not None
    if options.dry_run:
        print("\n".join(case.id for case in grid(models, (8, 0), quantizes)))
        return 0
    import torch

    if not torch.cuda.is_available():
        print("there is no CUDA device to measure; --dry-run lists the cases")
        return 1
    started = time.monotonic()
    text = options.output.read_text(encoding="utf-8") if options.output.exists() else ""
    done = {json.loads(line)["id"] for line in text.splitlines()}
    card = torch.cuda.get_device_name()
    for case in grid(models, torch.cuda.get_device_capability(), quantizes):
        if case.id in done or time.monotonic() - started > options.limit:
            continue
        clean()
        try:
            phases = measure(catalogue.facts(case.model).config, case.model, case.setting, "cuda", CudaCounters())
        except torch.OutOfMemoryError:
            phases = None
        line = record(case, card, phases)
        with options.output.open("a", encoding="utf-8") as output:
            output.write(json.dumps(line) + "\n")
        size = f"{line['bytes'] / 2**30:.2f} GiB" if phases else "out of memory"
        print(f"{case.id}  {size}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
