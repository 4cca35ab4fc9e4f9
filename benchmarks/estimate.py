"""How long an estimate of the seven models takes from the catalogue, and building them with transformers instead.

    python benchmarks/estimate.py

Each side runs in fresh processes, the faster of ROUNDS counts, and imports are part of it: that is what a user waits
for. The goal is a ratio under 0.1.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Final

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

FROM_THE_CATALOGUE: Final = """
import sys
from pathlib import Path
from slidegen.models.finder import ModelFinder
from slidegen.tables import find_source
from slidegen.tables.base import Workbench

source = find_source("memory")
methods = ["full", "lora", "qlora", "inference"]
parameters = source.parameters.model_validate({"models": sys.argv[1:], "method": methods, "rank": 32})
table = source.compute(parameters, Workbench(ModelFinder(offline=True, hub_cache=Path("nowhere")), print))
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
    """The wall time of a fresh process that runs a script on the seven models, the best of ROUNDS."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script, *SEVEN], check=True)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print both times and their ratio."""
    ours, theirs = seconds(FROM_THE_CATALOGUE), seconds(WITH_TRANSFORMERS)
    print(f"seven models, all methods, from the catalogue: {ours:6.3f} s")
    print(f"the same models built with transformers:       {theirs:6.3f} s")
    print(f"ratio: {ours / theirs:.3f} (goal: under {GOAL})")


if __name__ == "__main__":
    main()
