"""Counts a training step, or a generation, of a decoder on one GPU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Final

from slidegen.estimate.allocated import KINDS, Allocation, Moment, Phase
from slidegen.estimate.census import FLOAT_BYTES, count_parameters
from slidegen.estimate.quick.assembly import all_layers
from slidegen.estimate.quick.attention import Heads
from slidegen.estimate.quick.check import check
from slidegen.estimate.quick.decoder import Cache, Place, decoder_layer, normed
from slidegen.estimate.quick.families import describe
from slidegen.estimate.quick.families.base import Kind, Model
from slidegen.estimate.quick.graph import Storage, Tape, Tensor
from slidegen.estimate.quick.linear import product
from slidegen.estimate.quick.log import NUMBERS, Bytes, Stretch, by_kind, of, plus
from slidegen.estimate.quick.operations import add, dropped, part, scale, unary
from slidegen.estimate.quick.optimizers import states, step_peak
from slidegen.estimate.quick.parameters import Layer, Parameters, rounded
from slidegen.estimate.quick.rope import cosines
from slidegen.estimate.quick.step import causal_loss, checkpointed, embed
from slidegen.estimate.setting import AMPERE, Setting
from slidegen.model import Census

WORKSPACE: Final = 4096 * 1024 * 2 + 16 * 1024 * 8
HOPPER_WORKSPACE: Final = 4096 * 1024 * 8
"""PyTorch's workspace for a cuBLAS handle, in bytes, and that on Hopper (`CublasHandlePool.cpp`)."""


def analytic(census: Census, config: Mapping[str, Any], setting: Setting) -> Allocation:
    """Counts the memory of one GPU from the sizes of tensors: weights, states, and what each operation allocates.

    Raises SlidegenError for a model that the formulas do not describe.
    """
    parameters = Parameters(census, setting, str(config.get("model_type")))
    model = describe(config, parameters)
    check(model, setting)
    counted = _Count(model, parameters, setting)
    return counted.training() if setting.trains else counted.inference()


