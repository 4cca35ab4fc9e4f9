"""The six colours of charts: seen on the page, and told apart by people with any colour vision."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from slidegen.look import SCHEMES, Theme
from slidegen.project import Project
from slidegen.themes import builtin_names, load_themes

Vector = NDArray[np.float64]
PAIRS = [load_themes(name, Project.of(Path())) for name in builtin_names()]
THEMES = [pair.scheme(scheme) for pair in PAIRS for scheme in SCHEMES]

# Machado, Oliveira and Fernandes 2009, table 1, severity 1.0: linear RGB as seen without one kind of cone.
VISION: dict[str, Vector] = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LEAST = {"usual": 15.0, "protanopia": 12.0, "deuteranopia": 12.0, "tritanopia": 6.0}
"""Of the distance in CIELAB (1976); 2.3 can just be noticed. Tritanopia is a thousand times rarer than the others."""


def named(theme: Theme) -> str:
    """The name of a test's parameter."""
    return f"{theme.name} {theme.scheme}"


def linear(color: str) -> Vector:
    """#rrggbb as linear RGB (IEC 61966-2-1)."""
    channels = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    """WCAG's relative luminance."""
    return float(linear(color) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Vector) -> Vector:
    """CIELAB of linear RGB, white D65."""
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_every_colour_has_a_contrast_of_three_on_the_page(theme: Theme) -> None:
    """WCAG 2.2, 1.4.11, for graphics; axes and quiet text, too."""
    background = theme.tokens["background"]
    assert min(contrast(color, background) for color in theme.chart) >= 3
    assert contrast(theme.tokens["rule-strong"], background) >= 3
    assert contrast(theme.tokens["text-quiet"], background) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_pins_are_seen_on_the_bins_that_they_stand_on(theme: Theme) -> None:
    """The first colour on that of faint rules, in a histogram."""
    assert contrast(theme.chart[0], theme.tokens["rule"]) >= 3


@pytest.mark.parametrize("vision", sorted(VISION))
@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_no_two_colours_look_alike(theme: Theme, vision: str) -> None:
    """With any kind of colour vision."""
    seen = [lab(VISION[vision] @ linear(color)) for color in theme.chart]
    distances = {(a + 1, b + 1): float(np.linalg.norm(seen[a] - seen[b])) for a, b in combinations(range(6), 2)}
    assert min(distances.values()) >= LEAST[vision], sorted(distances.items(), key=lambda item: item[1])[:3]
