"""The config.json of a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

from slidegen.errors import SlidegenError
from slidegen.models import catalogue
from slidegen.models.finder import ModelFinder
from slidegen.models.guard import check_plausible
from slidegen.project import Project
from tests.deck_folder import DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import JSON_SIGNS, extreme, mutate
from tests.fuzz.oracle import built_or_refused, check_messages

MOST_SECONDS = 60.0
"""A model of two thousand layers is allowed, and takes its time."""
SIZES = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "vocab_size": 64, "head_dim": 4}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 32}
SMALL = SIZES | HEADS
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        3,
        1.5,
        2**31,
        10**9,
        10**10,
        2**63,
        10**400,
        1e308,
        float("nan"),
        float("inf"),
        "",
        "a",
        "silu",
        "../x",
        "\x00",
    ),
    *(
        [],
        {},
        [1],
        [None] * 5,
        {"a": 1},
        {"rope_type": "yarn", "factor": 0},
        {"rope_type": "a\nb"},
        "\ud800",
        "a" * 5000,
        "__import__('os')",
    ),
)
TOKENS = (
    *JSON_SIGNS,
    *(
        '"model_type": "bert"',
        '"model_type": "mixtral"',
    ),
    *(
        '"architectures": ["A"]',
        '"auto_map": {"AutoModelForCausalLM": "x"}',
        '"text_config": {',
        '"num_hidden_layers": ',
        "[" * 2000,
        '{"a":' * 900,
    ),
)
MORE = (
    *(
        "auto_map",
        "text_config",
        "vision_config",
        "rope_scaling",
        "rope_parameters",
        "quantization_config",
        "num_experts",
        "num_local_experts",
    ),
    *(
        "layer_types",
        "torch_dtype",
        "dtype",
        "tie_word_embeddings",
        "hidden_act",
        "sliding_window",
        "model_type",
        "architectures",
        "pad_token_id",
    ),
    *(
        "id2label",
        "num_labels",
        "attn_implementation",
        "backbone",
        "use_pretrained_backbone",
        "transformers_version",
        "is_encoder_decoder",
        "pruned_heads",
    ),
)


@cache
def seeds_() -> tuple[dict[str, Any], ...]:
    """Configs of the catalogue whose sizes are those of a toy, one of each kind."""
    by_kind = {}
    for name in sorted(catalogue.entries()):
        config = dict(catalogue.facts(name).config)
        small = {key: value for key, value in SMALL.items() if key in config}
        if "num_hidden_layers" in small:
            by_kind[config["model_type"]] = {**config, **small, "layer_types": None}
    return tuple(by_kind.values())


def some_config(rng: Random) -> bytes:
    """A config with some values of another kind."""
    config = json.loads(json.dumps(rng.choice(seeds_())))
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        key = rng.choice((*config, *MORE))
        chance = rng.random()
        if chance < 0.7:
            config[key] = rng.choice((*VALUES, extreme(rng)))
        elif chance < 0.85:
            config.pop(key, None)
        else:
            config[key] = config.get(rng.choice(tuple(config)))
    return json.dumps(config).encode("utf-8", "surrogatepass")


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Finds a model; counts the parameters of one in six, or builds a deck that does."""
    seeds = [json.dumps(config, indent=1).encode() for config in seeds_()]
    config = some_config(rng) if rng.random() < 0.5 else mutate(rng, rng.choice(seeds), seeds, TOKENS)
    folder.write("m/config.json", config)
    caches = folder.path / "caches"
    finder = ModelFinder(offline=True, project=Project.of(folder.path), confine=True, censuses=caches, hub_cache=caches)
    chance = rng.random()
    try:
        facts = finder.find(rng.choice(("./m", "./m/config.json", "m")))
        check_plausible(facts.config, facts.name)
        if chance < 0.12:
            census = finder.census(facts)
            assert census.total_bytes >= 0
    except SlidegenError as error:
        check_messages(error)
        return
    if chance > 0.95:
        built_or_refused(
            folder, b'slides:\n- \'{{ memory("./m", accounting="textbook", method="lora").total | gib }}\'\n'
        )


@smoke_and_all(2000)
def test_configs_are_read_or_refused(seeds: Sequence[int]) -> None:
    """And transformers' own errors come as messages."""
    assert faults_of("config", attempt, seeds, MOST_SECONDS) == []
