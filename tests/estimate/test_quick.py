"""The quick mode: what it counts by hand, what it refuses, and how near it is to a run of the same step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slidegen.errors import SlidegenError
from slidegen.estimate.allocated import Allocation
from slidegen.estimate.quick.count import analytic
from slidegen.estimate.setting import OPTIMIZERS, Adapter, Quantization, Setting
from slidegen.estimate.states import STATES
from slidegen.models import catalogue

LLAMA = "meta-llama/Llama-2-7b-hf"
LORA = Adapter(16)


def counted(setting: Setting, name: str = LLAMA) -> Allocation:
    """The formulas' allocation."""
    return analytic(catalogue.census(name), catalogue.facts(name).config, setting)


def at(allocation: Allocation, phase: str) -> dict[str, int]:
    """Bytes by kind at the peak of a phase."""
    (peak,) = (one for one in allocation.peaks if one.phase == phase)
    return {str(kind): size for kind, size in peak.held.items()}


def begins(allocation: Allocation) -> dict[str, int]:
    """Bytes by kind at the peak of the loss's backward pass, when all activations are there."""
    peak = [one for one in allocation.timeline if one.label == "backward"][-1]
    return {str(kind): size for kind, size in peak.held.items()}


def test_a_layer_keeps_what_its_gradients_need() -> None:
    """Llama in half precision, by hand, for each token.

    Each norm keeps its float32 input (4 h), the normed numbers for its weight (2 h) and its output for the matrices
    (2 h); attention keeps queries, keys, values and its output (8 h) and 4 bytes for each head; the feed-forward layer
    the gate before and after its activation, the other half and their product (8 f).
    """
    tokens, h, f = 2048, 4096, 11008
    layer = tokens * (2 * 8 * h + 8 * h + 8 * f + 4 * 32 + 2 * 4)
    kept = begins(counted(Setting("full")))["activations"]
    assert kept == pytest.approx(32 * layer + tokens * 8 * h, rel=0.001)  # and the last norm
    recomputed = at(counted(Setting("full", gradient_checkpointing=True)), "forward")["activations"]
    assert recomputed == pytest.approx((32 * 2 + 8) * tokens * h, rel=0.005)


def test_eager_attention_keeps_scores() -> None:
    """The softmax in float32, and its cast to half precision: 6 bytes a head and pair of tokens."""
    fused = begins(counted(Setting("full")))["activations"]
    eager = begins(counted(Setting("full", attention="eager")))["activations"]
    assert eager - fused == pytest.approx(32 * 6 * 32 * 2048 * 2048, rel=0.01)


def test_the_loss_holds_logits_three_times() -> None:
    """The log-softmax, its gradient and that of the loss in float32: 12 bytes a token and word of the vocabulary."""
    assert begins(counted(Setting("lora", adapter=LORA)))["logits"] == pytest.approx(12 * 2048 * 32000, rel=0.01)


@pytest.mark.parametrize(
    ("name", "a_token"),
    [
        (LLAMA, 2 * 32 * 4096 * 2),
        ("mistralai/Mistral-7B-v0.3", 2 * 32 * 8 * 128 * 2),
        ("tiiuae/falcon-7b", 2 * 32 * 64 * 2),
        ("deepseek-ai/DeepSeek-V3", 61 * 576 * 2),
    ],
)
def test_the_cache_holds_what_its_kind_of_attention_keeps(name: str, a_token: int) -> None:
    """Keys and values of each head, of the heads that are shared, of one head, or a latent of 576 numbers a layer."""
    found = counted(Setting("inference", seq_len=1024), name)
    assert at(found, "prefill")["kv_cache"] == 1024 * a_token
    assert found.token_bytes == a_token


def test_windows_keep_their_tokens_once_one_is_generated() -> None:
    """gpt-oss: after a prompt of 8192 x 32 12 GiB; a window of 128 keeps 127 tokens and takes one more."""
    setting = Setting("inference", seq_len=8192, batch_size=32, max_new_tokens=2)
    found = counted(setting, "openai/gpt-oss-20b")
    assert at(found, "prefill")["kv_cache"] == 12 * 2**30
    last = [one for one in found.timeline if one.phase == "decode"][-1]
    assert last.held["kv_cache"] == pytest.approx(6 * 2**30, rel=0.05)


