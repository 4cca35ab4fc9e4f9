"""How transformers loads checkpoints: dtype, packing, and what is said about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slidegen.estimate.checkpoint import CheckpointError, Loaded, as_loaded, checkpoint
from slidegen.estimate.setting import Adapter, Quantization, Setting

INFERENCE = Setting("inference", loading="auto")
LORA = Setting("lora", adapter=Adapter(8), loading="default")
FULL = Setting("full", loading="default")
QLORA = Setting("qlora", adapter=Adapter(8), quantization=Quantization("nf4"), mixed_precision="bfloat16")
MXFP4 = {"model_type": "gpt_oss", "dtype": "bfloat16", "quantization_config": {"quant_method": "mxfp4"}}
FP8 = {"dtype": "bfloat16", "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}
GPTQ = {"torch_dtype": "float16", "quantization_config": {"quant_method": "gptq", "bits": 8, "group_size": -1}}
AWQ = {"torch_dtype": "bfloat16", "quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 64}}
BNB = {
    "dtype": "bfloat16",
    "quantization_config": {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "llm_int8_skip_modules": ["lm_head"]},
}
COMPRESSED = {
    "dtype": "bfloat16",
    "quantization_config": {
        "quant_method": "compressed-tensors",
        "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "int"}, "targets": ["Linear"]}},
    },
}


def loaded(config: dict[str, Any], setting: Setting = INFERENCE) -> Loaded:
    """The setting as loaded, whose notes can all be shown."""
    found = as_loaded(config, setting)
    assert not any(";" in note or note.endswith(".") for note in found.notes)
    return found


@pytest.mark.parametrize(
    ("config", "dtype"),
    [
        ({"dtype": "float32"}, "float32"),
        ({"torch_dtype": "torch.float16"}, "float16"),
        ({"text_config": {"dtype": "bfloat16"}}, "bfloat16"),
    ],
)
def test_the_dtype_is_the_configs(config: dict[str, Any], dtype: str) -> None:
    """Under its present or former name, also in a text model's config, without any note."""
    found = loaded(config)
    assert (found.setting.dtype, found.stored_as, found.notes) == (dtype, dtype, ())


def test_an_assumed_dtype_is_said() -> None:
    """The first weight decides in transformers; a config says nothing about it."""
    found = loaded({})
    assert found.setting.dtype == "float32"
    assert found.notes == ("its config does not name a dtype, so float32 is assumed (dtype sets another)",)


def test_a_given_dtype_and_trainings_default_win() -> None:
    """Training takes bfloat16 unless it is told auto."""
    assert loaded({"dtype": "float32"}, FULL).setting.dtype == "bfloat16"
    assert loaded({"dtype": "float32"}, replace(FULL, loading="auto")).setting.dtype == "float32"
    assert loaded({"dtype": "float32"}, Setting("inference", dtype="float16")).setting.dtype == "float16"


@pytest.mark.parametrize(
    ("config", "name"),
    [(MXFP4, "mxfp4"), (FP8, "fp8"), (GPTQ, "gptq-int8"), (AWQ, "awq-int4"), (BNB, "nf4")],
)
def test_inference_keeps_the_checkpoints_packing(config: dict[str, Any], name: str) -> None:
    """And the output names it."""
    found = loaded(config)
    assert found.setting.quantization is not None
    assert found.setting.quantization.checkpoint
    assert found.stored_as == f"{name} (checkpoint)"


def packing(config: dict[str, Any]) -> Quantization:
    """How a checkpoint stores its packed weights."""
    packed = checkpoint(config).packed
    assert packed is not None
    assert packed.packing is not None
    return packed.packing


def test_sizes_of_groups_come_from_the_config() -> None:
    """A group of -1 is a whole row; block sizes; skipped modules; scales of one byte."""
    gptq, awq, fp8, bnb = map(packing, (GPTQ, AWQ, FP8, BNB))
    assert (gptq.scheme.bits, gptq.scheme.group) == (8, None)
    assert (awq.scheme.bits, awq.scheme.group) == (4, 64)
    assert (fp8.scheme.block, fp8.scheme.scale_size) == ((128, 128), 4)
    assert (bnb.double, bnb.scheme.left_out) == (False, ("lm_head",))
    v4 = packing({"expert_dtype": "fp4", "quantization_config": {"quant_method": "fp8", "scale_fmt": "ue8m0"}})
    assert (v4.scheme.fp4_experts, v4.scheme.scale_size) == (True, 1)


@pytest.mark.parametrize(
    ("config", "capability", "kept"),
    [(MXFP4, (7, 0), False), (MXFP4, (7, 5), True), (FP8, (8, 6), False), (FP8, (8, 9), True), (AWQ, (7, 0), True)],
)
def test_a_gpu_without_kernels_dequantizes(config: dict[str, Any], capability: tuple[int, int], kept: bool) -> None:
    """From transformers' own checks: compute capability 7.5 for MXFP4, 8.9 for FP8."""
    found = loaded(config, replace(INFERENCE, capability=capability, any_gpu=False))
    assert (found.setting.quantization is not None) is kept
    assert any("no kernels" in note for note in found.notes) is not kept
    if not kept:
        assert found.stored_as == "bfloat16 (dequantized)"


