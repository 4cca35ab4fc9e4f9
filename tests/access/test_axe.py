"""axe-core finds nothing: on any slide, at any step, in any theme and either output."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.browser.deck import open_deck
from slidegen.pipeline import BuildOptions, build
from slidegen.themes import builtin_names
from tests.access.axe import on_slides, violations

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SLIDES = ROOT / "slides"
DECKS = sorted(path.name for path in SLIDES.iterdir() if path.suffix in (".yml", ".org", ".md", ".ipynb"))
OUTPUTS = ("reveal", "marp")
SAMPLE = """\
title: What can go wrong
lang: en
footer: Foot
tables:
  t: {source: data, rows: [{n: alpha, v: 1}, {n: beta, v: 2}]}
figures:
  f: {kind: bars, table: t, value: v}
slides:
  - "# A title\\n\\nSomebody"
  - "## Tasks\\n\\n- [x] done with [a link](https://example.org)[^1]\\n- [ ] *to do*\\n\\n[^1]: A note."
  - "## Steps\\n\\n```python {1|2-3}\\nimport os  # why\\nname = 'a'\\nprint(name, 1)\\n```"
  - |
    ## Fragments

    - red {.fragment .highlight-red}
    - green {.fragment .highlight-green}
    - blue {.fragment .highlight-current-blue}
    - pale {.fragment .semi-fade-out}
    - gone {.fragment .fade-out}
  - "## A table\\n\\n|   | a | b |\\n|---|---|---|\\n| x | 1 | 2 |"
  - "## A chart\\n\\n{{ chart('f') }}\\n\\n{{ table('t') }}"
  - "## Callouts\\n\\n::: warning\\nA warning.\\n:::\\n\\n::: tip\\n`code` in a tip\\n:::\\n\\n$$ e = m c^2 $$"
  - background: "#1d4a66"
    content: "## On a colour\\n\\nText with a [link](https://example.org).\\n\\n### Below\\n\\nMore."
  - background: {gradient: "linear-gradient(#000, #fff)"}
    content: "## On a gradient\\n\\nText"
"""


FIRST = [("plain", "reveal"), ("contrast", "marp")]
"""Those in `make test`."""
THEMES = [
    pytest.param(name, output, marks=() if (name, output) in FIRST else pytest.mark.slow)
    for name in builtin_names()
    for output in OUTPUTS
]


@pytest.mark.parametrize(("theme", "output"), THEMES)
def test_a_sample_of_what_can_go_wrong(tmp_path: Path, browser: Browser, theme: str, output: str) -> None:
    """Tasks, footnotes, stepped code, fragments in colours, tables, charts, callouts, backgrounds."""
    (tmp_path / "a.yml").write_text(SAMPLE, encoding="utf-8")
    options = BuildOptions(folder=tmp_path / "build", format=output, theme=theme, offline=True, keep_record=False)
    with open_deck(build(str(tmp_path / "a.yml"), options).output, browser=browser) as deck:
        assert on_slides(deck, range(1, len(deck.slides) + 1)) == []


@pytest.mark.parametrize("output", OUTPUTS)
def test_windows_over_the_slides(tmp_path: Path, browser: Browser, output: str) -> None:
    """The deck as text, the keys, the list of slides, the tools for drawing."""
    (tmp_path / "a.yml").write_text(SAMPLE, encoding="utf-8")
    options = BuildOptions(folder=tmp_path / "build", format=output, offline=True, keep_record=False)
    with open_deck(build(str(tmp_path / "a.yml"), options).output, browser=browser) as deck:
        found: dict[str, list[str]] = {}
        for key in ("x", "?", "g", "d"):
            deck.page.keyboard.press(key)
            deck.page.locator("dialog:modal, .sg-tools:not([hidden])").wait_for()
            found[key] = violations(deck.page)
            deck.page.keyboard.press("Escape")
            deck.page.locator("dialog:modal").wait_for(state="detached")
        assert not any(found.values()), found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", DECKS)
def test_every_step_of_every_slide(tmp_path: Path, browser: Browser, name: str, output: str, scheme: str) -> None:
    """Of the example decks."""
    options = BuildOptions(folder=tmp_path, format=output, theme=scheme, mode="frozen", offline=True, keep_record=False)
    with open_deck(build(str(SLIDES / name), options).output, browser=browser) as deck:
        assert on_slides(deck, range(1, len(deck.slides) + 1)) == []
