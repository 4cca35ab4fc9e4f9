"""`slidegen estimate` with the accounting `allocated`: for people, for programs, and wrong uses."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Shell

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
    assert lines[0].startswith("bfloat16, rank 16, batch 1, 256 tokens")
    assert [line.split()[1] for line in lines[3:7]] == ["full", "lora", "qlora", "inference"]
    assert lines[-1].startswith("Accounting: allocated, of one GPU. Leaves out ")
    assert "Traceback" not in done.stderr


def test_what_fits_stands_under_it(shell: Shell) -> None:
    """All cards, the smallest first."""
    done = shell.run("estimate", SMALL, "--method", "lora", "--seq-len", "256", "--fits", "--offline")
    cards = done.stdout.split("\n\n")[1].splitlines()[2:]
    assert len(cards) == 11
    assert cards[0].split("  ")[2:] != cards[-1].split("  ")[2:]
    assert "fits" in cards[-1]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--method", "full", "--rank", "4"), 1, "error: allocated: rank plays no part in full"),
        (("--dtype", "int4"), 2, "--dtype: the weights are float32, float16 or bfloat16; see --quantization"),
        (("--accounting", "textbook", "--batch-size", "2"), 2, "the accounting textbook knows no --batch-size"),
        (("--accounting", "accelerate", "--fits"), 2, "the accounting accelerate knows no --fits"),
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
