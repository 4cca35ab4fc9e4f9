"""Runs a training step on the meta device."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from os import environ
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from slidegen.estimate.allocated import KINDS, Kind
from slidegen.estimate.setting import Setting
from slidegen.simulate.adapters import adapt, cast_trained, disable_dropout
from slidegen.simulate.cuda import Cuda, Machine
from slidegen.simulate.formats import pack
from slidegen.simulate.inputs import cache_tensors, vocabulary
from slidegen.simulate.layers import Stack, Stretch, all_layers, watch
from slidegen.simulate.ledger import Ledger, Vector
from slidegen.simulate.objectives import Forward, forward
from slidegen.simulate.optimizers import steps_of
from slidegen.simulate.packed import Packed, settle_biases
from slidegen.simulate.replaced import replaced
from slidegen.simulate.replay import Event, Replay, Replayed, Rounding
from slidegen.simulate.trace import whole_trace
from slidegen.simulate.tracker import Tracker
from slidegen.simulate.values import Values


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


def keep_float32(model: Any, dtype: str) -> None:
    """Casts to float32 what `from_pretrained` keeps in float32 at any dtype: T5's `wo` in float16, routers' biases.

    Source: transformers 5, `modeling_utils.py` (_get_dtype_plan), `core_model_loading.py` (build_glob_alternation).
    """
    patterns = [re.compile(name.replace("*", ".*")) for name in model._get_dtype_plan(getattr(torch, dtype))]
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if tensor.is_floating_point() and any(pattern.search(name) for pattern in patterns):
            tensor.data = tensor.data.to(torch.float32)


def prepare(model: Any, setting: Setting, machine: Machine) -> Any:
    """Prepares the model as a training script does: packs and adapts it, enables non-reentrant checkpointing.

    The backward pass runs outside the machine's mode but recomputes checkpointed layers inside it.
    Raises ValueError if PEFT does not find any of the adapter's target modules.
    """
    quantization, adapter = setting.quantization, setting.adapter
    if quantization is not None:
        pack(model, quantization, getattr(torch, setting.dtype))
        if quantization.upcast and setting.trains:
            from peft import prepare_model_for_kbit_training

            model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
            settle_biases(model)
    if setting.gradient_checkpointing:
        enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
        enable({"use_reentrant": False, "context_fn": lambda: (nullcontext(), machine.mode.entered())})
    if adapter is not None:
        model = adapt(model, adapter)
        if setting.loop == "trl" and quantization is not None:
            cast_trained(model, getattr(torch, adapter.dtype))
    if setting.preference is not None:
        disable_dropout(model)
    return model.train(setting.trains)


def train(
    model: Any, setting: Setting, machine: Machine, stacks: Sequence[Stack], reference: Separate | None = None
) -> Run:
    """Runs a step after the first one: there are optimizer states but no gradients yet.

    With gradient accumulation it is the last of the batches, whose gradients are added to those of the others.
    `reference` is the reference model of DPO or GRPO. Raises ValueError if a layer runs more than once, because then
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
    trained = [*(one for one in _trained(model) if id(one) in with_gradient), *clones]
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


def ends(model: Any) -> tuple[int, int]:
    """Returns the bytes of the input embedding and of the output head; of neither if they share their weights."""
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    both = [_parameters(core, name) for name in ("get_input_embeddings", "get_output_embeddings")]
    if {id(one) for one in both[0]} & {id(one) for one in both[1]}:
        return 0, 0
    return sum(one.nbytes for one in both[0]), sum(one.nbytes for one in both[1])


def _parameters(model: Any, name: str) -> list[nn.Parameter]:
    """Returns the parameters of the module that a method of the model returns; none if it has no such module."""
    try:
        module = getattr(model, name)()
    except (AttributeError, NotImplementedError):
        return []
    return [] if module is None else list(module.parameters())


def load(model: nn.Module, left_out: Sequence[nn.Module], setting: Setting, machine: Machine) -> Vector:
    """Returns the peak while the weights are loaded, one tensor after another, by kind.

    A weight that the checkpoint does not store packed is held in its own dtype before it is packed, and in half
    precision before it becomes float32 (see `Quantization`). The adapter is added only later.
    """
    adapted = setting.adapter is not None
    held = sum((static(one, adapted, machine) for one in (model, *left_out)), np.zeros(len(KINDS), dtype=np.int64))
    size = 4 if setting.dtype == "float32" else 2
    stored = setting.quantization is not None and setting.quantization.checkpoint
    packed = [] if stored else [one for one in model.modules() if isinstance(one, Packed)]
    largest = max((one.numbers * size for one in packed), default=0)
    held[KINDS.index("adapter")] = 0
    held[KINDS.index("temporaries")] += largest
    return held


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


TORCH_CHECK: Final = "TRANSFORMERS_DISABLE_TORCH_CHECK"
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
    trained = _trained(model)
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
    for parameter in _trained(run.model):
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


