"""Where something is written in a text, for messages: the one line that has it, or none."""

from __future__ import annotations

import pytest

from slidegen.locate import line_of_text
from slidegen.model import Text

SLIDE = Text("# One\n\n![](a.png)\n\n`b.png`\n\n![](b.png)\n\n[x](#one-two)\n[y](#one)\n", "talk.md", 11)


@pytest.mark.parametrize(
    ("snippet", "line"),
    [
        ("a.png", 13),
        ("b.png", 17),  # the other is code
        ("#one", 20),  # the other is the beginning of another name
        ("c.png", 11),  # the text's own
        ("![](", None),  # on two lines
    ],
)
def test_a_snippet_has_one_line_or_none(snippet: str, line: int | None) -> None:
    """A snippet on several lines has none, as a wrong one would be taken for the place of the mistake."""
    assert line_of_text(SLIDE, snippet) == line


def test_the_first_snippet_that_stands_there_counts() -> None:
    """Those that say more come first: an address in quotes before the bare one."""
    css = Text("/* a.png */\np { background: url('a.png') }\n", "look.css", 1)
    assert line_of_text(css, '"a.png"', "'a.png'", "a.png") == 2


def test_what_is_not_in_a_text_is_looked_for_in_the_whole_file() -> None:
    """A footer in the front matter, say; there too only one line counts."""
    whole = "footer: see a.gif\nlogo: b.gif\nicon: b.gif\n"
    assert line_of_text(SLIDE, "a.gif", whole=whole) == 1
    assert line_of_text(SLIDE, "b.gif", whole=whole) is None
