"""Repeated layers: selects those that must be run, and derives the run of all layers from theirs.

As long as layers are alike, the memory held when a layer's pass begins, and the peak during it, differ from layer to
layer only by what the layers before have added. So three layers of each kind are run: the first and the last, which may
allocate or free what all of the kind share, and the second, which stands in for all between. The result equals a run of
all layers to the byte (tests/simulate/test_layers.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from torch import nn

from slidegen.estimate.allocated import Phase
from slidegen.simulate.ledger import Ledger, Segment, Vector

Signature = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A list of layers of a model: `kept` are the numbers of those that are run; layer i is like layer `like[i]`.

    `layers` holds the layers that are run.
    """

    path: str
    kept: tuple[int, ...]
    like: tuple[int, ...]
    layers: tuple[nn.Module, ...]

    def left_out(self) -> Iterator[nn.Module]:
        """Yields, for each layer that is not run, the one that it is like."""
        for number, like in enumerate(self.like):
            if number not in self.kept:
                yield self.layers[self.kept.index(like)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a run, in bytes by kind relative to its start: what it has added at its end, and its peak."""

    label: str
    added: Any
    peak: Any


def reduced(model: Any) -> tuple[Stack, ...]:
    """Removes the layers of `model` that need not be run; returns its stacks. Prepare layers only after this."""
    return tuple(_reduce(model, path, layers) for path, layers in _stacks(model))


def _stacks(model: nn.Module) -> list[tuple[str, nn.ModuleList]]:
    """Returns the outermost lists of layers of a model."""
    found: list[tuple[str, nn.ModuleList]] = []
    for path, module in model.named_modules():
        if not isinstance(module, nn.ModuleList) or any(path.startswith(f"{outer}.") for outer, _ in found):
            continue
        if len(module) > 1 and all(any(True for _ in layer.parameters()) for layer in module):
            found.append((path, module))
    return found


def _reduce(model: Any, path: str, layers: nn.ModuleList) -> Stack:
    parent = model.get_submodule(path.rpartition(".")[0])
    lists = list(_lists(model, len(layers)))
    signatures = [_signature(layer, [values[number] for _, _, values in lists]) for number, layer in enumerate(layers)]
    alike: dict[Signature, list[int]] = {}
    for number, signature in enumerate(signatures):
        alike.setdefault(signature, []).append(number)
    kept = tuple(sorted({number for same in alike.values() for number in (*same[:2], same[-1])}))
    like = tuple(n if n in kept else alike[signature][1] for n, signature in enumerate(signatures))
    run = [layers[number] for number in kept]
    if len(kept) < len(layers):
        for config, name, values in lists:
            setattr(config, name, [values[number] for number in kept])
        for config in _configs(model):
            for name, value in list(vars(config).items()):
                if name in LAYER_COUNTS and value == len(layers):
                    setattr(config, name, len(kept))
        for number, layer in enumerate(run):
            for module in layer.modules():
                if "layer_idx" in vars(module):
                    module.layer_idx = number
        setattr(parent, path.rpartition(".")[2], nn.ModuleList(run))
    return Stack(path, kept, like, tuple(run))


LAYER_COUNTS = (
    "num_hidden_layers",
    "num_layers",
    "n_layer",
    "n_layers",
    "num_decoder_layers",
    "encoder_layers",
    "decoder_layers",
)
"""The names of the number of layers in configs; other names are aliases of one of these."""


def _configs(model: nn.Module) -> Iterator[Any]:
    """Yields every config that a module of the model holds, once."""
    seen: set[int] = set()
    for module in model.modules():
        config = getattr(module, "config", None)
        if config is not None and id(config) not in seen and hasattr(config, "__dict__"):
            seen.add(id(config))
            yield config


def _lists(model: nn.Module, length: int) -> Iterator[tuple[Any, str, list[Any]]]:
    """Yields the lists in configs that have one value for each of `length` layers."""
    for config in _configs(model):
        for name, value in list(vars(config).items()):
            if isinstance(value, list) and len(value) == length:
                yield config, name, value


def _signature(layer: nn.Module, config_values: Sequence[Any]) -> Signature:
    """Returns what determines a layer's computation: its modules, shapes and settings, and its values in the config."""
    parts: list[object] = [repr(config_values)]
    for path, module in layer.named_modules():
        plain = {name: value for name, value in vars(module).items() if isinstance(value, bool | int | float | str)}
        settings = sorted(
            (name, value) for name, value in plain.items() if not name.endswith(("_idx", "_id", "_index"))
        )
        shapes = [(name, one.shape, one.dtype) for name, one in module.named_parameters(recurse=False)]
        parts.append((path, type(module), str(settings), str(shapes)))
    return tuple(parts)


def watch(stacks: Sequence[Stack], ledger: Ledger, phase: Callable[[], Phase]) -> Callable[[], None]:
    """Marks in the ledger where each layer's passes begin, until the returned function is called.

    `phase` returns the pass that runs. A layer's backward pass begins when the gradient of its output is ready.
    """
    handles = []
    for number, stack in enumerate(stacks):
        for kept, layer in zip(stack.kept, stack.layers, strict=True):
            name = f"{number}.{kept}"

            def before(*_: Any, name: str = name) -> None:
                if (now := phase()) != "backward":
                    ledger.mark(f"{now} {name}")

            def after(_module: Any, _inputs: Any, out: Any, name: str = name) -> None:
                first = out[0] if isinstance(out, tuple | list) else out
                if phase() != "backward" and getattr(first, "requires_grad", False):
                    first.register_hook(lambda _: ledger.mark(f"backward {name}"))

            handles += [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]

    def end() -> None:
        for handle in handles:
            handle.remove()

    return end


def all_layers(
    segments: Sequence[Segment], stacks: Sequence[Stack], released: Mapping[str, Mapping[str, Vector]]
) -> tuple[Stretch, ...]:
    """Returns the stretches of the whole run, from the segments of a run of only some layers.

    The last segment only ends the one before it. `released` has, for each segment that frees storages of several
    layers, the freed bytes by the segment that allocated them.
    Raises ValueError if a layer ran more than once.
    """
    labels = [segment.label for segment in segments]
    if len(set(labels)) < len(labels):
        raise ValueError("a layer runs more than once")
    stretches = {
        one.label: Stretch(one.label, after.start - one.start, one.peak - one.start)
        for one, after in pairwise(segments)
    }
    for label, parts in released.items():
        one = stretches[label]
        more = sum(_others(stacks, origin) * size for origin, size in parts.items())
        stretches[label] = Stretch(label, one.added - more, one.peak)
    whole = whole_order(labels[:-1], stacks)
    return tuple(Stretch(label, stretches[like].added, stretches[like].peak) for label, like in whole)


def whole_order(labels: Sequence[str], stacks: Sequence[Stack]) -> Iterator[tuple[str, str]]:
    """Yields the stretches of the whole run in order, each with the stretch that was run and that it is like."""
    for label in labels:
        yield label, label
        direction, _, place = label.partition(" ")
        if "." in place:
            number, _, layer = place.partition(".")
            stack = stacks[int(number)]
            for one in _left_out_after(stack, int(layer), -1 if direction == "backward" else 1):
                yield f"{direction} {number}.{one}", f"{direction} {number}.{stack.like[one]}"


def _others(stacks: Sequence[Stack], label: str) -> int:
    """Returns how many layers like the one of the stretch `label` were left out."""
    place = label.partition(" ")[2]
    if "." not in place:
        return 0
    number, _, layer = place.partition(".")
    return stacks[int(number)].like.count(int(layer)) - 1


def _left_out_after(stack: Stack, layer: int, step: int) -> range:
    """Returns the layers that were not run between `layer` and the next one that was, in the direction of `step`."""
    place = stack.kept.index(layer) + step
    end = stack.kept[place] if 0 <= place < len(stack.kept) else layer + step
    return range(layer + step, end, step)
