"""Loads glassllm as transformers' Llama; they differ only in the order of the numbers that RoPE rotates in pairs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from slidegen.errors import model_error
from slidegen.quantize.experiments.running.folder import load_state
from slidegen.quantize.experiments.running.runnable import Runnable, linear_layers
from slidegen.quantize.weights.base import Weights
from slidegen.quantize.weights.glass import TOKENIZER, glass_arrays, glass_config

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_SPECIALS: Final = ("<pad>", "<unk>", "<bos>", "<eos>")
_SPACE: Final = "▁"
_NAMES: Final = {
    "norm1.gamma": "input_layernorm",
    "norm2.gamma": "post_attention_layernorm",
    "attn.W_Q": "self_attn.q_proj",
    "attn.W_K": "self_attn.k_proj",
    "attn.W_V": "self_attn.v_proj",
    "attn.W_O": "self_attn.o_proj",
    "ffn.W1": "mlp.gate_proj",
    "ffn.W3": "mlp.up_proj",
    "ffn.W2": "mlp.down_proj",
}


def load_glass(weights: Weights) -> Runnable:
    """Loads glassllm's English model. Raises ModelError if its files are damaged."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes, arrays = glass_config(weights), glass_arrays(weights)
    config = LlamaConfig(
        vocab_size=sizes["vocab_size"],
        hidden_size=sizes["d_model"],
        intermediate_size=arrays["blocks.0.ffn.W1"].shape[1],
        num_hidden_layers=sizes["n_layers"],
        num_attention_heads=sizes["n_heads"],
        num_key_value_heads=sizes["n_kv_heads"],
        max_position_embeddings=sizes["max_len"],
        rms_norm_eps=sizes["eps"],
        rope_parameters={"rope_type": "default", "rope_theta": sizes["rope_base"]},
        tie_word_embeddings=True,
        dtype=torch.float32,
    )
    width = sizes["d_model"] // sizes["n_heads"]
    state = {}
    for name, values in arrays.items():
        array = values.astype("float32")
        if name.endswith(("W_Q", "W_K")):
            array = halves(array.T, width).T
        state[_llama_name(name)] = torch.from_numpy(array.T.copy() if array.ndim == 2 and name != "E" else array)
    model = load_state(weights, config, state, LlamaForCausalLM)
    tokenizer = _tokenizer(weights)
    return Runnable(
        weights,
        model,
        linear_layers(model, weights),
        lambda text: list(tokenizer.encode(text).ids),
        (),
        sizes["max_len"],
    )


def halves(matrix: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Reorders the rows of each head of `width` for transformers' RoPE.

    RoPE rotates pairs of numbers (Su et al. 2021, RoFormer, section 3.2.2). In the paper and in Llama's GGUF files the
    pairs are neighbours (0, 1), (2, 3), ...; transformers pairs number i with number i + width / 2.
    """
    heads = matrix.reshape(-1, width // 2, 2, matrix.shape[1])
    return heads.swapaxes(1, 2).reshape(matrix.shape)


def _llama_name(name: str) -> str:
    if name == "E":
        return "model.embed_tokens.weight"
    if name == "norm_f.gamma":
        return "model.norm.weight"
    _, number, inner = name.split(".", 2)
    return f"model.layers.{number}.{_NAMES[inner]}.weight"


def _tokenizer(weights: Weights) -> Tokenizer:
    """Returns its tokenizer: byte-pair encoding of characters, without merges across words or lines."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    path = weights.location.parent / TOKENIZER
    try:
        data = json.loads(path.read_bytes())
        merges = [(left, right) for left, right in data["merges"]]
        words = [*_SPECIALS, *data["alphabet"], *(left + right for left, right in merges)]
        tokenizer = Tokenizer(models.BPE({word: id for id, word in enumerate(words)}, merges, unk_token=_SPECIALS[1]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise model_error(
            weights.name, f"its {TOKENIZER} cannot be read ({error}); install it again", code="model-files"
        ) from error
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(" ", _SPACE)])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(f"\n|{_SPACE}*[^{_SPACE}\n]+|{_SPACE}+"), "isolated")
    return tokenizer
