"""Builds the batch for a model: token ids, images or audio, and the labels of its loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from slidegen.estimate.images import TYPICAL, Size
from slidegen.simulate.images import image_inputs


def batch(
    model: Any, size: int, length: int, padded: bool = False, images: int = 0, image_size: Size = TYPICAL
) -> dict[str, torch.Tensor]:
    """Returns a batch of `size` on the meta device for the class of `model`; `length` is in tokens, if it has any.

    `images` is the number of images for each sequence of a vision-language model; their tokens are part of `length`.
    Raises ValueError if the images of the model are not simulated, or have more tokens than a sequence.

    Whisper gets its window of 30 seconds, a vision model an image of the size in its config. An encoder-decoder's
    decoder gets as many tokens as its encoder; Whisper's decoder gets `length`.
    """
    config = model.config
    inputs = _main(model, config, size, length)
    name = type(model).__name__
    labels: dict[str, torch.Tensor] = {}
    if name.endswith(("ForCausalLM", "ForConditionalGeneration", "ForMaskedLM", "ForPreTraining", "LMHeadModel")):
        labels["labels"] = _ids(size, length)
    elif name.endswith("Classification"):
        labels["labels"] = _ids(size)
    if name.endswith("ForPreTraining"):
        labels["next_sentence_label"] = _ids(size)
    if images:
        inputs |= image_inputs(model, size, length, images, image_size)
    if padded and "input_ids" in inputs:
        inputs["attention_mask"] = _ids(size, length)
    return inputs | labels


def _main(model: Any, config: Any, size: int, length: int) -> dict[str, torch.Tensor]:
    main = model.main_input_name
    if main == "pixel_values":
        side = config.image_size
        height, width = side if isinstance(side, list | tuple) else (side, side)
        picture = torch.empty((size, config.num_channels, height, width), dtype=model.dtype, device="meta")
        return {main: picture}
    if main == "input_features":
        length = 2 * config.max_source_positions
        return {main: torch.empty((size, config.num_mel_bins, length), dtype=model.dtype, device="meta")}
    return {"input_ids": _ids(size, length)}


def _ids(*shape: int) -> torch.Tensor:
    return torch.empty(shape, dtype=torch.int64, device="meta")


def loss_of(
    model: Any, inputs: Mapping[str, torch.Tensor], lower: torch.dtype | None, keep: bool
) -> tuple[torch.Tensor, Any]:
    """Returns the loss of a batch and, if `keep`, the outputs, with the cache that models build by default.

    transformers' Trainer turns the cache off and drops the outputs once it has the loss. Under mixed precision
    (`lower`) accelerate replaces the outputs by float32 copies (`convert_outputs_to_fp32`).
    """
    has_cache = "input_ids" in inputs or "input_features" in inputs
    options = {"use_cache": False} if has_cache and not keep else {}
    out = model(**inputs, **options)
    if lower is not None:
        copies = {
            name: one.float() for name, one in out.items() if isinstance(one, torch.Tensor) and one.dtype == lower
        }
        if keep:
            for name, copy in copies.items():
                out[name] = copy
        del copies
    return out["loss"], out if keep else None


def cache_tensors(cache: Any) -> Iterator[torch.Tensor]:
    """Yields the tensors of a cache: keys and values of each layer, or its states where it has neither.

    An encoder-decoder has two caches, the second one for the attention to the encoder.
    """
    both = (getattr(cache, name, None) for name in ("self_attention_cache", "cross_attention_cache"))
    for one in (cache, *both):
        for layer in getattr(one, "layers", ()):
            yield from layer_tensors(layer)


def layer_tensors(layer: Any) -> Iterator[torch.Tensor]:
    """Yields the tensors of one layer of a cache; a quantized one has several for its keys, and for its values."""
    for value in vars(layer).values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, torch.Tensor) and one.device.type == "meta":
                yield one


def vocabulary(model: Any) -> int | None:
    """Returns the size of the last dimension of a model's logits; None if it has no output head over tokens."""
    size = getattr(model.get_output_embeddings(), "out_features", None)
    return size if isinstance(size, int) else None
