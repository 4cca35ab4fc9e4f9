"""How the slides of a deck are laid out, and the file that holds it: what a picture of each of them would show."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from slidegen.browser.deck import OpenDeck
from tests.screenshots.slide_text import by_slide

SCRIPT: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
NAME: Final = "structure.txt"
"""The file of a deck beside its pictures."""
PIXELS: Final = 2.0
"""How far a place, a size or a font size may be off: machines round differently."""


def structure_of(deck: OpenDeck) -> str:
    """The blocks of the slide that a deck shows, a line for each: name, left, top, width, height, font size."""
    return "\n".join(deck.page.evaluate(SCRIPT))


def structure_differences(slides: dict[str, str], expected: Path) -> list[str]:
    """What is elsewhere than in the baseline, or has another size; empty if nothing is."""
    if not expected.is_file():
        return [f"{expected.name}: there is no baseline"]
    before = by_slide(expected.read_text(encoding="utf-8"))
    found = [f"slide {name}: has no structure in the baseline" for name in slides.keys() - before.keys()]
    for name, text in before.items():
        old, new = text.splitlines(), slides.get(name, "").splitlines()
        if len(old) != len(new):
            found.append(f"slide {name}: {len(new)} blocks, the baseline has {len(old)}")
            continue
        found += [f"slide {name}: {b!r}, the baseline has {a!r}" for a, b in zip(old, new, strict=True) if _apart(a, b)]
    return found


def _apart(old: str, new: str) -> bool:
    (name, *places), (other, *others) = old.split(" "), new.split(" ")
    return name != other or any(abs(float(a) - float(b)) > PIXELS for a, b in zip(places, others, strict=True))
