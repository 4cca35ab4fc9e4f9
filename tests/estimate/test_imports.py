"""What an estimate costs to start."""

from __future__ import annotations

import subprocess
import sys

SEVEN = """
import sys
from pathlib import Path
from slidegen.models.finder import ModelFinder
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext

source = TABLE_SOURCES.find("memory")
parameters = source.parameters.model_validate({
    "models": ["meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-70B", "mistralai/Mistral-7B-v0.3",
               "Qwen/Qwen2-1.5B", "Qwen/Qwen2-72B", "google/gemma-2-9b", "google/gemma-2-27b"],
    "method": ["full", "lora", "qlora", "inference"],
    "rank": 32,
})
context = SourceContext(ModelFinder(hub_cache=Path("nowhere"), offline=True), print)
source.inputs(parameters, context)
print(len(source.compute(parameters, context).rows))
heavy = {"torch", "transformers", "accelerate", "huggingface_hub", "matplotlib", "playwright", "numpy"}
print(sorted(heavy & set(sys.modules)))
"""


def test_catalogue_estimates_import_nothing_heavy() -> None:
    """The seven models by all four methods need no torch, transformers, accelerate or huggingface_hub."""
    done = subprocess.run([sys.executable, "-c", SEVEN], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("28\n[]\n", "")
