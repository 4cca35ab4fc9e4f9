"""A figure in the plain Marp Markdown that stands beside a Marp file: other tools have no theme of slidegen's."""

from __future__ import annotations

from html import escape
from pathlib import Path

from slidegen.project import Project
from slidegen.themes import load_themes

CHART = '<svg class="chart"'


def with_colors(html: str) -> str:
    """`html` with the light theme's colours on every chart, which elsewhere come from the page."""
    if CHART not in html:
        return html
    theme = load_themes("light", Project.of(Path())).light
    values = dict(theme.tokens) | {f"chart-{number}": color for number, color in enumerate(theme.chart, start=1)}
    style = "; ".join(f"--{name}: {value}" for name, value in values.items() if f"--{name})" in html)
    return html.replace(CHART, f'{CHART} style="{escape(style)}"')
