"""The look for bad projectors, as a browser shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.browser.seen import Eyes
from slidegen.checks.contrast import SLACK, text_contrast
from slidegen.cli.themes import SPECIMEN
from slidegen.model import Scheme
from slidegen.pipeline import BuildOptions, build

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LEAST = 7.0  # WCAG 2.2, 1.4.6 (AAA)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_the_look_contrast_has_seven_to_one(tmp_path: Path, browser: Browser, scheme: Scheme) -> None:
    """On every slide of the specimen deck, to what is really behind it: charts, code, callouts and pictures too."""
    options = BuildOptions(folder=tmp_path, theme="contrast", mode="frozen", offline=True, keep_record=False)
    low = []
    with open_deck(build(str(SPECIMEN), options).output, scheme, browser=browser) as deck:
        eyes = Eyes(deck)
        for index, name in enumerate(deck.names()):
            deck.show(index)
            scene = next(eyes.scenes(index))
            for text in scene.texts:
                ratio = None if text.quiet else text_contrast(text, scene)
                if ratio is not None and ratio < LEAST - SLACK:
                    low.append(f"{name}: {text.text!r} {ratio:.2f}:1")
    assert low == []
