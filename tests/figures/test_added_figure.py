"""A kind of figure of another package: one module, one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.extension import Builder

DECK = """\
tables:
  sizes: {source: data, file: sizes.csv}
figures:
  dots: {kind: dots, table: sizes, value: size, caption: Sizes}
slides:
- '{{ chart("dots") }}'
"""


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A folder with a deck and its numbers, and the figures of dots.py."""
    builder = Builder(tmp_path, "slidegen.figures", {"dots": "tests.figures.dots:DOTS"})
    builder.write("talk.yml", DECK)
    builder.write("sizes.csv", "name,size\nsmall,1\nlarge,4\n")
    return builder


def test_a_figure_of_an_added_kind(builder: Builder) -> None:
    """It is drawn in the slide: the areas of the dots are as the numbers."""
    html = builder.page("talk.yml")
    drawing = html.partition('<svg class="chart"')[2]
    radii = [float(part.partition('"')[0]) for part in drawing.split(' r="')[1:3]]
    assert radii[1] == pytest.approx(2 * radii[0], rel=0.01)
    assert '<svg class="chart"' in html
    assert ">large</text>" in html


@pytest.mark.parametrize("sizes", ["small,0\nlarge,0\n", "small,0\nlarge,\n"])
def test_a_figure_without_a_number_above_0(builder: Builder, sizes: str) -> None:
    """All numbers may be 0, and some n/a: the names are there, and the dots have no size."""
    builder.write("sizes.csv", f"name,size\n{sizes}")
    drawing = builder.page("talk.yml").partition('<svg class="chart"')[2].partition("</svg>")[0]
    assert drawing.count(' r="0.0"') == sizes.count(",0")
    assert ">large</text>" in drawing


def test_the_mistakes_of_an_added_kind(builder: Builder) -> None:
    """An option has its line, and an unknown kind all that there are."""
    builder.write("talk.yml", DECK.replace("value: size", "value: siz"))
    message = "chart 'dots': table 'sizes' has no column 'siz'; did you mean 'size'? available: name, size"
    assert builder.message("talk.yml") == f"talk.yml:4: {message}"
    builder.write("talk.yml", DECK.replace("kind: dots", "kind: dot"))
    assert builder.message("talk.yml").startswith("talk.yml:4: chart 'dots': unknown kind 'dot'; did you mean 'dots'? ")


def test_an_entry_point_that_is_no_kind(tmp_path: Path) -> None:
    """It is told where a deck names it."""
    builder = Builder(tmp_path, "slidegen.figures", {"dots": "tests.figures.dots:read"})
    builder.write("talk.yml", DECK)
    builder.write("sizes.csv", "name,size\nsmall,1\n")
    message = "chart 'dots': the kind of figure 'dots' (tests.figures.dots:read) is not of the type FigureKind"
    assert builder.message("talk.yml") == f"talk.yml:4: {message}"


def test_the_schema_has_an_added_kind(builder: Builder) -> None:
    """An editor completes it."""
    command = [sys.executable, "-m", "slidegen", "schema"]
    done = subprocess.run(command, env=builder.environment, capture_output=True, text=True, check=True)
    assert "dots" in json.loads(done.stdout)["$defs"]["FigureModel"]["properties"]["kind"]["enum"]
