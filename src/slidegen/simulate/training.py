"""Runs a training step on the meta device."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from slidegen.estimate.allocated import KINDS, Kind
from slidegen.estimate.setting import Setting
from slidegen.simulate.cuda import Machine
from slidegen.simulate.held import count, ends, hold_model, load, sizes, static, trained_of, workspaces
from slidegen.simulate.inputs import cache_tensors, vocabulary
from slidegen.simulate.layers import Stack, Stretch, all_layers, watch
from slidegen.simulate.ledger import Ledger, Vector
from slidegen.simulate.objectives import Forward, forward
from slidegen.simulate.optimizers import steps_of
from slidegen.simulate.patches import meta_patches
from slidegen.simulate.replay import Event, Replay, Replayed, Rounding
from slidegen.simulate.trace import whole_trace
from slidegen.simulate.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Run:
    """A run of all layers: the memory held at its `start`, its stretches in order, and the memory held at its `end`.

    `load` is the peak while the model is loaded, `replayed` what PyTorch's allocator makes of the run. `layers` has the
    bytes of the tensors of each repeated layer, `ends` those of the input embedding and of the output head, `notes`
    what a reader must know. `token_bytes` is what a token of one sequence takes in the KV cache.
    """

    start: Vector
    stretches: tuple[Stretch, ...]
    end: Vector
    parameters: int
    trainable: int
    replayed: Replayed
    load: Vector
    layers: tuple[int, ...]
    ends: tuple[int, int]
    notes: tuple[str, ...] = ()
    token_bytes: int | None = None


def train(
    model: Any, setting: Setting, machine: Machine, stacks: Sequence[Stack], reference: Separate | None = None
) -> Run:
    """Runs a step after the first one: there are optimizer states but no gradients yet.

    With gradient accumulation it is the last of the batches, whose gradients are added to those of the others.
    `reference` is the reference model of DPO. Raises ValueError if a layer runs more than once, because then
    layers cannot be left out.
    """
    left_out = [layer for stack in stacks for layer in stack.left_out()]
    ledger, with_gradient = passes(model, setting, machine, stacks, reference=reference)
    if setting.gradient_accumulation_steps > 1:
        ledger, _ = passes(model, setting, machine, stacks, with_gradient, reference)
    own, stacks = stacks, (*stacks, *(reference.stacks if reference is not None else ()))
    others = [layer for stack in stacks[len(own) :] for layer in stack.left_out()]
    segments = ledger.segments()
    clones = [
        nn.Parameter(torch.empty_like(one))
        for layer in left_out
        for one in layer.parameters()
        if id(one) in with_gradient
    ]
    trained = [*(one for one in trained_of(model) if id(one) in with_gradient), *clones]
    embeddings = frozenset(id(layer.weight) for layer in model.modules() if isinstance(layer, nn.Embedding))
    update = optimizer_step(trained, embeddings, setting.optimizer, machine, clips=setting.loop != "plain")
    step, _ = update.segments()
    states = np.where([kind == "optimizer" for kind in KINDS], step.start, 0)
    start = segments[0].start + states
    statics: dict[int, Vector] = {}
    adapted = setting.adapter is not None
    for layer in (*left_out, *others):
        if id(layer) not in statics:
            statics[id(layer)] = static(layer, adapted and layer not in others, machine)
        start = start + statics[id(layer)]
    if setting.gradient_accumulation_steps > 1:
        gradients = Ledger(machine.granularity)
        for clone in clones:
            gradients.allocate(clone.nbytes, "gradients")
        start = start + gradients.held()
    stretches = all_layers(segments, stacks, _releases(ledger))
    passed = start + sum(stretch.added for stretch in stretches)
    end = static(model, adapted, machine) + states + workspaces(machine).held()
    end = end + sum(statics[id(layer)] for layer in (*left_out, *others))
    if reference is not None:
        end = end + static(reference.model, False, machine)
    if setting.outputs_kept:  # such a loop keeps the gradients as long as the outputs, unless it ends by zero_grad()
        end = passed * np.array([kind != "gradients" for kind in KINDS]) if setting.loop == "plain" else passed
    return Run(
        start,
        (*stretches, Stretch("step", end - passed, step.peak - step.start)),
        end,
        count(model, left_out),
        count(model, left_out, trained_only=True),
        _replayed(ledger, stacks, update, [sizes(layer, adapted, machine) for layer in (*left_out, *others)]),
        _load(model, left_out, setting, machine, reference, others),
        tuple(sum(sizes(layer, adapted, machine)) for stack in own for layer in (*stack.layers, *stack.left_out())),
        ends(model),
    )


@dataclass(frozen=True, slots=True)
class Separate:
    """A separate reference model, and its layers."""

    model: Any
    stacks: tuple[Stack, ...]


def _releases(ledger: Ledger) -> dict[str, dict[str, Vector]]:
    marked = {label for _, label in ledger.marks}
    return {label: ledger.released(label) for label in RELEASES if label in marked}


def _load(
    model: nn.Module,
    left_out: Sequence[nn.Module],
    setting: Setting,
    machine: Machine,
    reference: Separate | None,
    others: Sequence[nn.Module],
) -> Vector:
    """Returns the peak while the model, and after it the reference model, are loaded."""
    if reference is None:
        return load(model, left_out, setting, machine)
    own = sum((static(one, setting.adapter is not None, machine) for one in (model, *left_out)), 0)
    return own + load(reference.model, others, setting, machine)


FREED: Final[tuple[Kind, ...]] = ("temporaries", "logits", "kv_cache")
"""The kinds of what exists before a step and is freed in it: its batch, and outputs of the last step that were kept."""


def _replayed(ledger: Ledger, stacks: Sequence[Stack], update: Ledger, left_out: Sequence[list[int]]) -> Replayed:
    """Returns what PyTorch's allocator makes of two steps; the first one creates the optimizer's states.

    `ledger` is that of a forward and a backward pass, `update` that of the optimizer's step, `left_out` the sizes of
    the tensors of each layer that was not run.
    """
    numbers = itertools.count()
    replay = Replay()

    def allocate(sizes: Iterable[int]) -> list[Event]:
        events = [(next(numbers), size) for size in sizes]
        replay.run(events)
        return events

    staying = (kind for kind in KINDS if kind not in ("gradients", *FREED))
    allocate(itertools.chain(*(ledger.before(kind) for kind in staying), *left_out))
    loaded = replay.rounding
    accumulated = update.before("gradients") if ledger.before("gradients") else []
    step, updating = whole_trace(ledger, stacks, numbers, FREED), whole_trace(update, (), numbers)
    roundings: list[Rounding] = []
    for first in (True, False):
        gradients = allocate(accumulated)
        replay.run(step.before)
        roundings = [replay.run(events) for events in step.stretches]
        if first:
            allocate(update.before("optimizer"))
        roundings += [replay.run(events) for events in updating.stretches]
        replay.run((number, 0) for number, _ in (*gradients, *step.left))
    return Replayed(loaded, tuple(roundings), replay.rounding, replay.recorded())


RELEASES: Final = ("forward ends", "reference ends", "backward ends")
"""The stretches that free what layers left behind: autocast's casts, and what functions kept for the backward pass."""


