"""What models are fed, and what is trained by it."""

from __future__ import annotations

import pytest
import torch

from slidegen.estimate.allocated import Allocation
from slidegen.estimate.setting import Setting
from slidegen.models import catalogue
from slidegen.simulate.cuda import card
from slidegen.simulate.run import allocation
from slidegen.simulate.training import meta_patches

GEMMA = "google/gemma-3-4b-pt"


def run(setting: Setting, name: str = GEMMA) -> Allocation:
    """The allocation of a model of the catalogue."""
    return allocation(catalogue.facts(name).config, name, setting)


def test_a_vision_tower_that_sees_nothing_is_not_trained() -> None:
    """Its weights are there, but neither gradients nor optimizer states; with a picture they are."""
    blind, seeing = (run(Setting("full", seq_len=512, images=images)) for images in (0, 1))
    towers = (
        2
        * 2
        * sum(
            group.count * _size(group.shape)
            for group in catalogue.census(GEMMA).groups
            if "vision_tower" in group.name or "multi_modal_projector" in group.name
        )
    )
    states = seeing.end["optimizer"] - blind.end["optimizer"]
    assert blind.end["weights"] == seeing.end["weights"]
    assert states == pytest.approx(towers, rel=0.01)


def test_a_model_without_eyes_takes_no_pictures() -> None:
    """It is told so."""
    with pytest.raises(ValueError, match="its images are not simulated; leave images out"):
        run(Setting("full", seq_len=64, images=1), "HuggingFaceTB/SmolLM2-135M")


@pytest.mark.parametrize(
    "name",
    ["google-t5/t5-small", "openai/whisper-tiny", "google/vit-base-patch16-224", "google-bert/bert-base-uncased"],
)
def test_models_of_all_kinds_take_a_step(name: str) -> None:
    """Tokens, sound and pictures; what is trained has two moments and a gradient."""
    found = run(Setting("full", dtype="float32", seq_len=64), name)
    assert found.peak.total > 16 * found.trainable_parameters * 0.99
    assert found.end["optimizer"] == pytest.approx(8 * found.trainable_parameters, rel=0.03)


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for one in shape:
        size *= one
    return size


def test_only_tensors_without_values_are_answered_for() -> None:
    """What stands in the host's memory keeps its values while a model is run."""
    setting = Setting("full")
    with meta_patches(setting, card(setting).mode):
        assert [bool(torch.tensor(True)), bool(torch.tensor(False)), f"{torch.tensor(3)}"] == [True, False, "3"]
        assert [bool(torch.empty((), device="meta")), f"{torch.empty((), device='meta')}"] == [False, "?"]
