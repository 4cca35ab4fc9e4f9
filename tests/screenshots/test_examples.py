"""Every slide of every example deck beside its baseline: its text and its layout in both outputs, and pictures in both
schemes of the slides that a person would look at. `make screenshots` renews them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import OpenDeck, open_deck
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build
from tests.screenshots.compare import difference, save
from tests.screenshots.slide_structure import NAME as STRUCTURE
from tests.screenshots.slide_structure import structure_differences, structure_of
from tests.screenshots.slide_text import NAME, as_file, text_differences, text_on

ROOT = Path(__file__).parents[2]
BASELINES = Path(__file__).parent / "baselines"
OUTPUT = ROOT / "test-output" / "screenshots"
SLIDES = ROOT / "slides"
DECKS = sorted(path.name for path in SLIDES.iterdir() if path.suffix in (".yml", ".org", ".md", ".ipynb"))
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
CASES = [(deck, output) for deck in DECKS for output in ("reveal", "marp")]
PICTURES = {
    "bibliotheque": ("02", "05"),
    "course": ("06", "15"),
    "course.marp": ("08",),
    "europython": ("01", "03", "04", "05", "06-4", "06-5", "07-2", "07-4", "09-2", "09-4", "11", "13"),
    "europython.marp": ("10", "24"),
    "lesson": ("03-1",),
    "quantization": ("04-2", "04-4", "05-2", "05-3", "06-2", "06-6", "06-8", "07-4"),
    "quantization.marp": ("32",),
    "talk": ("03-2", "05-2"),
}
"""The slides of which there are pictures, by the name of the built file. One of each kind is enough: the text and the
layout of all slides are compared."""


@pytest.mark.parametrize(("deck", "output"), CASES)
def test_slides_look_as_they_did(deck: str, output: str, browser: Browser, renew: bool, tmp_path: Path) -> None:
    """At 1280x720, with all fragments shown: they say what they said, where they said it, and look so in both schemes.
    A slide without a baseline and a baseline without a slide fail, too."""
    options = BuildOptions(folder=tmp_path, format=output, mode="frozen", offline=True, keep_record=False)
    built = build(str(SLIDES / deck), options)
    folder = BASELINES / built.output.stem
    pictured = PICTURES.get(built.output.stem, ())
    found: list[str] = []
    texts, structures = {}, {}
    with open_deck(built.output, "light", browser=browser) as opened:
        for index, slide in enumerate(opened.names()):
            opened.show(index)
            texts[slide], structures[slide] = text_on(opened), structure_of(opened)
        found += pictures(opened, "light", pictured, folder, renew)
    if pictured:
        with open_deck(built.output, "dark", browser=browser) as opened:
            found += pictures(opened, "dark", pictured, folder, renew)
    expected = {f"{scheme}-{slide}.png" for scheme in SCHEMES for slide in pictured}
    left = {path.name for path in folder.glob("*.png")} - expected
    if renew:
        for name in left:
            (folder / name).unlink()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NAME).write_text(as_file(texts), encoding="utf-8")
        (folder / STRUCTURE).write_text(as_file(structures), encoding="utf-8")
        return
    found += [f"{name}: a baseline of no slide" for name in sorted(left)]
    found += text_differences(texts, folder / NAME)
    found += structure_differences(structures, folder / STRUCTURE)
    assert found == [], f"look at {OUTPUT / folder.name}: actual, expected and difference pictures"


def pictures(deck: OpenDeck, scheme: Scheme, slides: Sequence[str], folder: Path, renew: bool) -> Iterator[str]:
    """Compares the slides by these names with their pictures, or renews those. Yields what differs."""
    for slide in slides:
        picture = deck.screenshot(deck.names().index(slide))
        path = folder / f"{scheme}-{slide}.png"
        if renew:
            save(picture, path)
        elif differs := difference(picture, path, OUTPUT / folder.name):
            yield differs
