"""The built-in catalogue, and its files, which people review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slidegen.models import catalogue
from slidegen.models.finder import origin_text
from slidegen.models.guard import check_plausible
from slidegen.models.store import census_from_json


def test_every_model_has_its_three_facts() -> None:
    """Each of the 137 models has a config, a census and a line on its source; no record is left over."""
    assert len(catalogue.entries()) == 137
    assert list(catalogue.censuses()) == list(catalogue.entries())
    assert all(entry.source for entry in catalogue.list_catalogue())
    assert {path.name for path in catalogue.FOLDER.glob("*.json")} == {"models.json", "censuses.json", "twins.json"}


@pytest.mark.parametrize("file", [catalogue.MODELS, catalogue.CENSUSES], ids=lambda file: file.stem)
def test_a_file_has_one_record_a_model_in_alphabetical_order(file: Path) -> None:
    """Each begins a line with its name, by which it is found; none is there twice."""
    records: list[tuple[str, Any]] = json.loads(file.read_bytes(), object_pairs_hook=list)
    names = [name for name, _ in records]
    assert names == sorted(set(names), key=str.lower)
    assert [line.split('"')[1] for line in file.read_text("utf-8").splitlines() if line.startswith('"')] == names


@pytest.mark.parametrize("name", list(catalogue.entries()))
def test_a_record_is_read_without_the_others(name: str) -> None:
    """What is found by its name is what the whole file holds."""
    assert catalogue.facts(name).config == json.loads(catalogue.MODELS.read_bytes())[name]["config"]
    assert catalogue.census(name) == census_from_json(json.loads(catalogue.CENSUSES.read_bytes())[name])


def test_remade_censuses_have_the_form_of_the_file() -> None:
    """A change of one model changes its lines only."""
    assert catalogue.censuses_to_text(catalogue.censuses()) == catalogue.CENSUSES.read_text("utf-8")


def test_configs_are_minimal_and_plausible() -> None:
    """Each config says what to build, and passes the guard that configs of strangers pass."""
    for name in catalogue.entries():
        facts = catalogue.facts(name)
        assert facts.config["model_type"]
        assert facts.config["architectures"] == [catalogue.census(name).model_class]
        check_plausible(facts.config, name)


def test_censuses_were_made_by_one_version() -> None:
    """All censuses were made by the same transformers, so that their numbers compare."""
    assert len({json.dumps(catalogue.census(name).versions) for name in catalogue.entries()}) == 1


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("meta-llama/Llama-3.2-3B-Instruct", "meta-llama/Llama-3.2-3B"),
        ("meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B"),
        ("meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Meta-Llama-3-8B"),
        ("meta-llama/Llama-2-7b-chat-hf", "meta-llama/Llama-2-7b-hf"),
        ("google/gemma-3-12b-it", "google/gemma-3-12b-pt"),
        ("mistralai/Mistral-7B-Instruct-v0.3", "mistralai/Mistral-7B-v0.3"),
        ("bigscience/bloomz-3b", "bigscience/bloom-3b"),
    ],
)
def test_a_twin_has_the_config_of_its_base(name: str, base: str) -> None:
    """Under its own name, and the source says whose config it is."""
    twin = catalogue.facts(name)
    assert (twin.name, twin.origin, twin.config) == (name, "catalogue", catalogue.facts(base).config)
    assert twin.source is not None
    assert f"; config of {base}: " in twin.source
    assert catalogue.census(name) == catalogue.census(base)
    assert origin_text(twin) == f"catalogue (config of {base})"


def test_a_twin_may_take_fewer_tokens() -> None:
    """Qwen2.5's chat models are published with a shorter context, which changes no tensor."""
    facts = catalogue.facts("Qwen/Qwen2.5-7B-Instruct")
    base = dict(catalogue.facts("Qwen/Qwen2.5-7B").config)
    assert facts.config == base | {"max_position_embeddings": 32768}


def test_twins_differ_in_nothing_that_has_a_size() -> None:
    """Each one's base has an entry, it has none itself, and only the length of its context and the dtype may differ."""
    for name, twin in catalogue.twins().items():
        assert twin.base in catalogue.entries()
        assert name not in catalogue.entries()
        assert set(twin.changes) <= {"max_position_embeddings", "dtype"}
        assert not twin.changes or "max_position_embeddings" in catalogue.facts(twin.base).config
        assert twin.source


@pytest.mark.parametrize(
    "name",
    [
        "mistralai/Mixtral-8x22B-Instruct-v0.1",  # 768 tokens more
        "openai/whisper-small.en",  # one token less
        "google/gemma-3-1b",  # there is none of that name
        "meta-llama/Llama-3.3-70B",
        "meta-llama/Llama-3.2-3B-Instruct-hf",
        "Qwen/Qwen2.5-7B-Instruct-1M",
        "Qwen/Qwen3-8B-FP8",
    ],
)
def test_a_suffix_proves_nothing(name: str) -> None:
    """What nobody looked up is not in the catalogue."""
    assert not catalogue.has(name)


def test_names_are_exact() -> None:
    """Neither a part of a name nor another key of the files is a model."""
    assert catalogue.has("openai-community/gpt2")
    assert not any(
        map(catalogue.has, ["config", "gpt2", "openai-community/gpt", "openai-community__gpt2", "org/name", 'x"\n'])
    )
