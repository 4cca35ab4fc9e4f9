"""The tensors of the GGUF file that llama.cpp's `convert_hf_to_gguf.py` makes of a checkpoint.

Names come from the tensor map of the package `gguf`. What changes shape on the way is here, from llama.cpp b11434,
`conversion/`: experts are stacked, DeepSeek's `kv_b_proj` is split for the absorbed form of its attention, and vision
towers are left out, because they go to a file of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from slidegen.errors import model_error
from slidegen.estimate.gguf.mix import Facts, Tensor

ARCHITECTURES: Final[Mapping[str, str]] = {
    "BloomForCausalLM": "bloom",
    "CohereForCausalLM": "command-r",
    "DeepseekV2ForCausalLM": "deepseek2",
    "DeepseekV3ForCausalLM": "deepseek2",
    "FalconForCausalLM": "falcon",
    "GPT2LMHeadModel": "gpt2",
    "GPTBigCodeForCausalLM": "starcoder",
    "GPTNeoXForCausalLM": "gptneox",
    "Gemma2ForCausalLM": "gemma2",
    "Gemma3ForCausalLM": "gemma3",
    "Gemma3ForConditionalGeneration": "gemma3",
    "Gemma4ForConditionalGeneration": "gemma4",
    "GemmaForCausalLM": "gemma",
    "GptOssForCausalLM": "gpt-oss",
    "Llama4ForConditionalGeneration": "llama4",
    "LlamaForCausalLM": "llama",
    "MiniMaxM2ForCausalLM": "minimax-m2",
    "MistralForCausalLM": "llama",
    "MixtralForCausalLM": "llama",
    "MptForCausalLM": "mpt",
    "NemotronHForCausalLM": "nemotron_h_moe",
    "Olmo2ForCausalLM": "olmo2",
    "Phi3ForCausalLM": "phi3",
    "PhiForCausalLM": "phi2",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
    "Qwen3MoeForCausalLM": "qwen3moe",
    "Qwen3VLForConditionalGeneration": "qwen3vl",
    "SmolLM3ForCausalLM": "smollm3",
    "StableLmForCausalLM": "stablelm",
    "Starcoder2ForCausalLM": "starcoder2",
}
"""The architecture in GGUF of each class of transformers that is converted exactly as here."""
MORE_LAYERS: Final = frozenset(
    {
        *("DeepseekV32ForCausalLM", "GlmMoeDsaForCausalLM", "Qwen3NextForCausalLM"),
        *("Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration"),
    }
)
"""Classes whose GGUF files hold layers for multi-token prediction, which transformers does not build."""

TOWERS: Final = re.compile(
    r"(^|\.)(vision_tower|vision_model|visual|audio_tower|multi_modal_projector|embed_vision|embed_audio)\."
)
EXPERT: Final = re.compile(r"^(.+\.experts)\.\d+\.(.+)$")
FUSED_EXPERTS: Final = re.compile(r"^(.+\.experts)\.(gate_up_proj|down_proj)(_bias)?$")


def gguf_tensors(
    name: str, class_name: str, config: Mapping[str, Any], checkpoint: Mapping[str, tuple[int, ...]]
) -> tuple[Facts, tuple[Tensor, ...]]:
    """Returns the facts of a model and the tensors of the float16 file that its checkpoint is converted to.

    `checkpoint` holds the names and shapes of its tensors, tied ones once. Raises ModelError if llama.cpp has no
    architecture for the model, or a tensor has no place in it.
    """
    import gguf

    if class_name in MORE_LAYERS:
        what = "its GGUF file has layers for multi-token prediction, which transformers does not build"
        raise model_error(name, f"{what}; leave the GGUF file type out", code="unsupported-model")
    if class_name not in ARCHITECTURES:
        raise model_error(
            name,
            f"slidegen does not know a GGUF architecture for {class_name}; leave the GGUF file type out",
            code="unsupported-model",
        )
    text = {**config, **(config.get("text_config") or {})}
    renamed = {_renamed(ARCHITECTURES[class_name], old): shape for old, shape in checkpoint.items() if _is_text(old)}
    facts = _facts(ARCHITECTURES[class_name], _blocks(renamed), text)
    architecture = next(key for key, word in gguf.MODEL_ARCH_NAMES.items() if word == facts.architecture)
    names = gguf.get_tensor_name_map(architecture, facts.blocks)
    tensors = []
    for old, shape in _reshaped(facts.architecture, renamed, text):
        new = _gemma4_scale(old) or names.get_name(old, try_suffixes=(".weight", ".bias"))
        if new is None:
            raise model_error(
                name, f"its tensor {old} has no place in a GGUF file of {facts.architecture}", code="unsupported-model"
            )
        tensors.append(Tensor(new, shape, "f32" if _is_float32(new, shape) else "f16"))
    return facts, (*tensors, *_rope_factors(facts, text))


HEADS: Final = ("num_attention_heads", "n_head", "n_heads")
GROUPS: Final = ("num_key_value_heads", "num_kv_heads", "kv_n_heads")
EXPERTS: Final = ("num_local_experts", "n_routed_experts", "num_experts")


def _number(config: Mapping[str, Any], names: Iterable[str]) -> int | None:
    """Returns the first whole number that the config has under one of `names`."""
    found = (config.get(name) for name in names)
    return next((int(value) for value in found if isinstance(value, int)), None)


def _is_text(name: str) -> bool:
    """Returns whether a tensor belongs to the text model. Vision towers go to a file of their own."""
    return TOWERS.search(name) is None


def _blocks(names: Iterable[str]) -> int:
    """Returns the number of blocks, by the first number in each name."""
    return max((int(found[1]) for name in names if (found := re.search(r"\.(\d+)\.", name))), default=-1) + 1


def _facts(architecture: str, blocks: int, config: Mapping[str, Any]) -> Facts:
    """Returns what the converted file says of the model. Latent attention is written as one shared key-value head."""
    heads = _number(config, HEADS) or 1
    shared = _number(config, GROUPS) or heads
    if architecture == "falcon" and not config.get("new_decoder_architecture"):
        shared = 1 if config.get("multi_query", True) else heads
    if architecture == "starcoder" or config.get("kv_lora_rank"):
        shared = 1
    grouped = 0 if architecture == "nemotron_h_moe" else heads // shared  # its first block has no attention
    return Facts(architecture, blocks, _number(config, EXPERTS) or 0, grouped)


def _reshaped(
    architecture: str, checkpoint: Mapping[str, tuple[int, ...]], config: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yields the checkpoint's tensors as the converter names and shapes them before it maps their names."""
    experts: dict[str, tuple[tuple[int, ...], int]] = {}
    for name, shape in checkpoint.items():
        if (one := EXPERT.match(name)) is not None:
            stacked = f"{one[1]}.{one[2]}"
            experts[stacked] = (shape, experts.get(stacked, (shape, 0))[1] + 1)
        elif architecture != "gemma4" and (fused := FUSED_EXPERTS.match(name)) is not None:
            yield from _unfused(fused, shape)
        elif name.endswith("kv_b_proj.weight"):
            yield from _absorbed(name, shape, config)
        else:
            name = f"{name}.weight" if FUSED_EXPERTS.match(name) else name
            yield name, _turned(architecture, name, shape)
    for name, (shape, count) in experts.items():
        yield name, (count, *shape)


