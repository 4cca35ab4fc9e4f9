"""Reading a deck's file: what is no deck is told in one line."""

from __future__ import annotations

import pytest

from slidegen.errors import DeckError
from slidegen.sources import read
from tests.deck_folder import DeckFolder


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"slides:\n- a\0b\n", "talk.yml:2: holds the character U+0000, which is not text"),
        ("slides:\n- a\n- \ufdd0".encode(), "talk.yml:3: holds the character U+FDD0, which is not text"),
        ("slides:\n- \u00e9\n".encode("latin-1"), "talk.yml:2: is not UTF-8 text; save the file as UTF-8"),
        ("slides:\n- \u00e9\n".encode("utf-16"), "talk.yml:1: is not UTF-8 text; save the file as UTF-8"),
        (b"#" * 50_000_000, "talk.yml: cannot be read: is larger than 20 MB"),
    ],
    ids=["nul", "noncharacter", "latin-1", "utf-16", "50 MB"],
)
def test_a_file_that_is_no_text_is_refused(folder: DeckFolder, content: bytes, message: str) -> None:
    """With the line where it stops being text."""
    assert folder.problems(content) == [message]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_any_line_ends_and_a_byte_order_mark_are_fine(folder: DeckFolder, start: bytes, newline: bytes) -> None:
    """They are not part of the text, and lines are counted the same."""
    page = folder.build(start + newline.join([b"slides:", b"- |", b"  # Hello", b"", b"  you", b""]))
    assert page.body == "<h1>Hello</h1>\n<p>you</p>"
    assert page.built.lines == (3,)


def test_a_file_that_is_not_there_is_told(folder: DeckFolder) -> None:
    """By its name as it was typed."""
    with pytest.raises(DeckError, match=r"^nope\.yml: cannot be read: no such file or directory$"):
        read("nope.yml")


def test_a_folder_is_no_deck(folder: DeckFolder) -> None:
    """Even one that is named like a deck."""
    (folder.path / "talk.yml").mkdir()
    with pytest.raises(DeckError, match=r"talk\.yml: cannot be read: is a folder$"):
        read(str(folder.path / "talk.yml"))


@pytest.mark.parametrize(("name", "suffix"), [("talk.txt", ".txt"), ("talk", ""), (".", "")])
def test_another_kind_of_file_is_no_deck(name: str, suffix: str) -> None:
    """The suffixes that are decks are named."""
    with pytest.raises(DeckError) as caught:
        read(name)
    assert str(caught.value).startswith(f"{name}: unknown kind of deck {suffix!r}; allowed: .yml, .yaml")
