"""Taking a census: from a real transformers model on the meta device, kept in the user's cache, in the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import ModelError
from slidegen.estimate.census import adapter_parameters, count_by_kind, count_parameters
from slidegen.model import Census, ParameterGroup
from slidegen.models import catalogue
from slidegen.models.finder import ModelFinder
from slidegen.models.instantiate import take_census
from slidegen.models.remake import main, remake
from slidegen.models.store import CensusStore, census_from_text, census_to_text
from tests.models.conftest import TINY_LLAMA

Finders = Callable[..., ModelFinder]


@pytest.mark.parametrize("name", list(catalogue.entries()))
def test_the_catalogue_is_what_transformers_builds(name: str) -> None:
    """Remade from its config, the census of every catalogue model comes out as it is shipped."""
    shipped = catalogue.census(name)
    remade = take_census(catalogue.facts(name).config, name)
    assert replace(remade, versions={}) == replace(shipped, versions={})


@pytest.mark.parametrize(
    "name",
    ["google-bert/bert-base-uncased", "google-t5/t5-small", "openai/whisper-tiny", "mistralai/Mixtral-8x7B-v0.1"],
)
def test_a_census_counts_as_torch_does(name: str) -> None:
    """Both builds have as many parameters as torch counts in the two real models."""
    import torch
    import transformers

    facts = catalogue.facts(name)
    settings = transformers.models.auto.configuration_auto.CONFIG_MAPPING[facts.config["model_type"]].from_dict(
        dict(facts.config)
    )
    with torch.device("meta"):
        base = transformers.AutoModel.from_config(settings)
        whole = getattr(transformers, facts.config["architectures"][0])(settings)
    census = catalogue.census(name)
    assert count_parameters(census, "base") == sum(parameter.numel() for parameter in base.parameters())
    assert count_parameters(census, "whole") == sum(parameter.numel() for parameter in whole.parameters())


def test_a_config_from_elsewhere(make_finder: Finders, tiny_folder: Path) -> None:
    """A Llama of three layers, counted by hand: embedding, attention, MLP, norms, head."""
    finder = make_finder(offline=True)
    census = finder.census(finder.find("./tiny"))
    attention = 8 * 8 + 4 * 8 + 4 * 8 + 8 * 8
    mlp = 3 * 8 * 12
    assert count_parameters(census, "base") == 32 * 8 + 3 * (attention + mlp + 2 * 8) + 8
    assert count_parameters(census, "whole") == count_parameters(census, "base") + 32 * 8
    assert adapter_parameters(census, 2) == 2 * 3 * ((8 + 8) * 2 + (8 + 4) * 2 + (8 + 12) * 3)
    assert [(line.kind, line.modules) for line in count_by_kind(census)] == [
        ("embedding", 1),
        ("linear", 21),
        ("norm", 7),
    ]
    assert (census.model_class, census.base_class) == ("LlamaForCausalLM", "LlamaModel")


def test_a_census_is_kept(make_finder: Finders, tiny_folder: Path, tmp_path: Path) -> None:
    """The census of a config from elsewhere is built once and then read from the user's cache folder."""
    first = make_finder(offline=True)
    census = first.census(first.find("./tiny"))
    (file,) = (tmp_path / "censuses").iterdir()
    marked = replace(census, model_class="FromTheCache")
    file.write_text(census_to_text(marked), encoding="utf-8")
    second = make_finder(offline=True)
    assert second.census(second.find("./tiny")) == marked


