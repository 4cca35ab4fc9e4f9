"""Runs the prefill and the last step of a generation on the meta device."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch

from slidegen.estimate.setting import Setting
from slidegen.simulate.allocator import Replay
from slidegen.simulate.cuda import Machine
from slidegen.simulate.inputs import batch, cache_tensors, layer_tensors, vocabulary
from slidegen.simulate.layers import Stack, Stretch, all_layers, watch
from slidegen.simulate.ledger import Ledger, Vector
from slidegen.simulate.trace import whole_trace
from slidegen.simulate.tracker import Tracker
from slidegen.simulate.training import Run, count, hold_model, load, meta_patches, sizes, static


def infer(model: Any, setting: Setting, machine: Machine, stacks: Sequence[Stack]) -> Run:
    """Runs the prompt through the model at once, as `generate` does, with logits of the last token only.

    If tokens are to be generated, it then runs the last of them, for which the growing cache of each layer is copied.
    For an encoder-decoder it runs the encoder and the decoder's first token.
    Raises ValueError if a layer runs more than once.
    """
    inference = _Inference(model, setting, machine, stacks)
    start, stretches, ledger = inference.run("prefill", None)
    numbers = itertools.count()
    replay = Replay()
    replay.run((next(numbers), size) for size in (*ledger.before(), *inference.sizes()))
    replay.run(whole_trace(ledger, stacks, numbers)[0])
    if _generates(model) and setting.max_new_tokens > 1:
        then, decoding, ledger = inference.run("decode", setting.seq_len + setting.max_new_tokens - 1)
        over = start + sum(stretch.added for stretch in stretches)
        stretches = (*stretches, Stretch("prefill ends", then - over, 0 * over), *decoding)
        replay.run(whole_trace(ledger, stacks, numbers)[0])
    end = start + sum(stretch.added for stretch in stretches)
    return Run(
        start,
        stretches,
        end,
        count(model, inference.left_out),
        0,
        replay.reserved,
        load(model, inference.left_out, setting, machine),
        tuple(sum(sizes(layer, False, machine)) for stack in stacks for layer in (*stack.layers, *stack.left_out())),
    )


@dataclass(slots=True)
class _Inference:
    """A model that runs without gradients."""

    model: Any
    setting: Setting
    machine: Machine
    stacks: Sequence[Stack]

    @property
    def left_out(self) -> list[torch.nn.Module]:
        """Returns, for each layer that is not run, the one that stands in for it."""
        return [layer for stack in self.stacks for layer in stack.left_out()]

    def sizes(self) -> Iterator[int]:
        """Yields the sizes of the tensors of the layers that are not run."""
        for layer in self.left_out:
            yield from sizes(layer, False, self.machine)

    def run(self, phase: str, cached: int | None) -> tuple[Vector, tuple[Stretch, ...], Ledger]:
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
                cache, ran = self._filled_cache(cached)
                tracker.hold(cache_tensors(cache), "kv_cache")
                others = others + self._caches(cache, ran)
            hooks.callback(watch(self.stacks, ledger, lambda: False, phase))
            hooks.enter_context(tracker)
            ledger.mark(phase)
            first = cached is None
            out = self._forward(self.setting.seq_len if first else 1, cache, self.setting.images if first else 0)
            cache = getattr(out, "past_key_values", None)
            tracker.hold(cache_tensors(cache), "kv_cache")
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
        return model(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)

    def _filled_cache(self, length: int) -> tuple[Any, list[Stack]]:
        """Returns a cache of `length` tokens and the stacks that contribute to it.

        A vision tower does not, so it is not run: its images change nothing in the cache.
        """
        marks = Ledger()
        end = watch(self.stacks, marks, lambda: False)
        cache = self._forward(length, None).past_key_values
        end()
        ran = {label.partition(" ")[2].partition(".")[0] for _, label in marks.marks}
        return cache, [stack for number, stack in enumerate(self.stacks) if str(number) in ran]

    def _caches(self, cache: Any, stacks: Sequence[Stack]) -> Any:
        """Returns the bytes of the caches of those layers of these stacks that are not run."""
        ledger = Ledger(self.machine.granularity)
        for stack in stacks:
            for number, like in enumerate(stack.like):
                if number not in stack.kept:
                    for tensor in layer_tensors(cache.layers[stack.kept.index(like)]):
                        ledger.allocate(tensor.untyped_storage().nbytes(), "kv_cache")
        return ledger.held()


def _generates(model: Any) -> bool:
    """Returns whether a model is a decoder that generates tokens and keeps a cache."""
    return model.can_generate() and model.main_input_name == "input_ids" and not model.config.is_encoder_decoder
