"""Rules of thumb on memory from guides, papers and talks, each with its source.

A rule is arithmetic on the number of parameters. The table source `rules` compares it with what a step really
allocates.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from slidegen.estimate.census import count_parameters
from slidegen.estimate.setting import FloatDtype, HalfDtype, Method
from slidegen.estimate.textbook import estimate
from slidegen.model import Census

Counted = Literal["whole", "base", "accelerate"]
"""The parameters that a rule counts: all, those of the `AutoModel` build, or the bytes that accelerate measures."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication that states a rule, and the section that states it."""

    name: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of thumb: the bytes per parameter of each part, and the factor of their sum.

    `weights` are the weights that are trained or used, `copy` is a second copy of them in another precision. The rules
    for lora and qlora count the weights and three float32 adapters, whose size depends on the layers; their `weights`
    is None. `dtype`, `mixed_precision` and `optimizer` are the setting that comes closest to the rule.
    """

    name: str
    method: Method
    says: str
    source: Publication
    weights: int | None = None
    copy: int = 0
    gradients: int = 0
    states: int = 0
    activations: int = 0
    factor: Fraction = Fraction(1)
    counted: Counted = "whole"
    dtype: FloatDtype = "bfloat16"
    mixed_precision: HalfDtype | None = None
    optimizer: str = "adamw_torch_fused"
    train_embedding: bool = False

    @property
    def per_parameter(self) -> Fraction | None:
        """The bytes per parameter; None if they depend on the model."""
        if self.weights is None:
            return None
        return self.factor * (self.weights + self.copy + self.gradients + self.states + self.activations)

    @property
    def needs_layers(self) -> bool:
        """Whether the rule needs the shapes of a model's layers."""
        return self.weights is None


