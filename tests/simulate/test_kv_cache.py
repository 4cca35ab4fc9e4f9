"""The KV cache of an inference: what lasts, what is freed, and how it is quantized."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
import transformers
from transformers.cache_utils import DynamicCache, QuantizedCache

from slidegen.estimate.allocated import Allocation
from slidegen.estimate.setting import KvDtype, Setting
from slidegen.models import catalogue
from slidegen.simulate.inputs import cache_tensors
from slidegen.simulate.run import allocation

GIB = 2**30
SMALL: Mapping[str, Any] = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 700,
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_hidden_layers": 5,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
WINDOWS: Mapping[str, Any] = {
    **SMALL,
    "model_type": "gemma3_text",
    "architectures": ["Gemma3ForCausalLM"],
    "num_hidden_layers": 7,
    "head_dim": 64,
    "sliding_window": 32,
}


def inference(config: Mapping[str, Any], **setting: Any) -> Allocation:
    """Returns what an inference allocates."""
    return allocation(config, "org/model", Setting(method="inference", **setting))


def of_catalogue(name: str, **setting: Any) -> Allocation:
    """Returns what an inference of a model of the catalogue allocates."""
    return inference(catalogue.facts(name).config, **setting)


def test_windows_of_gpt_oss_are_views_of_the_prompt() -> None:
    """After the prompt gpt-oss 20B holds keys and values of all tokens in all 24 layers: 12 GiB for 32 times 8192.

    24 x 2 x 8 heads x 64 numbers x 2 bytes are 48 KiB per token.
    """
    found = of_catalogue("openai/gpt-oss-20b", batch_size=32, seq_len=8192)
    assert found.token_bytes == 24 * 2 * 8 * 64 * 2 == 48 * 1024
    assert found.end["kv_cache"] / GIB == pytest.approx(12.0, abs=0.001)


def test_the_first_token_of_gpt_oss_frees_what_is_outside_its_windows() -> None:
    """Then the 12 layers with a window of 128 hold 128 tokens each, the other 12 layers 8193."""
    found = of_catalogue("openai/gpt-oss-20b", batch_size=32, seq_len=8192, max_new_tokens=2)
    expected = 32 * 2048 * 12 * (8193 + 128)
    assert found.end["kv_cache"] == pytest.approx(expected, rel=1e-4)
    assert expected / GIB == pytest.approx(6.09, abs=0.01)


def test_windows_of_gemma_3() -> None:
    """Five of six layers of Gemma 3 4B have a window of 1024; of 34 layers 5 see everything."""
    prompt = of_catalogue("google/gemma-3-4b-pt", seq_len=8192)
    assert prompt.token_bytes == 34 * 2 * 4 * 256 * 2
    assert prompt.end["kv_cache"] == pytest.approx(34 * 4096 * 8192, rel=1e-4)
    later = of_catalogue("google/gemma-3-4b-pt", seq_len=8192, max_new_tokens=2)
    assert later.end["kv_cache"] == pytest.approx(4096 * (5 * 8193 + 29 * 1024), rel=1e-4)


@pytest.mark.parametrize(("name", "layers"), [("deepseek-ai/DeepSeek-V2-Lite", 27), ("deepseek-ai/DeepSeek-V3", 61)])
def test_deepseek_caches_its_latent(name: str, layers: int) -> None:
    """transformers 5 caches 512 numbers of the latent and 64 of the rotary key in each layer, as the paper says.

    DeepSeek-AI 2024, "DeepSeek-V2", section 2.1.2: (d_c + d_h^R) l elements per token.
    """
    found = of_catalogue(name, seq_len=512)
    assert found.token_bytes == layers * 576 * 2
    assert found.end["kv_cache"] == layers * 576 * 2 * 512


@pytest.mark.parametrize("new", [1, 2, 3, 40])
@pytest.mark.parametrize("config", [SMALL, WINDOWS], ids=["full", "windows"])
def test_the_cache_is_that_of_a_real_generation(config: Mapping[str, Any], new: int) -> None:
    """After `generate` on the CPU, the storages of the real cache are as large as the simulated one."""
    settings = transformers.AutoConfig.for_model(**config)
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(settings, dtype=torch.bfloat16).eval()
    cache = DynamicCache(config=settings)
    prompt = torch.ones(2, 96, dtype=torch.int64)
    model.generate(prompt, max_new_tokens=new, min_new_tokens=new, do_sample=False, past_key_values=cache)
    keys = [one for layer in cache.layers for one in (layer.keys, layer.values)]
    real = sum(-(-one.untyped_storage().nbytes() // 512) * 512 for one in keys)
    found = inference(config, batch_size=2, seq_len=96, max_new_tokens=new)
    small = 512 * 4 * len(cache.layers)  # numbers beside the keys and values, such as the length
    assert real <= found.end["kv_cache"] <= real + small


def test_fp8_is_what_transformers_stores() -> None:
    """The tensors of a real QuantizedCache with fp8 after a prompt take as much as the simulated ones."""
    model = transformers.AutoModelForCausalLM.from_config(transformers.AutoConfig.for_model(**SMALL)).eval()
    cache = QuantizedCache("fp8", model.config)
    with torch.no_grad():
        model(torch.ones(2, 64, dtype=torch.int64), past_key_values=cache)
    stored = [one for layer in cache.layers for one in (*layer._quantized_keys, *layer._quantized_values)]
    real = sum(-(-one.nbytes // 512) * 512 for one in stored)
    found = inference(SMALL, batch_size=2, seq_len=64, kv_dtype="fp8")
    assert found.end["kv_cache"] == real
    assert found.token_bytes == 5 * 2 * 2 * 64


@pytest.mark.parametrize(("kind", "bits"), [("int8", 8.5), ("int4", 4.5)])
def test_packed_caches(kind: KvDtype, bits: float) -> None:
    """A scale and a shift of 16 bits for each 64 numbers are half a bit more per number."""
    found = inference(SMALL, batch_size=2, seq_len=128, kv_dtype=kind)
    assert found.end["kv_cache"] == 5 * 2 * 128 * 2 * 2 * 64 * bits / 8
    assert found.token_bytes == 5 * 2 * 2 * 64 * bits / 8


def test_a_packed_cache_keeps_new_tokens_unpacked() -> None:
    """Up to 127 generated tokens are in the model's dtype; the 128th packs all."""
    packed = 5 * 2 * 2 * 2 * 64 * 4.5 / 8
    plain = 5 * 2 * 2 * 2 * 64 * 2
    some = inference(SMALL, batch_size=2, seq_len=128, max_new_tokens=101, kv_dtype="int4")
    assert some.end["kv_cache"] == pytest.approx(128 * packed + 100 * plain, rel=0.02)
    all_ = inference(SMALL, batch_size=2, seq_len=128, max_new_tokens=129, kv_dtype="int4")
    assert all_.end["kv_cache"] == pytest.approx(256 * packed, rel=0.02)


def test_windows_cannot_be_quantized() -> None:
    """transformers' QuantizedCache refuses sliding layers; an encoder-decoder has another cache."""
    what = "^transformers quantizes the cache only where all layers have full attention; use kv_dtype auto$"
    with pytest.raises(ValueError, match=what):
        inference(WINDOWS, seq_len=64, kv_dtype="int4")
    what = "^it is not a decoder with a cache that transformers quantizes; use kv_dtype auto$"
    with pytest.raises(ValueError, match=what):
        of_catalogue("google-t5/t5-small", seq_len=64, kv_dtype="fp8")


def test_an_encoder_has_no_cache() -> None:
    """BERT's class for generation keeps none unless it is a decoder, so there is no step after the prompt."""
    bert = {**SMALL, "model_type": "bert", "architectures": ["BertLMHeadModel"]}
    found = inference(bert, seq_len=64, max_new_tokens=8)
    assert found.token_bytes is None
    assert found.end["kv_cache"] == 0
    assert {moment.phase for moment in found.peaks} == {"load", "prefill"}


def test_cache_tensors_of_nothing() -> None:
    """A model without a cache returns None for it."""
    assert list(cache_tensors(None)) == []
