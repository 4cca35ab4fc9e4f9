"""The counts that others published, beside the censuses of models that talks name."""

from __future__ import annotations

import pytest

from slidegen.estimate.census import count_parameters
from slidegen.models import catalogue


def whole(name: str) -> int:
    """The parameters of a catalogue model, with its output head."""
    return count_parameters(catalogue.census(name), "whole")


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("huggyllama/llama-30b", 32_528_943_616),  # printed by juncongmoo/pyllama
        ("huggyllama/llama-65b", 65_285_660_672),  # the same
        ("stabilityai/stablelm-3b-4e1t", 2_795_443_200),  # model card
        ("stabilityai/stablelm-2-1_6b", 1_644_515_328),  # safetensors metadata on the Hub
        ("tiiuae/falcon-180B", 179_522_565_120),  # safetensors.total of the Hub's API, revision d2ea553
        ("bigcode/starcoderbase", 15_517_456_384),  # multipl-t-starcoder-15b in a public table of shapes
        ("openai-community/gpt2-medium", 354_823_168),  # safetensors metadata on the Hub
        ("openai-community/gpt2-large", 774_030_080),  # the same
    ],
)
def test_an_exact_count_is_met_exactly(name: str, published: int) -> None:
    """And what the catalogue says of itself is the same."""
    assert whole(name) == published
    assert catalogue.entries()[name].parameters == published
    assert catalogue.entries()[name].published == "equal"


@pytest.mark.parametrize(
    ("name", "published", "decimals"),
    [
        ("huggyllama/llama-7b", 6.7, 1),  # arXiv:2302.13971, table 2
        ("huggyllama/llama-13b", 13.0, 1),
        ("huggyllama/llama-30b", 32.5, 1),
        ("huggyllama/llama-65b", 65.2, 1),
        ("mosaicml/mpt-30b", 29.95, 2),  # model card
        ("bigcode/starcoderbase", 15.5, 1),  # arXiv:2305.06161, table 1
        ("openai/gpt-3-175b", 174.6, 1),  # arXiv:2005.14165, table D.1
    ],
)
def test_a_rounded_count_is_met_to_its_last_digit(name: str, published: float, decimals: int) -> None:
    """Billions, cut after the last digit as the papers do."""
    assert int(whole(name) / 1e9 * 10**decimals) == round(published * 10**decimals)


def test_gpt_3_by_hand() -> None:
    """12 matrices of width squared and 13 vectors a layer, two embeddings and a last norm."""
    width, layers, vocabulary, positions = 12288, 96, 50257, 2048
    layer = 12 * width**2 + 13 * width
    assert whole("openai/gpt-3-175b") == layers * layer + (vocabulary + positions) * width + 2 * width


@pytest.mark.parametrize(("name", "width", "layers"), [("mosaicml/mpt-7b", 4096, 32), ("mosaicml/mpt-30b", 7168, 48)])
def test_mpt_by_hand(name: str, width: int, layers: int) -> None:
    """No biases: 12 matrices and two norms a layer; ALiBi has no parameters, and the head is the embedding."""
    assert whole(name) == 50432 * width + layers * (12 * width**2 + 2 * width) + width


def test_stablelm_alpha_was_counted_on_two_ranks() -> None:
    """The README's number has what tensor parallelism repeats once more: norms, and biases of the rows' matrices."""
    width, layers = 6144, 16
    repeated = layers * (2 * 2 * width + 2 * width) + 2 * width
    assert whole("stabilityai/stablelm-base-alpha-7b") + repeated == 7_869_358_080
