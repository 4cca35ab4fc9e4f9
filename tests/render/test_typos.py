"""Words that are nearly ones that mean something are told with their line; all others are nobody's business."""

from __future__ import annotations

import pytest

from tests.deck_folder import PIXEL, DeckFolder

SLIPS = [
    ("![](a.png){widht=50%}", "unknown attribute 'widht'; did you mean 'width'?"),
    ("![](a.png){heigth=50px}", "unknown attribute 'heigth'; did you mean 'height'?"),
    ("![](a.png){hieght=50px}", "unknown attribute 'hieght'; did you mean 'height'?"),
    ("[a](b.html){.fragmnt}", "unknown class 'fragmnt'; did you mean 'fragment'?"),
    ("Off :rokcet: we go", "unknown emoji :rokcet:; did you mean ':rocket:'?"),
]
SILENT = [
    "![](a.png){width=50% .fragment}",
    "[a](b.html){target=_blank data-id=a aria-label=b hreflang=de}",
    "[a](b.html){.quiet .unit .fragments-of-mine}",
    "a:b:c, std::vector::iterator, 10:30:45, :foo:, :::x, key:value:",
    "`![](a.png){widht=50%} :rokcet:`",
    "```yaml\n:rokcet: 1\n```",
    ":rocket: :+1:",
]


def warnings(folder: DeckFolder, deck: str, name: str, output: str = "reveal") -> list[str]:
    """What a build warns of, without the folder."""
    folder.write("a.png", PIXEL)
    built = folder.build(deck, name, format=output).built
    return [str(warning).replace(f"{folder.path}/", "") for warning in built.warnings]


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(("text", "message"), SLIPS)
def test_a_slip_is_told_with_its_line(folder: DeckFolder, text: str, message: str, output: str) -> None:
    """In YAML and in Markdown, in both outputs, once."""
    assert warnings(folder, f"slides:\n  - |\n    # A\n\n    {text}\n", "talk.yml", output) == [
        f"talk.yml:5: {message}"
    ]
    assert warnings(folder, f"# A\n\n{text}\n", "talk.md", output) == [f"talk.md:3: {message}"]


@pytest.mark.parametrize("text", SILENT)
def test_other_words_are_not_told(folder: DeckFolder, text: str) -> None:
    """They may be another program's, or mean what they say."""
    indented = text.replace("\n", "\n    ")
    assert warnings(folder, f"slides:\n  - |\n    {indented}\n", "talk.yml") == []
    assert warnings(folder, f"{text}\n", "talk.md") == []


def test_a_text_of_colons_is_not_compared_with_all_emoji(folder: DeckFolder) -> None:
    """After a hundred words no more are."""
    words = " ".join(f":rokce{a}{b}:" for a in "abcdefghij" for b in "abcdefghijklmn")
    assert warnings(folder, f"{words}\n\n:rokcet:\n", "talk.md") == []


@pytest.mark.parametrize("date", ["2026-13-45", "2026-02-30", "2026/2/30", "30.02.2026", "'2026-02-30'"])
def test_a_date_that_is_none_is_told(folder: DeckFolder, date: str) -> None:
    """As a day that no month has; the deck is built, and shows what it says."""
    (said,) = warnings(folder, f"title: a\ndate: {date}\nslides: [a]\n", "talk.yml")
    plain = date.strip("'")
    assert said.startswith(f"talk.yml:2: the date {plain!r} does not exist: ")
    (said,) = warnings(folder, f"---\ndate: {date}\n---\n\n# A\n", "talk.md")
    assert said.startswith(f"talk.md:2: the date {plain!r} does not exist: ")


@pytest.mark.parametrize("date", ["2026-07-31", "July 2026", "28.02.2026", "2026", "20-21 July", "2026-W07", "1.2"])
def test_any_other_date_is_not_told(folder: DeckFolder, date: str) -> None:
    """Free text is as good as a day."""
    assert warnings(folder, f"date: '{date}'\nslides: [a]\n", "talk.yml") == []
    assert warnings(folder, f"---\ndate: '{date}'\n---\n\n# A\n", "talk.md") == []


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_footnote_that_nothing_refers_to_is_told(folder: DeckFolder, output: str) -> None:
    """It is left out, also where another slide refers to it; in code it is none."""
    body = "a[^1]\n\n```\n[^3]: c\n```\n\n---\n\nb[^2]\n\n[^1]: one\n\n[^2]: two\n"
    told = "the slide does not refer to the footnote [^1], so it is left out; define it on the slide that refers to it"
    assert warnings(folder, f"---\nmarp: true\n---\n{body}", "talk.md", output) == [f"talk.md:14: {told}"]
    deck = "slides:\n  - |\n    a\n\n    [^1]: one\n  - b[^1]\n"
    assert warnings(folder, deck, "talk.yml", output) == [f"talk.yml:5: {told}"]
