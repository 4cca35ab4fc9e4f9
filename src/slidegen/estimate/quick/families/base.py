"""What a description of a family of models is made of, and the facts that it is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from slidegen.errors import Problem, SlidegenError
from slidegen.estimate.quick.attention import Scores
from slidegen.estimate.quick.decoder import Family
from slidegen.estimate.quick.mlp import ACTIVATIONS, Mixture
from slidegen.estimate.quick.norms import NormKind
from slidegen.estimate.quick.parameters import Parameters

WINDOWS: Final = {"sliding_attention": "sliding_window", "chunked_attention": "attention_chunk_size"}
"""The types of layers that attend to few tokens (`layer_types`), and the key of how many."""
PLAIN: Final = Scores("sdpa")
HEADS: Final = ("num_attention_heads", "n_head", "num_heads", "n_heads")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of layer: its family, and the window of its attention, None for all tokens."""

    family: Family
    window: int | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A decoder: its layers by kind, and what is around them. Names are those of parameters outside the layers.

    `scores` describes its eager attention, and `eager` says that transformers has no other form for it; `flash` that it
    runs with the package flash-attn. `longest` is the number of tokens for which it has positions, None for any.
    """

    layers: tuple[Kind, ...]
    prefix: str
    heads: int
    embedding: str
    final_norm: str
    final_kind: NormKind
    head: str
    scores: Scores = PLAIN
    eager: bool = False
    flash: bool = True
    always_masked: bool = False
    positions: str | None = None
    longest: int | None = None
    scaled: bool = False
    capped_logits: bool = False
    scaled_logits: bool = False
    embedding_dropout: float = 0.0
    attention_dropout: float = 0.0
    embedding_norm: str | None = None


def refused(what: str) -> SlidegenError:
    """Returns the error for a model that the formulas do not describe."""
    return SlidegenError([Problem(f"quick has no formula for {what}; leave quick out", code="unsupported-model")])


@dataclass(frozen=True, slots=True)
class Facts:
    """A model's config (its text part) with the census."""

    config: Mapping[str, Any]
    parameters: Parameters

    def get(self, name: str, default: Any) -> Any:
        found = self.config.get(name)
        return default if found is None else found

    def heads(self) -> int:
        for name in HEADS:
            if isinstance(self.config.get(name), int):
                return int(self.config[name])
        raise SlidegenError(
            [Problem(f"the config has no {HEADS[0]}, which the formulas need; leave quick out", code="model-files")]
        )

    def activation(self, *names: str, default: str) -> str:
        for name in names:
            if isinstance(self.config.get(name), str):
                default = str(self.config[name])
                break
        if default not in ACTIVATIONS:
            raise refused(f"the activation {default}")
        return default


LLAMA: Final = Family()


def decoder(
    facts: Facts, family: Family = LLAMA, windows: Callable[[int], int | None] | None = None, **more: Any
) -> Model:
    """Returns a decoder with Llama's names. `windows` gives the window of a layer, None for attention to all tokens."""
    found = facts.parameters.find(f".{family.out}.weight")
    if not found:
        raise refused(f"layers without {family.out}")
    prefix = found[0].name.removesuffix(f"{family.out}.weight")
    root = prefix.removesuffix("layers.*.").removesuffix("h.*.").removesuffix("blocks.*.")
    count = sum(one.count for one in found)
    if family.is_gated:
        family = replace(family, activation=facts.activation("hidden_act", "hidden_activation", default="silu"))
    kinds = facts.config.get("layer_types")
    if isinstance(kinds, list) and set(kinds) <= {"full_attention", *WINDOWS} and len(kinds) == count:
        windows = [facts.config.get(WINDOWS[kind]) if kind in WINDOWS else None for kind in kinds].__getitem__
    elif kinds is not None:
        raise refused(f"layers of the types {', '.join(sorted(set(map(str, kinds))))}")
    head = [one.name for one in facts.parameters.groups if one.name.endswith("lm_head.weight")]
    settings: dict[str, Any] = {
        "embedding": f"{root}embed_tokens.weight",
        "final_norm": f"{root}norm",
        "final_kind": family.norm,
        "head": head[0] if head else "",
        "attention_dropout": float(facts.get("attention_dropout", 0.0)),
    }
    layers = tuple(Kind(family, None if windows is None else windows(number)) for number in range(count))
    return Model(layers, prefix, facts.heads(), **{**settings, **more})


def window(facts: Facts, default: int | None) -> Callable[[int], int | None]:
    size = facts.config.get("sliding_window", default)
    return lambda _: size


def rotated_share(facts: Facts, default: float) -> float:
    rope = facts.config.get("rope_parameters") or facts.config.get("rope_scaling")
    if isinstance(rope, Mapping) and "partial_rotary_factor" in rope:
        return float(rope["partial_rotary_factor"])
    return float(facts.get("partial_rotary_factor", facts.get("rotary_pct", default)))


def experts_of(facts: Facts, router: str, experts: str, **more: Any) -> Mixture:
    names = (f"{experts}.gate_up_proj", f"{experts}.down_proj")
    group = facts.parameters.find("." + names[0])[0]
    chosen = facts.get("num_experts_per_tok", facts.get("experts_per_token", None))
    if not isinstance(chosen, int):
        raise SlidegenError(
            [
                Problem(
                    "the config has no num_experts_per_tok, which the formulas need; leave quick out",
                    code="model-files",
                )
            ]
        )
    activation = facts.activation("hidden_act", default="silu")
    return Mixture(group.shape[0], chosen, router, names, activation=activation, **more)