@pytest.mark.parametrize("damage", ["", "{", "null", '{"groups": []}', "cut"])
def test_a_damaged_cache_is_made_anew(make_finder: Finders, tiny_folder: Path, tmp_path: Path, damage: str) -> None:
    """A cache file that was cut short or overwritten is replaced, not believed."""
    finder = make_finder(offline=True)
    census = finder.census(finder.find("./tiny"))
    (file,) = (tmp_path / "censuses").iterdir()
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[: len(whole) // 2] if damage == "cut" else damage, encoding="utf-8")
    again = make_finder(offline=True)
    assert again.census(again.find("./tiny")) == census
    assert file.read_text(encoding="utf-8") == whole


def test_a_cache_folder_that_is_a_file(make_finder: Finders, tiny_folder: Path, tmp_path: Path) -> None:
    """A file where the cache folder should be costs time, not the answer."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    finder = make_finder(offline=True, censuses=tmp_path / "file" / "censuses")
    assert finder.census(finder.find("./tiny")).base_class == "LlamaModel"


def test_text_and_back() -> None:
    """A census survives being written and read, with every flag."""
    groups = (
        ParameterGroup("Linear", "a.*.b", "linear", (2, 3), 4, "both"),
        ParameterGroup("Embedding", "e", "embedding", (5,), 1, "head", tied=True),
    )
    census = Census("A", "B", groups, 10, ("x", "y"), 20, {"transformers": "5"})
    assert census_from_text(census_to_text(census)) == census


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"groups": [["Linear", "a", "matrix", [1], 1, "both"]]}, "unknown kind 'matrix'"),
        ({"groups": [["Linear", "a", "linear", [-1], 1, "both"]]}, "-1 is not a count"),
        ({"groups": [["Linear", "a"]]}, "values to unpack"),
        ({"total_bytes": 1.5}, "1.5 is not a count"),
        ({"model_class": None}, "None is not text"),
    ],
)
def test_what_is_no_census(change: Mapping[str, Any], wrong: str) -> None:
    """A file of the right form with impossible values is refused."""
    facts = json.loads(census_to_text(catalogue.census("openai-community/gpt2"))) | change
    with pytest.raises(ValueError, match=wrong):
        census_from_text(json.dumps(facts))


def test_a_store_knows_versions(tmp_path: Path) -> None:
    """A census belongs to a config and a version of transformers."""
    store = CensusStore(tmp_path)
    census = catalogue.census("openai-community/gpt2")
    store.write("digest", "5.0", census)
    assert store.read("digest", "5.0") == census
    assert (store.read("digest", "5.1"), store.read("other", "5.0")) == (None, None)
    assert [path.name for path in tmp_path.iterdir()] == ["digest-transformers-5.0-1.json"]


def error_of(config: Mapping[str, Any], seconds: float = 60.0) -> str:
    """The one line with which a config is refused."""
    with pytest.raises(ModelError) as caught:
        take_census(config, "org/name", seconds=seconds)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value).removeprefix("model 'org/name': ")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"num_hidden_layers": 10**9},
            "its config.json num_hidden_layers is 1000000000, more than the limit of 2,000",
        ),
        ({"vocab_size": 10**15}, "vocab_size is 1000000000000000, more than the limit of 1,000,000,000"),
        ({"hidden_size": -(10**12)}, "hidden_size is -1000000000000, less than 1"),
        ({"num_hidden_layers": 0}, "num_hidden_layers is 0, less than 1"),
        ({"text_config": {"n_head": 0}}, "text_config.n_head is 0, less than 1"),
        ({"max_position_embeddings": 10**12}, "max_position_embeddings is 1000000000000"),
        ({"num_attention_heads": 10**40}, "num_attention_heads is a number of 41 digits"),
        ({"vision_config": {"depth": 10**6}}, "vision_config.depth is 1000000"),
        ({"depths": [2, 10**6]}, "depths is 1000000"),
        ({"id2label": None, "num_labels": 10**9}, "num_labels is 1000000000"),
    ],
)
def test_an_implausible_config_is_not_built(change: dict[str, Any], expected: str) -> None:
    """Numbers that no model has are refused before a loop runs over them."""
    assert expected in error_of(TINY_LLAMA | change, seconds=1.0)


def test_a_config_nested_without_end() -> None:
    """A config nested deeper than any is refused."""
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"text_config": deep}
    assert "is nested deeper than 64" in error_of(TINY_LLAMA | deep)


def test_a_model_that_takes_too_long() -> None:
    """Whatever the guard does not foresee ends with the time that a model may take."""
    text = error_of(TINY_LLAMA | {"num_hidden_layers": 2000}, seconds=0.05)
    assert text == "transformers did not build it within 0.05 seconds; its config may be too large"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, "its config.json has no model_type, so transformers cannot tell what to build"),
        ({"model_type": ["llama"]}, "its config.json has no model_type"),
        ({"model_type": "lama"}, "has no model_type 'lama'; did you mean 'llama'?"),
        ({"model_type": "qqqqqqqq"}, "has no model_type 'qqqqqqqq'; a newer transformers may have it"),
        (
            {"model_type": "my_own", "auto_map": {"AutoConfig": "code.Config"}},
            "model_type 'my_own' needs code of its own, which slidegen never runs",
        ),
        (TINY_LLAMA | {"num_attention_heads": 3}, "cannot build it; check its config.json ("),
        (TINY_LLAMA | {"hidden_size": "eight"}, "cannot build it; check its config.json ("),
        ({"model_type": "siglip_text_model"}, "transformers has no AutoModel for model_type 'siglip_text_model'"),
    ],
)
def test_what_transformers_cannot_build(config: Mapping[str, Any], expected: str) -> None:
    """Each reason is one line that says what is wrong."""
    assert expected in error_of(config)


def test_a_configs_code_and_kernels_are_left_alone() -> None:
    """A config that names code, kernels or a quantizer counts as the plain model."""
    strange = {
        "auto_map": {"AutoModel": "evil.Model"},
        "_attn_implementation": "someone/kernels",
        "attn_implementation": "flash_attention_2",
        "quantization_config": {"quant_method": "unheard-of"},
        "dtype": "bfloat16",
    }
    assert take_census(TINY_LLAMA | strange, "org/name") == take_census(TINY_LLAMA, "org/name")


def test_an_unknown_architecture_counts_without_a_head() -> None:
    """Where `architectures` names nothing that transformers has, the census is that of `AutoModel`, and says so."""
    census = take_census(TINY_LLAMA | {"architectures": ["LlamaForSomethingOfMyOwn"]}, "org/name")
    assert (census.model_class, census.base_class) == ("LlamaModel", "LlamaModel")
    assert {group.scope for group in census.groups} == {"both"}


def test_building_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """transformers' warnings about a config do not reach the screen."""
    take_census(TINY_LLAMA | {"bos_token_id": 10**6}, "org/name")
    assert capfd.readouterr() == ("", "")


def test_remaking_changes_nothing() -> None:
    """The command that makes the catalogue's censuses writes nothing if nothing changed."""
    assert remake(["openai-community/gpt2", "google-t5/t5-small"]) == ()


def test_remaking_an_unknown_model(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is not in the catalogue is told with the nearest one."""
    with pytest.raises(SystemExit):
        main(["openai-community/gpt3"])
    assert (
        "not in the catalogue: openai-community/gpt3 (did you mean 'openai-community/gpt2'?)" in capsys.readouterr().err
    )