@dataclass(slots=True)
class _Count:
    """A model in a setting, with the layers that are run: of each kind the first two and the last."""

    model: Model
    parameters: Parameters
    setting: Setting
    tape: Tape = field(init=False)
    outside: Layer = field(init=False)
    layers: dict[int, Layer] = field(init=False)
    like: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        setting = self.setting
        self.tape = Tape(lower=None if setting.mixed_precision is None else 2)
        self.outside = Layer(self.parameters, "")
        same: dict[int, list[int]] = {}
        kinds: list[Kind] = []
        for number, kind in enumerate(self.model.layers):
            if kind not in kinds:
                kinds.append(kind)
            same.setdefault(kinds.index(kind), []).append(number)
        kept = {number for numbers in same.values() for number in (*numbers[:2], numbers[-1])}
        self.layers = {number: Layer(self.parameters, self.model.prefix) for number in sorted(kept)}
        stand_in = {number: numbers[1] for numbers in same.values() if len(numbers) > 1 for number in numbers}
        self.like = tuple(n if n in kept else stand_in[n] for n in range(len(self.model.layers)))

    def training(self) -> Allocation:
        """Counts a step after the first one: there are states but no gradients yet."""
        tape, log = self.tape, self.tape.log
        tape.unhooked = []
        log.mark("forward")
        loss = self._forward(self.setting.seq_len, None)
        log.mark("forward ends")
        tape.casts.clear()
        log.rename_survivors("temporaries", "activations")
        log.mark("backward")
        assert loss is not None
        assert loss.node is not None
        node, loss = loss.node, None
        tape.backward(node, Storage(log, 4))
        del node
        log.mark("backward ends")
        tape.unhooked = None
        log.mark("over")
        stretches = all_layers(self.tape.log, self.like)
        static = self._static()
        trained = list(self.parameters.trained())
        own_states = states(self.setting.optimizer, trained)
        start = plus(static, of("optimizer", own_states))
        start = plus(start, of("workspace", 2 * self._workspace()))
        gradients = sum(rounded(n * width) * count for n, width, count, _, _ in trained)
        step = Stretch(
            "step", of("gradients", -gradients), of("temporaries", step_peak(self.setting.optimizer, trained))
        )
        return self._allocation(start, (*stretches, step))

    def inference(self) -> Allocation:
        """Counts the prompt, and the last of the tokens that are generated."""
        setting, log = self.setting, self.tape.log
        log.mark("prefill")
        caches = {number: Cache() for number in self.layers}
        with self.tape.no_grad():
            self._forward(setting.seq_len, caches)
        log.mark("over")
        stretches = all_layers(self.tape.log, self.like)
        start = plus(self._static(), of("workspace", self._workspace()))
        if setting.max_new_tokens > 1:
            stretches = (*stretches, *self._last_token(stretches))
        return replace(self._allocation(start, stretches), token_bytes=self._token_bytes())

    def _token_bytes(self) -> int:
        """Returns what a token of one sequence takes in the caches of all layers."""
        return sum(map(sum, map(self._cached, self.model.layers))) * FLOAT_BYTES[self.setting.dtype]

    def _cached(self, kind: Kind) -> tuple[int, int]:
        """Returns the numbers that a layer caches for a token: keys and values, or a latent and a rotary key."""
        latent, heads = kind.family.latent, self._heads(1)
        return (heads.shared * heads.size,) * 2 if latent is None else (latent.rank, latent.rotated)

    def _last_token(self, before: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        """Counts the last token that is generated: each layer's cache is copied, one longer."""
        setting, model = self.setting, self.model
        length = setting.seq_len + setting.max_new_tokens - 1
        held, nothing = of("kv_cache", 0), of("kv_cache", 0)
        for one in before:
            held = plus(held, one.added)
        self.tape = Tape(lower=None)
        log = self.tape.log
        caches = {number: self._filled(model.layers[number], length) for number in self.layers}
        filled = {
            number: sum(log.sizes[one.storage.number] for one in cache.kept if one.storage)
            for number, cache in caches.items()
        }
        log.mark("decode")
        with self.tape.no_grad():
            self._forward(1, caches, length)
        log.mark("over")
        whole = sum(filled[number] for number in self.like)
        more = whole - held[NUMBERS["kv_cache"]]
        return (Stretch("prefill ends", of("kv_cache", more), nothing), *all_layers(self.tape.log, self.like))

    def _filled(self, kind: Kind, length: int) -> Cache:
        """Returns a layer's cache of `length` tokens, as after a prompt of that length."""
        cache, heads = Cache(), self._heads(length)
        width = FLOAT_BYTES[self.setting.dtype]
        for size in self._cached(kind):
            numel = heads.batch * length * size
            whole = Tensor(numel, width, self.tape.new(numel, width, "kv_cache"))
            seen = numel if kind.window is None else min(numel, heads.batch * size * (kind.window - 1))
            cache.kept.append(whole.reshaped(seen))
        return cache

    def _workspace(self) -> int:
        return HOPPER_WORKSPACE if self.setting.capability[0] == 9 else WORKSPACE

    def _forward(self, length: int, caches: dict[int, Cache] | None, past: int = 0) -> Tensor | None:
        setting, tape, model = self.setting, self.tape, self.model
        phase = "forward" if setting.trains else "decode" if past else "prefill"
        tokens = setting.batch_size * length
        weight = self.outside.tensor(model.embedding)
        assert weight is not None
        width = self.parameters.find(model.embedding)[0].shape[-1]
        embedded = embed(tape, weight, tokens, tokens * width)
        if model.scaled:
            embedded = scale(tape, embedded)
        if model.positions is not None:
            table = self.outside.tensor(model.positions)
            assert table is not None
            embedded = add(tape, embedded, embed(tape, table, length, length * width))
        if model.embedding_norm is not None:
            embedded = normed(tape, embedded, self.outside, model.embedding_norm, model.final_kind)
        x = dropped(tape, embedded, model.embedding_dropout)
        places = self._places(length, past, x.width)
        returned: list[Tensor] = []
        for number, layer in self.layers.items():
            tape.log.mark(f"{phase} 0.{number}")
            kind = model.layers[number]
            place = places(kind, None if caches is None else caches[number])

            def run(x: Tensor, layer: Layer = layer, kind: Kind = kind, place: Place = place) -> Tensor:
                return decoder_layer(tape, x, layer, kind.family, place)

            x = checkpointed(tape, run, x, place.kept.clear) if setting.gradient_checkpointing else run(x)
            returned = list(place.kept)
            place.kept.clear()
            if x.node is not None:
                x.node.label = f"backward 0.{number}"
        hidden = normed(tape, x, self.outside, model.final_norm, model.final_kind)
        del x, returned, place, run
        return self._head(hidden, tokens, width)

    def _head(self, hidden: Tensor, tokens: int, width: int) -> Tensor | None:
        tape, model = self.tape, self.model
        weight = self.outside.tensor(model.head) if model.head else self.outside.tensor(model.embedding)
        assert weight is not None
        vocabulary = weight.numel // width
        if not self.setting.trains:
            tokens = self.setting.batch_size
            hidden = part(tape, hidden, tokens * width)
        tape.kind = "logits"
        logits = product(tape, hidden, weight, tokens * vocabulary)
        if model.capped_logits:
            logits = scale(tape, unary(tape, scale(tape, logits), "output"))
        if model.scaled_logits:
            logits = scale(tape, logits)
        node = causal_loss(tape, logits) if self.setting.trains else None
        tape.kind = "temporaries"
        return Tensor(1, 4, None, node)

    def _places(self, length: int, past: int, width: int) -> Any:
        """Returns the function from a kind of layer and its cache to its place; masks are made once."""
        setting, tape, model = self.setting, self.tape, self.model
        family = model.layers[0].family
        heads = self._heads(length)
        form = "eager" if model.eager and setting.attention == "sdpa" else setting.attention
        scores = replace(
            model.scores,
            form=form,
            modern=setting.capability >= AMPERE,
            float16=setting.dtype == "float16",
            dropout=model.attention_dropout if setting.trains else 0.0,
        )
        rope = None
        if family.rope != "none":
            size = heads.size if family.latent is None else family.latent.rotated
            rope = cosines(tape, length, int(size * family.rotated), width, family.rope)
        masks: dict[int | None, Tensor | None] = {}

        def mask(window: int | None) -> Tensor | None:
            if window not in masks:
                masks[window] = self._mask(length, window, form, width)
            return masks[window]

        def place(kind: Kind, cache: Cache | None) -> Place:
            seen = past if kind.window is None else min(past, kind.window - 1)
            return Place(replace(heads, keys=length + seen), scores, rope, mask(kind.window), cache, kind.window)

        for kind in model.layers:
            mask(kind.window)
        return place

    def _heads(self, length: int) -> Heads:
        """Returns the sizes of the attention, from those of its matrices."""
        family, heads = self.model.layers[0].family, self.model.heads
        latent = family.latent
        if latent is not None:
            size = latent.rotated + latent.plain
            return Heads(self.setting.batch_size, length, length, heads, heads, size, latent.values)
        q, out = (self._sides(name) for name in (family.projections[0], family.out))
        size = out[0] // heads
        if len(family.projections) > 1:
            shared = self._sides(family.projections[1])[1] // size
        else:
            shared = heads if family.split == "falcon-new" else (q[1] - out[0]) // (2 * size)
        return Heads(self.setting.batch_size, length, length, heads, shared, size)

    def _sides(self, name: str) -> tuple[int, int]:
        """Returns the numbers of inputs and outputs of a layer's matrix."""
        group = self.parameters.find(f".{name}.weight")[0]
        inputs, outputs = group.shape[::-1] if group.module != "Conv1D" else group.shape
        return inputs, outputs

    def _mask(self, length: int, window: int | None, form: str, width: int) -> Tensor | None:
        """Returns the mask: bool for sdpa, float for eager, None for flash-attn or a kernel that masks by itself."""
        if form == "flash" or length == 1:
            return None
        if form == "sdpa" and (window is None or length < window) and not self.model.always_masked:
            return None
        whole = Tensor(length * length, 1, self.tape.new(length * length, 1))
        if form == "sdpa":
            return whole
        numel = self.setting.batch_size * whole.numel
        return Tensor(numel, width, self.tape.new(numel, width))

    def _static(self) -> Bytes:
        """Returns the bytes of the model's own tensors, by kind."""
        held = dict.fromkeys(KINDS, 0)
        adapter = self.setting.adapter
        for group in self.parameters.groups:
            own, constants, numbers = self.parameters.tensors(group)
            held["weights"] += sum(map(rounded, own)) * group.count
            held["quantization_constants"] += sum(map(rounded, constants)) * group.count
            if adapter is not None:
                width = FLOAT_BYTES[adapter.dtype]
                held["adapter"] += sum(rounded(one * width) for one in numbers) * group.count
        return tuple(held.values())

    def _allocation(self, start: Bytes, stretches: tuple[Stretch, ...]) -> Allocation:
        held = start
        timeline: list[Moment] = []
        peaks: dict[Phase, Moment] = {}
        for one in stretches:
            phase: Any = one.label.partition(" ")[0]
            moment = Moment(phase, one.label, by_kind(plus(held, one.peak)))
            timeline += [Moment(phase, one.label, by_kind(held)), moment]
            if phase not in peaks or moment.total > peaks[phase].total:
                peaks[phase] = moment
            held = plus(held, one.added)
        load = Moment("load", "load", by_kind(self._load()))
        census = self.parameters.census
        trained = sum(n * count for n, _, count, _, _ in self.parameters.trained())
        adapter = self.setting.adapter
        parameters = count_parameters(census, "whole")
        if adapter is not None:
            parameters += sum(sum(self.parameters.tensors(one)[2]) * one.count for one in self.parameters.groups)
        layers = self._layer_bytes()
        own = start[NUMBERS["weights"]] + start[NUMBERS["adapter"]] + start[NUMBERS["quantization_constants"]]
        return Allocation(
            parameters=parameters,
            trainable_parameters=trained,
            peaks=(load, *peaks.values()),
            timeline=(load, *timeline),
            end=by_kind(held),
            reserved=max(one.total for one in (load, *peaks.values())),
            layers=sum(layers),
            layer=max(layers, default=0),
            outside=own - sum(layers),
        )

    def _layer_bytes(self) -> list[int]:
        adapter = self.setting.adapter
        total = 0
        for group in self.parameters.groups:
            if group.name.startswith(self.model.prefix):
                own, constants, numbers = self.parameters.tensors(group)
                width = FLOAT_BYTES[adapter.dtype] if adapter is not None else 0
                total += group.count * sum(map(rounded, (*own, *constants, *(one * width for one in numbers))))
        count = len(self.model.layers)
        return [total // count] * count

    def _load(self) -> Bytes:
        """The weights while they are loaded, one after another: the largest is whole before it is packed."""
        static = self._static()
        packed = [prod(one.shape) for one in self.parameters.groups if self.parameters.packs(one)]
        largest = max(packed, default=0) * FLOAT_BYTES[self.setting.dtype]
        held = list(plus(static, of("temporaries", largest)))
        held[NUMBERS["adapter"]] = 0
        return tuple(held)
