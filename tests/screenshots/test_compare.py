"""The comparison itself: what passes, what fails, and what it leaves."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

from tests.screenshots.compare import difference, save


def picture(background: int = 250, box: int = 40) -> bytes:
    """A grey picture with a black box."""
    image = Image.new("RGB", (200, 100), (background,) * 3)
    ImageDraw.Draw(image).rectangle((10, 10, 10 + box, 50), fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_the_same_picture_passes_and_leaves_nothing(tmp_path: Path) -> None:
    """Also with every pixel two levels off."""
    save(picture(), tmp_path / "a.png")
    assert difference(picture(), tmp_path / "a.png", tmp_path / "out") is None
    assert difference(picture(background=248), tmp_path / "a.png", tmp_path / "out") is None
    assert not (tmp_path / "out").exists()


def test_a_different_picture_fails_and_leaves_three_pictures(tmp_path: Path) -> None:
    """A box ten pixels wider: 10 x 41 pixels."""
    save(picture(), tmp_path / "a.png")
    assert difference(picture(box=50), tmp_path / "a.png", tmp_path / "out") == "a: 410 pixels differ"
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert left == ["a.actual.png", "a.difference.png", "a.expected.png"]


def test_a_missing_baseline_and_another_size_fail(tmp_path: Path) -> None:
    """Each says what is wrong and leaves the actual picture."""
    assert difference(picture(), tmp_path / "a.png", tmp_path / "out") == "a: has no baseline"
    Image.new("RGB", (10, 10)).save(tmp_path / "b.png")
    assert difference(picture(), tmp_path / "b.png", tmp_path / "out") == "b: is 200x100, the baseline 10x10"
    assert (tmp_path / "out" / "b.actual.png").is_file()
