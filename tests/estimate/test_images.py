"""How large images become, and how many tokens they are: by the papers' examples, by hand, and by other libraries."""

from __future__ import annotations

import pytest

from slidegen.estimate.images import PIXELS, QWEN2_PIXELS, QWEN3_PIXELS, gemma4_grid, llama4_tiles, qwen_grid


def test_the_example_of_the_paper() -> None:
    """Qwen2-VL, section 2.1: an image of 224 x 224 is 66 tokens with its two marks."""
    assert qwen_grid((224, 224), 14, 2, QWEN2_PIXELS).tokens + 2 == 66


@pytest.mark.parametrize(
    ("size", "model", "rows", "columns"),
    [
        ((1024, 768), "qwen2_5_vl", 27, 37),  # 768 / 28 = 27.4, 1024 / 28 = 36.6
        ((1024, 768), "qwen3_vl", 24, 32),  # multiples of 32 as they are
        ((28, 28), "qwen2_vl", 2, 2),  # too small: twice as large in each direction
        ((100, 90), "qwen3_5", 8, 9),  # times 2.698 is 269.8 x 242.9, which is 8.4 x 7.6 units of 32, rounded up
        ((8000, 6000), "qwen3_vl", 110, 147),  # 48 megapixels: divided by 1.691, 4729.6 x 3547.2, rounded down
    ],
)
def test_images_are_scaled_to_a_bound_of_pixels(size: tuple[int, int], model: str, rows: int, columns: int) -> None:
    """In tokens, which are two by two patches of 14 or 16 pixels."""
    patch = 14 if PIXELS[model] == QWEN2_PIXELS else 16
    grid = qwen_grid(size, patch, 2, PIXELS[model])
    assert (grid.rows // 2, grid.columns // 2) == (rows, columns)
    assert grid.tokens == rows * columns


def test_an_image_that_is_too_narrow_is_refused() -> None:
    """As transformers' processor refuses it."""
    with pytest.raises(ValueError, match="differ at most 200 times"):
        qwen_grid((4020, 20), 16, 2, QWEN3_PIXELS)


def test_gemma_4_fills_its_budget() -> None:
    """280 tokens of 48 x 48 pixels are 645,120 pixels: at 4 to 3, 927.4 x 695.6 or 19.3 x 14.5 units, rounded down."""
    grid = gemma4_grid((1024, 768), 16, 3, 280)
    assert (grid.rows, grid.columns, grid.tokens) == (14 * 3, 19 * 3, 266)


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        ((336, 336), (1, 1)),
        ((300, 200), (1, 1)),
        ((1024, 768), (3, 4)),  # 1344 / 1024 = 1.31 and 1008 / 768 = 1.31: the least that enlarges
        ((672, 336), (1, 2)),
        ((6000, 4000), (3, 5)),  # nothing enlarges: 1680 / 6000 = 0.28 and 1008 / 4000 = 0.252
    ],
)
def test_llama_4_divides_images_into_tiles(size: tuple[int, int], tiles: tuple[int, int]) -> None:
    """At most 16 of 336 pixels, in the shape that changes the image least."""
    assert llama4_tiles(size, 336) == tiles
