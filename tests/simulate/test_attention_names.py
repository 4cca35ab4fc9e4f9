"""The attention that an estimate names is the one whose memory it counts."""

from __future__ import annotations

import pytest
import transformers
from transformers import GptOssForCausalLM, LlamaForCausalLM

from slidegen.estimate.allocated import Allocation, estimate_of
from slidegen.estimate.attention import WITHOUT_SDPA, attention_of
from slidegen.estimate.checkpoint import Loaded
from slidegen.estimate.setting import Attention, FloatDtype, Setting
from slidegen.models import catalogue
from slidegen.simulate.run import allocation

LENGTH = 1024
LLAMA, GPT_OSS = "meta-llama/Llama-3.2-1B", "openai/gpt-oss-20b"


def run(name: str, attention: Attention = "sdpa", capability: tuple[int, int] = (8, 0)) -> Allocation:
    """The allocation of a prompt."""
    setting = Setting("inference", seq_len=LENGTH, attention=attention, capability=capability)
    return allocation(catalogue.facts(name).config, name, setting)


def named(name: str, attention: Attention = "sdpa") -> str | None:
    """The attention in the estimate of a prompt."""
    loaded = Loaded(Setting("inference", attention=attention), "bfloat16", ())
    return estimate_of(name, loaded, run(name, attention)).attention


def test_a_model_without_fused_attention_is_named_eager() -> None:
    """gpt-oss has none, says transformers; its peak holds the scores of every head, in half precision."""
    assert not GptOssForCausalLM._supports_sdpa
    assert named(GPT_OSS) == "eager"
    scores = 64 * LENGTH * (LENGTH + 1) * 2  # 64 heads, and a sink for each
    assert run(GPT_OSS).peak.held["temporaries"] > scores


@pytest.mark.parametrize("attention", ["eager", "sdpa", "flash"])
def test_a_model_with_all_forms_is_named_by_the_one_that_was_chosen(attention: Attention) -> None:
    """Llama has all of them."""
    assert LlamaForCausalLM._supports_sdpa
    assert LlamaForCausalLM._supports_flash_attn
    assert named(LLAMA, attention) == attention


def test_the_kernels_of_sdpa_are_named() -> None:
    """Grouped queries run flash attention on an A100; no fused kernel of a T4 has them. Eager runs none of sdpa's."""
    assert run(LLAMA).kernels == {"flash"}
    assert run(LLAMA, capability=(7, 5)).kernels == {"math"}
    assert run(LLAMA, "eager").kernels == set()


@pytest.mark.parametrize(("dtype", "kernel"), [("float16", "memory-efficient"), ("bfloat16", "math")])
def test_the_dtype_decides_among_the_kernels_of_a_t4(dtype: FloatDtype, kernel: str) -> None:
    """Its memory-efficient kernel computes float16 but not bfloat16."""
    name = "openai-community/gpt2"
    setting = Setting("inference", dtype=dtype, seq_len=64, capability=(7, 5))
    assert allocation(catalogue.facts(name).config, name, setting).kernels == {kernel}


def test_the_formulas_know_which_models_have_no_fused_attention() -> None:
    """Every kind of model in the catalogue, by what transformers says of its class; without torch nobody can ask it."""
    without = set()
    for model_type, config in {
        facts.config["model_type"]: facts.config
        for facts in (catalogue.facts(entry.name) for entry in catalogue.list_catalogue())
    }.items():
        named = getattr(transformers, (config.get("architectures") or ["none"])[0], None)
        if named is not None and not named._supports_sdpa:
            without.add(model_type)
    assert without == WITHOUT_SDPA
    assert attention_of({"model_type": "gpt_oss"}, "sdpa") == "eager"
    assert attention_of({"model_type": "gpt_oss"}, "flash") == "flash"
    assert attention_of({"model_type": "llama"}, "sdpa") == "sdpa"


def test_what_is_surprising_is_said() -> None:
    """Once for the model, once for the card."""
    assert run(GPT_OSS).notes == (
        "transformers has no sdpa for this model, so attention is eager, which holds the scores of each head",
    )
    assert run(LLAMA).notes == ()
    assert run(LLAMA, capability=(7, 5)).notes == (
        "sdpa runs PyTorch's math kernel on this GPU, which holds the scores of each head",
    )
