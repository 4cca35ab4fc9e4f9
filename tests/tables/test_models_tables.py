"""The table sources about models: memory, dtypes, parameters, and the card of one model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from slidegen.errors import ModelError
from slidegen.model import Table
from slidegen.models.configs import config_digest
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext
from slidegen.tables.cards import model_card, parts_table
from slidegen.tables.memory import MemoryParameters, memory_estimates

LLAMA = "meta-llama/Meta-Llama-3-8B"
GPT2 = "openai-community/gpt2"


def compute(context: SourceContext, source: str, **parameters: Any) -> Table:
    """The table of a source."""
    known = TABLE_SOURCES[source]
    return known.compute(known.parameters.model_validate(parameters), context)


def as_dicts(table: Table) -> list[dict[str, Any]]:
    """The rows by column key."""
    return [{column.key: cell for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]


def test_memory_of_one_model(context: SourceContext) -> None:
    """Full fine-tuning in float16 is the default: 55.92 GiB for Llama 3 8B, as in the talk."""
    (row,) = as_dicts(compute(context, "memory", models=LLAMA))
    assert round(row["total"] / 2**30, 2) == 55.92
    assert row == {
        "model": LLAMA,
        "method": "full",
        "dtype": "float16",
        "rank": None,
        "parameters": 7_504_924_672,
        "trainable_parameters": 7_504_924_672,
        "weights": 15_009_849_344,
        "adapter": 0,
        "gradients": 15_009_849_344,
        "optimizer": 30_019_698_688,
        "total": 60_039_397_376,
        "note": None,
    }


def test_memory_rows_are_the_combinations(context: SourceContext) -> None:
    """Models outermost, then method, dtype, rank; what has no effect adds no rows."""
    table = compute(
        context,
        "memory",
        models=[LLAMA, GPT2, LLAMA],
        method=["full", "lora", "qlora"],
        dtype=["float16", "int4"],
        rank=[8, 32],
    )
    rows = [(row["model"], row["method"], row["dtype"], row["rank"]) for row in as_dicts(table)]
    assert rows == [
        (model, method, dtype, rank)
        for model in (LLAMA, GPT2)
        for method, dtype, rank in (
            ("full", "float16", None),
            ("full", "int4", None),
            ("lora", "float16", 8),
            ("lora", "float16", 32),
            ("lora", "int4", 8),
            ("lora", "int4", 32),
            ("qlora", "int4", 8),
            ("qlora", "int4", 32),
        )
    ]


def test_lists_may_be_written_with_commas(context: SourceContext) -> None:
    """What `--set models=a,b` gives is a list, and a rank given as text is a number."""
    parameters = MemoryParameters.model_validate({"models": f"{LLAMA}, {GPT2}", "method": "lora", "rank": "8,16"})
    assert parameters.models == (LLAMA, GPT2)
    assert [line.rank for line in memory_estimates(parameters, context)] == [8, 16, 8, 16]


def test_an_impossible_row(context: SourceContext) -> None:
    """Full fine-tuning of int4 has no total, and its note says why."""
    (row,) = as_dicts(compute(context, "memory", models=LLAMA, dtype="int4"))
    assert (row["total"], row["gradients"], row["optimizer"]) == (None, None, None)
    assert row["note"] == "int4 weights cannot be trained without an adapter; use lora or qlora"


@pytest.mark.parametrize(
    "parameters",
    [
        {"models": LLAMA, "rank": -3},
        {"models": LLAMA, "rank": 0},
        {"models": LLAMA, "rank": 1.5},
        {"models": []},
        {"models": ""},
        {"models": LLAMA, "method": "qlorra"},
        {"models": LLAMA, "dtype": "fp8"},
        {"models": LLAMA, "accounting": "guess"},
        {"models": LLAMA, "ranks": 3},
        {},
    ],
)
def test_memory_parameters_are_checked(parameters: Mapping[str, Any]) -> None:
    """A rank below one, an unknown word, an unknown parameter or no model at all is refused before anything is read."""
    with pytest.raises(ValidationError):
        MemoryParameters.model_validate(parameters)


def test_provenance(context: SourceContext) -> None:
    """A table says its source, accounting, each model's origin, the versions, and what it leaves out."""
    provenance = compute(context, "memory", models=[LLAMA, GPT2], method=["full", "qlora"]).provenance
    assert (provenance.source, provenance.accounting, provenance.date) == ("memory", "textbook", None)
    assert provenance.models == {LLAMA: "catalogue", GPT2: "catalogue"}
    assert set(provenance.versions) == {"accelerate", "transformers"}
    assert provenance.leaves_out is not None
    assert "activations" in provenance.leaves_out