def static(module: nn.Module, adapted: bool, machine: Machine) -> Vector:
    """Returns the bytes of a module's own tensors, by kind."""
    return _own(module, adapted, machine).held()


def sizes(module: nn.Module, adapted: bool, machine: Machine) -> list[int]:
    """Returns the bytes of each of a module's own tensors."""
    return _own(module, adapted, machine).sizes


def _own(module: nn.Module, adapted: bool, machine: Machine) -> Ledger:
    tracker = Tracker(Ledger(machine.granularity), machine.temporaries, None)
    hold_model(tracker, module, adapted)
    return tracker.ledger


def hold_model(tracker: Tracker, model: nn.Module, adapted: bool) -> None:
    """Records a model's tensors in the ledger: weights, quantization constants and, if it is adapted, the adapter."""
    packed = [module for module in model.modules() if isinstance(module, Packed)]
    constants = [one for module in packed for one in module.constants()]
    tracker.hold(constants, "quantization_constants")
    known = {id(one) for one in constants}
    tracker.hold((one for one in model.parameters() if not one.requires_grad), "weights")
    tracker.hold(_trained(model), "adapter" if adapted else "weights")
    tracker.hold((one for one in model.buffers() if id(one) not in known and one.device.type == "meta"), "weights")


@contextmanager
def meta_patches(setting: Setting, cuda: Cuda) -> Iterator[None]:
    """Patches what needs the values of meta tensors, which have none: sequences are not packed, masks are used.

    Some models build a mask of ones for batches without padding (OPT), which attention then skips.
    Tensors in the host's memory, which have values, behave as usual. With images, those of indices are kept.
    """
    from transformers import masking_utils

    with ExitStack() as stack:
        if not setting.padded:
            for name in ("_ignore_causal_mask_sdpa", "_ignore_bidirectional_mask_sdpa"):
                skips = partial(_without_padding, getattr(masking_utils, name))
                stack.enter_context(replaced(masking_utils, name, skips))
        stack.enter_context(replaced(torch, "autocast", cuda.instead_of_autocast))
        stack.enter_context(replaced(masking_utils, "find_packed_sequence_indices", lambda _: None))
        truth, written = torch.Tensor.__bool__, torch.Tensor.__format__
        known = stack.enter_context(_values_kept(setting))
        stack.enter_context(replaced(torch.Tensor, "__bool__", lambda one: known(one) and truth(one)))
        stack.enter_context(
            replaced(torch.Tensor, "__format__", lambda one, how: "?" if one.is_meta else written(one, how))
        )
        before = environ.get(TORCH_CHECK)
        environ[TORCH_CHECK] = "1"
        if before is None:
            stack.callback(environ.pop, TORCH_CHECK)
        else:
            stack.callback(environ.__setitem__, TORCH_CHECK, before)
        if setting.mixed_precision is not None:
            enabled = torch.is_autocast_enabled("cuda")
            torch.set_autocast_enabled("cuda", True)
            stack.callback(torch.set_autocast_enabled, "cuda", enabled)
        yield


def _without_padding(skips: Callable[..., bool], _: object, *rest: Any, **others: Any) -> bool:
    """Returns whether attention skips its mask for a batch without padding, whatever mask the model passes."""
    return skips(None, *rest, **others)


@contextmanager
def _values_kept(setting: Setting) -> Iterator[Callable[[torch.Tensor], bool]]:
    """Keeps the values of indices if there are images; yields the function that says whether a tensor has values."""
    if not setting.images:
        yield lambda one: not one.is_meta
        return
    with Values() as values, replaced(torch, "tensor", values.tensor):
        yield values.known


def _trained(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def workspaces(machine: Machine) -> Ledger:
    """Returns a ledger with the workspaces of the threads of the forward and the backward pass."""
    ledger = Ledger(machine.granularity)
    if machine.workspace:
        for _ in range(2):
            ledger.allocate(machine.workspace, "workspace")
    return ledger


def _clip(gradients: list[torch.Tensor]) -> None:
    """Clips gradients in place, as the Trainer does; `clip_grad_norm_` treats meta tensors differently from CUDA's."""
    if gradients:
        norms = torch._foreach_norm(gradients)
        total = torch.linalg.vector_norm(torch.stack([norm.to(torch.float32) for norm in norms]))
        torch._foreach_mul_(gradients, 1.0 / (total + 1e-6))


def count(model: nn.Module, left_out: Sequence[nn.Module], *, trained_only: bool = False) -> int:
    """Returns the number of parameters of a whole model; a packed weight counts as the unpacked one."""
    return sum(_count(module, trained_only) for module in (model, *left_out))


def _count(module: nn.Module, trained_only: bool) -> int:
    sizes = {id(one.weight): one.numbers for one in module.modules() if isinstance(one, Packed)}
    counted = (one for one in module.parameters() if one.requires_grad or not trained_only)
    return sum(sizes.get(id(one), one.numel()) for one in counted)
