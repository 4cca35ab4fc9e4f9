"""The quick mode of the accounting `allocated`: formulas from papers instead of a run. No torch, no I/O.

The formulas describe transformers as in the papers: all layers alike, attention with or without its matrix of scores.
They ignore what single models do differently (sliding windows, experts, float32 norms); a run does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, Final, get_args

from slidegen.errors import Problem, SlidegenError
from slidegen.estimate.allocated import KINDS, Allocation, Held, Kind, Moment
from slidegen.estimate.census import FLOAT_BYTES, adapter_parameters, count_parameters, groups_of
from slidegen.estimate.setting import BitsAndBytes, Setting
from slidegen.estimate.states import states_bytes
from slidegen.model import Census

PACKED_BITS: Final[Mapping[tuple[str, bool], float]] = {
    ("nf4", False): 4.5,
    ("fp4", False): 4.5,
    ("nf4", True): 4.127,
    ("fp4", True): 4.127,
    ("int8", False): 8.0,
    ("int8", True): 8.0,
}
"""Bits of a quantized weight, its constants included. Source: Dettmers et al. 2023, "QLoRA", section 3."""
DEPTHS: Final = ("num_hidden_layers", "n_layer", "num_layers", "n_layers")
WIDTHS: Final = ("hidden_size", "n_embd", "d_model", "dim")
HEADS: Final = ("num_attention_heads", "n_head", "num_heads", "n_heads")


def analytic(census: Census, config: Mapping[str, Any], setting: Setting) -> Allocation:
    """Estimates the memory of one GPU by formulas: weights, states, activations, logits or KV cache, all at once.

    Raises SlidegenError if the config lacks the number of layers, the hidden size or the number of heads.
    """
    size = FLOAT_BYTES[setting.dtype]
    parameters = count_parameters(census, "whole")
    linear = sum(prod(group.shape) * group.count for group in groups_of(census, "base") if group.kind == "linear")
    held: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    held["weights"] = parameters * size
    if setting.quantization is not None:
        if setting.quantization.name not in get_args(BitsAndBytes) or setting.quantization.experts:
            what = f"quick has no formula for weights stored in {setting.quantization.name}"
            raise SlidegenError([Problem(f"{what}; leave quick out, or give a dtype")])
        bits = PACKED_BITS[setting.quantization.name, setting.quantization.double]
        rest = 4 if setting.quantization.upcast and setting.trains else size
        held["weights"] = int(linear * bits / 8) + (parameters - linear) * rest
    trained, trained_size = parameters, size
    if setting.adapter is not None:
        trained, trained_size = adapter_parameters(census, setting.adapter.rank), FLOAT_BYTES[setting.adapter.dtype]
        held["adapter"] = trained * trained_size
    if setting.trains:
        held["gradients"] = trained * trained_size
        held["optimizer"] = states_bytes(setting.optimizer, trained, trained_size, constants=True)
    held |= _activity(config, setting)
    moment = Moment("backward" if setting.trains else "decode", "formulas", held)
    trainable = trained if setting.trains else 0
    return Allocation(
        parameters=parameters,
        trainable_parameters=trainable,
        peaks=(moment,),
        timeline=(moment,),
        end={**held, "activations": 0, "logits": 0, "gradients": 0},
        reserved=moment.total,
        layers=held["weights"],
        layer=0,
        outside=0,
    )


def _activity(config: Mapping[str, Any], setting: Setting) -> Held:
    """Returns the activations and logits of training, or the KV cache of inference.

    A layer keeps s b h (34 + 5 a s / h) bytes in half precision, without the second term if attention is fused, and
    2 s b h if it is recomputed (Korthikanti et al. 2022, "Reducing Activation Recomputation", equations 2 and 6,
    section 5). Logits are held in half precision, in float32, as logarithms of the softmax, and as their gradient:
    14 bytes for each token and entry of the vocabulary. The KV cache is 2 L b s k d numbers (Pope et al. 2022,
    "Efficiently Scaling Transformer Inference", section 2).
    """
    text = config.get("text_config")
    facts = {**config, **text} if isinstance(text, Mapping) else config
    layers, width, heads = (_fact(facts, names) for names in (DEPTHS, WIDTHS, HEADS))
    batch, length, size = setting.batch_size, setting.seq_len, FLOAT_BYTES[setting.dtype]
    if not setting.trains:
        shared = facts.get("num_key_value_heads") or heads
        head = facts.get("head_dim") or width // heads
        return {"kv_cache": 2 * layers * batch * (length + setting.max_new_tokens) * shared * head * size}
    layer = length * batch * width * 34 * size // 2
    if setting.attention == "eager":
        layer += 5 * heads * length * length * batch * size // 2
    kept = layers * length * batch * width * size + layer if setting.gradient_checkpointing else layers * layer
    return {"activations": kept, "logits": 14 * batch * length * int(facts.get("vocab_size") or 0)}


def _fact(config: Mapping[str, Any], names: tuple[str, ...]) -> int:
    """Returns the first integer that the config has under one of `names`."""
    for name in names:
        if isinstance(config.get(name), int):
            return int(config[name])
    raise SlidegenError([Problem(f"the config has no {names[0]}, which the formulas need; leave quick out")])