def test_states_are_counted_in_the_dtype_of_what_is_trained() -> None:
    """A float32 adapter on every linear layer of 7B, with two moments and a counter of 512 bytes each."""
    found = at(counted(Setting("lora", adapter=LORA)), "step")
    assert found["adapter"] == found["gradients"] == 4 * 39_976_960
    assert found["optimizer"] == 2 * found["adapter"] + 512 * 2 * 7 * 32
    assert set(STATES) - {"adam", "adam_8bit", "adamw", "momentum"} == set(OPTIMIZERS)


def test_adafactor_keeps_rows_and_columns() -> None:
    """Of a matrix a float32 for each row and column, of a vector one for each number: a few millionths."""
    found = at(counted(Setting("full", optimizer="adafactor")), "step")["optimizer"]
    matrices = 32 * (4 * 2 * 4096 + 3 * (4096 + 11008)) + 2 * (32000 + 4096)
    assert found == pytest.approx(4 * (matrices + 65 * 4096), rel=0.01)


def test_every_optimizer_has_states() -> None:
    """SGD has none; paged ones are in the host's memory but for those of norms and the scales of 8-bit ones."""
    held = {name: at(counted(Setting("full", optimizer=name)), "step") for name in OPTIMIZERS}
    assert [name for name, sizes in held.items() if sizes["optimizer"] == 0] == ["sgd"]
    few = {name for name, sizes in held.items() if sizes["optimizer"] < sizes["weights"] / 50}
    assert few == {"sgd", "adafactor", *(name for name in OPTIMIZERS if name.startswith("paged"))}


def test_fused_experts_are_not_packed() -> None:
    """bitsandbytes packs exactly `nn.Linear`: a mixture's experts stay float32 after PEFT's preparation."""
    setting = Setting("qlora", adapter=LORA, quantization=Quantization("nf4"), mixed_precision="bfloat16")
    experts = 48 * 128 * 3 * 2048 * 768
    assert at(counted(setting, "Qwen/Qwen3-30B-A3B"), "load")["weights"] > 4 * experts


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B", "quick has no formula for models of the type nemotron_h"),
        ("deepseek-ai/DeepSeek-V3.2", "quick has no formula for models of the type deepseek_v32"),
    ],
)
def test_an_unknown_kind_of_model_is_refused(name: str, what: str) -> None:
    """In one line that says what is missing and what to do."""
    with pytest.raises(SlidegenError, match=f"^{what}; leave quick out$"):
        counted(Setting("inference"), name)


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ({"hidden_act": "xielu"}, "the activation xielu"),
        ({"layer_types": ["linear_attention"] * 32}, "layers of the types linear_attention"),
    ],
)
def test_an_unknown_part_of_a_known_model_is_refused(config: dict[str, Any], what: str) -> None:
    """It is not counted as something else."""
    with pytest.raises(SlidegenError, match=f"quick has no formula for {what}; leave quick out"):
        analytic(catalogue.census(LLAMA), {**catalogue.facts(LLAMA).config, **config}, Setting("full"))


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        (Setting("lora", adapter=replace(LORA, target_modules=("q_proj",))), "adapters on chosen modules"),
        (Setting("lora", adapter=replace(LORA, dora=True)), "DoRA"),
        (Setting("full", padded=True), "padded batches"),
        (Setting("full", gradient_accumulation_steps=2), "gradient accumulation"),
    ],
)
def test_a_setting_without_formula_is_refused(setting: Setting, what: str) -> None:
    """It is not counted as another one."""
    with pytest.raises(SlidegenError, match=f"quick has no formula for {what}"):
        counted(setting)


def test_a_config_that_says_too_little_is_refused() -> None:
    """In one line."""
    with pytest.raises(SlidegenError, match="the config has no num_attention_heads, which the formulas need"):
        analytic(catalogue.census(LLAMA), {"model_type": "llama"}, Setting("full"))


def test_a_prompt_longer_than_the_positions_is_refused() -> None:
    """As by the run."""
    with pytest.raises(SlidegenError, match="it has positions for 1024 tokens, not for 2048; use a shorter seq_len"):
        counted(Setting("full"), "openai-community/gpt2")
