"""The comparison itself: what passes, what fails, and what it leaves."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import without_transcript
from tests.screenshots.compare import difference, save
from tests.screenshots.slide_structure import structure_differences
from tests.screenshots.slide_text import text_differences, text_on
from tests.screenshots.test_examples import BASELINES, SLIDES


def picture(background: int = 250, box: int = 40) -> bytes:
    """A grey picture with a black box."""
    image = Image.new("RGB", (200, 100), (background,) * 3)
    ImageDraw.Draw(image).rectangle((10, 10, 10 + box, 50), fill="black")
    return png(image)


def png(image: Image.Image) -> bytes:
    """The file of a picture."""
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
    assert (
        difference(picture(box=50), tmp_path / "a.png", tmp_path / "out")
        == "a: 410 pixels differ, 160 of them around 53,18"
    )
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert left == ["a.actual.png", "a.difference.png", "a.expected.png"]


def test_a_missing_baseline_and_another_size_fail(tmp_path: Path) -> None:
    """Each says what is wrong and leaves the actual picture."""
    assert difference(picture(), tmp_path / "a.png", tmp_path / "out") == "a: has no baseline"
    Image.new("RGB", (10, 10)).save(tmp_path / "b.png")
    assert difference(picture(), tmp_path / "b.png", tmp_path / "out") == "b: is 200x100, the baseline 10x10"
    assert (tmp_path / "out" / "b.actual.png").is_file()


def test_a_few_pixels_fail_only_in_one_spot(tmp_path: Path) -> None:
    """Five of them in a row, as in another digit; not five here and there, as rounding leaves them."""
    save(picture(), tmp_path / "a.png")
    image = Image.open(io.BytesIO(picture()))
    near, apart = image.copy(), image.copy()
    for at in range(5):
        near.putpixel((100 + at, 80), (0, 0, 0))
        apart.putpixel((60 + 30 * at, 80), (0, 0, 0))
    assert difference(png(apart), tmp_path / "a.png", tmp_path / "out") is None
    said = difference(png(near), tmp_path / "a.png", tmp_path / "out")
    assert said is not None
    assert said.startswith("a: 5 pixels differ, all around ")


@pytest.mark.browser
def test_another_digit_on_one_slide_fails(browser: Browser, tmp_path: Path) -> None:
    """In the picture of the slide, as in its text: 55.92 GiB become 55.93."""
    options = BuildOptions(folder=tmp_path, mode="frozen", offline=True, keep_record=False)
    built = build(str(SLIDES / "europython.yml"), options)
    baselines = BASELINES / "europython"
    html = built.output.read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.html"
    before, place, after = without_transcript(html).partition("to train them")
    assert place
    before, digits, rest = before.rpartition("55.92")
    wrong.write_text(f"{before}55.93{rest}{place}{after}", encoding="utf-8")
    assert digits
    pictures, texts = {}, {}
    with open_deck(wrong, "light", browser=browser) as opened:
        for index, name in enumerate(opened.names()):
            opened.show(index)
            texts[name] = text_on(opened)
            if name in ("03", "04"):
                pictures[name] = opened.screenshot(index)
    assert difference(pictures["03"], baselines / "light-03.png", tmp_path / "out") is None
    said = difference(pictures["04"], baselines / "light-04.png", tmp_path / "out")
    assert said is not None
    assert said.startswith("light-04: ")
    lines = text_differences(texts, baselines / "text.txt")
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-55.92 GiB", "+55.93 GiB"]


def test_a_block_elsewhere_fails(tmp_path: Path) -> None:
    """Or of another size or font size, by more than rounding; also a block or a slide that is new or gone."""
    (tmp_path / "s").write_text(
        "--- slide 01 ---\nsection.a\nh2 72 56 500 46 40\np 72 130 900 38 28\n", encoding="utf-8"
    )
    same = "section.a\nh2 73 56 499 46 40\np 72 130 900 38 28"
    assert structure_differences({"01": same}, tmp_path / "s") == []
    for other in ("section.b", "h2 73 56 499 46 36"):
        changed = same.replace("section.a" if "b" in other else "h2 73 56 499 46 40", other)
        (line,) = structure_differences({"01": changed}, tmp_path / "s")
        assert line.startswith(f"slide 01: '{other}', the baseline has ")
    assert structure_differences({"01": same.replace(" 130 ", " 133 ")}, tmp_path / "s") != []
    assert structure_differences({"01": "section.a"}, tmp_path / "s") == ["slide 01: 1 blocks, the baseline has 3"]
    assert structure_differences({"01": same, "02": same}, tmp_path / "s") == [
        "slide 02: has no structure in the baseline"
    ]