def rule_bytes(rule: Rule, census: Census, rank: int) -> int:
    """Returns the memory of a model according to a rule, in bytes, rounded up. `rank` is that of an adapter."""
    if rule.per_parameter is None:
        what = {"model": rule.name, "method": rule.method, "dtype": rule.dtype}
        return estimate(census, **what, rank=rank, train_embedding=rule.train_embedding).total_bytes or 0
    size = rule.per_parameter * counted_parameters(rule, census)
    return -(-size.numerator // size.denominator)


def counted_parameters(rule: Rule, census: Census) -> int:
    """Returns the parameters that a rule counts. accelerate's are the float32 bytes of its build, with buffers, / 4."""
    if rule.counted == "accelerate":
        return -(-census.total_bytes // 4)
    return count_parameters(census, rule.counted)


ANATOMY: Final = Publication(
    "Hugging Face, Model training anatomy",
    "Anatomy of Model's Memory",
    "https://huggingface.co/docs/transformers/model_memory_anatomy",
)
STACKLLAMA: Final = Publication(
    "Hugging Face, StackLLaMA", "Efficient training strategies", "https://huggingface.co/blog/stackllama"
)
PLAYBOOK: Final = Publication(
    "Hugging Face, Ultra-Scale Playbook",
    "Memory for weights, gradients and optimizer states",
    "https://huggingface.co/spaces/nanotron/ultrascale-playbook",
)
ACCELERATE: Final = Publication(
    "Hugging Face, accelerate estimate-memory",
    "Model memory estimator, and estimate_training_usage in commands/estimate.py",
    "https://huggingface.co/docs/accelerate/usage_guides/model_size_estimator",
)
TRANSFORMER_MATH: Final = "EleutherAI, Transformer Math 101"
TRANSFORMER_MATH_URL: Final = "https://blog.eleuther.ai/transformer-math/"
ZERO: Final = Publication("Rajbhandari et al. 2019, ZeRO", "section 3.1", "https://arxiv.org/abs/1910.02054")
CS336: Final = Publication(
    "Stanford CS336",
    "lecture 2, motivating_questions",
    "https://github.com/stanford-cs336/lectures/blob/main/lecture_02.py",
)
EFFICIENT: Final = Publication(
    "Chaaouri, Efficient fine-tuning", "Problem", "https://github.com/Thabet-Chaaouri/Efficient_fine_tuning"
)
EUROPYTHON: Final = "Bossan, EuroPython 2024"
EUROPYTHON_URL: Final = "https://github.com/BenjaminBossan/presentations/tree/main/2024-07-11-europython"
EUROPYTHON_SCRIPT: Final = Publication(
    EUROPYTHON, "utils.py, get_training_memory_estimate and train_embedding", EUROPYTHON_URL
)


def _math(section: str) -> Publication:
    return Publication(TRANSFORMER_MATH, section, TRANSFORMER_MATH_URL)


RULES: Final[tuple[Rule, ...]] = (
    Rule("inference-2", "inference", "weights 2", _math("Inference, Model Weights"), weights=2),
    Rule(
        *("inference-x1.2", "inference", "weights 2, x 1.2", _math("Inference, Total Inference Memory")),
        weights=2,
        factor=Fraction(6, 5),
    ),
    Rule(
        *("mixed-precision-inference-6", "inference", "weights 4 + 2", ANATOMY),
        weights=4,
        copy=2,
        dtype="float32",
        mixed_precision="bfloat16",
    ),
    Rule(
        *("bfloat16-8bit-adam-4", "full", "weights 2 + 8-bit AdamW 2", EFFICIENT),
        weights=2,
        states=2,
        optimizer="adamw_8bit",
    ),
    Rule(
        *("four-times-8", "full", "4 x 2: weights, gradients, Adam's two states"),
        Publication(EUROPYTHON, "LLMs are very hungry for memory", EUROPYTHON_URL),
        weights=2,
        gradients=2,
        states=4,
        counted="base",
    ),
    Rule(
        *("accelerate-float16-8", "full", "mixed precision: 2 x float32 weights 4", ACCELERATE),
        weights=4,
        factor=Fraction(2),
        counted="accelerate",
        dtype="float32",
        mixed_precision="bfloat16",
    ),
    Rule("bfloat16-adam-10", "full", "weights 2 + AdamW 8", STACKLLAMA, weights=2, states=8),
    Rule("bfloat16-adam-12", "full", "2 + 2 + 8: weights, gradients, AdamW", CS336, weights=2, gradients=2, states=8),
    Rule(
        *("zero-16", "full", "2 + 2 + 12: weights, gradients, Adam with float32 weights", ZERO),
        weights=2,
        copy=4,
        gradients=2,
        states=8,
        dtype="float32",
        mixed_precision="bfloat16",
    ),
    Rule(
        *("zero-8bit-adam-10", "full", "2 + 2 + 6: weights, gradients, 8-bit Adam with float32 weights"),
        _math("Training, Optimizer States"),
        weights=2,
        copy=4,
        gradients=2,
        states=2,
        dtype="float32",
        mixed_precision="bfloat16",
        optimizer="adamw_8bit",
    ),
    Rule(
        *("zero-momentum-12", "full", "2 + 2 + 8: weights, gradients, momentum with float32 weights"),
        _math("Training, Optimizer States"),
        weights=2,
        copy=4,
        gradients=2,
        states=4,
        dtype="float32",
        mixed_precision="bfloat16",
        optimizer="sgd_momentum",
    ),
    Rule(
        *("mixed-precision-adam-18", "full", "4 + 2 + 4 + 8: weights twice, gradients, AdamW", ANATOMY),
        weights=4,
        copy=2,
        gradients=4,
        states=8,
        dtype="float32",
        mixed_precision="bfloat16",
    ),
    Rule(
        *("mixed-precision-8bit-adam-12", "full", "4 + 2 + 4 + 2: weights twice, gradients, 8-bit AdamW", ANATOMY),
        weights=4,
        copy=2,
        gradients=4,
        states=2,
        dtype="float32",
        mixed_precision="bfloat16",
        optimizer="adamw_8bit",
    ),
    Rule(
        *("mixed-precision-momentum-14", "full", "4 + 2 + 4 + 4: weights twice, gradients, momentum", ANATOMY),
        weights=4,
        copy=2,
        gradients=4,
        states=4,
        dtype="float32",
        mixed_precision="bfloat16",
        optimizer="sgd_momentum",
    ),
    Rule(
        *("mixed-precision-sgd-10", "full", "4 + 2 + 4: weights twice, gradients; SGD keeps no state", ANATOMY),
        weights=4,
        copy=2,
        gradients=4,
        dtype="float32",
        mixed_precision="bfloat16",
        optimizer="sgd",
    ),
    Rule(
        *("adam-activations-18", "full", "4 + 8 + 4 + 2: weights, AdamW, gradients, activations", EFFICIENT),
        weights=4,
        states=8,
        gradients=4,
        activations=2,
        dtype="float32",
        mixed_precision="bfloat16",
    ),
    Rule(
        *("adam-8bit-activations-12", "full", "4 + 2 + 4 + 2: weights, 8-bit AdamW, gradients, activations"),
        EFFICIENT,
        weights=4,
        states=2,
        gradients=4,
        activations=2,
        dtype="float32",
        mixed_precision="bfloat16",
        optimizer="adamw_8bit",
    ),
    Rule(
        *("mixed-precision-adam-20", "full", "2 + 4 + 2 + 4 + 8: weights twice, gradients twice, Adam", PLAYBOOK),
        weights=2,
        copy=4,
        gradients=6,
        states=8,
        dtype="float32",
        mixed_precision="bfloat16",
    ),
    Rule(
        *("float32-adam-16", "full", "4 + 4 + 8: weights, gradients, AdamW", ANATOMY),
        weights=4,
        gradients=4,
        states=8,
        dtype="float32",
    ),
    Rule(
        *("accelerate-float32-16", "full", "4 x 4: weights, gradients, Adam's two states", ACCELERATE),
        weights=4,
        gradients=4,
        states=8,
        counted="accelerate",
        dtype="float32",
    ),
    Rule("lora-3-adapters", "lora", "weights 2 + 3 x float32 adapter", EUROPYTHON_SCRIPT, counted="base"),
    Rule(
        *("lora-embeddings-3-adapters", "lora", "weights 2 + 3 x float32 adapter, on embeddings too"),
        EUROPYTHON_SCRIPT,
        counted="base",
        train_embedding=True,
    ),
    Rule(
        *("qlora-3-adapters", "qlora", "linear weights 0.5, others 2, + 3 x float32 adapter", EUROPYTHON_SCRIPT),
        counted="base",
    ),
)
"""The published rules, grouped by method. The rule for SGD follows from the guide's others: SGD without momentum keeps
no state (PyTorch, `torch.optim.SGD`). 8-bit states take 2 bytes in both splits of 18."""
