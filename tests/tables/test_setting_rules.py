"""What the sources on allocated memory refuse: parameters that have no effect, and those that do not go together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import SlidegenError
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.results.store import check_parameters
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext

pytest.importorskip("peft")
SMALL = "HuggingFaceTB/SmolLM2-135M"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"method": "full", "rank": 8},
            "allocated: rank has no effect on full; it belongs to the adapter of lora and qlora (also dpo-lora, "
            "dpo-qlora)",
        ),
        (
            {"method": "inference", "gradient_checkpointing": True},
            "allocated: gradient_checkpointing has no effect on inference; it is for training: full, lora, qlora",
        ),
        (
            {"method": "full", "max_new_tokens": 5},
            "allocated: max_new_tokens has no effect on full; it is for inference",
        ),
        (
            {"method": "lora", "quantization": "nf4"},
            "allocated: quantization has no effect on lora; it is for the quantized weights of qlora",
        ),
        ({"sharding": "zero3"}, "allocated: sharding zero3 divides among several GPUs; give gpus as well"),
        (
            {"sharding": "tensor", "gpus": 2},
            "allocated: sharding tensor is for inference; allowed here: none, zero1, zero2, zero3, fsdp",
        ),
        (
            {"method": "inference", "sharding": "zero1", "gpus": 2},
            "allocated: sharding zero1 and zero2 divide optimizer states, and inference has none",
        ),
        (
            {"method": "inference", "offload": "optimizer"},
            "allocated: offload optimizer has no effect on inference, which has no optimizer states",
        ),
        (
            {"method": "inference", "double_quantization": False},
            "allocated: double_quantization is for the scales of nf4 and fp4; give one of them as quantization",
        ),
        (
            {"models": "Qwen/Qwen2-VL-2B", "method": "lora", "images": 1, "image_size": "99999x1"},
            "allocated: image_size: ",
        ),
        (
            {"method": "qlora", "dora": True},
            "allocated: dora is for the method lora; PEFT computes it differently on quantized weights",
        ),
        ({"gpu": "T5"}, "allocated: gpu: unknown GPU 'T5'; available: A100, H100"),
        ({"optimizer": "adam"}, "allocated: optimizer: unknown optimizer 'adam'"),
        ({"batch_size": 0}, "allocated: batch_size is 0; allowed: more than 0"),
        (
            {"method": "lora", "target_modules": ["all-linear", "q_proj"]},
            "allocated: target_modules: all-linear stands alone; or name the modules, as PEFT does",
        ),
        (
            {"method": "lora", "quick": True, "target_modules": "q_proj"},
            "allocated: quick has no formula for target_modules; leave out one of them",
        ),
        (
            {"gpus": 2, "sharding": ["zero2", "zero3"], "offload": "all"},
            "allocated: offload all is for one GPU, or several with sharding zero3 or fsdp, which gather weights",
        ),
        (
            {"gpu": "T4", "attention": "flash"},
            "allocated: attention flash needs a GPU from Ampere on, and T4 is older; use sdpa",
        ),
        (
            {"method": "dpo", "loop": "plain"},
            "allocated: dpo runs in TRL's loop; leave out loop plain",
        ),
        (
            {"method": "dpo", "reference_model": "adapter"},
            "allocated: reference_model adapter disables an adapter, and dpo has none; use dpo-lora or dpo-qlora, or "
            "reference_model separate",
        ),
        (
            {"method": "lora", "reference_model": "separate"},
            "allocated: reference_model has no effect on lora; it is for dpo",
        ),
        (
            {"method": "grpo"},
            "allocated: grpo is not computed yet, as the generation of its texts is not simulated together with "
            "training; available: full, lora, qlora, inference, dpo, dpo-lora, dpo-qlora",
        ),
        (
            {"method": "dpo", "quick": True},
            "allocated: quick has no formula for dpo; leave out one of them",
        ),
        (
            {"loop": "plain", "quick": True},
            "allocated: quick has no formula for loop plain; leave out one of them",
        ),
        (
            {"method": "dpo", "gpus": 2, "sharding": "zero3"},
            "allocated: sharding zero3 of dpo is not computed yet; leave out one of them",
        ),
        (
            {"loop": "trl", "keep_outputs": True},
            "allocated: keep_outputs has no effect on the loop trl; TRL's trainers compute no logits to keep",
        ),
        (
            {"method": "lora", "loop": "trl", "target_modules": "lm_head"},
            f"model {SMALL!r}: TRL's trainers refuse an adapter on the output head; leave it out of target_modules",
        ),
        (
            {"models": "google-bert/bert-base-uncased", "loop": "trl", "seq_len": 64},
            "model 'google-bert/bert-base-uncased': TRL's trainers are for decoders of text; use loop trainer",
        ),
        (
            {"method": "lora", "modules_to_save": "lm_haed"},
            f"model {SMALL!r}: modules_to_save: it has no module 'lm_haed'; did you mean 'lm_head'?",
        ),
        (
            {"models": "openai-community/gpt2", "seq_len": 1025},
            "model 'openai-community/gpt2': it has positions for 1024 tokens, not for 1025; use a shorter seq_len",
        ),
        (
            {"models": "google-bert/bert-base-uncased", "seq_len": 513},
            "model 'google-bert/bert-base-uncased': it has positions for 512 tokens, not for 513; use a shorter",
        ),
        (
            {"models": "google/gemma-3-4b-pt", "method": "lora", "images": 2, "seq_len": 500},
            "model 'google/gemma-3-4b-pt': its images take 516 tokens, and a sequence has 500; use a longer seq_len",
        ),
        (
            {"models": "bigscience/bloom-560m", "attention": "flash"},
            "model 'bigscience/bloom-560m': transformers has no flash attention for it; allowed here: sdpa, eager",
        ),
        (
            {"models": "tiiuae/falcon-7b", "attention": "flash"},
            "model 'tiiuae/falcon-7b': it does not run with this attention; allowed: sdpa, eager",
        ),
        (
            {"method": "lora", "target_modules": ["q_proj", "k_prj"]},
            f"model {SMALL!r}: target_modules: it has no module 'k_prj'; did you mean 'k_proj'?",
        ),
        (
            {"method": "lora", "modules_to_save": ["lm_head", "lm_haed"]},
            f"model {SMALL!r}: modules_to_save: it has no module 'lm_haed'; did you mean 'lm_head'?",
        ),
        (
            {"quick": True, "mixed_precision": "float16"},
            f"model {SMALL!r}: quick has no formula for autocast from one half-precision dtype to the other",
        ),
    ],
)
def test_what_cannot_be_is_one_clear_line(given: dict[str, Any], message: str) -> None:
    """That says what is allowed."""
    source = TABLE_SOURCES.find("allocated")
    bench = SourceContext(ModelFinder(offline=True), lambda _: None, Project.of(Path()))
    with pytest.raises(SlidegenError) as caught:
        source.compute(check_parameters(source, {"models": SMALL, **given}), bench)
    (problem,) = caught.value.problems
    assert str(problem).startswith(message)
