"""`slidegen estimate` with the accounting `allocated`: for people, for programs, and wrong uses.

Most commands run in the process of the tests, which has loaded torch: to load it anew takes longer than an estimate.
"""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.said import run
from tests.extension import ROOT

pytest.importorskip("peft")
pytestmark = pytest.mark.usefixtures("here")
SMALL = "HuggingFaceTB/SmolLM2-135M"
KEYS = {
    *("model", "method", "dtype", "rank", "batch_size", "seq_len", "gradient_checkpointing", "attention", "gpus"),
    *("sharding", "accounting", "parameters", "trainable_parameters", "weights_bytes", "adapter_bytes"),
    *("gradient_bytes", "optimizer_bytes", "activation_bytes", "logits_bytes", "temporary_bytes"),
    *("quantization_constant_bytes", "kv_cache_bytes", "workspace_bytes", "context_bytes", "peak_phase"),
    *("peak_allocated_bytes", "reserved_low_bytes", "reserved_high_bytes", "end_of_step_allocated_bytes"),
}


def test_the_whole_interface_in_one_command(shell: Shell) -> None:
    """Every option of a training step, and JSON with exact bytes."""
    done = shell.run(
        *("estimate", SMALL, "--method", "lora", "--rank", "16", "--target-modules", "q_proj,k_proj,v_proj,o_proj"),
        *("--dtype", "bfloat16", "--batch-size", "4", "--seq-len", "512", "--gradient-checkpointing"),
        *("--attention", "flash", "--optimizer", "adamw_torch", "--gpus", "1", "--sharding", "none"),
        *("--accounting", "allocated", "--format", "json", "--offline"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = json.loads(done.stdout)
    assert set(row) >= KEYS
    assert row["gradient_checkpointing"] is True
    assert row["adapter_bytes"] >= 4 * row["trainable_parameters"] == 4 * 30 * 16 * 2 * (2 * 576 + 576 + 192)
    assert row["reserved_low_bytes"] == row["peak_allocated_bytes"] <= row["reserved_high_bytes"]


def test_people_are_told_what_all_rows_have_in_common(shell: Shell) -> None:
    """And what each needs; all methods without --method, nothing on standard error but progress."""
    done = shell.run("estimate", SMALL, "--seq-len", "256", "--offline")
    lines = done.stdout.splitlines()
    assert lines[0] == f"{SMALL}: bfloat16, rank 16, batch 1, 256 tokens, sdpa, adamw_torch_fused; in GiB"
    assert lines[2].split() == ["full", "lora", "qlora", "inference"]
    names = [line[:16].strip() for line in lines]
    assert names.index("Weights") < names.index("Activations") < names.index("Peak") < names.index("Reserved")
    assert lines[-1].startswith("Accounting: allocated, of one GPU. Leaves out ")
    assert "Traceback" not in done.stderr


def test_the_readme_shows_what_the_command_prints(shell: Shell) -> None:
    """To the last digit."""
    shown = (ROOT / "README.md").read_text(encoding="utf-8").partition("$ slidegen estimate ")[2].partition("\n```")[0]
    command, _, printed = shown.partition("\n")
    assert shell.run("estimate", *command.split()).stdout.partition("\nAccounting")[0].rstrip() == printed


def test_what_fits_stands_under_it() -> None:
    """All cards, the smallest first."""
    done = run("estimate", SMALL, "--method", "lora", "--seq-len", "256", "--fits", "--offline")
    cards = done.stdout.split("\n\n")[2].splitlines()[2:]
    assert [line.split("  ")[0] for line in cards][:3] == ["GeForce RTX 4060", "GeForce RTX 3060", "Tesla T4"]
    assert len(cards) == 11
    assert all(line.endswith("fits") for line in cards)


def test_the_largest_of_several_methods_stand_beside_each_other() -> None:
    """Under the one card that was asked for; full fine-tuning has no rank."""
    asked = ("--method", "full,lora", "--seq-len", "256", "--quick", "--fits", "--gpu", "T4", "--offline")
    done = run("estimate", SMALL, *asked)
    title, table = done.stdout.split("\n\n")[2:4]
    assert title == "Tesla T4"
    said = {line[:16].strip(): line[16:].split() for line in table.splitlines()}
    assert said["Fits"] == ["fits", "fits"]
    assert all(int(number) > 1 for number in said["Largest batch"])
    assert len(said["Largest rank"]) == 1


def records(*arguments: str) -> list[dict[str, Any]]:
    """What the command prints as JSON."""
    done = run("estimate", SMALL, *arguments, "--format", "json", "--offline")
    assert done.exit_code == 0, done.stderr
    return list(json.loads(done.stdout))


def test_programs_get_the_largest_of_one_card() -> None:
    """The three that fit, beside the setting and the estimate, under the names that they always had and clear ones."""
    (row,) = records("--method", "lora", "--quick", "--fits", "--gpu", "T4", "--seq-len", "256")
    assert set(row) >= KEYS | {"card", "memory_bytes", "total_bytes", "reserved_bytes", "free_bytes", "fits", "source"}
    assert (row["setting_batch_size"], row["setting_seq_len"], row["setting_rank"]) == (1, 256, 16)
    assert (row["batch_size"], row["seq_len"], row["rank"]) == (
        row["largest_batch_size"],
        row["largest_seq_len"],
        row["largest_rank"],
    )
    # Activations and logits are what a batch adds: what is free holds so many of them, within one part in 64.
    each = row["activation_bytes"] + row["logits_bytes"]
    room = 16 * 2**30 - 500 * 2**20 - (row["peak_allocated_bytes"] - each)
    assert room // each * 63 / 64 <= row["largest_batch_size"] <= room // each


def test_programs_get_the_largest_of_several_cards() -> None:
    """Cards that are named are searched, a larger one holds more, and each has the estimate of its own kernels."""
    rows = records("--method", "full,lora", "--quick", "--cards", "T4,RTX 4090")
    assert [(row["method"], row["card"]) for row in rows] == [
        ("full", "Tesla T4"),
        ("full", "GeForce RTX 4090"),
        ("lora", "Tesla T4"),
        ("lora", "GeForce RTX 4090"),
    ]
    assert rows[0]["largest_batch_size"] < rows[1]["largest_batch_size"]
    assert [row["largest_rank"] is None for row in rows] == [True, True, False, False]


def test_the_estimate_in_a_cards_record_is_that_of_the_card() -> None:
    """A T4's attention with grouped queries needs the matrix of scores: the same peak under both names."""
    rows = records("--method", "lora", "--seq-len", "512", "--fits")
    assert all(row["peak_allocated_bytes"] == row["total_bytes"] for row in rows)
    peaks = {row["card"]: row["peak_allocated_bytes"] for row in rows}
    assert peaks["Tesla T4"] > peaks["GeForce RTX 4090"]


def test_phases_for_people() -> None:
    """The peak of each, beside each other; the largest is the peak, and a phase that a method lacks is empty."""
    done = run(
        *("estimate", SMALL, "--method", "full,inference", "--seq-len", "128", "--max-new-tokens", "4"),
        *("--phases", "--offline"),
    )
    estimates, title, peaks, _ = done.stdout.split("\n\n")[1:5]
    assert title == "Peak of each phase, in GiB"
    said = {line[:10].strip(): line[10:].split() for line in peaks.splitlines()}
    assert list(said)[2:] == ["Load", "Forward", "Backward", "Step", "Prefill", "Decode"]
    assert [len(said[phase]) for phase in list(said)[2:]] == [2, 1, 1, 1, 1, 1]
    (peak,) = [line.split()[1:] for line in estimates.splitlines() if line.startswith("Peak  ")]
    assert peak == [
        max((said[phase][0] for phase in ("Load", "Forward", "Backward", "Step")), key=float),
        max((said["Load"][1], *said["Prefill"], *said["Decode"]), key=float),
    ]


def test_phases_for_programs() -> None:
    """Each with its kinds, which sum to its peak; in CSV one column a phase."""
    common = ("--method", "lora", "--rank", "4,8", "--seq-len", "128", "--phases")
    rows = records(*common)
    for row in rows:
        assert [phase["phase"] for phase in row["phases"]] == ["load", "forward", "backward", "step"]
        for phase in row["phases"]:
            assert phase["total_bytes"] == sum(
                size for key, size in phase.items() if key.endswith("_bytes") and key != "total_bytes"
            )
        assert max(phase["total_bytes"] for phase in row["phases"]) == row["peak_allocated_bytes"]
    done = run("estimate", SMALL, *common, "--format", "csv", "--offline")
    lines = list(csv.DictReader(done.stdout.splitlines()))
    assert [int(line["step_total_bytes"]) for line in lines] == [row["phases"][3]["total_bytes"] for row in rows]
    assert [line["decode_total_bytes"] for line in lines] == ["", ""]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--method", "full", "--rank", "4"), 1, "error: allocated: rank has no effect on full"),
        (("--dtype", "int4"), 2, "--dtype: the weights are auto, float32, float16 or bfloat16; see --quantization"),
        (("--accounting", "textbook", "--batch-size", "2"), 2, "the accounting textbook does not support --batch-size"),
        (("--accounting", "accelerate", "--fits"), 2, "the accounting accelerate does not support --fits"),
        (("--accounting", "textbook", "--phases"), 2, "the accounting textbook does not support --phases"),
        (("--accounting", "textbook", "--cards", "T4"), 2, "the accounting textbook does not support --cards"),
        (("--cards", "T5"), 1, "error: fits: cards: unknown GPU 'T5'; "),
        (("--attention", "fast"), 2, "'fast' is not one of 'eager', 'sdpa', 'flash'"),
    ],
)
def test_wrong_uses_are_one_line(arguments: tuple[str, ...], code: int, message: str) -> None:
    """Without a traceback."""
    done = run("estimate", SMALL, *arguments, "--offline")
    assert (done.exit_code, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_several_processes_give_the_same(shell: Shell) -> None:
    """In the same order."""
    common = ("estimate", SMALL, "--method", "full,lora", "--seq-len", "128", "--format", "json", "--offline")
    assert shell.run(*common, "--jobs", "2").stdout == shell.run(*common).stdout


def test_inference_loads_the_checkpoint_as_it_is_stored(shell: Shell) -> None:
    """gpt-oss takes a third of its bfloat16 size: 12.8 GiB of weights. Text, JSON and `models show` name the format."""
    said = shell.run("estimate", "openai/gpt-oss-20b", "--method", "inference", "--seq-len", "64", "--offline").stdout
    assert "mxfp4 (checkpoint)" in said
    assert "\nNote: kernels of mxfp4 unpack weights inside the product" in said
    options = ("--method", "inference", "--seq-len", "64", "--dtype", "auto,bfloat16", "--format", "json", "--offline")
    stored, dense = json.loads(shell.run("estimate", "openai/gpt-oss-20b", *options).stdout)
    size = stored["weights_bytes"] + stored["quantization_constant_bytes"]
    assert size / 2**30 == pytest.approx(12.8, abs=0.05)
    assert size < dense["weights_bytes"] / 3 + 2**30
    assert (stored["stored_as"], dense["stored_as"]) == ("mxfp4 (checkpoint)", "bfloat16 (dequantized)")
    assert dense["notes"][0] == "the checkpoint is mxfp4, and its weights are counted as dequantized to bfloat16"
    assert "weights stored as: mxfp4" in run("models", "show", "openai/gpt-oss-20b", "--offline").stdout


def test_a_card_without_kernels_holds_dequantized_weights() -> None:
    """FP8 needs compute capability 8.9: an H100 holds packed weights, an A100 unpacked ones, and it is said."""
    options = ("--method", "inference", "--seq-len", "64", "--quantization", "fp8", "--cards", "A100,H100")
    old, new = records(*options)
    assert "keeps the weights unpacked" in old["notes"][0]
    assert old["weights_bytes"] > 1.3 * new["weights_bytes"]
    said = run("estimate", SMALL, *options, "--offline").stdout
    assert "has no kernels for fp8" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("openai/gpt-oss-20b", "--method", "lora", "--dtype", "auto"), "does not train on mxfp4; allowed: dtype"),
        (
            ("openai/gpt-oss-20b", "--method", "inference", "--quick"),
            "quick has no formula for weights stored in mxfp4",
        ),
        ((SMALL, "--method", "qlora", "--quantization", "fp8"), "qlora quantizes by bitsandbytes: nf4, fp4, int8"),
        ((SMALL, "--method", "inference", "--quantization", "mxfp4"), "only the experts of gpt-oss"),
        ((SMALL, "--method", "lora", "--quantize-experts"), "quantize_experts has no effect on lora"),
        ((SMALL, "--method", "inference", "--quantize-experts"), "give quantization nf4, fp4 or int8"),
    ],
)
def test_weights_that_cannot_be_so_are_refused(arguments: tuple[str, ...], message: str) -> None:
    """In one line, without a traceback."""
    done = run("estimate", *arguments, "--offline")
    assert done.exit_code != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
