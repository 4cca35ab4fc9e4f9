"""Every slide of every example deck, in both themes, beside its baseline. `make screenshots` renews them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import Scheme, open_deck
from slidegen.pipeline import BuildOptions, build
from tests.screenshots.compare import difference, save

ROOT = Path(__file__).parents[2]
BASELINES = Path(__file__).parent / "baselines"
OUTPUT = ROOT / "test-output" / "screenshots"
DECKS = sorted((ROOT / "slides").glob("*.yml"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deck", DECKS, ids=lambda path: path.stem)
def test_slides_look_as_they_did(deck: Path, scheme: Scheme, browser: Browser, renew: bool, tmp_path: Path) -> None:
    """At 1280x720, with all fragments shown; a slide without a baseline and a baseline without a slide fail too."""
    built = build(str(deck), BuildOptions(folder=tmp_path, mode="frozen", offline=True, keep_record=False))
    folder = BASELINES / deck.stem
    found: list[str] = []
    names = set()
    with open_deck(built.output, scheme, browser=browser) as opened:
        for index, slide in enumerate(opened.names()):
            name = f"{scheme}-{slide}.png"
            names.add(name)
            picture = opened.screenshot(index)
            if renew:
                save(picture, folder / name)
            else:
                found.append(difference(picture, folder / name, OUTPUT / deck.stem) or "")
    left = {path.name for path in folder.glob(f"{scheme}-*.png")} - names
    if renew:
        for name in left:
            (folder / name).unlink()
        return
    found += [f"{name}: a baseline of no slide" for name in sorted(left)]
    differences = [line for line in found if line]
    assert differences == [], f"look at {OUTPUT / deck.stem}: actual, expected and difference pictures"
