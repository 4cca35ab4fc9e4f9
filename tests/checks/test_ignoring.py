"""Rules are switched off for a call, a deck or a slide, in every form of a deck."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.build_options import BuildOptions
from slidegen.checking import Checked, check_deck
from slidegen.checks import RULES
from tests.cli.said import run

GREY = '<span style="color: #ccc">grey</span>'
SLIDE = f"    ## Slide\n\n    {GREY}\n"
SLIDES = {
    "a.yml": f"slides:\n- check: {{ignore: [contrast, overlap]}}\n  content: |\n{SLIDE}- |\n{SLIDE}",
    "marp.md": "---\nmarp: true\n---\n<!-- check: {{ignore: [contrast, margins]}} -->\n# A\n\n{0}\n\n---\n\n"
    "# B\n\n{0}\n",
    "plain.md": "# A\n\n<!--\nminutes: 5\ncheck: {{ignore: contrast}}\n-->\n{0}\n\n---\n\n# B\n\n{0}\n",
    "reveal.md": '# A\n\n<!-- .slide: data-check-ignore="contrast" -->\n{0}\n\n---\n\n# B\n\n{0}\n',
    "pandoc.md": "% Title\n\n# A {{data-check-ignore=contrast}}\n\n{0}\n\n# B\n\n{0}\n",
    "a.org": "#+OPTIONS: reveal_title_slide:nil toc:nil\n* A\n:PROPERTIES:\n"
    ':REVEAL_EXTRA_ATTR: data-check-ignore="contrast"\n'
    ":END:\n#+HTML: <p>{0}</p>\n* B\n#+HTML: <p>{0}</p>\n",
    "a.ipynb": json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {
                    "cell_type": "markdown",
                    "metadata": {"slideshow": {"slide_type": "slide", "data": data}},
                    "source": f"# A\n\n{GREY}",
                }
                for data in ({"check-ignore": "contrast"}, {})
            ],
        }
    ),
}
DECKS = {
    "a.yml": f"check: {{ignore: [contrast]}}\nslides:\n- |\n{SLIDE}",
    "marp.md": "---\nmarp: true\ncheck: {{ignore: [contrast]}}\n---\n# A\n\n{0}\n",
    "pandoc.md": "---\ntitle: T\ncheck: {{ignore: [contrast]}}\ndialect: pandoc\n---\n\n# A\n\n{0}\n",
}


def checked(folder: Path, browser: Browser, name: str, text: str, *ignore: str) -> Checked:
    """What is found in a deck."""
    deck = folder / name
    deck.write_text(text if name.endswith((".yml", ".ipynb")) else text.format(GREY), encoding="utf-8")
    options = BuildOptions(folder=folder / "built", offline=True, keep_record=False)
    return check_deck(str(deck), options, ignore, browser=browser)


@pytest.mark.browser
@pytest.mark.parametrize("name", SLIDES)
def test_a_rule_is_switched_off_on_a_slide(tmp_path: Path, browser: Browser, name: str) -> None:
    """And holds for the next one."""
    found = checked(tmp_path, browser, name, SLIDES[name])
    last = len(found.built.lines)
    assert [(problem.code, problem.slide) for problem in found.found] == [("contrast", last)]
    assert found.warnings == ()


@pytest.mark.browser
@pytest.mark.parametrize("name", DECKS)
def test_a_rule_is_switched_off_for_a_deck(tmp_path: Path, browser: Browser, name: str) -> None:
    """By a key of the deck."""
    assert checked(tmp_path, browser, name, DECKS[name]).found == ()


@pytest.mark.browser
def test_a_rule_is_switched_off_for_a_call(tmp_path: Path, browser: Browser) -> None:
    """Those that would find nothing are told from the others; warnings of the build can be switched off as well."""
    deck = f"slides:\n- |\n{SLIDE}\n    [nowhere](#nope)\n"
    found = checked(tmp_path, browser, "a.yml", deck)
    assert [problem.code for problem in (*found.warnings, *found.found)] == ["broken-link", "contrast"]
    found = checked(tmp_path, browser, "a.yml", deck, "broken-link", "contrast", "margins")
    assert (*found.warnings, *found.found) == ()
    assert found.idle == {"margins"}


def test_unknown_rules_are_told_with_the_nearest(here: Path) -> None:
    """As a mistake where a schema checks the deck or the call, else as a warning."""
    (here / "a.yml").write_text("slides:\n- content: a\n  check: {ignore: [contrst]}\n")
    assert (
        "a.yml:3: slides.0.check.ignore.0: unknown rule 'contrst'; did you mean 'contrast'?"
        in run("build", "a.yml").stderr
    )
    (here / "b.yml").write_text("check: {ignor: [contrast]}\nslides: [a]\n")
    assert "b.yml:1: unknown key 'ignor'; did you mean 'ignore'?" in run("build", "b.yml").stderr
    (here / "c.md").write_text("# A\n\n---\n\n# B\n\n<!-- check: {ignore: [overlaps]} -->\n")
    done = run("build", "c.md")
    assert "warning: c.md:7: check: unknown rule 'overlaps'; did you mean 'overlap'?" in done.stderr
    done = run("check", "c.md", "--ignore", "nope")
    assert done.exit_code == 2
    assert "unknown rule 'nope'" in done.stderr


def test_the_rules_are_listed() -> None:
    """Each with what it finds, and in the docs."""
    done = run("check", "--rules")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(RULES)
    docs = (Path(__file__).parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    assert all(
        f"### {name}\n\nA {rule.severity}" in docs or f"| `{name}` | {rule.severity} |" in docs
        for name, rule in RULES.items()
    )
