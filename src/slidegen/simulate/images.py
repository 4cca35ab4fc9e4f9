"""The images of a vision-language model: their pixels, their grids, and their tokens in each sequence.

A processor of transformers makes these inputs from pictures; here they have only its shapes. What has values (tokens,
grids, positions) is made on the CPU and copied, so that `Values` knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch

from slidegen.estimate.images import PIXELS, Grid, Size, gemma4_grid, llama4_tiles, qwen_grid

SOFT_TOKENS: Final = 280
"""The budget of tokens of a Gemma 4 image. Source: transformers 5, `models/gemma4/image_processing_gemma4.py`."""
MARKS: Final = 2
"""The tokens around an image: where it begins and where it ends."""


@dataclass(frozen=True, slots=True)
class Images:
    """The inputs for some images, `tokens` of each that the vision tower fills in, and `others` that belong to it.

    `types` says whether the model also takes the kind of each token (`mm_token_type_ids`, `token_type_ids`).
    """

    inputs: Mapping[str, torch.Tensor]
    tokens: int
    others: int = MARKS
    types: str | None = None


def tokens_of_image(config: Any, length: int, images: int, image_size: Size) -> int:
    """Returns the tokens of an image in a sequence, with those that mark it.

    Raises ValueError if the images of the model are not simulated, or have more tokens than a sequence of `length`.
    """
    if config.model_type not in FAMILIES:
        raise ValueError(f"its images are not simulated; leave images out (simulated: {', '.join(FAMILIES)})")
    found = FAMILIES[config.model_type](config, torch.float32, 1, image_size)
    each = found.tokens + found.others
    if images * each > length:
        what = f"its images take {images * each} tokens, and a sequence has {length}"
        raise ValueError(f"{what}; use a longer seq_len or smaller images")
    return each


def image_inputs(model: Any, size: int, length: int, images: int, image_size: Size) -> dict[str, torch.Tensor]:
    """Returns the inputs of `size` sequences of `length` tokens with `images` images each, on the meta device.

    Raises ValueError if the images of the model are not simulated, or have more tokens than a sequence.
    """
    config = model.config
    each = tokens_of_image(config, length, images, image_size)
    found = FAMILIES[config.model_type](config, model.dtype, size * images, image_size)
    is_image = torch.zeros((size, length), dtype=torch.int64)
    for number in range(images):
        start = number * each + found.others // 2
        is_image[:, start : start + found.tokens] = 1
    text = next(one for one in range(length) if one not in _special_tokens(config))
    ids = torch.where(is_image == 1, config.image_token_id, text)
    inputs = {"input_ids": ids.to("meta"), **{name: one.to("meta") for name, one in found.inputs.items()}}
    return inputs if found.types is None else inputs | {found.types: is_image.to("meta")}


def _special_tokens(config: Any) -> set[Any]:
    names = ("image_token_id", "video_token_id", "audio_token_id")
    return {getattr(config, name, None) for name in names}


def _qwen(config: Any, _: torch.dtype, count: int, image_size: Size) -> Images:
    """Patches of all images in one list; the grid says which belong together. Processors give pixels in float32."""
    vision = config.vision_config
    grid = qwen_grid(image_size, vision.patch_size, vision.spatial_merge_size, PIXELS[config.model_type])
    channels = getattr(vision, "in_channels", 3)
    numbers = channels * vision.temporal_patch_size * vision.patch_size**2
    grids = torch.tensor([[1, grid.rows, grid.columns]] * count)
    pixels = torch.empty((count * grid.patches, numbers), device="meta")
    return Images({"pixel_values": pixels, "image_grid_thw": grids}, grid.tokens, types="mm_token_type_ids")


def _gemma4(config: Any, _: torch.dtype, count: int, image_size: Size) -> Images:
    """As many patches of each image as its budget allows; the rest is padding, whose positions are -1."""
    vision = config.vision_config
    patch, pooling = vision.patch_size, vision.pooling_kernel_size
    grid = gemma4_grid(image_size, patch, pooling, SOFT_TOKENS)
    most = SOFT_TOKENS * pooling**2
    pixels = torch.empty((count, most, 3 * patch**2), device="meta")
    positions = _positions(grid, most).expand(count, -1, -1).contiguous()
    inputs = {"pixel_values": pixels, "image_position_ids": positions}
    return Images(inputs, grid.tokens, types="mm_token_type_ids")


def _positions(grid: Grid, most: int) -> torch.Tensor:
    """Returns column and row of each patch, filled up with -1 to `most` patches."""
    columns, rows = torch.meshgrid(torch.arange(grid.columns), torch.arange(grid.rows), indexing="xy")
    places = torch.stack((columns, rows), dim=-1).reshape(-1, 2)
    return torch.cat((places, places.new_full((most - grid.patches, 2), -1)))


def _llama4(config: Any, dtype: torch.dtype, count: int, image_size: Size) -> Images:
    """Tiles of each image, and the whole image once more if there are several.

    The tokens that are not the vision tower's mark begin, end, the whole image, and the end of each tile.
    Source: transformers 5, `models/llama4/processing_llama4.py` (_prompt_split_image).
    """
    vision = config.vision_config
    rows, columns = llama4_tiles(image_size, vision.image_size)
    tiles = rows * columns + (1 if rows * columns > 1 else 0)
    each = round((vision.image_size // vision.patch_size) ** 2 * vision.pixel_shuffle_ratio**2)
    pixels = torch.empty((count * tiles, 3, vision.image_size, vision.image_size), dtype=dtype, device="meta")
    return Images({"pixel_values": pixels}, tiles * each, 3 + (rows * columns if tiles > 1 else 0))


def _fixed(tokens: str, types: str | None = None) -> Callable[[Any, torch.dtype, int, Size], Images]:
    """Returns the family of models that scale every image to one size; the config has its tokens under `tokens`."""

    def family(config: Any, dtype: torch.dtype, count: int, _: Size) -> Images:
        side = config.vision_config.image_size
        height, width = side if isinstance(side, list | tuple) else (side, side)
        pixels = torch.empty((count, 3, height, width), dtype=dtype, device="meta")
        return Images({"pixel_values": pixels}, getattr(config, tokens), types=types)

    return family


FAMILIES: Final[Mapping[str, Callable[[Any, torch.dtype, int, Size], Images]]] = {
    **dict.fromkeys(PIXELS, _qwen),
    "gemma3": _fixed("mm_tokens_per_image", "token_type_ids"),
    "gemma4": _gemma4,
    "llama4": _llama4,
    "llava": _fixed("image_seq_length"),
    "internvl": _fixed("image_seq_length"),
}
"""What the images of a model become, by model type."""
