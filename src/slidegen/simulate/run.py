"""Runs a model's config with a setting and returns what the run allocates."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from torch import nn

from slidegen.errors import reason
from slidegen.estimate.allocated import KINDS, Allocation, Held, Moment, Phase
from slidegen.estimate.attention import attention_notes
from slidegen.estimate.setting import Setting
from slidegen.models.instantiate import build_model, silent
from slidegen.simulate.attention import implementation, implementation_of
from slidegen.simulate.cuda import Machine, card
from slidegen.simulate.images import tokens_of_image
from slidegen.simulate.inference import check_cache, infer
from slidegen.simulate.layers import Stack, Stretch, reduced
from slidegen.simulate.ledger import Vector
from slidegen.simulate.preparation import keep_float32, prepare
from slidegen.simulate.training import Run, Separate, train
from slidegen.simulate.unpacked import unpacked_notes

WITHOUT_LAYERS: Final = (AttributeError, LookupError, RuntimeError, ValueError)
"""The errors of a run of only some layers where the model needs all: IndexError where a layer looks up another by its
number (GPT-Neo), RuntimeError where it expects another's shapes (Gemma 3n), AttributeError where it needs another's
results (Jamba), KeyError where alike layers differ in whether they have a backward pass (Qwen3.5), ValueError where a
layer runs several times (HRM)."""


class LayersNeededError(Exception):
    """A model that cannot be run without some of its layers."""


def allocation(
    config: Mapping[str, Any],
    name: str,
    setting: Setting,
    *,
    every_layer: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Allocation:
    """Returns what a run of the model with this config allocates on one GPU.

    Of repeated layers only three are run, unless `every_layer` is set. If the model needs the others, all are run,
    which takes longer and is reported to `progress`.
    Raises ModelError if transformers cannot build the model, MissingExtraError without the packages, and whatever
    transformers raises for a model that it cannot run.
    """
    with silent(), _garbage_collection_paused():
        if not (every_layer or setting.outputs_kept or _names_single_layers(setting)):
            try:
                return _run(config, name, setting, reduce=True)
            except LayersNeededError:
                progress(f"{name}: no layer can stand in for others, so all layers are run, which takes longer")
        return _run(config, name, setting, reduce=False)


def _names_single_layers(setting: Setting) -> bool:
    """Returns whether the adapter names modules of single layers (`layers.5.mlp`), so that layers are not alike."""
    adapter = setting.adapter
    names = () if adapter is None else (*adapter.target_modules, *adapter.modules_to_save)
    return any(part.isdigit() for name in names for part in name.split("."))


def _image_notes(model: Any, setting: Setting) -> Iterator[str]:
    """Yields how many tokens an image is. Raises ValueError if the images are too many or not simulated."""
    if setting.images:
        width, height = setting.image_size
        each = tokens_of_image(model.config, setting.seq_len, setting.images, setting.image_size)
        yield f"an image of {width} x {height} pixels is {each} of the {setting.seq_len} tokens of a sequence"


def _numbers_vision_layers(model: Any, setting: Setting) -> bool:
    """Returns whether images make layers differ by their number: windows in some of Qwen2.5-VL's, DeepStack's layers.

    Sources: Bai et al. 2025, "Qwen2.5-VL", section 2.1; Meng et al. 2024, "DeepStack"; transformers 5, their configs.
    """
    vision = getattr(model.config, "vision_config", None)
    names = ("deepstack_visual_indexes", "fullatt_block_indexes")
    return setting.images > 0 and any(getattr(vision, name, None) for name in names)


def _check_length(model: Any, setting: Setting) -> None:
    """Raises ValueError if the model has too few learned positions; on tensors without memory it would still run."""
    limits = {getattr(model.config, name, None) for name in ("max_position_embeddings", "max_target_positions")}
    length = setting.seq_len + setting.max_new_tokens
    for path, module in model.named_modules():
        if not isinstance(module, nn.Embedding) or "vision" in path or not re.search("position|wpe", path):
            continue
        for most in limits:
            if isinstance(most, int) and 0 <= module.num_embeddings - most <= 2 and most < length:
                raise ValueError(f"it has positions for {most} tokens, not for {length}; use a shorter seq_len")


def _run(config: Mapping[str, Any], name: str, setting: Setting, *, reduce: bool) -> Allocation:
    model = build_model(config, name, setting.dtype, implementation(setting.attention))
    _check_length(model, setting)
    check_cache(model, setting)
    image_notes = tuple(_image_notes(model, setting))
    keep_float32(model, setting.dtype)
    stacks: tuple[Stack, ...] = reduced(model) if reduce and not _numbers_vision_layers(model, setting) else ()
    machine = card(setting)
    attention = implementation_of(model)
    model = prepare(model, setting, machine)
    second = _reference(config, name, setting, machine, reduce=reduce)
    try:
        run = (
            train(model, setting, machine, stacks, second) if setting.trains else infer(model, setting, machine, stacks)
        )
    except NotImplementedError:  # an operation that needs the values of tensors, which fails with every layer as well
        raise
    except WITHOUT_LAYERS as error:
        if any(len(stack.kept) < len(stack.like) for stack in stacks):
            raise LayersNeededError(reason(error, named=True)) from error
        raise
    kernels = frozenset(machine.mode.kernels)
    notes = (*run.notes, *attention_notes(setting.attention, attention, kernels), *image_notes)
    if setting.quantization is not None:
        notes += unpacked_notes(model, stacks, setting.quantization)
    return replace(_allocation(run), attention=attention, kernels=kernels, notes=notes)


def _reference(
    config: Mapping[str, Any], name: str, setting: Setting, machine: Machine, *, reduce: bool
) -> Separate | None:
    """Returns a separate reference model: loaded as the policy is, without an adapter, in evaluation mode.

    Source: TRL 1.16, `trainer/dpo_trainer.py` (DPOTrainer.__init__: "build the reference like it").
    """
    if setting.preference is None or setting.preference.reference != "separate":
        return None
    model = build_model(config, name, setting.dtype, implementation(setting.attention))
    keep_float32(model, setting.dtype)
    stacks: tuple[Stack, ...] = reduced(model) if reduce else ()
    alone = replace(setting, adapter=None, gradient_checkpointing=False)
    return Separate(prepare(model, alone, machine).eval(), stacks)


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Pauses Python's garbage collector, which is slow and would free cycles at other moments in each run."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _allocation(run: Run) -> Allocation:
    held, replayed = run.start, run.replayed
    loaded = Moment("load", "load", _held(run.load, replayed.loaded))
    timeline: list[Moment] = [loaded]
    peaks: dict[Phase, Moment] = {"load": loaded}
    for stretch, rounding in zip(run.stretches, replayed.stretches, strict=True):
        phase = _phase(stretch)
        moment = Moment(phase, stretch.label, _held(held + stretch.peak, rounding.peak))
        timeline += [Moment(phase, stretch.label, _held(held, rounding.start)), moment]
        if phase not in peaks or moment.total > peaks[phase].total:
            peaks[phase] = moment
        held = held + stretch.added
    start = _held(run.start, 0)
    own = start["weights"] + start["adapter"] + start["quantization_constants"]
    return Allocation(
        parameters=run.parameters,
        trainable_parameters=run.trainable,
        peaks=tuple(peaks.values()),
        timeline=tuple(timeline),
        end=_held(run.end, replayed.end),
        reserved=replayed.recorded.reserved,
        layers=sum(run.layers),
        layer=max(run.layers, default=0),
        outside=own - sum(run.layers),
        notes=run.notes,
        token_bytes=run.token_bytes,
        within=replayed.recorded,
        embedding=run.ends[0],
        head=run.ends[1],
    )


def _phase(stretch: Stretch) -> Phase:
    phase: Any = stretch.label.partition(" ")[0]
    return phase  # type: ignore[no-any-return]


def _held(vector: Vector, rounding: int) -> Held:
    """Returns the bytes by kind of what tensors hold, and the rounding."""
    numbers: Iterable[int] = map(int, vector)
    return {**dict(zip(KINDS, numbers, strict=True)), "rounding": rounding}
