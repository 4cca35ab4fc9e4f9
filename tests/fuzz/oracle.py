"""What must hold of every input: messages of one line each, or a deck that is whole, and harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from slidegen.codes import CODES
from slidegen.errors import Problem, SlidegenError
from tests.deck_folder import DeckFolder, Page

SLIDES = {"reveal": ".reveal > .slides section:not(:has(> section))", "marp": "svg[data-marpit-svg]"}
LOADED = (
    "src",
    "srcset",
    "poster",
    "data",
    "background",
    "data-background-image",
    "data-src",
    "data-background-iframe",
)
BY_ITSELF = frozenset({"head", "body"})
"""Where scripts of slidegen itself stand."""
OUTSIDE = re.compile(r"\s*(?:https?:|//)", re.IGNORECASE)
CSS_OUTSIDE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])\s*(?:https?:|//)", re.IGNORECASE)


def built_or_refused(folder: DeckFolder, deck: bytes, name: str = "talk.yml", **options: Any) -> Page | None:
    """Builds a deck and checks the page, or gets messages and checks those."""
    try:
        page = folder.build(deck, name, **options)
    except SlidegenError as error:
        check_messages(error)
        check_places(error.problems, deck, name)
        return None
    check_page(page)
    check_places(page.built.warnings, deck, name, len(page.built.lines))
    return page


def check_places(problems: Iterable[Problem], deck: bytes, name: str, slides: int | None = None) -> None:
    """Every line and column of the deck is there, and so is every slide, of which a built deck has this many."""
    # YAML counts more characters as line breaks than editors do.
    breaks = "\r\n|[\r\n\x85\u2028\u2029]" if name.endswith(("yml", "yaml")) else "\r\n|\r|\n"
    lines = re.split(breaks, deck.decode("utf-8-sig", "replace"))
    for problem in problems:
        assert problem.code in CODES, problem
        assert problem.code not in ("extension", "internal-error"), problem
        assert problem.column is None or problem.line is not None, problem
        assert problem.slide is None or 1 <= problem.slide <= (slides or problem.slide), problem
        if problem.path is not None and problem.path.endswith(name) and problem.line is not None:
            if problem.code == "yaml-syntax" and problem.line == len(lines) + 1:
                continue  # the end of a file without a line end
            assert 1 <= problem.line <= len(lines), problem
            room = len(lines[problem.line - 1]) + 3  # the end of the text; quotes that are put around loose values
            assert problem.column is None or 1 <= problem.column <= room, (problem, problem.column)


def check_messages(error: SlidegenError) -> None:
    """At least one, each of one line that can be printed."""
    assert error.problems
    for problem in error.problems:
        text = str(problem)
        assert text.strip()
        assert len(text) < 20_000, f"a message of {len(text)} characters: {text[:80]}"
        assert "\n" not in text, f"a message of several lines: {text!r}"
        assert "Traceback (most recent" not in text


def check_page(page: Page) -> None:
    """All slides are there, nothing is left open, and nothing runs or is loaded that slidegen did not put there."""
    tree = LexborHTMLParser(page.html)
    output = "marp" if page.built.output.name.endswith(".marp.html") else "reveal"
    found = len(tree.css(SLIDES[output]))
    assert found == len(page.built.lines), f"{found} slides for {len(page.built.lines)}"
    scripts = tree.css("script")
    assert all(script.parent is not None and script.parent.tag in BY_ITSELF for script in scripts), (
        "a script stands in a slide"
    )
    assert scripts, "an element is open at the end of the slides"
    for node in tree.css("*"):
        check_attributes(node.tag, node.attributes)
    for style in tree.css("style"):
        assert not CSS_OUTSIDE.search(style.text() or ""), "a style loads from the network"


def check_attributes(tag: str | None, attributes: dict[str, str | None]) -> None:
    """No handler of an event, no program, and nothing of the network."""
    for name, value in attributes.items():
        assert not name.lower().startswith("on"), f"the event handler {name} on <{tag}>"
        if not value:
            continue
        assert not (name in LOADED and OUTSIDE.match(value)), f"{name} of <{tag}> loads {value[:60]!r}"
        assert not (name == "style" and CSS_OUTSIDE.search(value)), f"the style of <{tag}> loads {value[:60]!r}"
        if name in ("href", "xlink:href"):
            allowed = tag in ("a", "area")
            assert allowed or not OUTSIDE.match(value), f"{name} of <{tag}> loads {value[:60]!r}"
            assert not re.match(r"\s*javascript:", value, re.IGNORECASE), f"{name} of <{tag}> runs {value[:60]!r}"
