"""Counts a model's parameters by part: embedding, attention, MLP, one block, head; and those that compute a token.

The names that transformers gives its modules distinguish the parts. The parts sum to the whole model, output head
included and tied parameters once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Final, Literal, get_args

from slidegen.estimate.census import groups_of, matrices
from slidegen.model import Census, ParameterGroup

Part = Literal["embedding", "attention", "mlp", "norm", "head", "vision", "other"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)

HEAD: Final = frozenset({"lm_head", "proj_out", "embed_out"})
"""The names of the matrix from the last hidden state to the vocabulary in causal language models."""
_VISION: Final = re.compile(r"vision|visual|audio|multi_modal|embed_image")
_MLP: Final = re.compile(r"mlp|ffn|feed_?forward|moe|expert|router|DenseReluDense|^gate$")
_ATTENTION: Final = re.compile(r"attn|attention|mixer|mamba|ssm", re.IGNORECASE)
_MLP_OF_ITS_OWN: Final = re.compile(r"^fc\d?$|^fc_|^intermediate$|^output$")
"""The MLP of BERT and OPT, which is not in a module of its own. BERT's attention also has an `output`."""

ALL_LINEAR: Final = ("all-linear",)
EXPERTS: Final = ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts")
EXPERTS_PER_TOKEN: Final = ("num_experts_per_tok", "experts_per_token", "top_k_experts", "moe_top_k", "moe_topk")


@dataclass(frozen=True, slots=True)
class PartCount:
    """The parameters of a model by part.

    `attention` includes what replaces it: linear attention, a state space. `norm` has every norm, `vision` the towers
    of other modalities and their connection to the text. The head is 0 if it is the embedding itself.

    `layers` is the number of blocks, `block` the parameters of one. `block` is None if blocks differ (a mixture with
    dense layers), and both are None if there are two stacks (encoder and decoder). `active` counts what computes one
    token of text, with the embedding; it is None for a mixture whose config does not give the experts per token.
    """

    parameters: int
    active: int | None
    embedding: int
    attention: int
    mlp: int
    norm: int
    head: int
    vision: int
    other: int
    layers: int | None
    block: int | None


def count_parts(census: Census, config: Mapping[str, Any]) -> PartCount:
    """Counts the parameters of the whole model by part. `config` says how many experts compute a token."""
    groups = [(part_of(group), group) for group in groups_of(census, "whole")]
    sizes: Counter[Part] = Counter()
    for part, group in groups:
        sizes[part] += _size(group)
    layers, block = _blocks([group for part, group in groups if part not in ("head", "vision")])
    return PartCount(
        parameters=sizes.total(),
        active=_active(sizes.total() - sizes["vision"], [group for part, group in groups if part == "mlp"], config),
        layers=layers,
        block=block,
        **{part: sizes[part] for part in PARTS},
    )


def part_of(group: ParameterGroup) -> Part:
    """Returns the part to which the parameters of a group belong."""
    names = _modules(group)
    if group.scope == "head" or HEAD.intersection(names):
        return "head"
    if any(map(_VISION.search, names)):
        return "vision"
    if group.kind == "norm":
        return "norm"
    if "*" not in names:
        return "embedding" if group.kind == "embedding" or any("embed" in name for name in names) else "other"
    inside = names[names.index("*") + 1 :]
    kinds: tuple[tuple[re.Pattern[str], Part], ...] = (
        (_MLP, "mlp"),
        (_ATTENTION, "attention"),
        (_MLP_OF_ITS_OWN, "mlp"),
    )
    return next((part for pattern, part in kinds if any(map(pattern.search, inside))), "other")


def adapted_parameters(census: Census, rank: int, targets: tuple[str, ...] = ALL_LINEAR) -> int | None:
    """Returns the parameters of the LoRA adapter that PEFT puts on the modules `targets`: rank x (in + out) each.

    `all-linear` is every `nn.Linear` and `Conv1D` except the output embedding. Returns None for a mixture of experts,
    unless the targets are in its attention: PEFT adapts different fused experts in each family, and only a run tells.
    Source: PEFT 0.21, `tuners/tuners_utils.py`, `_maybe_include_all_linear_layers`, and of mixtures
    `utils/transformers_weight_conversion.py`.
    """
    groups = list(groups_of(census, "whole"))
    targeted = [group for group in groups if _is_linear(group) and _is_target(group, targets)]
    mixture = any(map(_is_expert, groups))
    if mixture and (targets == ALL_LINEAR or any(part_of(group) != "attention" for group in targeted)):
        return None
    return sum(rank * (a + b) * count for count, a, b in map(matrices, targeted))


def target_names(census: Census) -> tuple[str, ...]:
    """Returns the names of the modules that can have an adapter."""
    return tuple(dict.fromkeys(_modules(group)[-1] for group in groups_of(census, "whole") if _is_linear(group)))


def _is_target(group: ParameterGroup, targets: tuple[str, ...]) -> bool:
    names = _modules(group)
    if targets == ALL_LINEAR:
        return not HEAD.intersection(names) and names[-2:] != ["predictions", "decoder"]  # BERT's output embedding
    path = ".".join(names)
    return any(path == target or path.endswith(f".{target}") for target in targets)


def _is_linear(group: ParameterGroup) -> bool:
    """Returns whether a group holds the weights of `nn.Linear`, of a class that derives from it, or of `Conv1D`."""
    return group.kind == "linear" and group.module.endswith(("Linear", "Conv1D"))


def _is_expert(group: ParameterGroup) -> bool:
    return "experts" in group.name.split(".")


def _modules(group: ParameterGroup) -> list[str]:
    """Returns the names on the way to a parameter, without `weight` or `bias`; ``*`` stands for numbers."""
    names = group.name.split(".")
    return names[:-1] if names[-1] in ("weight", "bias") else names


def _size(group: ParameterGroup) -> int:
    return prod(group.shape) * group.count


def _blocks(groups: list[ParameterGroup]) -> tuple[int | None, int | None]:
    """Returns the number of blocks of the only stack, and the parameters of one if all have the same."""
    inside = [group for group in groups if "*" in _modules(group)]
    stacks = {group.name.partition(".*.")[0] for group in inside}
    counts: Counter[str] = Counter()
    for group in inside:
        if group.name.count("*") == 1:
            counts[group.name] += group.count
    if len(stacks) != 1 or not counts:
        return None, None
    layers = max(counts.values())
    alike = set(counts.values()) == {layers} and all(group.count % layers == 0 for group in inside)
    return layers, sum(map(_size, inside)) // layers if alike else None


def _active(parameters: int, mlp: list[ParameterGroup], config: Mapping[str, Any]) -> int | None:
    """Returns the `parameters` with only the experts that compute a token."""
    experts = sum(_size(group) for group in mlp if _is_expert(group))
    if not experts:
        return parameters
    number, taken = _fact(config, EXPERTS), _fact(config, EXPERTS_PER_TOKEN)
    if number is None or taken is None or not 0 < taken <= number:
        return None
    return parameters - experts + experts * taken // number


def _fact(config: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((one[name] for one in _levels(config) for name in names if isinstance(one.get(name), int)), None)


def _levels(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields a config, and the configs in it for the text or its MLP."""
    yield config
    for name in ("text_config", "ffn_config"):
        if isinstance(config.get(name), Mapping):
            yield from _levels(config[name])
