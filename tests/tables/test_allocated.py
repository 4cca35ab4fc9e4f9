"""The table sources on allocated memory: rows, parameters that make no sense, phases, timeline, and what fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegen.model import CellValue, Table
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.results.parts import joined, split
from slidegen.results.store import check_parameters
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext

pytest.importorskip("peft")
SMALL = "HuggingFaceTB/SmolLM2-135M"
PARTS = (
    *("weights", "quantization_constants", "adapter", "gradients", "optimizer", "activations", "logits", "kv_cache"),
    *("temporaries", "workspace", "rounding"),
)


def computed(source: str, **parameters: Any) -> Table:
    """The table of a source, computed."""
    found = TABLE_SOURCES.find(source)
    bench = SourceContext(ModelFinder(offline=True), lambda _: None, Project.of(Path()))
    return found.compute(check_parameters(found, {"models": SMALL, **parameters}), bench)


def rows(table: Table) -> list[dict[str, CellValue]]:
    """Rows as mappings."""
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]


def test_the_kinds_of_a_row_sum_to_its_peak() -> None:
    """And the allocator reserves at least that."""
    for row in rows(computed("allocated", method=["full", "lora", "qlora", "inference"], seq_len=512)):
        sizes = [int(row[part] or 0) for part in PARTS]
        assert sum(sizes) == row["total"]
        assert int(row["reserved"] or 0) >= int(row["total"] or 0)


def test_the_states_of_full_fine_tuning_are_counted_by_hand() -> None:
    """Float32 weights and two moments between steps; its peak has the gradients, too."""
    (row,) = rows(computed("allocated", dtype="float32", seq_len=64, batch_size=1))
    parameters = int(row["parameters"] or 0)
    assert parameters == 134_515_008
    workspaces = 2 * 8_519_680
    least = 12 * parameters + workspaces
    # Tensors are rounded to 512 bytes, and fused AdamW keeps a counter for each of 272; blocks have up to 1 MiB more.
    assert least + 272 * 512 <= int(row["end_of_step"] or 0) <= 1.02 * least
    assert int(row["total"] or 0) >= 16 * parameters


def test_parameters_that_play_no_part_make_no_rows() -> None:
    """Ranks of full fine-tuning, optimizers of inference."""
    table = computed(
        "allocated", method=["full", "lora", "inference"], rank=[8, 16], optimizer=["sgd", "adamw_torch"], seq_len=64
    )
    assert [(row["method"], row["rank"], row["optimizer_name"]) for row in rows(table)] == [
        ("full", None, "sgd"),
        ("full", None, "adamw_torch"),
        ("lora", 8, "sgd"),
        ("lora", 8, "adamw_torch"),
        ("lora", 16, "sgd"),
        ("lora", 16, "adamw_torch"),
        ("inference", None, None),
    ]


def test_one_gpu_divides_with_nobody() -> None:
    """Among several counts of GPUs with one sharding, the row of one GPU is that of no sharding."""
    given = {"seq_len": 64, "quick": True, "offload": "optimizer"}
    one, four = rows(computed("allocated", gpus=[1, 4], sharding="zero2", **given))
    (alone,) = rows(computed("allocated", gpus=1, **given))
    assert (one, four["sharding"]) == (alone, "zero2")


def test_a_request_is_split_into_its_rows() -> None:
    """Each part gives its row of the whole table."""
    source = TABLE_SOURCES.find("allocated")
    given = {"models": SMALL, "method": ["full", "lora"], "rank": [4, 8], "seq_len": 64}
    asked = check_parameters(source, given)
    bench = SourceContext(ModelFinder(offline=True), lambda _: None, Project.of(Path()))
    parts = split(source, asked)
    assert len(parts) == 3
    assert joined(source, [source.compute(part, bench) for part in parts]).rows == source.compute(asked, bench).rows


def test_kept_outputs_are_those_of_the_loss() -> None:
    """The Trainer's loop returns autocast's logits as float32 copies, and they last until the step's end."""
    settings = {"method": "lora", "seq_len": 512, "batch_size": 1, "mixed_precision": "bfloat16"}
    (without,), (kept,) = (rows(computed("allocated", **settings, keep_outputs=keep)) for keep in (False, True))
    copies = 512 * 49152 * 4
    assert int(kept["logits"] or 0) - int(without["logits"] or 0) == copies
    assert int(kept["end_of_step"] or 0) - int(without["end_of_step"] or 0) >= copies


