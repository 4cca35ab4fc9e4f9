"""Nothing runs off a slide, and every text can be read, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_example_slide_runs_off(example: Path, browser: Browser, scheme: Scheme) -> None:
    """Text and media of every slide stay inside it."""
    with open_deck(example, scheme, browser=browser) as deck:
        assert [str(found) for found in deck.overflows()] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_the_example_can_be_read(example: Path, browser: Browser, scheme: Scheme) -> None:
    """WCAG AA: 4.5:1, 3:1 for large text."""
    low: list[Any] = []
    with open_deck(example, scheme, browser=browser) as deck:
        for index in range(len(deck.slides)):
            deck.show(index)
            low += deck.page.evaluate(CONTRAST)
    assert low == []


def test_text_that_runs_off_is_found(tmp_path: Path, browser: Browser) -> None:
    """Too many items run off the bottom, a long line of code off the right; a slide in order is not named."""
    source = tmp_path / "a.yml"
    items = "\n".join(f"      - item {number}" for number in range(30))
    long = "x" * 120
    source.write_text(
        f"slides:\n  - '## In order'\n  - |\n{items}\n  - |\n    ```text\n    {long}\n    ```\n", encoding="utf-8"
    )
    built = build(str(source), BuildOptions(folder=tmp_path))
    with open_deck(built.output, browser=browser) as deck:
        found = [(overflow.slide, overflow.side) for overflow in deck.overflows()]
    assert found == [("02", "bottom"), ("03", "right")]


CODE = "```python\ndef step(batch: dict) -> float:  # forward\n    return 'a' + len(batch) / 2.5 if True else None\n```"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["default", "gaia", "uncover"])
def test_code_can_be_read_in_marps_themes(tmp_path: Path, browser: Browser, theme: str, scheme: Scheme) -> None:
    """Also on slides of the classes invert and gaia, where the theme turns the colours round."""
    source = tmp_path / "a.md"
    slides = [f"<!-- _class: {name} -->\n{CODE}" for name in ("lead", "invert", "gaia")]
    source.write_text(f"---\nmarp: true\ntheme: {theme}\n---\n" + "\n\n---\n\n".join(slides), encoding="utf-8")
    low: list[Any] = []
    with open_deck(build(str(source), BuildOptions(folder=tmp_path)).output, scheme, browser=browser) as deck:
        for index in range(len(deck.slides)):
            deck.show(index)
            low += [(index, found) for found in deck.page.evaluate(CONTRAST)]
    assert low == []
