"""The rules of thumb, against what their sources say of models by name."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slidegen.estimate.rules import RULES, rule_bytes
from slidegen.estimate.setting import OPTIMIZERS
from slidegen.models import catalogue
from slidegen.models.nominal import nominal_census

GB = 10**9
BY_NAME = {rule.name: rule for rule in RULES}


def gigabytes(name: str, parameters: int) -> float:
    """What a rule says of a nominal size, in GB."""
    return rule_bytes(BY_NAME[name], nominal_census(parameters), 16) / GB


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("inference-2", 13 * GB, 26),
        ("inference-x1.2", 13 * GB, 31.2),
        ("four-times-8", 13 * GB, 104),  # 26 + 78 for gradients and states
        ("bfloat16-8bit-adam-4", 7 * GB, 28),  # "(2+2)7B=28GB"
        ("bfloat16-adam-10", 7 * GB, 70),  # StackLLaMA: (2+8)*7B
        ("zero-16", 1_500_000_000, 24),  # ZeRO, section 3.1: GPT-2 of 1.5 billion takes at least 24 GB
        ("zero-16", 7_500_000_000, 120),  # ZeRO, figure 1
        ("bfloat16-adam-12", 65 * GB, 780),  # QLoRA, section 1: more than 780 GB for 65 billion in 16 bits
        ("mixed-precision-adam-18", 7 * GB, 126),
    ],
)
def test_a_rule_says_what_its_source_says(name: str, parameters: int, expected: float) -> None:
    """Of the sizes that the sources name."""
    assert gigabytes(name, parameters) == expected


def test_hugging_faces_guide() -> None:
    """4 + 2 bytes of weights, 4 of gradients; states: 8 of AdamW, 2 in 8 bits, 4 of momentum, none of SGD."""
    names = ("adam-18", "8bit-adam-12", "momentum-14", "sgd-10")
    parts = [BY_NAME[f"mixed-precision-{name}"] for name in names]
    assert {(rule.weights, rule.copy, rule.gradients) for rule in parts} == {(4, 2, 4)}
    assert [rule.states for rule in parts] == [8, 2, 4, 0]
    assert BY_NAME["mixed-precision-inference-6"].per_parameter == 6


def test_the_other_split_of_18_bytes() -> None:
    """4 + 8 + 4, and 2 for activations; with 8-bit Adam 12 are left."""
    rule = BY_NAME["adam-activations-18"]
    assert (rule.weights, rule.states, rule.gradients, rule.activations, rule.copy) == (4, 8, 4, 2, 0)
    assert BY_NAME["adam-8bit-activations-12"].per_parameter == 12


def test_what_8_bit_adam_leaves_of_16() -> None:
    """EleutherAI: 6 bytes for the optimizer, 4 of them the float32 copy, in place of 12."""
    whole, small = BY_NAME["zero-16"], BY_NAME["zero-8bit-adam-10"]
    assert (whole.copy + whole.states, small.copy + small.states) == (12, 6)
    assert whole.per_parameter == 16
    assert small.per_parameter == 10


def test_names_end_in_the_bytes_that_a_rule_counts() -> None:
    """So that a rule of 10, 12, 16 or 18 bytes is found by its number; and no two are called alike."""
    for rule in RULES:
        if rule.per_parameter is not None and rule.factor != Fraction(6, 5):
            assert rule.name.endswith(f"-{rule.per_parameter}")
    assert len(BY_NAME) == len(RULES)


def test_every_rule_has_a_source_and_a_setting() -> None:
    """An address to look it up, and the names of the optimizers of `allocated`."""
    for rule in RULES:
        assert rule.source.url.startswith("https://")
        assert rule.source.name
        assert rule.source.section
        assert rule.optimizer in OPTIMIZERS


def test_rules_on_a_model() -> None:
    """Llama 3 8B has 8,030,261,248 parameters, 7,504,924,672 without its head; the talk's table says 14.92 of LoRA."""
    census = catalogue.census("meta-llama/Meta-Llama-3-8B")
    assert rule_bytes(BY_NAME["zero-16"], census, 16) == 16 * 8_030_261_248
    assert rule_bytes(BY_NAME["inference-x1.2"], census, 16) == -(-8_030_261_248 * 24 // 10)
    assert rule_bytes(BY_NAME["four-times-8"], census, 16) == 8 * 7_504_924_672
    assert round(rule_bytes(BY_NAME["lora-3-adapters"], census, 32) / 2**30, 2) == 14.92
    assert round(rule_bytes(BY_NAME["qlora-3-adapters"], census, 32) / 2**30, 2) == 5.17
    plain, embeddings = (rule_bytes(BY_NAME[f"lora-{n}3-adapters"], census, 32) for n in ("", "embeddings-"))
    assert embeddings - plain == 3 * 4 * 32 * (128_256 + 4096)


def test_accelerates_rules_are_those_of_its_table() -> None:
    """Twice and four times the float32 bytes that accelerate measures."""
    census = catalogue.census("meta-llama/Meta-Llama-3-8B")
    assert rule_bytes(BY_NAME["accelerate-float16-8"], census, 16) == 2 * census.total_bytes
    assert rule_bytes(BY_NAME["accelerate-float32-16"], census, 16) == 4 * census.total_bytes
