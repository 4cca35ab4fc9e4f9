"""How large images become before a vision-language model sees them, and how many tokens they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Final

Size = tuple[int, int]
"""Width and height, in pixels."""

TYPICAL: Final[Size] = (1024, 768)
"""A small photo or a screenshot. Images of models that take one size only do not depend on it."""
QWEN2_PIXELS: Final = (56 * 56, 12_845_056)
QWEN3_PIXELS: Final = (65_536, 16_777_216)
PIXELS: Final[Mapping[str, tuple[int, int]]] = {
    "qwen2_vl": QWEN2_PIXELS,
    "qwen2_5_vl": QWEN2_PIXELS,
    "qwen3_vl": QWEN3_PIXELS,
    "qwen3_vl_moe": QWEN3_PIXELS,
    "qwen3_5": QWEN3_PIXELS,
    "qwen3_5_moe": QWEN3_PIXELS,
}
"""The fewest and the most pixels of an image, by model type. Source: the files preprocessor_config.json of
Qwen/Qwen2-VL-7B-Instruct and Qwen/Qwen2.5-VL-7B-Instruct (min_pixels, max_pixels), of Qwen/Qwen3-VL-8B-Instruct and
Qwen/Qwen3.5-27B (size: shortest_edge, longest_edge)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The patches of an image: `rows` of `columns`, of which `merge` x `merge` become one token."""

    rows: int
    columns: int
    merge: int

    @property
    def patches(self) -> int:
        """Returns the number of patches."""
        return self.rows * self.columns

    @property
    def tokens(self) -> int:
        """Returns the number of tokens."""
        return self.patches // self.merge**2


def qwen_grid(size: Size, patch: int, merge: int, pixels: tuple[int, int]) -> Grid:
    """Returns the patches of an image for Qwen's models, which keep its size within bounds of pixels.

    Both sides become multiples of `patch` x `merge`. Source: transformers 5, `models/qwen2_vl/
    image_processing_qwen2_vl.py` (smart_resize); Wang et al. 2024, "Qwen2-VL", section 2.1.
    Raises ValueError for an image that is more than 200 times as long as wide.
    """
    if max(size) > 200 * min(size):
        raise ValueError("the sides of its images differ at most 200 times; give another image_size")
    unit, (least, most) = patch * merge, pixels
    columns, rows = (round(side / unit) for side in size)
    area = columns * rows * unit**2
    scale = sqrt(size[0] * size[1] / (most if area > most else least))
    if area > most:
        columns, rows = (max(1, floor(side / scale / unit)) for side in size)
    elif area < least:
        columns, rows = (ceil(side / scale / unit) for side in size)
    return Grid(rows * merge, columns * merge, merge)


def gemma4_grid(size: Size, patch: int, pooling: int, soft_tokens: int) -> Grid:
    """Returns the patches of an image for Gemma 4: as many as fit into a budget of tokens, at the image's proportions.

    Source: transformers 5, `models/gemma4/image_processing_gemma4.py` (get_aspect_ratio_preserving_size).
    """
    unit = patch * pooling
    scale = sqrt(soft_tokens * unit**2 / (size[0] * size[1]))
    columns, rows = (floor(side * scale / unit) for side in size)
    if rows == 0 or columns == 0:  # a strip
        longest = min(max(size) // min(size), soft_tokens)
        columns, rows = (longest, 1) if rows == 0 else (1, longest)
    return Grid(rows * pooling, columns * pooling, pooling)


def llama4_tiles(size: Size, tile: int, most: int = 16) -> tuple[int, int]:
    """Returns the rows and columns of tiles into which Llama 4 divides an image.

    Of all rectangles of at most `most` tiles, it takes the one that enlarges the image least, or shrinks it least if
    none enlarges it, and the smallest of several. Source: transformers 5, `models/llama4/image_processing_llama4.py`
    (find_supported_resolutions, get_best_fit; max_patches is 16).
    """
    shapes = [(rows, columns) for rows in range(1, most + 1) for columns in range(1, most // rows + 1)]
    scales = {(rows, columns): min(columns * tile / size[0], rows * tile / size[1]) for rows, columns in shapes}
    larger = [scale for scale in scales.values() if scale >= 1]
    best = min(larger) if larger else max(scales.values())
    return min((shape for shape, scale in scales.items() if scale == best), key=lambda shape: shape[0] * shape[1])