def _renamed(architecture: str, name: str) -> str:
    """Returns a name as the converter looks it up."""
    name = name.removeprefix("language_model.").replace("model.language_model.", "model.")
    if architecture == "bloom":
        name = name.removeprefix("transformer.")
    if architecture == "nemotron_h_moe" and ".experts." in name:
        name = name.replace("backbone.", "model.").replace(".mixer.", ".mlp.")
    if name.endswith((".sinks", ".layer_scalar")):
        return f"{name}.weight"
    return name.replace("e_score_correction_bias", "e_score_correction.bias").replace(".dt_bias", ".dt.bias")


def _gemma4_scale(name: str) -> str | None:
    """Returns the new name of a scale in Gemma 4's router, which the tensor map does not have."""
    found = re.match(r"model\.layers\.(\d+)\.router\.(scale|per_expert_scale)$", name)
    part = {"scale": "ffn_gate_inp", "per_expert_scale": "ffn_down_exps"}
    return f"blk.{found[1]}.{part[found[2]]}.scale" if found else None


def _turned(architecture: str, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Returns a shape with its inputs last: GPT-2's matrices have them first, convolutions have a side of 1."""
    if architecture == "gpt2" and name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight")):
        return shape[::-1]
    return tuple(side for side in shape if side > 1) if name.endswith("conv1d.weight") else shape


def _unfused(fused: re.Match[str], shape: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yields experts that the checkpoint stores transposed, gate and up as one (gpt-oss, Llama 4)."""
    parts = ("gate_proj", "up_proj") if fused[2] == "gate_up_proj" else (fused[2],)
    for part in parts:
        *leading, wide = shape
        narrow = wide // len(parts)
        if fused[3]:
            yield f"{fused[1]}.{part}.bias", (*leading, narrow)
        else:
            yield f"{fused[1]}.{part}.weight", (leading[0], narrow, leading[1])


def _absorbed(name: str, shape: tuple[int, ...], config: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yields the two parts of `kv_b_proj`, by head: that of the keys transposed, and that of the values."""
    heads, values, keys = config["num_attention_heads"], config["v_head_dim"], config["qk_nope_head_dim"]
    yield name.replace("kv_b_proj", "k_b_proj"), (heads, shape[1], keys)
    yield name.replace("kv_b_proj", "v_b_proj"), (heads, values, shape[1])


FLOAT32: Final = ("ffn_gate_inp.weight", "position_embd.weight", "token_types.weight", "ssm_conv1d.weight")


def _is_float32(name: str, shape: tuple[int, ...]) -> bool:
    """Returns whether the converter keeps a tensor in float32: vectors, norms, routers, positions, biases."""
    return len(shape) < 2 or name.endswith(("_norm.weight", *FLOAT32)) or not name.endswith(".weight")


def _rope_factors(facts: Facts, config: Mapping[str, Any]) -> Iterator[Tensor]:
    """Yields the factors of scaled rotary positions: Llama 3.1's, and Phi-3's long and short ones."""
    scaling = config.get("rope_parameters") or config.get("rope_scaling") or {}
    kind = scaling.get("rope_type") or scaling.get("type")
    width = _number(config, ("head_dim",)) or (_number(config, ("hidden_size",)) or 0) // (_number(config, HEADS) or 1)
    if facts.architecture in ("llama", "smollm3", "llama4") and kind == "llama3":
        yield Tensor("rope_freqs.weight", (width // 2,), "f32")
    if facts.architecture == "gemma4":
        yield Tensor("rope_freqs.weight", (config.get("global_head_dim", 512) // 2,), "f32")
    if facts.architecture in ("phi3", "phimoe") and kind in ("longrope", "su", "yarn"):
        rotated = int(width * float(config.get("partial_rotary_factor", 1.0)))
        yield Tensor("rope_factors_long.weight", (rotated // 2,), "f32")
        yield Tensor("rope_factors_short.weight", (rotated // 2,), "f32")
