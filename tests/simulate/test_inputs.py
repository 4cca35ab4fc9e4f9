"""What models are fed, and what is trained by it."""

from __future__ import annotations

import pytest
import torch

from slidegen.estimate.allocated import Allocation
from slidegen.estimate.setting import Setting
from slidegen.models import catalogue
from slidegen.simulate.cuda import card
from slidegen.simulate.patches import meta_patches
from slidegen.simulate.run import allocation

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


def test_an_image_is_as_many_tokens_as_its_processor_makes_of_it() -> None:
    """Gemma 3 makes 256 of every image, and Qwen3-VL one of 32 x 32 pixels; two more mark the image."""
    assert run(Setting("inference", seq_len=512, images=1)).notes == (
        "an image of 1024 x 768 pixels is 258 of the 512 tokens of a sequence",
    )
    asked = Setting("inference", seq_len=512, images=1, image_size=(640, 320))
    assert run(asked, "Qwen/Qwen3-VL-8B-Instruct").notes == (
        "an image of 640 x 320 pixels is 202 of the 512 tokens of a sequence",
    )


def test_images_that_are_longer_than_a_sequence_are_refused() -> None:
    """Before anything runs."""
    with pytest.raises(ValueError, match="its images take 1032 tokens, and a sequence has 1024; use a longer seq_len"):
        run(Setting("inference", seq_len=1024, images=4))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (GEMMA, Setting("full", images=1)),
        (GEMMA, Setting("inference", images=1, max_new_tokens=8)),
        ("google/gemma-4-26B-A4B", Setting("inference", images=1)),
        ("Qwen/Qwen3.5-27B", Setting("inference", images=1, max_new_tokens=8)),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", Setting("inference", seq_len=4096, images=1)),
    ],
)
def test_some_layers_stand_for_all_of_a_model_with_images(name: str, asked: Setting) -> None:
    """Those of the tower, too."""
    config = catalogue.facts(name).config
    some, every = (allocation(config, name, asked, every_layer=each) for each in (False, True))
    assert {one.phase: dict(one.held) for one in some.peaks} == {one.phase: dict(one.held) for one in every.peaks}
    assert dict(some.end) == dict(every.end)


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
