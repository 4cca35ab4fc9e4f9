"""`slidegen estimate` of GGUF files and quantized caches."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from slidegen.cli.estimate import estimate


def run(*arguments: str) -> tuple[int, str]:
    """Runs the command; returns its exit status and what it printed."""
    done = CliRunner().invoke(estimate, ["--offline", *arguments])
    return done.exit_code, done.output if done.exception is None else f"{done.output}{done.exception}"


def test_a_file_in_json() -> None:
    """Llama 3.2 1B in Q8_0: 1.0625 bytes for each of its weights, cache and tensors from the start, no dtype."""
    status, text = run(
        "meta-llama/Llama-3.2-1B",
        "--quantization",
        "q8_0",
        "--kv-dtype",
        "q8_0",
        "--seq-len",
        "1024",
        "--format",
        "json",
    )
    assert status == 0
    (found,) = json.loads(text[text.index("[") :])
    norms = (2 * 16 + 1) * 2048 + 32
    assert found["weights_bytes"] == (1_235_814_432 - norms) * 34 // 32 + 4 * norms
    assert found["kv_cache_bytes_per_token"] == 16 * 2 * 512 * 34 // 32
    assert found["kv_cache_bytes"] == found["kv_cache_lasting_bytes"] == 1024 * found["kv_cache_bytes_per_token"]
    assert found["peak_allocated_bytes"] == found["weights_bytes"] + found["kv_cache_bytes"]
    assert (found["method"], found["quantization"], found["kv_dtype"]) == ("inference", "q8_0", "q8_0")
    assert (found["dtype"], found["attention"], found["peak_phase"]) == (None, None, "load")
    assert any("compute buffer is left out" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--quantization", "q4_k_m", "--method", "lora"),
            "quantization q4_k_m is the type of a GGUF file, for the method inference",
        ),
        (("--quantization", "q4_k_m", "--dtype", "float16"), "dtype has no effect on a GGUF file (q4_k_m)"),
        (("--quantization", "q4_k_m", "--quick"), "quick has no effect on a GGUF file (q4_k_m)"),
        (
            ("--quantization", "q4_k_m", "--kv-dtype", "int4"),
            "allowed beside a GGUF file: auto, q8_0, q5_1, q5_0, q4_1, q4_0",
        ),
        (
            ("--method", "inference", "--kv-dtype", "q4_0"),
            "kv_dtype q4_0 is llama.cpp's, for a GGUF file; allowed here: auto, fp8, int8, int4",
        ),
        (("--method", "lora", "--kv-dtype", "int4"), "kv_dtype has no effect on lora; it is for inference"),
        (("--method", "lora", "--quantization", "int8"), "it is for the quantized weights of qlora and inference"),
    ],
)
def test_what_makes_no_sense(arguments: tuple[str, ...], message: str) -> None:
    """One line says what is allowed."""
    status, text = run("meta-llama/Llama-3.2-1B", *arguments)
    assert status != 0
    assert message in text


def test_a_model_without_a_file() -> None:
    """OPT has no architecture in GGUF."""
    status, text = run("facebook/opt-125m", "--quantization", "q4_k_m")
    assert status != 0
    assert "slidegen does not know a GGUF architecture for OPTForCausalLM; leave the GGUF file type out" in text
