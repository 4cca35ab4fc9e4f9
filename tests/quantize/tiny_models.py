"""Small models with random weights, saved as transformers, or other people, save theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.quantize.data import text
from slidegen.quantize.weights import Weights, open_weights

VOCABULARY = 300
LLAMA: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}


def opened(path: Path, name: str) -> Weights:
    """The weights of a model in a folder of the test."""
    return open_weights(name, ModelFinder(offline=True, project=Project.of(path), hub_cache=path / "no-cache"))


def save_model(folder: Path, config: Any, model_class: Any, **options: Any) -> Any:
    """A model of `model_class` with random weights and a tokenizer, saved in `folder`; it is given back too."""
    torch.manual_seed(0)
    model = model_class(config).eval()
    model.save_pretrained(folder, **options)
    tokenizer().save(str(folder / "tokenizer.json"))
    return model


def save_llama(folder: Path, **changes: Any) -> Any:
    """A Llama of two layers."""
    options = {name: changes.pop(name) for name in ("max_shard_size",) if name in changes}
    return save_model(folder, transformers.LlamaConfig(**(LLAMA | changes)), transformers.LlamaForCausalLM, **options)


def tokenizer(begin: bool = False) -> Tokenizer:
    """Byte-pair encoding learned from the shipped text; with `begin` it puts <s> before a text."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=["<s>"], initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator([text()], trainer)
    if begin:
        made.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 0)])
    return made


def write_json(path: Path, value: Any) -> None:
    """A JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
