"""The contrast of every text of every look that ships, in both schemes (WCAG 2.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.look import Theme
from slidegen.outputs.stylesheet import colors_css
from slidegen.project import Project
from slidegen.themes import load_themes
from tests.figures.test_palette import THEMES, contrast, named

STATES = ("accent", "good", "warn", "bad")


def least(theme: Theme) -> float:
    """What text needs that is quiet, or has a colour: 4.5:1 (1.4.3, AA), and 7:1 (1.4.6, AAA) in the look for that."""
    return 7.0 if theme.name == "contrast" else 4.5


def mixed(color: str, ground: str, share: float) -> str:
    """#rrggbb of a share of a colour on a ground, as `color-mix(in srgb, ...)`."""
    pairs = ((int(color[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_text_on_the_page_and_on_surfaces(theme: Theme) -> None:
    """Text 7:1; quiet text, the accent, and what is good or bad 4.5:1."""
    tokens = theme.tokens
    for ground in (tokens["background"], tokens["surface"]):
        assert contrast(tokens["text"], ground) >= 7
        assert min(contrast(tokens[name], ground) for name in ("text-quiet", *STATES)) >= least(theme)


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_text_on_quiet_grounds(theme: Theme) -> None:
    """Callouts and chips: their titles in the colour, their text in that of all text."""
    for name in STATES:
        ground = theme.tokens[f"{name}-quiet"]
        assert contrast(theme.tokens["text"], ground) >= 7
        assert contrast(theme.tokens[name], ground) >= least(theme)


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_text_on_heat_and_on_tinted_slides(theme: Theme) -> None:
    """The strongest ground of a cell (32 % accent), and a slide of the class `invert` in the dark (14 %)."""
    tokens = theme.tokens
    assert contrast(tokens["text"], mixed(tokens["accent"], tokens["background"], 0.32)) >= least(theme)
    tint = mixed(tokens["accent"], tokens["background"], 0.14)
    assert contrast(tokens["text"], tint) >= 7
    assert contrast(tokens["text-quiet"], tint) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_words_on_the_colours_of_charts(theme: Theme) -> None:
    """They have the colour of the page, or that of text where only this can be read."""
    page, text = theme.tokens["background"], theme.tokens["text"]
    low = {color: max(contrast(color, page), contrast(color, text)) for color in theme.chart}
    assert min(low.values()) >= 4.5, low


def test_words_on_a_light_series_have_the_colour_of_text() -> None:
    """White on the orange of the look `bold` has 3.4:1."""
    css = colors_css(load_themes("bold", Project.of(Path())))
    assert "--on-chart-2: light-dark(#0c0c14, #0e0c16);" in css
    assert "--on-chart-1" not in css


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_code_on_its_ground(theme: Theme) -> None:
    """Every kind of word."""
    low = {name: contrast(color, theme.tokens["surface"]) for name, color in theme.code.items()}
    assert min(low.values()) >= least(theme), low


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.name == "contrast"], ids=named)
def test_labels_in_the_colour_of_a_series(theme: Theme) -> None:
    """They are text, which needs 7:1 in the look for bad projectors."""
    assert min(contrast(color, theme.tokens["background"]) for color in theme.chart) >= 7
