"""Every slide of every example deck, in both themes, beside its baseline. `make screenshots` renews them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build
from tests.screenshots.compare import difference, save
from tests.screenshots.slide_text import NAME, as_file, text_differences, text_on

ROOT = Path(__file__).parents[2]
BASELINES = Path(__file__).parent / "baselines"
OUTPUT = ROOT / "test-output" / "screenshots"
SLIDES = ROOT / "slides"
CASES = [(path.name, "reveal") for pattern in ("*.yml", "*.org") for path in sorted(SLIDES.glob(pattern))]
CASES += [
    (path.name, output)
    for pattern in ("*.md", "*.ipynb")
    for path in sorted(SLIDES.glob(pattern))
    for output in ("reveal", "marp")
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("deck", "output"), CASES)
def test_slides_look_as_they_did(
    deck: str, output: str, scheme: Scheme, browser: Browser, renew: bool, tmp_path: Path
) -> None:
    """At 1280x720, with all fragments shown, and say what they said in both schemes; a slide without a baseline and a
    baseline without a slide fail too."""
    options = BuildOptions(folder=tmp_path, format=output, mode="frozen", offline=True, keep_record=False)
    built = build(str(SLIDES / deck), options)
    folder = BASELINES / built.output.stem
    found: list[str] = []
    names = set()
    texts = {}
    with open_deck(built.output, scheme, browser=browser) as opened:
        for index, slide in enumerate(opened.names()):
            name = f"{scheme}-{slide}.png"
            names.add(name)
            picture = opened.screenshot(index)
            texts[slide] = text_on(opened)
            if renew:
                save(picture, folder / name)
            else:
                found.append(difference(picture, folder / name, OUTPUT / folder.name) or "")
    left = {path.name for path in folder.glob(f"{scheme}-*.png")} - names
    if renew:
        for name in left:
            (folder / name).unlink()
        (folder / NAME).write_text(as_file(texts), encoding="utf-8")
        return
    found += [f"{name}: a baseline of no slide" for name in sorted(left)]
    found += text_differences(texts, folder / NAME)
    differences = [line for line in found if line]
    assert differences == [], f"look at {OUTPUT / folder.name}: actual, expected and difference pictures"