def passes(
    model: Any,
    setting: Setting,
    machine: Machine,
    stacks: Sequence[Stack],
    accumulated: frozenset[int] = frozenset(),
    reference: Separate | None = None,
) -> tuple[Ledger, frozenset[int]]:
    """Runs a forward and a backward pass without optimizer states; returns their ledger.

    Also returns the ids of the parameters that got a gradient. An unused part, such as the vision tower without images,
    gets no gradients and no states. `accumulated` are the ids of the parameters that have a gradient before the passes.
    """
    ledger = workspaces(machine)
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    tracker = Tracker(ledger, machine.temporaries, vocabulary(core))
    hold_model(tracker, model, setting.adapter is not None)
    second = None if reference is None else reference.model
    if second is not None:
        hold_model(tracker, second, adapted=False)
    all_stacks = (*stacks, *(() if reference is None else reference.stacks))
    run = Forward(model, core, setting, machine, tracker, all_stacks, second)
    trained = trained_of(model)
    with_gradient: set[int] = set()
    with meta_patches(setting, machine.mode), tracker, ExitStack() as hooks:
        kept = [_outputs(run)] if setting.outputs_kept else []
        hooks.callback(watch(all_stacks, ledger, lambda: tracker.phase))

        def received(parameter: nn.Parameter) -> None:
            tracker.hold([parameter.grad], "gradients")
            with_gradient.add(id(parameter))

        for parameter in trained:
            hooks.callback(parameter.register_post_accumulate_grad_hook(received).remove)
            if id(parameter) in accumulated:
                parameter.grad = torch.empty_like(parameter)
                tracker.hold([parameter.grad], "gradients")
        ledger.mark("forward")
        since = ledger.clock
        loss, out = forward(run, kept)
        ledger.rename_survivors(since, "temporaries", "activations")
        ledger.mark("backward")
        tracker.phase = "backward"
        loss.backward()
        tracker.phase = "forward"
        ledger.mark("backward ends")
        loss = loss.detach()
        ledger.mark("over")
        del out
        for parameter in trained:
            parameter.grad = None
    return ledger, frozenset(with_gradient)


def _outputs(run: Forward) -> Any:
    """Runs the step before; returns its outputs, which its loop keeps: logits, the KV cache and the spent graph."""
    loss, out = forward(run, [])
    run.tracker.phase = "backward"
    loss.backward()
    run.tracker.phase = "forward"
    for parameter in trained_of(run.model):
        parameter.grad = None
    run.tracker.ledger.marks.clear()
    run.tracker.hold([out.logits], "logits")
    run.tracker.hold(cache_tensors(out.get("past_key_values")), "kv_cache")
    return out


def optimizer_step(
    trained: Sequence[nn.Parameter], embeddings: frozenset[int], optimizer: str, machine: Machine, *, clips: bool = True
) -> Ledger:
    """Runs clipping and the optimizer's step, with states and gradients already there; returns the ledger."""
    ledger = Ledger(machine.granularity)
    tracker = Tracker(ledger, machine.temporaries, None)
    steps = steps_of(optimizer, trained, embeddings)
    with tracker:
        tracker.hold(steps.states(), "optimizer")
        tracker.hold(trained, "weights")
        for parameter in trained:
            parameter.grad = torch.empty_like(parameter)
        tracker.hold((parameter.grad for parameter in trained), "gradients")
        ledger.mark("step")
        if clips:
            _clip([parameter.grad for parameter in trained if parameter.grad is not None])
        steps.step()
        ledger.mark("end")
        for parameter in trained:
            parameter.grad = None
    return ledger


def _clip(gradients: list[torch.Tensor]) -> None:
    """Clips gradients in place, as the Trainer does; `clip_grad_norm_` treats meta tensors differently from CUDA's."""
    if gradients:
        norms = torch._foreach_norm(gradients)
        total = torch.linalg.vector_norm(torch.stack([norm.to(torch.float32) for norm in norms]))
        torch._foreach_mul_(gradients, 1.0 / (total + 1e-6))