def test_phases_name_where_the_peak_is() -> None:
    """The largest of them is the row's peak."""
    (row,) = rows(computed("allocated", method="lora", seq_len=512))
    phases = {str(one["phase"]): int(one["total"] or 0) for one in rows(computed("phases", method="lora", seq_len=512))}
    assert list(phases) == ["load", "forward", "backward", "step"]
    assert phases[str(row["peak_phase"])] == max(phases.values()) == row["total"]


def test_the_timeline_goes_through_all_layers_and_back() -> None:
    """Two moments for each stretch: 30 layers forwards and backwards, beginning and end, the optimizer's step."""
    table = rows(computed("timeline", method="full", seq_len=64))
    labels = list(dict.fromkeys(str(row["stretch"]) for row in table))
    assert labels[:3] == ["load", "forward", "forward 0.0"]
    assert [label for label in labels if label.startswith("backward 0.")] == [
        f"backward 0.{n}" for n in range(29, -1, -1)
    ]
    assert labels[-1] == "step"


def test_modules_that_are_trained_whole_keep_the_models_dtype() -> None:
    """By hand: LoRA's matrices are float32, the copy of the output head is bfloat16 as PEFT leaves it."""
    (plain, saved) = (
        rows(computed("allocated", method="lora", seq_len=64, modules_to_save=names))[0] for names in ([], ["lm_head"])
    )
    head = 49152 * 576
    assert int(saved["trainable_parameters"] or 0) - int(plain["trainable_parameters"] or 0) == head
    assert int(saved["adapter"] or 0) - int(plain["adapter"] or 0) == 2 * head


@pytest.mark.parametrize("layer", [0, 1, 2, 29])
def test_an_adapter_of_a_single_layer_is_that_layers(layer: int) -> None:
    """Whichever layers are left out of other runs."""
    target = f"model.layers.{layer}.self_attn.q_proj"
    (row,) = rows(computed("allocated", method="lora", seq_len=16, target_modules=target))
    assert row["trainable_parameters"] == 16 * 2 * 576


def test_the_quick_mode_says_what_it_is() -> None:
    """Formulas, without a run."""
    table = computed("allocated", method="full", quick=True)
    assert table.provenance.accounting == "analytic"
    assert "torch" not in table.provenance.versions


def test_dpo_loads_its_model_twice() -> None:
    """Full fine-tuning in bfloat16: 2 bytes a parameter for each model, 2 for gradients and 4 for AdamW's moments."""
    given = {"method": "dpo", "dtype": "bfloat16", "seq_len": 64, "mixed_precision": "no"}
    twice, once = (
        rows(computed("allocated", **given, reference_model=reference))[0] for reference in ("separate", "precomputed")
    )
    parameters = 134_515_008
    assert twice["reference_model"] == "separate"
    slack = 272 * 512 * 4  # 272 tensors, rounded to 512 bytes
    assert 0 <= int(twice["weights"] or 0) - 4 * parameters <= slack
    assert 0 <= int(once["weights"] or 0) - 2 * parameters <= slack
    states = 4 * parameters
    workspaces = 2 * 8_519_680
    for row, models in ((twice, 2), (once, 1)):
        held = 2 * models * parameters + states + workspaces
        assert 0 <= int(row["end_of_step"] or 0) - held <= 3 * slack


