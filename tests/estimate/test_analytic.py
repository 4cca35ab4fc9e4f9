"""The quick mode: its formulas by hand, and beside a run of the same step."""

from __future__ import annotations

import pytest

from slidegen.errors import SlidegenError
from slidegen.estimate.analytic import analytic
from slidegen.estimate.setting import OPTIMIZERS, Adapter, Setting
from slidegen.estimate.states import STATES
from slidegen.models import catalogue

LLAMA = "meta-llama/Llama-2-7b-hf"


def quick(setting: Setting, name: str = LLAMA) -> dict[str, int]:
    """Bytes by kind."""
    found = analytic(catalogue.census(name), catalogue.facts(name).config, setting)
    return {str(kind): size for kind, size in found.peak.held.items()}


def test_activations_are_those_of_the_paper() -> None:
    """34 s b h bytes a layer in half precision, 2 s b h and one layer when they are computed anew."""
    layer = 34 * 2048 * 4096
    assert quick(Setting("full"))["activations"] == 32 * layer
    assert quick(Setting("full", gradient_checkpointing=True))["activations"] == 32 * 2 * 2048 * 4096 + layer
    assert quick(Setting("full", attention="eager"))["activations"] == 32 * (layer + 5 * 32 * 2048 * 2048)


def test_the_cache_holds_keys_and_values_of_each_layer() -> None:
    """Half a MiB a token for Llama 2 7B in half precision."""
    assert quick(Setting("inference", seq_len=4096))["kv_cache"] == 4096 * 2**19


def test_states_are_counted_in_the_dtype_of_what_is_trained() -> None:
    """A float32 adapter on every linear layer of 7B, with two moments."""
    found = quick(Setting("lora", adapter=Adapter(16)))
    assert found["adapter"] == 4 * 39_976_960
    assert (found["gradients"], found["optimizer"]) == (found["adapter"], 2 * found["adapter"])
    assert set(STATES) - {"adam", "adam_8bit", "adamw", "momentum"} == set(OPTIMIZERS)


def test_a_config_that_says_too_little_is_refused() -> None:
    """In one line."""
    with pytest.raises(SlidegenError, match="the config has no num_hidden_layers, which the formulas need"):
        analytic(catalogue.census(LLAMA), {"model_type": "llama"}, Setting("full"))


@pytest.mark.parametrize(
    "setting",
    [Setting("full", gradient_checkpointing=True), Setting("lora", gradient_checkpointing=True, adapter=Adapter(16))],
)
def test_formulas_are_near_a_run_of_layers_that_are_computed_anew(setting: Setting) -> None:
    """Within a tenth. Layers that keep all keep more than the papers': gates, float32 norms and adapters' inputs."""
    pytest.importorskip("peft")
    from slidegen.simulate.run import allocation

    run = allocation(catalogue.facts(LLAMA).config, LLAMA, setting).peak.total
    assert sum(quick(setting).values()) == pytest.approx(run, rel=0.1)
