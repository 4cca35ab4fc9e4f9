"""Times estimates: `textbook` of seven models, and the simulation of each model of the catalogue.

    python benchmarks/estimate.py

`textbook` is compared with building the models with transformers. Each side runs in fresh processes, and the fastest of
ROUNDS counts, imports included, because a user waits for them. The goal is a ratio under 0.1.

Then a step of LoRA is simulated for the whole catalogue in one process, imports excluded. The goal is under 3 seconds a
model. Models that cannot be simulated are listed with the reason.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Final

from slidegen.estimate.setting import Adapter, Setting
from slidegen.models import catalogue

SEVEN: Final = (
    "meta-llama/Meta-Llama-3-8B",
    "meta-llama/Meta-Llama-3-70B",
    "mistralai/Mistral-7B-v0.3",
    "Qwen/Qwen2-1.5B",
    "Qwen/Qwen2-72B",
    "google/gemma-2-9b",
    "google/gemma-2-27b",
)
ROUNDS: Final = 3
GOAL: Final = 0.1
LENGTH: Final = 4096  # tokens; fewer if a model has fewer positions
POSITIONS: Final = ("max_position_embeddings", "max_target_positions", "n_positions")
SIMULATION_GOAL: Final = 3.0  # seconds
SLOWEST: Final = 5

FROM_THE_CATALOGUE: Final = """
import sys
from pathlib import Path
from slidegen.models.finder import ModelFinder
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext

source = TABLE_SOURCES.find("memory")
methods = ["full", "lora", "qlora", "inference"]
parameters = source.parameters.model_validate({"models": sys.argv[1:], "method": methods, "rank": 32})
table = source.compute(parameters, SourceContext(ModelFinder(offline=True, hub_cache=Path("nowhere")), print))
assert len(table.rows) == 4 * len(sys.argv[1:]) and "torch" not in sys.modules
"""

WITH_TRANSFORMERS: Final = """
import sys
from slidegen.models import catalogue
import torch
from transformers import AutoModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

for name in sys.argv[1:]:
    config = catalogue.facts(name).config
    with torch.device("meta"):
        AutoModel.from_config(CONFIG_MAPPING[config["model_type"]].from_dict(dict(config)))
"""


def seconds(script: str) -> float:
    """Returns the wall time of a fresh process that runs a script on the seven models, the best of ROUNDS."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script, *SEVEN], check=True)
        best = min(best, time.perf_counter() - start)
    return best


def simulated_seconds(name: str) -> tuple[float, float]:
    """Returns wall and processor time of simulating a step of LoRA with checkpointing, for LENGTH tokens."""
    from slidegen.simulate.run import allocation

    config = catalogue.facts(name).config
    length = min([LENGTH, *(config[key] for key in POSITIONS if config.get(key))])
    setting = Setting("lora", seq_len=length, gradient_checkpointing=True, adapter=Adapter(16))
    start, processor = time.perf_counter(), time.process_time()
    allocation(config, name, setting)
    return time.perf_counter() - start, time.process_time() - processor


def simulations() -> Iterator[str]:
    """Yields the lines on the whole catalogue."""
    times: dict[str, tuple[float, float]] = {}
    failures: dict[str, str] = {}
    first, *_ = catalogue.entries()
    simulated_seconds(first)  # imports
    for name in catalogue.entries():
        try:
            times[name] = simulated_seconds(name)
        except Exception as error:
            failures[name] = f"{type(error).__name__}: {error}".partition("\n")[0]
    wall, processor = (median(part) for part in zip(*times.values(), strict=True))
    yield f"LoRA of {len(times)} models, simulated: median {wall:.2f} s ({processor:.2f} s of processor)"
    over = sum(taken >= SIMULATION_GOAL for taken, _ in times.values())
    yield f"{over} of them take {SIMULATION_GOAL:g} s or more (goal: none); the slowest:"
    for name in sorted(times, key=lambda one: times[one], reverse=True)[:SLOWEST]:
        wall, processor = times[name]
        yield f"  {wall:6.2f} s ({processor:.2f} s of processor)  {name}"
    yield f"{len(failures)} models cannot be simulated" + (":" if failures else "")
    for name, reason in failures.items():
        yield f"  {name}: {reason}"


def main() -> None:
    """Prints both times of `textbook` and their ratio, then the simulations."""
    ours, theirs = seconds(FROM_THE_CATALOGUE), seconds(WITH_TRANSFORMERS)
    print(f"seven models, all methods, from the catalogue: {ours:6.3f} s")
    print(f"the same models built with transformers:       {theirs:6.3f} s")
    print(f"ratio: {ours / theirs:.3f} (goal: under {GOAL})")
    for line in simulations():
        print(line)


if __name__ == "__main__":
    main()
