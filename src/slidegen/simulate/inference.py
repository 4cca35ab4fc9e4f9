"""Runs the prefill and the last step of a generation on the meta device."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import torch

from slidegen.estimate.allocated import Kind, Phase
from slidegen.estimate.setting import Setting
from slidegen.simulate.cuda import Machine
from slidegen.simulate.held import count, ends, hold_model, load, sizes, static
from slidegen.simulate.inputs import batch, cache_tensors, layer_tensors, vocabulary
from slidegen.simulate.layers import Stack, Stretch, all_layers, watch
from slidegen.simulate.ledger import Ledger, Vector
from slidegen.simulate.patches import meta_patches
from slidegen.simulate.quantized_cache import BITS, NOTES, RESIDUAL, add_residual, quantized_cache, token_bytes
from slidegen.simulate.replay import Replay, Replayed, Rounding
from slidegen.simulate.trace import whole_trace
from slidegen.simulate.tracker import Tracker
from slidegen.simulate.training import Run

CACHE: Final[tuple[Kind, ...]] = ("kv_cache",)
"""What each token that is decoded replaces."""


def infer(model: Any, setting: Setting, machine: Machine, stacks: Sequence[Stack]) -> Run:
    """Runs the prompt through the model at once, as `generate` does, with logits of the last token only.

    If tokens are to be generated, it then runs the step of the last of them, for which the growing cache of each layer
    is copied. After the prompt, the windows of sliding layers are views of the keys and values of all its tokens. So
    for a model that has them it runs the first step as well, which frees those.
    For an encoder-decoder it runs the encoder and the decoder's first token.
    Raises ValueError if a layer runs more than once.
    """
    inference = _Inference(model, setting, machine, stacks)
    start, stretches, ledger = inference.run("prefill", None)
    numbers = itertools.count()
    replay = Replay()
    replay.run((next(numbers), size) for size in (*ledger.before(), *inference.sizes()))
    loaded = replay.rounding
    trace = whole_trace(ledger, stacks, numbers)
    roundings = [replay.run(events) for events in trace.stretches]
    phase = "prefill"
    for cached in inference.steps():
        then, decoding, ledger = inference.run("decode", cached)
        over = start + sum(stretch.added for stretch in stretches)
        stretches = (*stretches, Stretch(f"{phase} ends", then - over, 0 * over), *decoding)
        roundings.append(Rounding(replay.rounding, replay.rounding))
        replay.run((number, 0) for number, _ in trace.left)
        trace = whole_trace(ledger, stacks, numbers, CACHE)
        replay.run(trace.before)
        roundings += [replay.run(events) for events in trace.stretches]
        phase = "decode"
    end = start + sum(stretch.added for stretch in stretches)
    return Run(
        start,
        stretches,
        end,
        count(model, inference.left_out),
        0,
        Replayed(loaded, tuple(roundings), replay.rounding, replay.recorded()),
        load(model, inference.left_out, setting, machine),
        tuple(sum(sizes(layer, False, machine)) for stack in stacks for layer in (*stack.layers, *stack.left_out())),
        ends(model),
        inference.notes(),
        inference.token_bytes,
    )


@dataclass(slots=True)
class _Inference:
    """A model that runs without gradients.

    Once the prompt has been run, `token_bytes` is what a token takes in the cache of all layers, None without a cache,
    and `windows` whether the cache has views of larger tensors.
    """

    model: Any
    setting: Setting
    machine: Machine
    stacks: Sequence[Stack]
    token_bytes: int | None = None
    windows: bool = False

    def steps(self) -> list[int]:
        """Returns the tokens in the cache before each step that is run: the last one, with windows also the first.

        The last token that is generated is never put into the model.
        """
        count = self.setting.max_new_tokens - 1
        if count < 1 or self.token_bytes is None or not _generates(self.model):
            return []
        first, last = self.setting.seq_len, self.setting.seq_len + count - 1
        return [first, last] if self.windows and last > first else [last]

    @property
    def left_out(self) -> list[torch.nn.Module]:
        """Returns, for each layer that is not run, the one that stands in for it."""
        return [layer for stack in self.stacks for layer in stack.left_out()]

    def sizes(self) -> Iterator[int]:
        """Yields the sizes of the tensors of the layers that are not run."""
        for layer in self.left_out:
            yield from sizes(layer, False, self.machine)

    def run(self, phase: Phase, cached: int | None) -> tuple[Vector, tuple[Stretch, ...], Ledger]:
        """Runs a pass; returns the memory held when it begins, its stretches, and the ledger of the layers that run.

        With `cached` tokens in the cache the pass processes one more; without a cache it processes the whole prompt.
        """
        ledger = Ledger(self.machine.granularity)
        tracker = Tracker(ledger, self.machine.temporaries, vocabulary(self.model))
        if self.machine.workspace:
            ledger.allocate(self.machine.workspace, "workspace")
        hold_model(tracker, self.model, adapted=False)
        others = sum(static(layer, False, self.machine) for layer in self.left_out)
        with (
            meta_patches(self.setting, self.machine.mode),
            torch.no_grad(),
            self.machine.mode.entered(),
            ExitStack() as hooks,
        ):
            cache = None
            if cached is not None:
                cache = self._filled_cache(cached)
                tracker.hold(cache_tensors(cache), "kv_cache")
                others = others + self._caches(cache)
            hooks.callback(watch(self.stacks, ledger, lambda: phase))
            hooks.enter_context(tracker)
            ledger.mark(phase)
            first = cached is None
            out = self._forward(self.setting.seq_len if first else 1, cache, self.setting.images if first else 0)
            cache = getattr(out, "past_key_values", None)
            tracker.hold(cache_tensors(cache), "kv_cache")
            if cached is None:
                self.token_bytes = self._token_bytes(cache)
                self.windows = any(one.untyped_storage().nbytes() > one.nbytes for one in cache_tensors(cache))
            del out
            ledger.mark("over")
        segments = ledger.segments()
        return segments[0].start + others, all_layers(segments, self.stacks, {}), ledger

    def _forward(self, length: int, cache: Any, images: int = 0) -> Any:
        model = self.model
        setting, first = self.setting, cache is None
        inputs = batch(model, setting.batch_size, length, setting.padded and first, images, setting.image_size)
        inputs = {name: value for name, value in inputs.items() if not name.endswith(("labels", "label"))}
        if model.config.is_encoder_decoder:
            inputs["decoder_input_ids"] = torch.empty((self.setting.batch_size, 1), dtype=torch.int64, device="meta")
        if not _generates(model):
            return model(**inputs)
        if cache is None and self.setting.kv_dtype != "auto":
            cache = quantized_cache(model, self.setting.kv_dtype)
        return model(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)

    def _filled_cache(self, length: int) -> Any:
        """Returns a cache of `length` tokens: of the prompt, and of those that were generated before the last one.

        A vision tower is not run: its images change nothing in the cache.
        """
        generated = length - self.setting.seq_len
        if self.setting.kv_dtype in BITS:
            cache = self._forward(length - generated % RESIDUAL, None).past_key_values
            add_residual(cache, generated % RESIDUAL)
            return cache
        cache = self._forward(length - min(generated, 1), None).past_key_values
        if generated:  # a step after the first, so that windows are no longer views of the prompt
            self._forward(1, cache)
        return cache

    def _token_bytes(self, cache: Any) -> int | None:
        """Returns the bytes of a token of one sequence in the cache of all layers, before a window is full.

        The states of recurrent layers do not grow with the tokens and are not in it. An encoder-decoder counts the
        tokens of its decoder.
        """
        layers = getattr(getattr(cache, "self_attention_cache", cache), "layers", None)
        if not layers:
            return None
        numbers: Sequence[int] = range(len(layers))
        stack = self._cached_stack(len(layers))
        if stack is not None:
            numbers = [stack.kept.index(like) for like in stack.like]
        return sum(token_bytes(layers[number], self.setting.batch_size) for number in numbers)

    def _cached_stack(self, layers: int) -> Stack | None:
        """Returns the stack whose `layers` kept layers have a cache; None if all layers are run.

        Raises ValueError if it is not one stack of the decoder.
        """
        if not any(len(stack.kept) < len(stack.like) for stack in self.stacks):
            return None
        inside = set(self.model.get_decoder().modules())
        found = [stack for stack in self.stacks if stack.layers[0] in inside and len(stack.kept) == layers]
        if len(found) != 1:
            raise ValueError("its cache does not belong to one stack of layers")
        return found[0]

    def notes(self) -> tuple[str, ...]:
        """Returns what a reader must know of the cache."""
        return NOTES.get(self.setting.kv_dtype, ())

    def _caches(self, cache: Any) -> Any:
        """Returns the bytes of the caches of those layers that are not run."""
        ledger = Ledger(self.machine.granularity)
        stack = self._cached_stack(len(cache.layers))
        for number, like in enumerate(() if stack is None else stack.like):
            if stack is not None and number not in stack.kept:
                for tensor in layer_tensors(cache.layers[stack.kept.index(like)]):
                    ledger.allocate(tensor.untyped_storage().nbytes(), "kv_cache")
        return ledger.held()


def check_cache(model: Any, setting: Setting) -> None:
    """Raises ValueError if transformers cannot store the model's cache as the setting says."""
    if setting.kv_dtype == "auto":
        return
    if not _generates(model):
        raise ValueError("it is not a decoder with a cache that transformers quantizes; use kv_dtype auto")
    quantized_cache(model, setting.kv_dtype)


def _generates(model: Any) -> bool:
    """Returns whether a model is a decoder that generates tokens and keeps a cache."""
    return model.can_generate() and model.main_input_name == "input_ids" and not model.config.is_encoder_decoder
