"""What a checkpoint's config, the loop and the GPU decide together, and what is refused because it is not simulated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slidegen.estimate.checkpoint import CheckpointError, as_loaded
from slidegen.estimate.loops import loop_notes
from slidegen.estimate.setting import Adapter, Quantization, Setting

INFERENCE = Setting("inference", loading="auto")
OPEN: Any = ("mixed_precision", "adapter_dtype")
QLORA = Setting(
    "qlora",
    adapter=Adapter(8),
    quantization=Quantization("nf4"),
    mixed_precision="bfloat16",
    loading="default",
    defaulted=OPEN,
)
LORA = replace(QLORA, method="lora", quantization=None, mixed_precision=None)


def stored(method: str, **more: Any) -> dict[str, Any]:
    """A config with a `quantization_config`."""
    return {"dtype": "float16", "quantization_config": {"quant_method": method, **more}}


NF4 = stored("bitsandbytes", load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype="torch.float16")
GPTQ = stored("gptq", bits=4)
FP8 = stored("fp8")


def trl(setting: Setting) -> Setting:
    """The setting in TRL's loop, whose weights are float32 unless a dtype is given."""
    preparation = None if setting.quantization is None else replace(setting.quantization, upcast=False)
    return replace(
        setting, loop="trl", dtype="float32", mixed_precision="bfloat16", quantization=preparation, defaulted=OPEN
    )


@pytest.mark.parametrize(
    ("config", "note"),
    [
        ({"model_type": "gpt_oss", **stored("mxfp4", dequantize=True)}, "its config says that transformers makes it"),
        (stored("fp8", dequantize=True), "its config says that transformers makes it"),
        (stored("compressed-tensors", run_compressed=False, quantization_status="compressed"), "its config says"),
        (stored("compressed-tensors", quantization_status="frozen"), "whose weights are stored dense"),
        (stored("compressed-tensors", quantization_status="compressed"), "makes float16 in the first forward pass"),
        (stored("compressed-tensors", config_groups={"W4A16": ["Linear"]}), "the checkpoint is W4A16 (compressed"),
        (stored("compressed-tensors", config_groups={"; a": ["Linear"]}), "the checkpoint is quantized (compressed"),
        (stored("compressed-tensors", config_groups=None), "the checkpoint is quantized (compressed"),
    ],
)
def test_a_config_can_say_that_weights_become_dense(config: dict[str, Any], note: str) -> None:
    """While the checkpoint is loaded, in the first pass, or they were never packed."""
    found = as_loaded(config, INFERENCE)
    assert (found.setting.quantization, found.stored_as) == (None, "float16 (dequantized)")
    assert len(found.notes) == 1
    assert note in found.notes[0]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (stored("fp8", modules_to_convert=["embed_tokens"]), "modules_to_convert is not simulated"),
        (stored("compressed-tensors", use_optimized_inference=True), "use_optimized_inference is not simulated"),
        (stored("awq", version="gemv_fast"), "version is 'gemv_fast'; allowed: 'gemm'"),
        (stored("bitsandbytes"), "neither load_in_4bit nor load_in_8bit is true, so transformers does not quantize it"),
        (stored("fp8", weight_block_size=[0, 128]), "weight_block_size is 0; allowed: 1 and more"),
        (
            stored("fp8", modules_to_not_convert=["(.*.*)*=x"]),
            "modules_to_not_convert: '(.*.*)*=x' may take too long to match",
        ),
        (
            stored("fp8", modules_to_not_convert=[".*.*.*.*x"]),
            "modules_to_not_convert: '.*.*.*.*x' may take too long to match",
        ),
        (
            stored("fp8", modules_to_not_convert=["(a|aa)+x"]),
            "modules_to_not_convert: '(a|aa)+x' may take too long to match",
        ),
        (
            stored("bitsandbytes", load_in_4bit=True, bnb_4bit_compute_dtype="a; b"),
            "bnb_4bit_compute_dtype is 'a; b'; allowed: 'float32', 'float16' or 'bfloat16'",
        ),
    ],
)
def test_what_is_not_simulated_is_refused(config: dict[str, Any], message: str) -> None:
    """In one line that names the key."""
    with pytest.raises(CheckpointError) as caught:
        as_loaded(config, INFERENCE)
    assert str(caught.value).startswith(f"its quantization_config: {message}")


def test_both_names_of_bitsandbytes_are_one() -> None:
    """transformers' own name has the bits in it."""
    for bits, name in (("4bit", "fp4"), ("8bit", "int8")):
        found = as_loaded(stored(f"bitsandbytes_{bits}"), INFERENCE).setting.quantization
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize(("capability", "kept"), [((8, 0), False), ((8, 9), True)])
def test_training_needs_the_kernels_as_well(capability: tuple[int, int], kept: bool) -> None:
    """transformers dequantizes FP8 on an A100 whatever the model is for."""
    found = as_loaded(FP8, replace(LORA, loading="auto", capability=capability, any_gpu=False))
    assert (found.setting.quantization is not None) is kept
    assert any("has no kernels for fp8" in note for note in found.notes) is not kept


@pytest.mark.parametrize(
    ("config", "setting", "adapter", "casts"),
    [
        (NF4, trl(QLORA), "bfloat16", True),
        (NF4, trl(LORA), "bfloat16", True),
        (GPTQ, trl(QLORA), "float32", False),
        (NF4, replace(trl(LORA), defaulted=()), "float32", False),
        (NF4, QLORA, "float32", False),
    ],
)
def test_trl_casts_adapters_only_on_bitsandbytes(
    config: dict[str, Any], setting: Setting, adapter: str, casts: bool
) -> None:
    """Whatever the method is called, unless the dtype is given; and the note says what happened."""
    found = as_loaded(config, setting)
    assert found.setting.adapter is not None
    assert found.setting.adapter.dtype == adapter
    assert any("cast adapters to bfloat16" in note for note in loop_notes(found.setting)) is casts


def test_trl_loads_packed_models_in_float32_too() -> None:
    """Its `create_model_from_path` names the dtype; the Trainer's scripts take the checkpoint's."""
    assert as_loaded(NF4, trl(LORA)).setting.dtype == "float32"
    assert as_loaded(NF4, LORA).setting.dtype == "float16"


@pytest.mark.parametrize(("defaulted", "expected"), [(OPEN, "float16"), ((), "bfloat16")])
def test_autocast_follows_the_checkpoint_unless_it_is_given(defaulted: Any, expected: str) -> None:
    """A float16 checkpoint under the default of scripts for qlora."""
    assert as_loaded(GPTQ, replace(QLORA, defaulted=defaulted)).setting.mixed_precision == expected


def test_what_a_checkpoint_does_not_follow_is_said() -> None:
    """Its own scales and the dtype of its products; experts of bitsandbytes beside another method are refused."""
    double = replace(QLORA, quantization=Quantization("nf4", double=True))
    assert any("scales are not quantized a second time" in note for note in as_loaded(NF4, double).notes)
    other = as_loaded({**NF4, "dtype": "bfloat16"}, QLORA)
    assert "its bnb_4bit_compute_dtype is float16, but its products are counted in bfloat16" in other.notes
    with pytest.raises(CheckpointError, match="quantize_experts is for bitsandbytes, and it is stored in gptq-int4"):
        as_loaded(GPTQ, replace(QLORA, quantization=Quantization("nf4", experts=True)))


@pytest.mark.parametrize("name", ["auto", ""])
def test_a_dtype_that_says_nothing_is_none(name: str) -> None:
    """As a config without one."""
    assert "does not name a dtype" in as_loaded({"dtype": name}, INFERENCE).notes[0]
