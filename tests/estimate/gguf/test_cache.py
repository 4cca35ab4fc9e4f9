"""llama.cpp's KV cache."""

from __future__ import annotations

import pytest

from slidegen.estimate.gguf.cache import LayerCache, cache_bytes, layer_caches, token_bytes
from slidegen.estimate.gguf.mix import Facts, Tensor

LLAMA_8B = [LayerCache((1024, 1024))] * 32


def test_llama_8b() -> None:
    """32 layers x 2 x 1024 numbers: 128 KiB per token in float16, 1 GiB at 8192 tokens; llama.cpp logs 1024.00 MiB."""
    assert token_bytes(LLAMA_8B) == 131072
    assert cache_bytes(LLAMA_8B, 8192, 1) == 2**30


@pytest.mark.parametrize(("kind", "mib"), [("q8_0", 544), ("q4_0", 288), ("f32", 2048)])
def test_quantized(kind: str, mib: int) -> None:
    """34 bytes for 32 numbers in q8_0, 18 in q4_0: 544 and 288 of float16's 1024 MiB."""
    assert cache_bytes(LLAMA_8B, 8192, 1, kind) == mib * 2**20


def test_cells_come_in_256() -> None:
    """1000 tokens take 1024 cells, for each sequence."""
    assert cache_bytes(LLAMA_8B, 1000, 3) == 3 * 1024 * 131072


def test_windows_have_room_for_a_micro_batch() -> None:
    """A window of 1024 has 1536 cells, 512 more than tokens; a short sequence has as many as any layer."""
    layers = [LayerCache((64, 64), 1024), LayerCache((64, 64))]
    assert cache_bytes(layers, 8192, 1) == (1536 + 8192) * 256
    assert cache_bytes(layers, 700, 1) == 2 * 768 * 256


def test_latent_attention_caches_one_row() -> None:
    """DeepSeek's latent is 512 numbers and 64 of the rotary key; there are no values."""
    tensors = [Tensor("blk.0.attn_kv_a_mqa.weight", (576, 7168)), Tensor("blk.0.attn_k_b.weight", (128, 512, 128))]
    (layer,) = layer_caches(Facts("deepseek2", 1, 256, 128), tensors, {})
    assert layer.rows == (576,)
    assert 61 * token_bytes([layer]) == 61 * 576 * 2 == 70272


def test_fused_queries_keys_and_values() -> None:
    """Falcon 7B: 71 heads of 64 numbers share one key-value head; 4672 rows are 4544 of queries and 2 x 64."""
    tensors = [Tensor("blk.0.attn_qkv.weight", (4672, 4544)), Tensor("blk.0.attn_output.weight", (4544, 4544))]
    (layer,) = layer_caches(Facts("falcon", 1, 0, 71), tensors, {})
    assert layer.rows == (64, 64)


def test_states_of_mamba_do_not_grow() -> None:
    """A block of Nemotron 3 Nano keeps 3 x 6144 and 128 x 4096 float32 numbers per sequence, and no keys."""
    tensors = [Tensor("blk.0.ssm_conv1d.weight", (6144, 4), "f32"), Tensor("blk.0.ssm_out.weight", (2688, 4096))]
    (layer,) = layer_caches(Facts("nemotron_h_moe", 1), tensors, {"ssm_state_size": 128})
    assert token_bytes([layer]) == 0
    assert cache_bytes([layer], 100, 2) == cache_bytes([layer], 9000, 2) == 2 * 4 * (3 * 6144 + 128 * 4096)


def test_a_row_must_fill_blocks() -> None:
    """A key of 40 numbers has no whole blocks of 32."""
    with pytest.raises(ValueError, match="a row of 40 numbers is not a whole number of q8_0 blocks of 32"):
        cache_bytes([LayerCache((40, 40))], 10, 1, "q8_0")
