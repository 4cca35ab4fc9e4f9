"""The settings that a request for allocated memory describes: one for each distinct row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from slidegen.estimate.allocated import CONTEXT
from slidegen.estimate.gguf.types import FILE_TYPES
from slidegen.estimate.images import TYPICAL, Size
from slidegen.estimate.setting import (
    AMPERE,
    OPTIMIZERS,
    Adapter,
    Defaulted,
    FloatDtype,
    HalfDtype,
    Loading,
    Method,
    Quantization,
    Setting,
)
from slidegen.tables.fields import combinations
from slidegen.tables.loops import ADAPTED, DTYPES, PACKED, preference
from slidegen.tables.loops import resolved as with_loop
from slidegen.tables.loops import trained as trained_by
from slidegen.tables.settings import SettingParameters, card_of


def settings(request: SettingParameters) -> Iterator[tuple[str, Setting]]:
    """Yields each model with each distinct setting, models outermost."""
    for _, model, setting in _rows(request):
        yield model, setting


def one_by_one(request: SettingParameters) -> list[SettingParameters]:
    """Returns the request as requests for one row each."""
    return [single for single, _, _ in _rows(request)]


def _rows(request: SettingParameters) -> Iterator[tuple[SettingParameters, str, Setting]]:
    seen: set[tuple[str, Setting]] = set()
    given = frozenset(request.model_fields_set)
    for single in (with_loop(one, given) for one in combinations(request)):
        (model,) = single.models
        setting = _setting(single)
        if (model, setting) not in seen:
            seen.add((model, setting))
            yield single, model, setting


def _setting(single: SettingParameters) -> Setting:
    """Returns the setting of a request for one row."""
    (method,), (dtype,), (rank,), (gpus,) = single.method, single.dtype, single.rank, single.gpus
    (batch_size,), (seq_len,), (checkpointing,) = single.batch_size, single.seq_len, single.gradient_checkpointing
    (attention,), (optimizer,), (sharding,), (loop,) = single.attention, single.optimizer, single.sharding, single.loop
    (kv_dtype,) = single.kv_dtype
    trained = trained_by(method)
    trains = method != "inference"
    adapter = None
    if method in ADAPTED:
        adapter = Adapter(
            rank, single.target_modules, single.modules_to_save, single.dora, single.adapter_dtype, single.lora_dropout
        )
    quantization = None
    if single.quantization in FILE_TYPES:
        quantization = Quantization(single.quantization, double=False, upcast=False)
    elif method in PACKED or (not trains and single.quantization is not None):
        name = single.quantization or "nf4"
        quantization = Quantization(name, single.double_quantization, single.kbit_upcast, single.quantize_experts)
    floats: FloatDtype = DTYPES[loop] if dtype is None or dtype == "auto" else dtype
    card = card_of(single)
    return Setting(
        method=trained,
        dtype=floats,
        mixed_precision=_autocast(single, trained, floats),
        batch_size=batch_size,
        seq_len=seq_len,
        max_new_tokens=0 if trains else single.max_new_tokens,
        gradient_checkpointing=trains and checkpointing,
        gradient_accumulation_steps=single.gradient_accumulation_steps if trains else 1,
        attention=attention,
        optimizer=optimizer if trains else OPTIMIZERS[0],
        adapter=adapter,
        quantization=quantization,
        gpus=gpus,
        sharding="none" if gpus == 1 else sharding,
        offload=single.offload,
        capability=AMPERE if card is None else card.compute_capability,
        padded=single.padded,
        images=single.images,
        image_size=_size_of(single) if single.images else TYPICAL,
        loop=loop,
        outputs_kept=trains and bool(single.keep_outputs),
        preference=preference(method, single.reference_model),
        kv_dtype="auto" if trains else kv_dtype,
        memory=None if card is None else card.size - CONTEXT,
        any_gpu=card is None,
        loading=_loading(dtype, trains),
        defaulted=tuple(name for name in get_args(Defaulted) if name not in single.model_fields_set),
    )


def _loading(dtype: str | None, trains: bool) -> Loading:
    """Returns whether the dtype is given; without one, inference loads the checkpoint as it is stored."""
    if dtype is None:
        return "default" if trains else "auto"
    return "auto" if dtype == "auto" else "given"


def _autocast(single: SettingParameters, method: Method, dtype: FloatDtype) -> HalfDtype | None:
    """Returns the dtype of autocast: the one given, or what scripts for qlora use, whose other weights are float32."""
    if method == "inference" or single.mixed_precision == "no":
        return None
    if single.mixed_precision is not None:
        return single.mixed_precision
    return dtype if method == "qlora" and single.kbit_upcast and dtype != "float32" else None


def _size_of(request: SettingParameters) -> Size:
    """Returns the width and height of images."""
    width, _, height = request.image_size.partition("x")
    return int(width), int(height)
