"""Images against the truth: real steps and real prompts with images on the CPU, and the allocator's events.

The models are small ones of the real classes, with random weights. The images are what transformers' processors make
of them: patches in float32, their grid, and their tokens between marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import torch
import transformers
from peft import LoraConfig, get_peft_model

from slidegen.estimate.setting import Adapter, Setting
from slidegen.models.instantiate import build_model
from slidegen.simulate.inference import infer
from slidegen.simulate.preparation import prepare
from slidegen.simulate.training import Run, train
from tests.simulate.cpu import cpu
from tests.simulate.recorder import Batch, plain_kernels, record_prompt, record_step

VOCABULARY, IMAGE, LENGTH, BATCH = 700, 650, 120, 2
BOUND = 0.001
TEXT: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 144,
    "intermediate_size": 392,
    "num_hidden_layers": 5,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 24,
}
MROPE = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 4, 4]}
TOWER: dict[str, Any] = {"depth": 5, "num_heads": 4, "spatial_merge_size": 2, "temporal_patch_size": 2}
IDS = {"image_token_id": IMAGE, "video_token_id": IMAGE + 1, "vision_start_token_id": 1, "vision_end_token_id": 2}


@dataclass(frozen=True, slots=True)
class Model:
    """A small model, the size of its images in pixels, and what these become: rows and columns of patches."""

    config: Mapping[str, Any]
    size: tuple[int, int]
    grid: tuple[int, int]
    patch: int

    @property
    def tokens(self) -> int:
        """Four patches become a token."""
        return self.grid[0] * self.grid[1] // 4


MODELS = {
    # 170 x 110 pixels in multiples of 28: 6.07 x 3.93, so 6 x 4 tokens of 2 x 2 patches.
    "Qwen2-VL": Model(
        {
            **IDS,
            "model_type": "qwen2_vl",
            "architectures": ["Qwen2VLForConditionalGeneration"],
            "text_config": {**TEXT, "model_type": "qwen2_vl_text", "rope_parameters": MROPE},
            "vision_config": {**TOWER, "embed_dim": 64, "hidden_size": 144, "mlp_ratio": 2, "patch_size": 14},
        },
        (170, 110),
        (8, 12),
        14,
    ),
    "Qwen2.5-VL": Model(
        {
            **IDS,
            "model_type": "qwen2_5_vl",
            "architectures": ["Qwen2_5_VLForConditionalGeneration"],
            "text_config": {**TEXT, "model_type": "qwen2_5_vl_text", "rope_parameters": MROPE},
            "vision_config": {
                **TOWER,
                "hidden_size": 64,
                "out_hidden_size": 144,
                "intermediate_size": 136,
                "patch_size": 14,
                "window_size": 56,
                "fullatt_block_indexes": [2],
            },
        },
        (170, 110),
        (8, 12),
        14,
    ),
    # 300 x 260 pixels in multiples of 32: 9.4 x 8.1, so 9 x 8 tokens; they are more than 65,536 pixels.
    "Qwen3-VL": Model(
        {
            **IDS,
            "model_type": "qwen3_vl",
            "architectures": ["Qwen3VLForConditionalGeneration"],
            "text_config": {**TEXT, "model_type": "qwen3_vl_text", "rope_parameters": MROPE},
            "vision_config": {
                **TOWER,
                "hidden_size": 64,
                "out_hidden_size": 144,
                "intermediate_size": 136,
                "patch_size": 16,
                "num_position_embeddings": 64,
                "deepstack_visual_indexes": [1, 2, 3],
            },
        },
        (300, 260),
        (16, 18),
        16,
    ),
    # 100 x 90 pixels are too few: enlarged by sqrt(65536 / 9000) = 2.7, rounded up to 9 x 8 tokens.
    "Qwen3.5": Model(
        {
            **IDS,
            "model_type": "qwen3_5",
            "architectures": ["Qwen3_5ForConditionalGeneration"],
            "text_config": {
                **TEXT,
                "model_type": "qwen3_5_text",
                "rope_parameters": {**MROPE, "partial_rotary_factor": 1.0},
                "layer_types": ["full_attention"] * 5,
                "linear_num_key_heads": 2,
                "linear_num_value_heads": 2,
                "linear_key_head_dim": 16,
                "linear_value_head_dim": 16,
            },
            "vision_config": {
                **TOWER,
                "hidden_size": 64,
                "out_hidden_size": 144,
                "intermediate_size": 136,
                "patch_size": 16,
                "num_position_embeddings": 64,
                "deepstack_visual_indexes": [],
            },
        },
        (100, 90),
        (16, 18),
        16,
    ),
}


def batch(model: Model, images: int) -> Batch:
    """Sequences with images as a processor makes them: begin, tokens, end, one image after the other."""
    ids = torch.randint(3, IMAGE, (BATCH, LENGTH))
    types = torch.zeros_like(ids)
    for number in range(images):
        start = number * (model.tokens + 2) + 1
        ids[:, start : start + model.tokens] = IMAGE
        types[:, start : start + model.tokens] = 1
    rows, columns = model.grid
    return {
        "input_ids": ids,
        "mm_token_type_ids": types,
        "pixel_values": torch.rand(BATCH * images * rows * columns, 3 * 2 * model.patch**2),
        "image_grid_thw": torch.tensor([[1, rows, columns]] * (BATCH * images)),
    }


def real(model: Model) -> Any:
    """The model with random weights."""
    built = getattr(transformers, model.config["architectures"][0])
    return built._from_config(built.config_class.from_dict(dict(model.config)), dtype=torch.float32)


def setting(model: Model, method: Any, **options: Any) -> Setting:
    """The setting of the batch."""
    given: dict[str, Any] = {"images": 1, **options}
    return Setting(method, dtype="float32", batch_size=BATCH, seq_len=LENGTH, image_size=model.size, **given)


def peaks_of(run: Run) -> dict[str, int]:
    """The most bytes held in each phase."""
    found: dict[str, int] = {}
    held = run.start
    for stretch in run.stretches:
        phase = stretch.label.partition(" ")[0]
        found[phase] = max(found.get(phase, 0), int((held + stretch.peak).sum()))
        held = held + stretch.added
    return found


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {"method": "full"}) for name in MODELS},
    **{f"{name}, checkpointing": (name, {"method": "full", "gradient_checkpointing": True}) for name in MODELS},
    **{f"{name}, LoRA": (name, {"method": "lora", "adapter": Adapter(4)}) for name in MODELS},
    "Qwen2-VL, several images": ("Qwen2-VL", {"method": "full", "images": 3}),
    "Qwen2.5-VL, several images": ("Qwen2.5-VL", {"method": "full", "images": 3}),
}


SLOW = ("Qwen2.5-VL, LoRA", "Qwen3.5, LoRA")
"""Those that take longest, whose adapters are those of the other two."""


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.slow] if case in SLOW else []) for case in CASES]
)
def test_a_step_with_images_allocates_what_is_predicted(case: str) -> None:
    """The peak of each phase is within 0.1 % of the allocator's, and so is what is left after the step."""
    name, options = CASES[case]
    model = MODELS[name]
    asked = setting(model, **options)
    simulated = build_model(model.config, name, "float32", None)
    run = train(prepare(simulated, asked, cpu()), asked, cpu(), ())
    torch.manual_seed(0)
    with plain_kernels():
        built = real(model)
        if asked.gradient_checkpointing:
            built.activation_checkpointing_enable({"use_reentrant": False, "preserve_rng_state": False})
        if asked.adapter is not None:
            built = get_peft_model(built, LoraConfig(r=asked.adapter.rank, target_modules="all-linear"))
        built.train()
        inputs = batch(model, asked.images)
        optimizer = torch.optim.AdamW([one for one in built.parameters() if one.requires_grad], fused=True)
        truth = record_step(built, optimizer, [{**inputs, "labels": inputs["input_ids"].clone()}])
    found = {phase: peak for phase, peak in peaks_of(run).items() if phase in truth.peaks}
    assert found == {phase: pytest.approx(peak, rel=BOUND) for phase, peak in truth.peaks.items()}
    assert int(run.end.sum()) == pytest.approx(truth.end, rel=BOUND)


@pytest.mark.parametrize("name", MODELS)
def test_a_prompt_with_images_allocates_what_is_predicted(name: str) -> None:
    """The peak of the prefill."""
    model = MODELS[name]
    asked = setting(model, "inference")
    simulated = build_model(model.config, name, "float32", None).eval()
    run = infer(simulated, asked, cpu(), ())
    with plain_kernels():
        peak = record_prompt(real(model).eval(), batch(model, 1))
    assert peaks_of(run)["prefill"] == pytest.approx(peak, rel=BOUND)
