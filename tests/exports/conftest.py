"""A folder in which a test exports decks with the browser that all tests of a process share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slidegen.build_options import BuildOptions
from slidegen.exports import EXPORTS
from slidegen.exports.base import ExportOptions
from slidegen.exports.running import run_exports

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DECK = """\
title: "Paper & <pixels>"
author: A. Author
description: What is printed
date: 2026-05-04
lang: de
theme: {theme}
tables:
  t: {{source: data, rows: [{{n: alpha, v: 1}}, {{n: beta, v: 2}}]}}
figures:
  f: {{kind: bars, table: t, value: v}}
slides:
  - content: |
      # A long<br>title

      [outside](https://example.org/a), [inside](#below), [to three](#3),
      [dead](#100%)
    notes: Say *hello*.
  - - |
      ## Above

      - one {{.fragment}}
      - two {{.fragment .fade-out}}

      ```python {{1|2}}
      first_line = 1
      last_line = 2
      ```
    - id: below
      content: |
        ## Below

        ![a red dot](a.png)
  - "## Chart\\n\\n{{{{ chart('f') }}}}\\n\\n{{{{ table('t') }}}}"
  - visibility: hidden
    content: "## Hidden"
  - background: "#101820"
    content: |
      ## Night

      ::: notes
      Lights *off*.
      :::
"""
"""Five slides that are shown: two in a stack, fragments and steps of code, links, a picture, a chart and a table."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes decks into a folder and exports them."""

    folder: Path
    browser: Callable[[], Browser]

    def deck(self, name: str = "talk.yml", text: str | None = None, theme: str = "auto") -> str:
        """Writes a deck, the one above unless another text is given. Returns its path."""
        from tests.deck_folder import PIXEL

        (self.folder / "a.png").write_bytes(PIXEL)
        (self.folder / name).write_text(DECK.format(theme=theme) if text is None else text, encoding="utf-8")
        return str(self.folder / name)

    def export(self, deck: str, *names: str, output: str = "reveal", **options: Any) -> tuple[Path, ...]:
        """Exports a deck to `build/`. Returns the files and folders."""
        build = BuildOptions(folder=self.folder / "build", format=output, offline=True, keep_record=False)
        exports = [EXPORTS.find(name) for name in names]
        return run_exports(deck, exports, ExportOptions(**options), build, self.browser).paths


def no_browser() -> Browser:
    """Fails, for exports that need none."""
    raise AssertionError("a browser was opened")


@pytest.fixture
def exporter(tmp_path: Path, browser: Browser) -> Exporter:
    """A folder with the browser of all tests."""
    return Exporter(tmp_path, lambda: browser)


@pytest.fixture
def plain(tmp_path: Path) -> Exporter:
    """A folder without a browser."""
    return Exporter(tmp_path, no_browser)
