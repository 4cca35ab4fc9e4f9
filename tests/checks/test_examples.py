"""No false alarm: what the examples and the templates show can be seen and read, in both outputs and both themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.build_options import BuildOptions
from slidegen.checking import check_deck
from tests.browser.conftest import EXAMPLES, ROOT
from tests.cli.said import run

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEMPLATES = ("talk", "lecture", "lightning", "numbers", "blank")


def told(deck: str, folder: Path, output: str, browser: Browser) -> list[str]:
    """What is found in a deck, but for type that was set smaller so that it fits."""
    options = BuildOptions(folder=folder, format=output, mode="frozen", offline=True, keep_record=False)
    return [str(one) for one in check_deck(deck, options, browser=browser).found if one.code != "smaller-text"]


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_in_order(tmp_path: Path, browser: Browser, name: str, output: str) -> None:
    """A talk, a course, a catalogue, two decks about numbers."""
    assert told(str(ROOT / "slides" / name), tmp_path, output, browser) == []


@pytest.mark.parametrize("kind", ["yaml", "markdown"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_in_order(here: Path, browser: Browser, template: str, kind: str) -> None:
    """A deck that was just made by `slidegen new`."""
    assert run("new", "a", "--template", template, "--kind", kind).exit_code == 0
    deck = next(path for path in (here / "a").iterdir() if path.stem == "a" and path.suffix in (".yml", ".md"))
    assert told(str(deck), here / "built", "reveal", browser) == []
