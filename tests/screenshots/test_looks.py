"""The telling slides of the specimen deck in each look: pictures beside their baselines."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.cli.themes import SPECIMEN
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build
from slidegen.themes import PLAIN, builtin_names
from tests.screenshots.compare import difference, save

BASELINES = Path(__file__).parent / "baselines" / "looks"
OUTPUT = Path(__file__).parents[2] / "test-output" / "screenshots" / "looks"
LOOKS = [name for name in builtin_names() if name != PLAIN]
PICTURES = {"reveal": ("01", "12", "37"), "marp": ("28",)}
"""Title, large numbers, a chart; a table."""


@pytest.mark.parametrize(
    ("output", "scheme"),
    [
        ("reveal", "light"),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (("reveal", "dark"), ("marp", "light"), ("marp", "dark"))
        ),
    ],
)
@pytest.mark.parametrize("look", LOOKS)
def test_looks_look_as_they_did(
    look: str, output: str, scheme: Scheme, browser: Browser, renew: bool, tmp_path: Path
) -> None:
    """At 1280x720, with all fragments shown. A baseline of no slide fails, too."""
    options = BuildOptions(folder=tmp_path, theme=look, format=output, mode="frozen", offline=True, keep_record=False)
    built = build(str(SPECIMEN), options)
    folder = BASELINES / look
    names = {f"{output}-{scheme}-{slide}.png": slide for slide in PICTURES[output]}
    found = []
    with open_deck(built.output, scheme, browser=browser) as opened:
        slides = opened.names()
        for name, slide in names.items():
            index = slides.index(slide)
            opened.show(index)
            picture = opened.screenshot(index)
            if renew:
                save(picture, folder / name)
            else:
                found.append(difference(picture, folder / name, OUTPUT / look) or "")
    left = {path.name for path in folder.glob(f"{output}-{scheme}-*.png")} - names.keys()
    if renew:
        for name in left:
            (folder / name).unlink()
        return
    found += [f"{name}: a baseline of no slide" for name in sorted(left)]
    differences = [line for line in found if line]
    assert differences == [], f"look at {OUTPUT / look}: actual, expected and difference pictures"
