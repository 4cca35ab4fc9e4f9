"""Each rule of `slidegen check` finds what is marked HERE in its deck, and nothing on slides that look alike."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from slidegen.build_options import BuildOptions
from slidegen.checking import check_deck

pytestmark = pytest.mark.browser
DECKS = Path(__file__).with_name("decks")
SIZES = {"small": (300, 200), "large": (1600, 900)}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pictures of the decks."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, size in SIZES.items():
        Image.new("RGB", size, (236, 232, 222)).save(folder / f"{name}.png")
    Image.new("RGB", (1280, 720), (14, 26, 48)).save(folder / "dark.png")
    grain = Image.new("L", (1280, 720))
    grain.putdata(random.Random(7).choices(range(60, 120), k=1280 * 720))
    grain.convert("RGB").save(folder / "middling.png")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="30" height="20"/></svg>'
    (folder / "drawing.svg").write_text(drawing)
    return folder


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("rule", sorted(path.stem for path in DECKS.iterdir()))
def test_a_rule_finds_its_slides_and_no_other(
    tmp_path: Path, pictures: Path, browser: Browser, rule: str, output: str
) -> None:
    """In both outputs."""
    shutil.copytree(pictures, tmp_path, dirs_exist_ok=True)
    deck = tmp_path / "a.yml"
    shutil.copy(DECKS / f"{rule}.yml", deck)
    options = BuildOptions(folder=tmp_path / "built", format=output, offline=True, keep_record=False)
    found = check_deck(str(deck), options, browser=browser).found
    lines = deck.read_text(encoding="utf-8").splitlines()[1:]
    marked = [number for number, line in enumerate(lines, start=2) if "HERE" in line and not line.startswith("#")]
    assert sorted(problem.line or 0 for problem in found if problem.code == rule) == marked, "\n".join(map(str, found))
