"""From a model's config and a setting to what a run allocates."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from torch import nn

from slidegen.errors import reason
from slidegen.estimate.allocated import KINDS, Allocation, Held, Moment, Phase
from slidegen.estimate.setting import Setting
from slidegen.models.instantiate import build_model, silent
from slidegen.simulate.attention import implementation
from slidegen.simulate.cuda import card
from slidegen.simulate.inference import infer
from slidegen.simulate.layers import Stack, Stretch, reduced
from slidegen.simulate.ledger import Vector
from slidegen.simulate.training import Run, keep_float32, prepare, train

WITHOUT_LAYERS: Final = (AttributeError, LookupError, RuntimeError, ValueError)
"""What a run of only some layers raises where the model needs all: an IndexError where a layer looks for another by its
number (GPT-Neo), a RuntimeError where it expects the shapes of another (Gemma 3n), an AttributeError where it waits for
what another makes (Jamba); a KeyError where layers that are alike differ in whether they have a backward pass
(Qwen3.5), a ValueError where one runs several times (HRM)."""


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
    """What a run of the model with this config allocates on one card.

    Of layers that repeat three are run, unless `every_layer` is asked for. Where the model cannot do without the others
    all are run, which takes longer: `progress` says so.
    Raises ModelError if transformers cannot build the model, MissingExtraError without the packages; and whatever
    transformers raises for a model that it cannot run.
    """
    with silent(), _uncollected():
        if not (every_layer or setting.outputs_kept or _tells_layers_apart(setting)):
            try:
                return _allocation(_run(config, name, setting, reduce=True))
            except LayersNeededError:
                progress(f"{name}: no layer can stand for others here, so all are run, which takes longer")
        return _allocation(_run(config, name, setting, reduce=False))


def _tells_layers_apart(setting: Setting) -> bool:
    """Whether the adapter names modules of single layers by number (`layers.5.mlp`): none stands for another then."""
    adapter = setting.adapter
    names = () if adapter is None else (*adapter.target_modules, *adapter.modules_to_save)
    return any(part.isdigit() for name in names for part in name.split("."))


def _check_length(model: Any, setting: Setting) -> None:
    """Raises ValueError if the model has learned positions, and too few: tensors without memory hide that."""
    told = {getattr(model.config, name, None) for name in ("max_position_embeddings", "max_target_positions")}
    length = setting.seq_len + setting.max_new_tokens
    for path, module in model.named_modules():
        if not isinstance(module, nn.Embedding) or "vision" in path or not re.search("position|wpe", path):
            continue
        for most in told:
            if isinstance(most, int) and 0 <= module.num_embeddings - most <= 2 and most < length:
                raise ValueError(f"it has positions for {most} tokens, not for {length}; give it a shorter seq_len")


def _run(config: Mapping[str, Any], name: str, setting: Setting, *, reduce: bool) -> Run:
    model = build_model(config, name, setting.dtype, implementation(setting.attention))
    _check_length(model, setting)
    keep_float32(model, setting.dtype)
    stacks: tuple[Stack, ...] = reduced(model) if reduce else ()
    machine = card(setting)
    model = prepare(model, setting, machine)
    try:
        return (train if setting.trains else infer)(model, setting, machine, stacks)
    except NotImplementedError:  # an operation that asks for numbers, with every layer too
        raise
    except WITHOUT_LAYERS as error:
        if any(len(stack.kept) < len(stack.like) for stack in stacks):
            raise LayersNeededError(reason(error, named=True)) from error
        raise


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's collector of cycles rests: it would free what cycles hold at other moments each time, and takes long."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _allocation(run: Run) -> Allocation:
    held = run.start
    loaded = Moment("load", "load", _held(run.load))
    timeline: list[Moment] = [loaded]
    peaks: dict[Phase, Moment] = {"load": loaded}
    for stretch in run.stretches:
        phase = _phase(stretch)
        moment = Moment(phase, stretch.label, _held(held + stretch.most))
        timeline += [Moment(phase, stretch.label, _held(held)), moment]
        if phase not in peaks or moment.total > peaks[phase].total:
            peaks[phase] = moment
        held = held + stretch.adds
    start = _held(run.start)
    own = start["weights"] + start["adapter"] + start["quantization_constants"]
    return Allocation(
        parameters=run.parameters,
        trainable_parameters=run.trainable,
        peaks=tuple(peaks.values()),
        timeline=tuple(timeline),
        end=_held(run.end),
        reserved=run.reserved,
        layers=sum(run.layers),
        layer=max(run.layers, default=0),
        outside=own - sum(run.layers),
    )


def _phase(stretch: Stretch) -> Phase:
    phase: Any = stretch.label.partition(" ")[0]
    return phase  # type: ignore[no-any-return]


def _held(vector: Vector) -> Held:
    numbers: Iterable[int] = map(int, vector)
    return dict(zip(KINDS, numbers, strict=True))
