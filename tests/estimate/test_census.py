"""Counting parameters, against published counts and arithmetic by hand."""

from __future__ import annotations

import pytest

from slidegen.errors import SlidegenError
from slidegen.estimate.census import KindCount, adapter_parameters, count_by_kind, count_parameters, weights_bytes
from slidegen.model import Census, ParameterGroup
from slidegen.models import catalogue


@pytest.mark.parametrize("entry", catalogue.list_catalogue(), ids=lambda entry: str(entry.name))
def test_catalogue_counts_are_the_known_ones(entry: catalogue.CatalogueEntry) -> None:
    """The whole model has as many parameters as were counted when its config was checked against the model's page."""
    census = catalogue.census(entry.name)
    assert (census.model_class, count_parameters(census, "whole")) == (entry.model_class, entry.parameters)


def test_experts_count_as_linear() -> None:
    """Nearly all of Mixtral is linear: 3-D expert weights, attention and routers, by hand."""
    by_kind = {line.kind: line for line in count_by_kind(catalogue.census("mistralai/Mixtral-8x7B-v0.1"))}
    attention = 4096 * (4096 + 1024 + 1024 + 4096)
    experts = 8 * 3 * 4096 * 14336
    assert by_kind["linear"].parameters == 32 * (attention + experts + 8 * 4096)
    assert by_kind["linear"].modules == 32 * (4 + 1 + 8 * 2)
    assert by_kind["embedding"] == KindCount("embedding", 1, 32000 * 4096, 2 * 32000 * 4096)


def test_an_adapter_on_experts_has_a_pair_for_each() -> None:
    """Each of Mixtral's eight experts has its own adapter: rank x (in + out), fused gate and up as one matrix."""
    attention = (4096 + 4096) * 2 + (4096 + 1024) * 2
    experts = 8 * ((28672 + 4096) + (4096 + 14336))
    router = 8 + 4096
    census = catalogue.census("mistralai/Mixtral-8x7B-v0.1")
    assert adapter_parameters(census, 16) == 16 * 32 * (attention + experts + router)


def test_conv1d_of_gpt2_is_linear() -> None:
    """GPT-2's four matrices a layer are linear although their class is `Conv1D`; its tied head adds nothing."""
    census = catalogue.census("openai-community/gpt2")
    linear = 768 * (3 * 768 + 768 + 4 * 768) + 4 * 768 * 768
    biases = 3 * 768 + 768 + 4 * 768 + 768
    by_kind = {line.kind: line for line in count_by_kind(census)}
    assert (by_kind["linear"].modules, by_kind["linear"].parameters) == (48, 12 * (linear + biases))
    assert weights_bytes(census, "int4") == 12 * linear // 2 + 2 * (124_439_808 - 12 * linear)


def test_tied_parameters_count_once() -> None:
    """T5's shared embedding has three more names, and Qwen2 1.5B's head one, that add nothing."""
    t5 = catalogue.census("google-t5/t5-base")
    assert sum(group.tied for group in t5.groups) == 3
    assert count_parameters(t5, "base") == count_parameters(t5, "whole") == 222_903_552
    qwen = catalogue.census("Qwen/Qwen2-1.5B")
    assert count_parameters(qwen, "base") == count_parameters(qwen, "whole") == 1_543_714_304


def test_builds_differ_in_head_and_pooler() -> None:
    """`AutoModel` builds BERT with a pooler and without the head for masked words, and vice versa."""
    census = catalogue.census("google-bert/bert-base-uncased")
    pooler = 768 * 768 + 768
    head = 768 * 768 + 768 + 2 * 768 + 30522
    assert count_parameters(census, "base") == 109_482_240
    assert count_parameters(census, "whole") == 109_482_240 - pooler + head


def test_kinds_cover_every_parameter() -> None:
    """For every model of the catalogue the kinds add up to all parameters and all bytes."""
    for entry in catalogue.list_catalogue():
        census = catalogue.census(entry.name)
        for build in ("base", "whole"):
            lines = count_by_kind(census, "int4", build)
            assert sum(line.parameters for line in lines) == count_parameters(census, build)
            assert sum(line.size for line in lines) == weights_bytes(census, "int4", build)


def test_modules_are_counted_once_for_their_bias() -> None:
    """A module with weight and bias is one module, also where layers differ in shape."""
    groups = (
        ParameterGroup("Linear", "layers.*.up.weight", "linear", (5, 3), 2, "both"),
        ParameterGroup("Linear", "layers.*.up.weight", "linear", (6, 3), 1, "both"),
        ParameterGroup("Linear", "layers.*.up.bias", "bias", (5,), 2, "both"),
        ParameterGroup("Linear", "layers.*.up.bias", "bias", (6,), 1, "both"),
        ParameterGroup("Mixer", "layers.*.mixer.bias", "bias", (2,), 3, "both"),
    )
    lines = count_by_kind(Census("A", "B", groups, 0, (), 0, {}))
    assert lines == (KindCount("linear", 3, 30 + 18 + 16, 128), KindCount("other", 3, 6, 12))


def test_refuses_an_unknown_dtype() -> None:
    """Bytes at a dtype nobody defined are an error, not a guess."""
    with pytest.raises(SlidegenError, match=r"^unknown dtype 'float8'; "):
        weights_bytes(catalogue.census("openai-community/gpt2"), "float8")
