"""Makes the pictures of docs/check.md: a slide for each rule of `slidegen check` that looks at slides.

    python benchmarks/check.py [--output docs/images/check]

The deck is benchmarks/specimens/check.yml; the id of a slide is the rule that it breaks. The program ends with 1 if a
rule does not find its slide. The extra `browser` is needed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from slidegen.browser.deck import open_deck
from slidegen.browser.session import open_browser
from slidegen.build_options import BuildOptions
from slidegen.checking import check_deck

ROOT: Final = Path(__file__).parents[1]
DECK: Final = ROOT / "benchmarks" / "specimens" / "check.yml"
SIZE: Final = (640, 360)
QUALITY: Final = 80
"""Of WebP, from 0 to 100."""


def draw_pictures(folder: Path) -> None:
    """Draws the pictures of the deck: a bright sky over hills, and a small card."""
    sky = Image.linear_gradient("L").resize((1280, 720))
    colors = Image.merge(
        "RGB",
        [
            sky.point(lambda v, low=low, high=high: low + v * (high - low) // 255)
            for low, high in ((150, 226), (190, 232), (226, 238))
        ],
    )
    ImageDraw.Draw(colors).polygon(
        [(0, 720), (0, 560), (380, 420), (720, 600), (1000, 480), (1280, 590), (1280, 720)], (96, 128, 110)
    )
    colors.save(folder / "check-sky.png")
    card = Image.new("RGB", (160, 80), (52, 60, 70))
    pen = ImageDraw.Draw(card)
    for x in (16, 86):
        pen.ellipse((x, 12, x + 56, 68), fill=(90, 100, 112), outline=(150, 160, 170))
    card.save(folder / "check-card.png")


def main() -> int:
    """Makes the pictures; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images" / "check")
    output: Path = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    missed = []
    with tempfile.TemporaryDirectory() as name, open_browser() as browser:
        folder = Path(name)
        shutil.copy(DECK, folder)
        draw_pictures(folder)
        deck = str(folder / DECK.name)
        checked = check_deck(deck, BuildOptions(folder=folder, offline=True, keep_record=False), browser=browser)
        found = {(problem.slide, problem.code) for problem in checked.found}
        with open_deck(checked.built.output, browser=browser) as opened:
            rules = opened.page.evaluate("Reveal.getSlides().map((slide) => slide.id)")
            for index, rule in enumerate(rules):
                if (index + 1, rule) not in found:
                    missed.append(rule)
                picture = Image.open(BytesIO(opened.screenshot(index))).convert("RGB").resize(SIZE)
                picture.save(output / f"{rule}.webp", "WEBP", quality=QUALITY, method=6)
    for problem in checked.found:
        print(problem.message)
    if missed:
        print("not found:", ", ".join(missed), file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