def test_the_adapter_s_reference_model_shares_the_base() -> None:
    """Disabled, it adds no weights; the second pass without gradients stays below the peak."""
    given = {"method": "dpo-lora", "seq_len": 256}
    shared, precomputed = (
        rows(computed("allocated", **given, reference_model=reference))[0] for reference in ("adapter", "precomputed")
    )
    assert shared["weights"] == precomputed["weights"]
    (separate,) = rows(computed("allocated", **given, reference_model="separate"))
    more = int(separate["weights"] or 0) - int(shared["weights"] or 0)
    assert 0 <= more - 4 * 134_515_008 <= 272 * 512  # TRL loads models in float32


def test_a_batch_of_pairs_is_twice_as_large() -> None:
    """DPO of one pair allocates in its forward pass what supervised fine-tuning of two sequences does in TRL."""
    (pair,) = rows(computed("phases", method="dpo-lora", seq_len=256, reference_model="precomputed"))[1:2]
    (two,) = rows(computed("phases", method="lora", loop="trl", seq_len=256, batch_size=2))[1:2]
    assert (pair["phase"], two["phase"]) == ("forward", "forward")
    assert pair["total"] == pytest.approx(two["total"], rel=0.001)


def test_trl_has_no_logits() -> None:
    """Its tiles are 2048 tokens x 32768 entries in bfloat16 once, not 2 + 4 + 4 bytes for each entry and token."""
    trl, trainer = (
        rows(computed("allocated", method="lora", loop=loop, gradient_checkpointing=True, dtype="bfloat16"))[0]
        for loop in ("trl", "trainer")
    )
    assert trl["logits"] == 0
    assert int(trainer["logits"] or 0) >= 2 * 4 * 2047 * 49_152
    assert int(trl["temporaries"] or 0) >= 2 * 2047 * 32_768
    assert int(trainer["total"] or 0) - int(trl["total"] or 0) >= 4 * 2047 * 49_152


def test_a_loop_changes_defaults_that_nobody_wrote() -> None:
    """TRL loads in float32 under autocast and checkpoints; an option that is written wins."""
    trl, chosen = (
        rows(computed("allocated", method="qlora", loop="trl", seq_len=64, **given))[0]
        for given in ({}, {"dtype": "bfloat16", "gradient_checkpointing": False, "adapter_dtype": "float32"})
    )
    names = ("loop", "dtype", "mixed_precision", "gradient_checkpointing", "adapter_dtype")
    assert [trl[name] for name in names] == ["trl", "float32", "bfloat16", "yes", "bfloat16"]
    assert [chosen[name] for name in names] == ["trl", "bfloat16", "bfloat16", "no", "float32"]
    (plain,) = rows(computed("allocated", method="qlora", loop="plain", seq_len=64))
    assert [plain[name] for name in names] == ["plain", "bfloat16", None, "no", "float32"]


def test_a_plain_loop_keeps_logits_and_cache_between_steps() -> None:
    """Logits of two bytes and keys and values of each of 30 layers, as soon as `out` lives on."""
    kept, dropped = (
        rows(computed("allocated", method="full", loop=loop, seq_len=256))[0]["end_of_step"]
        for loop in ("plain", "trainer")
    )
    logits = 2 * 256 * 49_152
    cache = 30 * 2 * 3 * 64 * 256 * 2
    assert int(kept or 0) - int(dropped or 0) == pytest.approx(logits + cache, abs=3 * 512 + 2 * 8 * 256)


def test_the_preparation_of_quantized_models_is_named() -> None:
    """PEFT's and TRL's scripts prepare them differently, so a column says which one is assumed; TRL's has a note."""
    (trainer,), (trl,), (plain,) = (
        rows(computed("allocated", method=method, loop=loop, seq_len=64))
        for method, loop in (("qlora", "trainer"), ("qlora", "trl"), ("lora", "trainer"))
    )
    assert (trainer["kbit_upcast"], trainer["notes"]) == ("yes", None)
    assert trl["kbit_upcast"] == "no"
    assert "TRL's trainers do not call PEFT's prepare_model_for_kbit_training" in str(trl["notes"])
    assert plain["kbit_upcast"] is None
