"""The table source `memory` with nominal sizes, optimizers, mixed precision and adapters on embeddings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import SlidegenError
from slidegen.model import Table
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.results.record import Key, load_record
from slidegen.results.store import check_parameters
from slidegen.tables.base import SourceContext
from slidegen.tables.memory import MEMORY_SOURCE
from tests.deck_folder import DeckFolder
from tests.extension import ROOT

LLAMA = "meta-llama/Meta-Llama-3-8B"
RECORDS = sorted((ROOT / "slides").glob("*.record.json"))


@pytest.fixture
def context(tmp_path: Path) -> SourceContext:
    """A context that sees the catalogue alone."""
    finder = ModelFinder(
        offline=True, project=Project.of(tmp_path), censuses=tmp_path / "censuses", hub_cache=tmp_path / "hub"
    )
    return SourceContext(finder, lambda _: None)


def memory(context: SourceContext, **parameters: Any) -> Table:
    """The table `memory`."""
    return MEMORY_SOURCE.compute(check_parameters(MEMORY_SOURCE, parameters), context)


def cells(table: Table, *keys: str) -> list[tuple[Any, ...]]:
    """Some columns of each row."""
    return [tuple(row[table.column(key)] for key in keys) for row in table.rows]


def test_13_billion_parameters(context: SourceContext) -> None:
    """At 2 bytes 26 GB; 78 GB more for gradients and states, 104 GB with Adam."""
    table = memory(context, models="13B", method=["inference", "full"])
    assert cells(table, "model", "weights", "gradients", "optimizer", "total", "note") == [
        ("13B", 26 * 10**9, 0, 0, 26 * 10**9, "nominal size"),
        ("13B", 26 * 10**9, 26 * 10**9, 52 * 10**9, 104 * 10**9, "nominal size"),
    ]
    assert table.provenance.models == {"13B": "nominal size: 13,000,000,000 parameters"}


@pytest.mark.parametrize("parameters", [13e9, 13_000_000_000, "13e9", "13B", [13e9]])
def test_parameters_are_another_way_to_write_a_size(context: SourceContext, parameters: Any) -> None:
    """The same table, found by the same key."""
    table = memory(context, parameters=parameters)
    assert table == memory(context, models="13B")
    requests = (check_parameters(MEMORY_SOURCE, wanted) for wanted in ({"parameters": parameters}, {"models": "13B"}))
    assert len({Key.of("memory", 1, one, None) for one in requests}) == 1


def test_sizes_and_models_stand_beside_each_other(context: SourceContext) -> None:
    """In their order; `parameters` come last."""
    table = memory(context, models=["7B", LLAMA], parameters="350M")
    assert cells(table, "model", "parameters") == [("7B", 7 * 10**9), (LLAMA, 7_504_924_672), ("350M", 350 * 10**6)]
    assert set(MEMORY_SOURCE.inputs(check_parameters(MEMORY_SOURCE, {"models": ["7B", LLAMA]}), context)) == {
        "7B",
        LLAMA,
    }


def test_an_integer_dtype_holds_all_of_a_nominal_size(context: SourceContext) -> None:
    """As nothing is known of its layers, and that is said."""
    table = memory(context, models="7B", method="inference", dtype=["int8", "int4"])
    assert cells(table, "total") == [(7 * 10**9,), (3_500_000_000,)]
    assert "of nominal sizes: what an integer dtype leaves in half precision" in (table.provenance.leaves_out or "")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"models": "7B", "method": ["full", "lora"]},
            "memory: 7B is a nominal size, and the size of an adapter depends on the layers: name a model for lora",
        ),
        (
            {"parameters": "many"},
            "memory: parameters: 'many' is not a nominal size; allowed: numbers of parameters, such as 13e9 or 7B",
        ),
        ({"parameters": -7e9}, "memory: parameters: -7000000000.0 is not a nominal size; allowed: "),
        ({"parameters": [True]}, "memory: parameters: True is not a nominal size; allowed: "),
        ({"parameters": []}, "memory: models is missing; "),
        ({"models": LLAMA, "optimizer": "adma"}, "memory: optimizer: unknown optimizer 'adma'; did you mean 'adam'?"),
        (
            {"models": LLAMA, "method": "inference", "optimizer": "sgd"},
            "memory: optimizer has no effect on inference; it is for full, lora, qlora",
        ),
        (
            {"models": LLAMA, "method": "lora", "mixed_precision": "bfloat16"},
            "memory: mixed_precision has no effect on lora; it is for full",
        ),
        (
            {"models": LLAMA, "train_embedding": True},
            "memory: train_embedding has no effect on full; it is for lora, qlora",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(parameters: dict[str, Any], message: str) -> None:
    """In one line."""
    with pytest.raises(SlidegenError) as caught:
        check_parameters(MEMORY_SOURCE, parameters)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_optimizers_make_rows(context: SourceContext) -> None:
    """One each where something is trained."""
    table = memory(context, models="7B", method=["full", "inference"], optimizer=["adam", "momentum", "sgd"])
    assert cells(table, "method", "optimizer_name", "optimizer") == [
        ("full", "adam", 28 * 10**9),
        ("full", "momentum", 14 * 10**9),
        ("full", "sgd", 0),
        ("inference", None, 0),
    ]


def test_mixed_precision_is_float32_with_a_copy(context: SourceContext) -> None:
    """18 bytes a parameter; several dtypes are one row then."""
    table = memory(context, models="7B", dtype=["float16", "bfloat16"], mixed_precision="bfloat16")
    assert cells(table, "dtype", "mixed_precision", "total") == [("float32", "bfloat16", 126 * 10**9)]


def test_an_adapter_on_embeddings_has_a_column(context: SourceContext) -> None:
    """Rank x (128,256 + 4096) more of float32 and two moments."""
    plain, more = (memory(context, models=LLAMA, method="lora", rank=8, train_embedding=on) for on in (False, True))
    assert cells(more, "total")[0][0] - cells(plain, "total")[0][0] == 3 * 4 * 8 * (128_256 + 4096)
    assert cells(more, "train_embedding") == [("yes",)]
    assert "train_embedding" not in [column.key for column in plain.columns]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_records_of_before_are_found_and_stay_as_they_are(path: Path, context: SourceContext) -> None:
    """A parameter that was added later is, at its default, neither in the key nor a column."""
    found = 0
    for key, table in load_record(path, path.name).stored.values():
        if key.source != "memory":
            continue
        request = check_parameters(MEMORY_SOURCE, json.loads(key.parameters))
        assert Key.of("memory", MEMORY_SOURCE.version, request, MEMORY_SOURCE.inputs(request, context)) == key
        computed = MEMORY_SOURCE.compute(request, context)
        assert (computed.columns, computed.rows) == (table.columns, table.rows)
        assert computed.provenance.leaves_out == table.provenance.leaves_out
        found += 1
    assert found > 0


def test_another_value_is_another_key() -> None:
    """And the default that is written out is none."""
    wanted = ({"models": "7B"}, {"models": "7B", "optimizer": "adam"}, {"models": "7B", "optimizer": "sgd"})
    plain, written, other = (Key.of("memory", 1, check_parameters(MEMORY_SOURCE, one), None) for one in wanted)
    assert plain == written
    assert "optimizer" not in plain.parameters
    assert '"optimizer":["sgd"]' in other.parameters


def test_a_deck_with_a_nominal_size(folder: DeckFolder) -> None:
    """In a sentence and in a table; where it comes from is said under the table and on the value."""
    deck = """\
tables:
  m: {source: memory, parameters: 13e9, method: [inference, full], unit: GB}
slides:
  - '{{ table("m") }} {{ memory("7B", dtype="int4", method="inference").total | gb }}'
"""
    html = folder.build(deck).html
    assert "nominal size: 13,000,000,000 parameters" in html
    assert "104.00" in html
    assert "3.50" in html
