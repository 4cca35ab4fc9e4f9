"""What slidegen chooses for a slide that names no layout: docs/decks.md has these rules in a table."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import PIXEL, DeckFolder

LIST = "- a\n- b"
CODE = '```python\nprint("a")\n```'
PRINTED = "```text\na\n```"
TABLE = "| b |\n|---|\n| c |"
PICTURE = "![a](pixel.png)"
SENTENCE = "Whatever is **trained** pays for it."
LONG = "word " * 20
COLUMNS = "::::: columns\n:::: column\n{0}\n::::\n:::: column\n{0}\n::::\n:::::"


def classes(folder: DeckFolder, markdown: str, head: str = "") -> list[str]:
    """The classes of the only slide."""
    folder.write("pixel.png", PIXEL)
    found = re.search('<section class="([^"]*)"', folder.slide(markdown, head).slides)
    assert found is not None
    return found[1].split()


@pytest.mark.parametrize(
    ("markdown", "layout"),
    [
        (SENTENCE, "statement"),
        (f"## A\n\n{SENTENCE}", "content"),
        (LONG, "content"),
        (f"{SENTENCE}\n\n{SENTENCE}", "content"),
        ("A [link](https://a.example).", "content"),
        ("> a\n\n— b", "quote"),
        ("> a\n\nb", "content"),
        ("## A\n\n> a\n\n— b", "content"),
        (f"## A\n\n{LIST}\n\n{PICTURE}", "image-right"),
        (f"## A\n\n{PICTURE}\n\n{LIST}", "two-columns"),
        (f"## A\n\n{LIST}\n\n{PICTURE}\n\n{LIST}", "content"),
        (f"## A\n\n{LIST}\n\n![a](pixel.png){{width=60%}}", "content"),
        (f"## A\n\n{LIST}\n\n![a](pixel.png){{.right}}", "content"),
        (f"## A\n\n{SENTENCE}\n\n{PICTURE}", "content"),
        ("## A\n\n" + "\n".join(f"- {LONG}" for _ in range(9)) + f"\n\n{PICTURE}", "content"),
        (f"## A\n\n{CODE}\n\n{PRINTED}", "code-and-result"),
        (f"## A\n\n{CODE}\n\n{TABLE}", "code-and-result"),
        (f"## A\n\n{CODE}\n\n{PICTURE}", "code-and-result"),
        (f"## A\n\n{CODE}\n\n{CODE}", "code"),
        (f"## A\n\n{PRINTED}\n\n{PRINTED}", "code"),
        (f"## A\n\n{CODE}\n\n{PRINTED}\n\ntext", "code"),
        (f"## A\n\n```python\n{'a' * 50}\n```\n\n{PRINTED}", "code"),
        (f"## A\n\n### B\n\n{LIST}\n\n### C\n\n{LIST}", "two-columns"),
        (f"## A\n\n**B**\n\n{LIST}\n\n**C**\n\n{LIST}", "two-columns"),
        ("## A\n\n- a\n\n* b", "two-columns"),
        (f"## A\n\n### B\n\n{LIST}\n\nC\n\n{LIST}", "content"),
        (f"## A\n\n### B\n\n- {LONG}\n\n### C\n\n{LIST}", "content"),
        (f"## A\n\n### B\n\n- a\n    - b\n\n### C\n\n{LIST}", "content"),
        (f"## A\n\n{LONG}\n\n{LIST}\n\n{LONG}\n\n{LIST}", "content"),
        (f"<!-- a comment -->\n\n{SENTENCE}", "statement"),
        ("# A\n\n<!-- a comment -->", "title"),
    ],
)
def test_a_layout_fits_all_blocks_of_a_slide(folder: DeckFolder, markdown: str, layout: str) -> None:
    """One block more or less, or one that is too long, and the slide has the layout that it had before."""
    assert classes(folder, markdown)[0] == f"layout-{layout}"


@pytest.mark.parametrize(
    ("markdown", "size"),
    [
        (f"## A\n\n{LIST}", ["type-huge", "lone"]),
        ("## A\n\n" + "- a\n" * 5, ["type-large"]),
        ("## A\n\n" + "- a\n" * 6, []),
        (f"## A\n\n{LONG * 6}", []),
        ("## A\n\n- [x] a\n- [ ] b", ["type-huge", "lone"]),
        (f"## A\n\n{LIST}\n\n<b>raw</b>", []),
        (f"## A\n\n{LIST}\n\n::: tip\na\n:::", []),
        (f"## A\n\n{CODE}", ["type-huge", "lone"]),
        (f"## A\n\n```python\n{'a' * 60}\n```", ["type-large", "lone"]),
        (f"## A\n\n```python\n{'a' * 80}\n```", ["lone"]),
        (f"## A\n\n```text\n{'字' * 40}\n```", ["lone"]),
        (f"## A\n\n{LIST}\n\n{PICTURE}", ["type-large"]),
        ("## A\n\n```python\n" + "a\n" * 12 + "```", []),
        (f"## A\n\n{TABLE}", ["type-huge", "lone"]),
        ("## A\n\n| b |\n|---|\n" + "| c |\n" * 5, []),
        (f"## A\n\n| b |\n|---|\n| {'c' * 85} |", ["type-large", "lone"]),
        (f"## A\n\n{TABLE}\n\ntext", []),
        ("## A\n\n$$a = b$$", ["type-huge", "lone"]),
        ("## A\n\n$$" + "a + " * 40 + "b$$", ["lone"]),
        ("## A\n\n$$a = b \\\\ c = d$$", ["lone"]),
        (f"## A\n\n{COLUMNS.format(LIST)}", ["type-large"]),
        (f"## A\n\n{COLUMNS.format('::: tip' + chr(10) + 'a' + chr(10) + ':::')}", ["type-large"]),
        (f"## A\n\n{COLUMNS.format(LONG * 3)}", []),
        (f"## A\n\n{COLUMNS.format(CODE)}", []),
        ("## A\n\n### B\n\ntext", []),
    ],
)
def test_a_slide_with_little_on_it_is_filled(folder: DeckFolder, markdown: str, size: list[str]) -> None:
    """By larger type, and by a place in the middle; not if that would not fit, or if something else is there."""
    assert classes(folder, markdown)[1:] == size


def test_a_layout_or_a_class_of_its_own_leaves_a_slide_as_it_is(folder: DeckFolder) -> None:
    """The class may be about sizes."""
    for key in ("layout: content", "class: own"):
        text = f"## A\n\n{LIST}".replace("\n", "\n      ")
        html = folder.build(f"slides:\n  - {key}\n    content: |\n      {text}\n").slides
        found = re.search('<section class="([^"]*)"', html)
        assert found is not None
        assert found[1] in ("layout-content", "layout-content own")


@pytest.mark.parametrize(
    ("key", "size"), [("class: invert", "type-huge lone"), ("layout: image-left", "type-large"), ("class: own", "")]
)
def test_colours_and_a_place_of_a_picture_change_no_sizes(folder: DeckFolder, key: str, size: str) -> None:
    """A slide of the class `invert`, and one whose picture the author puts on a side, are filled as others are."""
    folder.write("pixel.png", PIXEL)
    text = f"## A\n\n{LIST}" + (f"\n\n{PICTURE}" if "image" in key else "")
    text = text.replace("\n", "\n      ")
    found = re.search(
        '<section class="([^"]*)"', folder.build(f"slides:\n  - {key}\n    content: |\n      {text}\n").slides
    )
    assert found is not None
    assert {*size.split()} == {"type-huge", "type-large", "lone"} & {*found[1].split()}


def test_decks_of_pandoc_keep_their_look(folder: DeckFolder) -> None:
    """Their slides have the layouts of single blocks alone."""
    text = f"% A\n\n# B\n\n{CODE}\n\n{PRINTED}\n\n# C\n\n{LIST}\n"
    html = folder.build(text, "talk.md", dialect="pandoc").slides
    assert re.findall('<section class="([^"]*)"', html) == ["layout-title", "layout-code", "layout-content"]


def test_the_order_of_the_source_is_kept(folder: DeckFolder) -> None:
    """A picture that stands before a list is before it in the page, too."""
    folder.write("pixel.png", PIXEL)
    before = folder.slide(f"## A\n\n{PICTURE}\n\n{LIST}").slides
    after = folder.slide(f"## A\n\n{LIST}\n\n{PICTURE}").slides
    assert before.index("<img") < before.index("<ul>")
    assert after.index("<ul>") < after.index("<img")


def test_a_comment_changes_no_arrangement(folder: DeckFolder) -> None:
    """Between two lists it is what keeps them apart; before a heading or a picture it says something to the author."""
    folder.write("pixel.png", PIXEL)
    for markdown in ("## A\n\n- a\n\n<!-- -->\n\n- b", f"<!-- a -->\n\n## A\n\n<!-- b -->\n\n{PICTURE}\n\n{LIST}"):
        page = folder.slide(markdown).slides
        assert len(re.findall('class="column[ "]', page)) == 2
        assert page.index("</h2>") < page.index('class="columns')