def test_without_a_named_gpu_the_packing_stays() -> None:
    """The default capability is an assumption about attention only."""
    assert loaded(FP8, INFERENCE).setting.quantization is not None


def test_awq_computes_in_float16() -> None:
    """transformers casts what is bfloat16 on CUDA."""
    assert loaded(AWQ).setting.dtype == "float16"


def test_compressed_tensors_become_dense() -> None:
    """In the first forward pass; the weights are counted so, and it is said."""
    found = loaded(COMPRESSED)
    assert (found.setting.quantization, found.stored_as) == (None, "bfloat16 (dequantized)")
    assert "int4 (compressed-tensors)" in found.notes[0]


def test_bfloat16_means_dequantized() -> None:
    """With a note, for training without any dtype as well."""
    for setting in (replace(INFERENCE, loading="given"), LORA, FULL):
        found = loaded(MXFP4, setting)
        assert (found.setting.quantization, found.stored_as) == (None, "bfloat16 (dequantized)")
        assert found.notes == ("the checkpoint is mxfp4, and its weights are counted as dequantized to bfloat16",)


def test_qlora_quantizes_a_dequantized_copy() -> None:
    """transformers refuses to quantize a quantized checkpoint; one of bitsandbytes is used as it is."""
    assert loaded(MXFP4, QLORA).stored_as == "nf4"
    assert "does not quantize again" in loaded(MXFP4, QLORA).notes[0]
    own = loaded(BNB, QLORA)
    assert own.stored_as == "nf4 (checkpoint)"
    assert own.setting.quantization is not None
    assert (own.setting.quantization.double, own.setting.quantization.upcast) == (False, True)


@pytest.mark.parametrize("config", [GPTQ, AWQ, BNB])
def test_lora_trains_on_what_peft_adapts(config: dict[str, Any]) -> None:
    """These stay packed without being asked for."""
    assert "(checkpoint)" in loaded(config, LORA).stored_as


@pytest.mark.parametrize(
    ("config", "setting", "message"),
    [
        (MXFP4, replace(LORA, loading="auto"), "transformers does not train on mxfp4; allowed: dtype bfloat16"),
        (FP8, replace(FULL, loading="auto"), "only adapters train on packed ones; allowed: method lora, or dtype"),
        (
            GPTQ,
            FULL,
            "stored in gptq-int8, and only adapters train on packed ones; allowed: method lora, or dtype bfloat16, "
            "which counts them dequantized",
        ),
        (GPTQ, replace(INFERENCE, quantization=Quantization("nf4")), "stored in gptq-int8.*leave quantization out"),
        (
            {"model_type": "llama"},
            replace(INFERENCE, quantization=Quantization("mxfp4")),
            "only the experts of gpt-oss",
        ),
        (
            {"quantization_config": {"quant_method": "aqlm"}},
            INFERENCE,
            "method 'aqlm', which is not simulated; known: ",
        ),
    ],
)
def test_what_does_not_work_is_refused(config: dict[str, Any], setting: Setting, message: str) -> None:
    """In one line that says what is allowed."""
    with pytest.raises(CheckpointError, match=message):
        as_loaded(config, setting)