def test_all_missing_models_are_told_together(context: SourceContext) -> None:
    """Three mistakes in a list of models are three lines, not the first one."""
    with pytest.raises(ModelError) as caught:
        compute(context, "memory", models=["a/b", LLAMA, "./nowhere", "c d"])
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("source", ["memory", "dtypes", "parameters", "parts"])
def test_inputs_are_the_digests_of_the_configs(context: SourceContext, source: str) -> None:
    """What the record compares: one digest a model, of the config's facts."""
    known = TABLE_SOURCES[source]
    parameters = known.parameters.model_validate({known.subject: [LLAMA, GPT2]})
    expected = {name: config_digest(context.models.find(name).config) for name in (LLAMA, GPT2)}
    assert known.inputs(parameters, context) == expected


def test_slow_work_is_announced(context: SourceContext, tmp_path: Path, said: list[str]) -> None:
    """Counting a model that is not in the catalogue takes seconds, so a line says so: once, and not if it is known."""
    (tmp_path / "tiny").mkdir()
    config = '{"model_type": "gpt2", "n_layer": 1, "n_embd": 8, "n_head": 2, "vocab_size": 9}'
    (tmp_path / "tiny" / "config.json").write_text(config, encoding="utf-8")
    table = compute(context, "memory", models=["./tiny", GPT2])
    assert said == ["counting the parameters of ./tiny"]
    assert table.provenance.models == {"./tiny": "folder", GPT2: "catalogue"}
    compute(context, "parameters", models="./tiny")
    finder = ModelFinder(
        offline=True, project=Project.of(tmp_path), censuses=tmp_path / "censuses", hub_cache=tmp_path / "hub"
    )
    compute(SourceContext(finder, said.append), "memory", models="./tiny")
    assert said == ["counting the parameters of ./tiny"]


