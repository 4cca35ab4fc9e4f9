"""What the page of the audience must not have: notes and comments, wherever a deck may hide them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.outputs.page import page_html
from slidegen.pipeline import preview
from slidegen.present.pages import without_notes

DECKS = {
    "talk.yml": """\
title: A talk
slides:
  - content: |
      # Heading of one <!-- SECRET -->

      <aside class="NOTES">SECRET</aside>
      <aside class="n&#111;tes">SECRET</aside>
      <template><aside class="notes">SECRET</aside></template>
      <noscript><aside class="notes">SECRET</aside></noscript>
      <? SECRET ?>
      <!SECRET>
    notes: SECRET
  - - "## Heading of two"
    - content: |
        ## Heading of three

        <svg viewBox="0 0 9 9"><!-- SECRET --><desc><aside class="notes">SECRET</aside></desc><foreignObject width="9"
        height="9"><aside class="notes">SECRET</aside></foreignObject></svg>

        - <span data-notes="SECRET">an item</span> {.fragment}

        <details><summary>more</summary><aside class="notes">SECRET</aside></details>

        ::: notes
        SECRET
        :::
      attributes: {data-notes: SECRET}
""",
    "talk.md": """\
---
marp: true
---
# Heading of one

<!-- SECRET -->

<aside class="notes">SECRET</aside>

a <!-- SECRET --> text <? SECRET ?>

---

## Heading of two

<!--
SECRET
-->
<svg><!-- SECRET --><foreignObject><aside class="notes">SECRET</aside></foreignObject></svg>

<p data-notes="SECRET">a paragraph</p>

---

## Heading of three
""",
}


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", DECKS)
@pytest.mark.parametrize("scripts", [False, True], ids=["", "scripts"])
def test_no_notes_and_no_comments_reach_the_audience(name: str, output: str, scripts: bool, tmp_path: Path) -> None:
    """Not from elements, attributes, comments of any form, drawings, or what a browser does not show."""
    (tmp_path / name).write_text(DECKS[name], encoding="utf-8")
    options = BuildOptions(format=output, offline=True, allow_scripts=scripts)
    page = preview(str(tmp_path / name), options).page
    assert "SECRET" in page_html(page)
    shown = page_html(without_notes(page))
    assert "SECRET" not in shown
    for number in ("one", "two", "three"):
        assert re.search(f"Heading of {number}", shown)
