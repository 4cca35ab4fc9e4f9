"""What a terminal shows of a text with control characters."""

from __future__ import annotations

import pytest

from slidegen.sources.notebook.terminal import html, plain, shown


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\nb\n\n", ["a", "b"]),
        ("a\tb", ["a       b"]),
        ("10%\r100%", ["100%"]),
        ("abc\rx", ["xbc"]),
        ("abc\r\x1b[Kx", ["x"]),
        ("abc\b\bX", ["aXc"]),
        ("one\ntwo\x1b[1A\rONE", ["ONE", "two"]),
        ("a\x1b[3Cb", ["a   b"]),
        ("a\x1b[2Jb", ["b"]),
        ("\x1b]8;;https://e.org\x07link\x1b]8;;\x07", ["link"]),
        ("\x1b[?25la\x1b[?25h\x1b[?2004hb", ["ab"]),
        ("a\x00\x07b", ["ab"]),
        ("\x1b[", [""]),
        ("x\x1b[999999999999B", None),
    ],
)
def test_a_text_is_as_on_a_screen(text: str, rows: list[str] | None) -> None:
    """Carriage returns and backspaces go back, sequences move and erase; other control characters are not seen."""
    found = [plain(row) for row in shown(text)]
    assert found == rows if rows is not None else found[0] == "x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31ma\x1b[0mb", '<span class="ansi-red">a</span>b'),
        ("\x1b[1;4;92ma", '<span class="ansi-green ansi-bold ansi-underline">a</span>'),
        ("\x1b[38;5;196ma", '<span class="ansi-red">a</span>'),
        ("\x1b[38;2;20;90;250ma", '<span class="ansi-blue">a</span>'),
        ("\x1b[48;5;250ma", '<span class="ansi-white-bg">a</span>'),
        ("\x1b[31;7ma", '<span class="ansi-inverse ansi-red-bg">a</span>'),
        ("\x1b[31m\x1b[39ma<b>", "a&lt;b&gt;"),
        ("\x1b[38;5ma", "a"),
        ("\x1b[>4;2ma", "a"),
    ],
)
def test_colours_are_those_of_a_theme(text: str, expected: str) -> None:
    """Of 256 or 16 million the nearest of eight."""
    (row,) = shown(text)
    assert html(row) == expected