def test_dtypes_is_accelerates_table(context: SourceContext) -> None:
    """Four dtypes a model: largest layer, total size, training with Adam or n/a."""
    rows = as_dicts(compute(context, "dtypes", models=LLAMA))
    embedding, buffers = 128_256 * 4096, 2 * 64 * 4
    float32 = 4 * 7_504_924_672 + buffers
    assert [row["dtype"] for row in rows] == ["float32", "float16", "int8", "int4"]
    assert [row["largest_layer"] for row in rows] == [4 * embedding, 2 * embedding, embedding, embedding // 2]
    assert [row["total"] for row in rows] == [float32, float32 // 2, float32 // 4, float32 // 8]
    assert [row["training"] for row in rows] == [4 * float32, 2 * float32, None, None]


def test_dtypes_offers_what_accelerate_offers(context: SourceContext) -> None:
    """bfloat16 is not in accelerate's table and is refused."""
    with pytest.raises(ValidationError):
        compute(context, "dtypes", models=LLAMA, dtype="bfloat16")


def test_parameters_by_kind(context: SourceContext) -> None:
    """Embedding, linear and norm of Llama 3 8B by hand, with sizes at the dtype and shares that sum to one."""
    rows = as_dicts(compute(context, "parameters", models=LLAMA, dtype="int4"))
    linear = 32 * (4096 * (4096 + 1024 + 1024 + 4096) + 3 * 4096 * 14336)
    assert [(row["kind"], row["modules"], row["parameters"], row["size"]) for row in rows] == [
        ("embedding", 1, 128_256 * 4096, 2 * 128_256 * 4096),
        ("linear", 32 * 7, linear, linear // 2),
        ("norm", 65, 65 * 4096, 2 * 65 * 4096),
    ]
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_parameters_with_the_head(context: SourceContext) -> None:
    """`build: whole` adds the output head: one more linear of vocabulary x hidden size."""
    base = {row["kind"]: row for row in as_dicts(compute(context, "parameters", models=LLAMA))}
    whole = {row["kind"]: row for row in as_dicts(compute(context, "parameters", models=LLAMA, build="whole"))}
    assert whole["linear"]["modules"] == base["linear"]["modules"] + 1
    assert whole["linear"]["parameters"] == base["linear"]["parameters"] + 128_256 * 4096


@pytest.mark.parametrize("source", ["dtypes", "memory", "parameters", "parts"])
def test_every_source_is_described(source: str, context: SourceContext) -> None:
    """Each source computes from its subject alone, has distinct column keys, and a JSON Schema for editors."""
    known = TABLE_SOURCES[source]
    table = compute(context, source, **{known.subject: GPT2})
    keys = [column.key for column in table.columns]
    assert (known.name, len(set(keys))) == (source, len(keys))
    assert all(len(row) == len(keys) for row in table.rows)
    schema = known.parameters.model_json_schema()
    assert {"type": "string", "minLength": 1, "maxLength": 1000} in schema["properties"][known.subject]["anyOf"]


def test_parts_of_models(context: SourceContext) -> None:
    """A row for each model and rank; the adapter's share is that of the base, as a ratio."""
    rows = as_dicts(compute(context, "parts", models=[LLAMA, GPT2], rank=[8, 16, 8]))
    assert [(row["model"], row["rank"]) for row in rows] == [(LLAMA, 8), (LLAMA, 16), (GPT2, 8), (GPT2, 16)]
    assert rows[0]["attention"] == 32 * 2 * 4096 * (4096 + 1024)
    assert (rows[1]["adapter"], rows[1]["parameters"]) == (41_943_040, 8_030_261_248)
    assert rows[1]["adapter_share"] == 41_943_040 / 8_030_261_248
    assert rows[0]["head"] == 128_256 * 4096
    assert rows[2]["head"] == 0


def test_parts_with_named_targets(context: SourceContext) -> None:
    """A name that no layer has is one line; all-linear beside a name is refused."""
    (row,) = as_dicts(compute(context, "parts", models=LLAMA, rank=1, target_modules="q_proj,v_proj"))
    assert row["adapter"] == 32 * (2 * 4096 + 4096 + 1024)
    with pytest.raises(ModelError, match="the model does not have a linear layer 'q_prj'; did you mean 'q_proj'"):
        compute(context, "parts", models=LLAMA, target_modules="q_prj")
    with pytest.raises(ValidationError, match="all-linear cannot be combined with names"):
        compute(context, "parts", models=LLAMA, target_modules="q_proj,all-linear")


def test_the_card_of_a_model(context: SourceContext) -> None:
    """What `slidegen models show` tells: facts of the config, counts with and without the head, the source."""
    card = model_card(context.models, LLAMA)
    assert (card.parameters, card.base_parameters) == (8_030_261_248, 7_504_924_672)
    assert card.adapter_per_rank == 83_886_080 // 32
    assert (card.config["hidden_size"], card.origin) == (4096, "catalogue")
    assert "architectures" not in card.config
    assert card.facts.source == "public Python file holding HF config dicts"
    assert sum(line.parameters for line in card.kinds) == card.parameters == card.parts.active
    shown = as_dicts(parts_table(card))
    assert [row["part"] for row in shown] == ["Embedding", "Attention", "MLP", "Norms", "Output head", "One block"]
    assert sum(row["parameters"] for row in shown[:-1]) == card.parameters
