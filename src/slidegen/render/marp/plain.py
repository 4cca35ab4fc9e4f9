"""Figures and tables in the plain Marp Markdown, for tools that lack slidegen's themes."""

from __future__ import annotations

import re
from html import escape

from slidegen.themes import plain_look

CHART = '<svg class="chart"'
PAD = re.compile(r'<span class="pad"[^>]*>[^<]*</span>')


def plain_html(html: str) -> str:
    """HTML that needs no style sheet: charts have their colours, and the invisible text that aligns numbers is left
    out."""
    return with_colors(PAD.sub("", html))


def with_colors(html: str) -> str:
    """Adds the light theme's colours to every chart in `html`. In slidegen's own pages they come from the page."""
    if CHART not in html:
        return html
    theme = plain_look().light
    values = dict(theme.tokens) | {f"chart-{number}": color for number, color in enumerate(theme.chart, start=1)}
    style = "; ".join(f"--{name}: {value}" for name, value in values.items() if f"--{name})" in html)
    return html.replace(CHART, f'{CHART} style="{escape(style)}"')
