"""Icons by name: in text of every dialect, only those that are named, decorative unless they have a label."""

from __future__ import annotations

import re
from html import escape

import pytest

from slidegen.cli import main
from slidegen.outputs.icons import icons_named, without_icons
from tests.deck_folder import DeckFolder

CPU = '<rect x="8" y="8" width="8" height="8" rx="1"'
"""A part of the drawing of the icon ``cpu``."""


def icons(html: str) -> list[str]:
    """The attributes of the icons in HTML."""
    return re.findall(r'<svg class="sg-icon"([^>]*)>', html)


def test_icons_stand_where_text_stands(folder: DeckFolder) -> None:
    """In headings, lists, tables, links and notes; code and unknown signs stay."""
    page = folder.slide(
        """\
        # :lucide-cpu: Chips

        - :lucide-check: done **:lucide-x:**
        - `:lucide-cpu:` :rocket: a:x-y:c

        | :lucide-zap: |
        |---|
        | [:lucide-link:](https://example.org) |

        ::: notes
        :lucide-cpu:
        :::
        """
    )
    assert len(icons(page.slides)) == 6
    assert page.slides.count(CPU) == 2
    assert all('aria-hidden="true"' in one and 'stroke="currentColor"' in one for one in icons(page.slides))
    assert "<code>:lucide-cpu:</code>" in page.body
    assert "a:x-y:c" in page.body


def test_an_icon_with_a_label_is_read(folder: DeckFolder) -> None:
    page = folder.slide("# :lucide-rocket[Launch & more]:")
    (icon,) = icons(page.body)
    assert f'role="img" aria-label="{escape("Launch & more")}"' in icon
    assert without_icons("A :lucide-rocket[Launch]: of :lucide-cpu: chips") == "A Launch of chips"


@pytest.mark.parametrize(
    ("name", "deck"),
    [
        ("a.md", "---\nmarp: true\n---\n# A :lucide-cpu:\n"),
        ("b.md", "---\ndialect: reveal\n---\n# A :lucide-cpu:\n"),
        ("a.qmd", "## A :lucide-cpu:\n"),
        ("a.org", "* A :lucide-cpu: b\n"),
    ],
)
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_every_dialect_and_output_has_them(folder: DeckFolder, name: str, deck: str, output: str) -> None:
    assert CPU in folder.build(deck, name, format=output).html


def test_a_deck_without_icons_holds_none(folder: DeckFolder) -> None:
    assert "sg-icon" not in folder.slide("# A").slides


def test_an_unknown_icon_is_a_mistake_with_its_line(folder: DeckFolder) -> None:
    found = folder.slide_problems("# A\n\ntext\n:lucide-rockt:\n\n:lucide-qqqqqqq:")
    assert found[0] == "talk.yml:6: slide 1: unknown icon ':lucide-rockt:'; did you mean 'rocket'?"
    assert found[1] == "talk.yml:8: slide 1: unknown icon ':lucide-qqqqqqq:'; slidegen icons lists all names"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["arrow", "up"], "arrow-up"),
        (["CPU"], "cpu"),
        ([":lucide-circle-check:"], "circle-check"),
        (["rocke"], "rocket"),
    ],
)
def test_icons_are_found_by_the_words_of_their_names(words: list[str], first: str) -> None:
    """The nearest first."""
    found = icons_named(words)
    assert found[0] == first
    assert all(part in name for name in found for part in re.findall("[a-z]+", words[0].lower().replace("lucide", "")))
    assert len(icons_named([])) > 2000


def test_the_command_lists_icons_as_a_deck_writes_them(capsys: pytest.CaptureFixture[str]) -> None:
    main(["icons", "circle", "check", "big"], standalone_mode=False)
    assert capsys.readouterr().out.split() == [":lucide-circle-check-big:"]
    with pytest.raises(SystemExit):
        main(["icons", "rokcet"])
    assert capsys.readouterr().err == "error: unknown icon 'rokcet'; did you mean 'rocket'?\n"
