"""The options under ``reveal:``."""

from __future__ import annotations

import json
import re

import pytest

from tests.deck_folder import DeckFolder


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("transitoin: fade", "unknown option reveal.transitoin; did you mean 'transition'?"),
        ("width: 3", "reveal.width is set by slidegen; use size"),
        ("plugins: []", "reveal.plugins is set by slidegen; remove it, the plugins are built in"),
        ("loop: 1", "reveal.loop is 1; allowed: true, false"),
        ("margin: wide", "reveal.margin is 'wide'; a number is needed"),
        ("margin: true", "reveal.margin is True; a number is needed"),
        ("margin: .nan", "reveal.margin is nan; a number is needed"),
        ("margin: .inf", "reveal.margin is inf; a number is needed"),
        ("transition: [a]", "reveal.transition is ['a']; allowed: none, fade, slide, convex, concave, zoom"),
        ("slideNumber: 1", "reveal.slideNumber is 1; allowed: true, false, h.v, h/v, c, c/t"),
        ("autoAnimateEasing: 3", "reveal.autoAnimateEasing is 3; text is needed"),
        ("keyboard: {13: next}", "reveal.keyboard is {13: 'next'}; allowed: true, false"),
    ],
)
def test_an_option_that_reveal_does_not_have_is_refused(folder: DeckFolder, option: str, message: str) -> None:
    """With its line, and the nearest that there is."""
    assert folder.slide_problems("a", f"reveal:\n  {option}\n") == [f"talk.yml:2: {message}"]


def test_options_reach_reveal(folder: DeckFolder) -> None:
    """Over slidegen's own defaults, together with the deck's size."""
    page = folder.slide(
        "a", "size: 4:3\nslide_number: false\nreveal: {transition: zoom, autoSlide: 500, controls: speaker}\n"
    )
    found = re.search(r'id="reveal-config">(.*?)</script>', page.html)
    assert found is not None
    config = json.loads(found[1])
    expected = {"width": 960, "height": 720, "transition": "zoom", "autoSlide": 500, "controls": "speaker"}
    assert {key: config[key] for key in expected} == expected
    assert config["slideNumber"] is False
