"""A deck with one of everything, exported once for all tests of a process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.exports.conftest import Exporter

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DECK = """\
title: One of everything
author: A. Author
description: What is written
date: 2026-05-04
theme: light
lang: en
footer: The footer
tables:
  t: {source: data, rows: [{name: alpha, value: 1.5}, {name: beta, value: 22.25}]}
figures:
  f: {kind: dot-plot, table: t, value: value}
slides:
  - content: |
      # One of everything

      A subtitle
    notes: |
      Say *hello* to **all**.

      - first
      - second
  - content: |
      ## Lists and emphasis

      Plain, **bold**, *italic*, ~~gone~~, H<sub>2</sub>O, x<sup>3</sup> and `code`.

      - one with [a link](https://example.org/a)
        - deeper, [to the table](#table)
      - two {.fragment}
      - three {.fragment}

      1. first
      2. second
  - - id: table
      content: |
        ## A table

        {{ table("t") }}
    - content: |
        ## Code

        ```python
        def f(x):
            return x

        print(f(1))
        ```
  - content: |
      ## Pictures

      :::: columns
      ::: column
      ![a red dot](a.png)
      :::
      ::: column
      {{ chart("f") }}
      :::
      ::::
  - background: "#101820"
    content: |
      ## Formulas

      $$\\\\sum_{i=1}^n \\\\frac{x_i}{2} = \\\\sqrt{y}$$

      Where $x^2$ is small.
"""


@pytest.fixture(scope="session")
def presentation(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """The deck as a presentation."""
    exporter = Exporter(tmp_path_factory.mktemp("pptx"), lambda: browser)
    (made,) = exporter.export(exporter.deck(text=DECK.replace("\\\\", "\\")), "pptx")
    return made
