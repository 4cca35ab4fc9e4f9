"""`slidegen estimate` with the accounting `allocated`: for people, for programs, and wrong uses."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Shell
from tests.extension import ROOT

pytest.importorskip("peft")
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
    assert shell.run("estimate", *command.split()).stdout.partition("\n\nAccounting")[0].rstrip() == printed


def test_what_fits_stands_under_it(shell: Shell) -> None:
    """All cards, the smallest first."""
    done = shell.run("estimate", SMALL, "--method", "lora", "--seq-len", "256", "--fits", "--offline")
    cards = done.stdout.split("\n\n")[2].splitlines()[2:]
    assert [line.split("  ")[0] for line in cards][:3] == ["GeForce RTX 4060", "GeForce RTX 3060", "Tesla T4"]
    assert len(cards) == 11
    assert all(line.endswith("fits") for line in cards)


def test_the_largest_of_several_methods_stand_beside_each_other(shell: Shell) -> None:
    """Under the one card that was asked for; full fine-tuning has no rank."""
    done = shell.run("estimate", SMALL, "--method", "full,lora", "--quick", "--fits", "--gpu", "T4", "--offline")
    title, table = done.stdout.split("\n\n")[2:4]
    assert title == "Tesla T4"
    said = {line[:16].strip(): line[16:].split() for line in table.splitlines()}
    assert said["Fits"] == ["fits", "fits"]
    assert all(int(number) > 1 for number in said["Largest batch"])
    assert len(said["Largest rank"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--method", "full", "--rank", "4"), 1, "error: allocated: rank has no effect on full"),
        (("--dtype", "int4"), 2, "--dtype: the weights are float32, float16 or bfloat16; see --quantization"),
        (("--accounting", "textbook", "--batch-size", "2"), 2, "the accounting textbook does not support --batch-size"),
        (("--accounting", "accelerate", "--fits"), 2, "the accounting accelerate does not support --fits"),
        (("--attention", "fast"), 2, "'fast' is not one of 'eager', 'sdpa', 'flash'"),
    ],
)
def test_wrong_uses_are_one_line(shell: Shell, arguments: tuple[str, ...], code: int, message: str) -> None:
    """Without a traceback."""
    done = shell.run("estimate", SMALL, *arguments, "--offline")
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_several_processes_give_the_same(shell: Shell) -> None:
    """In the same order."""
    common = ("estimate", SMALL, "--method", "full,lora", "--seq-len", "128", "--format", "json", "--offline")
    assert shell.run(*common, "--jobs", "2").stdout == shell.run(*common).stdout
