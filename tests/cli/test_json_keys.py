"""`slidegen estimate` and `slidegen tables` say the same of a request in JSON: the same keys, the same values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell

pytest.importorskip("peft")
SMALL = "HuggingFaceTB/SmolLM2-135M"
KEPT = {
    *("peak_allocated_bytes", "total_bytes", "weights_bytes", "peak_phase", "reserved_low_bytes"),
    *("reserved_high_bytes", "kv_cache_bytes"),
}
LAST_RELEASE = {
    *("quantization_constant_bytes", "gradient_bytes", "activation_bytes", "temporary_bytes"),
    *("end_of_step_allocated_bytes", "quantization_constants_bytes", "gradients_bytes", "activations_bytes"),
    *("temporaries_bytes", "end_of_step_bytes", "reserved_bytes", "checkpointing", "accounting", "context_bytes"),
}
"""Keys that either of the two commands printed in version 0.1, and both print now."""

REQUESTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "allocated": (
        "{source: allocated, models: MODEL, method: [full, qlora, inference], seq_len: 64, "
        "gradient_checkpointing: true}",
        ("--method", "full,qlora,inference", "--seq-len", "64", "--gradient-checkpointing"),
    ),
    "quick": (
        "{source: allocated, models: MODEL, method: [full, lora], seq_len: 64, quick: true}",
        ("--method", "full,lora", "--seq-len", "64", "--quick"),
    ),
    "textbook": (
        "{source: memory, models: MODEL, method: [full, lora, qlora, inference], dtype: [float16, int4]}",
        ("--accounting", "textbook", "--method", "full,lora,qlora,inference", "--dtype", "float16,int4"),
    ),
    "textbook, later parameters": (
        "{source: memory, models: MODEL, method: [full, lora, inference], optimizer: [adam, sgd], "
        "mixed_precision: bfloat16, train_embedding: true}",
        (
            *("--accounting", "textbook", "--method", "full,lora,inference", "--optimizer", "adam,sgd"),
            *("--mixed-precision", "bfloat16", "--train-embedding"),
        ),
    ),
    "nominal size": (
        "{source: memory, models: 7B, method: [full, inference]}",
        ("--accounting", "textbook", "--method", "full,inference"),
    ),
    "accelerate": ("{source: dtypes, models: MODEL}", ("--accounting", "accelerate")),
    "rules": ("{source: rules, models: MODEL, truth: false}", ("--accounting", "rules", "--no-truth")),
}


def of_deck(shell: Shell, folder: Path, **sources: str) -> dict[str, list[dict[str, Any]]]:
    """What `slidegen tables` prints of a deck with these tables."""
    lines = "".join(f"  {name}: {source.replace('MODEL', SMALL)}\n" for name, source in sources.items())
    (folder / "talk.yml").write_text(f"tables:\n{lines}slides: [A]\n", encoding="utf-8")
    done = shell.run("tables", str(folder / "talk.yml"), "--format", "json", "--offline")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def of_command(shell: Shell, model: str, *arguments: str) -> list[dict[str, Any]]:
    """What `slidegen estimate` prints."""
    done = shell.run("estimate", model, *arguments, "--format", "json", "--offline")
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "allocated" else name for name in REQUESTS]
)
def test_both_commands_say_the_same(shell: Shell, tmp_path: Path, name: str) -> None:
    """Row by row: the same keys with the same values."""
    source, arguments = REQUESTS[name]
    tables = of_deck(shell, tmp_path, t=source)["t"]
    assert of_command(shell, "7B" if name == "nominal size" else SMALL, *arguments) == tables
    assert len(tables) > 1


def test_the_keys_of_the_last_release_are_there(shell: Shell) -> None:
    """Whichever of the two commands printed them; a value has one size under all its keys."""
    (row,) = of_command(shell, SMALL, "--method", "full", "--quick", "--gradient-checkpointing")
    assert set(row) >= KEPT | LAST_RELEASE
    assert row["peak_allocated_bytes"] == row["total_bytes"] == row["reserved_low_bytes"]
    assert row["reserved_high_bytes"] == row["reserved_bytes"]
    assert row["gradient_bytes"] == row["gradients_bytes"]
    assert row["gradient_checkpointing"] is row["checkpointing"] is True


def test_a_card_has_the_keys_of_its_two_tables(shell: Shell, tmp_path: Path) -> None:
    """`estimate --fits` is the estimate and the card in one record, with the values of both."""
    common = f"models: {SMALL}, method: lora, seq_len: 128, quick: true"
    tables = of_deck(
        shell,
        tmp_path,
        step=f"{{source: allocated, {common}, gpu: T4}}",
        card=f"{{source: fits, {common}, cards: T4, largest: true}}",
    )
    (step,), (card,) = tables["step"], tables["card"]
    (row,) = of_command(*(shell, SMALL, "--method", "lora", "--seq-len", "128", "--quick", "--fits"), *("--gpu", "T4"))
    setting = {f"setting_{key}": step[key] for key in ("batch_size", "seq_len", "rank")}
    assert row == step | card | setting
    assert {"largest_batch_size", "largest_seq_len", "largest_rank", "peak_allocated_bytes"} <= set(card)


def test_phases_have_the_keys_of_their_table(shell: Shell, tmp_path: Path) -> None:
    """The list `phases` of `estimate --phases` has the rows of the table `phases`."""
    tables = of_deck(shell, tmp_path, phases=f"{{source: phases, models: {SMALL}, method: lora, seq_len: 64}}")
    (row,) = of_command(shell, SMALL, "--method", "lora", "--seq-len", "64", "--phases")
    assert row["phases"] == tables["phases"]
    assert [phase["phase"] for phase in row["phases"]] == ["load", "forward", "backward", "step"]


def test_parts_have_the_keys_of_their_table(shell: Shell, tmp_path: Path) -> None:
    """`models show` prints the same parts as the table `parts`, which adds the adapter's."""
    tables = of_deck(shell, tmp_path, parts=f"{{source: parts, models: {SMALL}}}")
    (table,) = tables["parts"]
    done = shell.run("models", "show", SMALL, "--format", "json", "--offline")
    parts = json.loads(done.stdout)["parts"]
    assert table == parts | {key: table[key] for key in set(table) - set(parts)}
    assert set(table) - set(parts) == {"accounting", "model", "rank", "adapter", "adapter_share"}
