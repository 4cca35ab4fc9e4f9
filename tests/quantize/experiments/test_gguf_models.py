"""Language models from GGUF files, against transformers' own way of loading them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from gguf import GGMLQuantizationType, GGUFWriter, TokenType
from gguf.quants import quantize

from slidegen.errors import ModelError
from slidegen.quantize.data import text
from slidegen.quantize.experiments import language_model, prepare_language_model
from slidegen.quantize.experiments.running import open_language_model, torch_session
from slidegen.quantize.weights import Weights
from tests.quantize.tiny_models import opened, tokenizer

RANDOM = np.random.default_rng(0)
WIDTH, INNER, HEADS, KEYS, LAYERS, CONTEXT = 64, 96, 4, 2, 2, 128


def write(path: Path, architecture: str, pre: str = "gpt-2", extra: str | None = None, **metadata: Any) -> None:
    """A GGUF file with random weights, stored as Q8_0, and the tokenizer of the tests."""
    words = sorted(tokenizer().get_vocab().items(), key=lambda word: word[1])
    merges = [" ".join(pair) for pair in _merges()]
    writer = GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEYS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(5000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list([word for word, _ in words])
    writer.add_token_types([TokenType.NORMAL] * len(words))
    writer.add_token_merges(merges)
    for name, value in metadata.items():
        writer.add_bool(f"tokenizer.ggml.{name}", value)
    if architecture == "qwen3":
        writer.add_key_length(_head(architecture))
    writer.add_bos_token_id(0)
    _tensors(writer, architecture, len(words), extra)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _merges() -> list[tuple[str, str]]:
    import json

    return [tuple(pair) for pair in json.loads(tokenizer().to_str())["model"]["merges"]]


def _head(architecture: str) -> int:
    """The width of a head; that of every Qwen3 is 128, which transformers takes for granted."""
    return 128 if architecture == "qwen3" else WIDTH // HEADS


def _tensors(writer: GGUFWriter, architecture: str, words: int, extra: str | None) -> None:
    def matrix(name: str, rows: int, columns: int) -> None:
        values = RANDOM.standard_normal((rows, columns)).astype(np.float32) / 8
        kind = GGMLQuantizationType.Q8_0
        writer.add_tensor(f"{name}.weight", quantize(values, kind), raw_dtype=kind)

    def vector(name: str, length: int) -> None:
        writer.add_tensor(name, RANDOM.standard_normal(length).astype(np.float32))

    head = _head(architecture)
    heads = HEADS * head
    matrix("token_embd", words, WIDTH)
    vector("output_norm.weight", WIDTH)
    for layer in range(LAYERS):
        at = f"blk.{layer}"
        matrix(f"{at}.attn_output", WIDTH, heads)
        for name, rows in (("attn_q", heads), ("attn_k", KEYS * head), ("attn_v", KEYS * head)):
            matrix(f"{at}.{name}", rows, WIDTH)
            if architecture == "qwen2":
                vector(f"{at}.{name}.bias", rows)
        if architecture == "qwen3":
            vector(f"{at}.attn_q_norm.weight", head)
            vector(f"{at}.attn_k_norm.weight", head)
        vector(f"{at}.attn_norm.weight", WIDTH)
        vector(f"{at}.ffn_norm.weight", WIDTH)
        matrix(f"{at}.ffn_gate", INNER, WIDTH)
        matrix(f"{at}.ffn_up", INNER, WIDTH)
        matrix(f"{at}.ffn_down", WIDTH, INNER)
    if extra:
        vector(extra, 8)


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
def test_the_logits_are_those_of_transformers(tmp_path: Path, architecture: str) -> None:
    """The same file, loaded by transformers, gives the same logits."""
    write(tmp_path / "m.gguf", architecture)
    expected = transformers.AutoModelForCausalLM.from_pretrained(
        tmp_path, gguf_file="m.gguf", dtype=torch.float32, attn_implementation="eager"
    ).eval()
    with torch_session("m"):
        model = open_language_model(opened(tmp_path, "./m.gguf")).model
        ids = torch.arange(100)[None]
        assert torch.equal(model(ids).logits, expected(ids).logits)


@pytest.mark.parametrize(
    ("pre", "example", "pieces"),
    [
        ("gpt-2", "In 1931 it's  odd\n", ["In", " ", "1931", " it", "'s", " ", " odd", "\n"]),
        ("smollm", "In 1931 it's  odd\n", ["In", " ", "1", "9", "3", "1", " it", "'s", " ", " odd", "\n"]),
        ("llama-bpe", "In 1931 it's  odd.\n", ["In", " ", "193", "1", " it", "'s", " ", " odd", ".\n"]),
        ("qwen2", "In 1931 it's  odd.\n", ["In", " ", "1", "9", "3", "1", " it", "'s", " ", " odd", ".\n"]),
    ],
)
def test_how_words_are_split(tmp_path: Path, pre: str, example: str, pieces: list[str]) -> None:
    """Tokens never reach over the borders at which each kind of tokenizer splits a text; none is lost."""
    write(tmp_path / "m.gguf", "llama", pre)
    with torch_session("m"):
        encode = open_language_model(opened(tmp_path, "./m.gguf")).encode
    assert encode(example) == [id for piece in pieces for id in encode(piece)]
    words = {id: word for word, id in tokenizer().get_vocab().items()}
    assert (
        "".join(words[id] for id in encode(text()[:500])).replace("Ġ", " ").startswith("The keeper of the lighthouse")
    )


def test_a_text_that_begins(tmp_path: Path) -> None:
    """A file that says so has its beginning token before each window."""
    write(tmp_path / "m.gguf", "llama", add_bos_token=True)
    windows = prepare_language_model(opened(tmp_path, "./m.gguf"), tokens=400, context=100).windows
    assert set(windows[:, 0].tolist()) == {0}


def message(path: Path) -> str:
    """The one line with which running `m.gguf` fails."""
    with pytest.raises(ModelError) as caught:
        prepare_language_model(opened(path, "./m.gguf"))
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_files_that_cannot_be_run(tmp_path: Path) -> None:
    """Another architecture, tokenizer or part of a model: what it is, and what is allowed."""
    write(tmp_path / "m.gguf", "gemma")
    assert message(tmp_path) == (
        "model './m.gguf': GGUF files of architecture 'gemma' are not supported; available: llama, qwen2, qwen3"
    )
    write(tmp_path / "m.gguf", "llama", pre="deepseek-llm")
    assert message(tmp_path) == (
        "model './m.gguf': its tokenizer ('gpt2' with 'deepseek-llm') is not supported; allowed: 'gpt2' with one of "
        "gpt-2, llama-bpe, qwen2, smollm"
    )
    write(tmp_path / "m.gguf", "llama", extra="blk.0.ffn_gate_inp.weight")
    assert message(tmp_path) == (
        "model './m.gguf': its file has blk.0.ffn_gate_inp.weight, a tensor of an architecture that is not supported"
    )
    write(tmp_path / "m.gguf", "llama", extra="rope_freqs.weight")
    assert message(tmp_path) == (
        "model './m.gguf': GGUF files with scaled RoPE are not supported; name its transformers folder"
    )


@pytest.mark.slow
def test_smollm2(smollm: Weights) -> None:
    """SmolLM2: transformers' own logits, its tokens, a sane perplexity, and the order of methods."""
    with torch_session("smollm"):
        runnable = open_language_model(smollm)
        expected = transformers.AutoModelForCausalLM.from_pretrained(
            smollm.location.parent, gguf_file=smollm.location.name, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        ids = torch.tensor([runnable.encode("The keeper of the lighthouse had a habit.")])
        assert torch.allclose(runnable.model(ids).logits, expected(ids).logits, atol=1e-3)
    slow = transformers.AutoTokenizer.from_pretrained(smollm.location.parent, gguf_file=smollm.location.name)
    assert slow.convert_ids_to_tokens(runnable.encode("In 1931, that's all")) == [
        "In", "Ġ", "1", "9", "3", "1", ",", "Ġthat", "'s", "Ġall",
    ]  # fmt: skip
    reference = prepare_language_model(smollm)
    assert 15 < reference.perplexity < 40
    found = {method: language_model(reference, method) for method in ("int8", "nf4", "fp4-bnb", "int4", "q4_1")}
    assert found["int8"].kl_divergence < 0.01
    assert found["nf4"].kl_divergence < min(found["fp4-bnb"].kl_divergence, found["int4"].kl_divergence)
    assert {method: score.stored.meaningful for method, score in found.items()} == {
        "int8": True, "nf4": True, "fp4-bnb": True, "int4": False, "q4_1": False,
    }  # fmt: skip
    assert (found["q4_1"].kl_divergence, found["q4_1"].stored.meaningful) == (0.0, False)