@pytest.mark.parametrize(
    ("method", "keys", "message"),
    [
        ("gptq", {}, "bits is missing"),
        ("gptq", {"bits": None}, "bits is empty; allowed: 2, 3, 4 or 8"),
        ("gptq", {"bits": 5}, "bits is 5; allowed: 2, 3, 4 or 8"),
        ("gptq", {"bits": True}, "bits is true; allowed: 2, 3, 4 or 8"),
        ("gptq", {"bits": 4.5}, "bits is 4.5; allowed: 2, 3, 4 or 8"),
        ("gptq", {"bits": "four"}, "bits is 'four'; allowed: 2, 3, 4 or 8"),
        ("gptq", {"bits": [4]}, "bits is a list; allowed: 2, 3, 4 or 8"),
        ("gptq", {"bits": 4, "group_size": None}, "group_size is empty; allowed: a whole number"),
        ("gptq", {"bits": 4, "group_size": 0}, "allowed: 1 and more, or -1 for a whole row"),
        ("gptq", {"bits": 4, "group_size": "x"}, "group_size is 'x'; allowed: a whole number"),
        ("gptq", {"bits": 4, "group_size": float("inf")}, "group_size is inf; allowed: a whole number"),
        ("gptq", {"bits": 4, "group_size": 10**30}, "group_size is"),
        ("gptq", {"bits": 4, "dynamic": {"-:.*mlp.*": {}}}, "dynamic is not simulated"),
        ("gptq", {"bits": 4, "lm_head": True}, "lm_head is not simulated"),
        ("awq", {"bits": 3}, "bits is 3; allowed: 4 or 8"),
        ("fp8", {"weight_block_size": 128}, "weight_block_size is 128; allowed: a list"),
        ("fp8", {"weight_block_size": [128]}, "weight_block_size: a block has two sides, not 1"),
        ("fp8", {"weight_block_size": ["a", "b"]}, "weight_block_size is 'a'; allowed: a whole number"),
        ("fp8", {"weight_block_size": [0, 128]}, "weight_block_size is 0; allowed: 1 and more"),
        ("fp8", {"scale_fmt": "other"}, "scale_fmt is 'other'; allowed: 'float' or 'ue8m0'"),
        ("fp8", {"modules_to_not_convert": True}, "modules_to_not_convert is true; allowed: a list"),
        ("mxfp4", {"modules_to_not_convert": 3}, "modules_to_not_convert is 3; allowed: a list"),
        ("awq", {"modules_to_not_convert": ["((("]}, "'(((' is not a pattern of module names"),
        ("bitsandbytes", {"load_in_4bit": True, "load_in_8bit": True}, "exclude each other"),
        ("bitsandbytes", {"load_in_4bit": True, "bnb_4bit_quant_type": "zz"}, "is 'zz'; allowed: 'nf4' or 'fp4'"),
        ("aqlm", {}, "names the method 'aqlm', which is not simulated; known: bitsandbytes, mxfp4, fp8, gptq"),
        (None, {}, "names no method; known: bitsandbytes, mxfp4, fp8, gptq"),
    ],
)
def test_a_quantization_config_that_transformers_does_not_allow(
    method: str | None, keys: dict[str, Any], message: str
) -> None:
    """Each value that decides about sizes is checked as its classes do; the message says what is allowed."""
    with pytest.raises(CheckpointError) as raised:
        checkpoint({"model_type": "llama", "quantization_config": {"quant_method": method, **keys}})
    assert message in str(raised.value)
    assert str(raised.value).startswith("its quantization_config")


@pytest.mark.parametrize("found", ["gptq", [1, 2], 4, True])
def test_a_quantization_config_that_is_no_mapping(found: Any) -> None:
    """It is not an unquantized checkpoint."""
    with pytest.raises(CheckpointError, match="its quantization_config is not a mapping"):
        checkpoint({"quantization_config": found})


def test_several_wrong_keys_are_told_at_once() -> None:
    """Joined in one line."""
    with pytest.raises(CheckpointError, match=r"bits is 7; .*group_size is 'x'"):
        checkpoint({"quantization_config": {"quant_method": "gptq", "bits": 7, "group_size": "x"}})


def test_a_dtype_that_is_not_simulated_is_not_guessed() -> None:
    """Unless one is given. A mapping names the dtype of each part; that of the whole model counts."""
    with pytest.raises(
        CheckpointError, match="its config names the dtype 'float8_e4m3fn'; give one with dtype: float32"
    ):
        loaded({"dtype": "float8_e4m3fn"})
    assert loaded({"dtype": "float8_e4m3fn"}, Setting("inference", dtype="float16")).setting.dtype == "float16"
    assert loaded({"dtype": {"": "bfloat16", "vision_config": "float32"}}).setting.dtype == "bfloat16"


def test_mxfp4_of_another_model_is_refused_unless_it_is_dequantized() -> None:
    """transformers packs nothing but gpt-oss' experts."""
    other = {**MXFP4, "model_type": "llama"}
    with pytest.raises(CheckpointError, match="only the experts of gpt-oss in mxfp4; allowed here: dtype bfloat16"):
        loaded(other)
    assert loaded(other, Setting("inference", dtype="bfloat16")).setting.quantization is None


@pytest.mark.parametrize(("config", "upcast"), [(AWQ, True), (BNB, True), (GPTQ, False)])
def test_the_k_bit_preparation_leaves_only_gptq_as_it_is(config: dict[str, Any], upcast: bool) -> None:
    """PEFT's prepare_model_for_kbit_training exempts GPTQ, AQLM, EETQ, HQQ and torchao; a note says so."""
    found = loaded(config, replace(QLORA, loading="default"))
    assert found.setting.quantization is not None
    assert found.setting.quantization.upcast is upcast
    assert any("makes no weights of a GPTQ model float32" in note for note in found.notes) is not upcast


def test_what_is_not_counted_is_not_said() -> None:
    """compressed-tensors that is quantized again is no longer dense; qlora on AWQ trains on AWQ."""
    again = loaded(COMPRESSED, Setting("inference", quantization=Quantization("nf4"), loading="auto"))
    assert again.notes == (
        "the checkpoint is int4 (compressed-tensors), which transformers does not quantize again, so a copy "
        "dequantized to bfloat16 is quantized to nf4",
    )
    assert "the checkpoint is awq-int4, so qlora trains on these weights as they are" in loaded(AWQ, QLORA).notes
