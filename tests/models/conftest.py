"""A finder that sees nothing of the user's machine, and a config small enough to count by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from tests.models.hub_server import StandIn, stand_in

TINY_LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 32,
    "max_position_embeddings": 16,
    "tie_word_embeddings": False,
}


@pytest.fixture
def make_finder(tmp_path: Path) -> Callable[..., ModelFinder]:
    """Finders with their caches in a folder of the test, which is also where relative paths start."""

    def make(**arguments: Any) -> ModelFinder:
        places: dict[str, Any] = {
            "project": Project.of(tmp_path),
            "censuses": tmp_path / "censuses",
            "hub_cache": tmp_path / "hub",
        }
        return ModelFinder(**(places | arguments))

    return make


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """A folder with the config of a Llama of three layers."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(TINY_LLAMA), encoding="utf-8")
    return folder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    """A stand-in for the Hub, named by HF_ENDPOINT; no token of the user's reaches it."""
    with stand_in() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        monkeypatch.setenv("HF_TOKEN", "hf_of_the_test")
        # Else huggingface_hub also asks which tool it runs in, at the address it read when it was imported.
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY", True)
        for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
            monkeypatch.delenv(variable, raising=False)
        yield running
