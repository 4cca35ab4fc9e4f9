"""What an output warns of: links that lead nowhere, and files that are no pictures."""

from __future__ import annotations

import gzip

import pytest

from tests.deck_folder import PIXEL, DeckFolder

OUTPUTS = pytest.mark.parametrize("output", ["reveal", "marp"])


def warnings(folder: DeckFolder, deck: str, name: str, output: str = "reveal") -> list[str]:
    """What a build warns of, without the folder."""
    built = folder.build(deck, name, format=output).built
    return [str(warning).replace(f"{folder.path}/", "") for warning in built.warnings]


@OUTPUTS
def test_a_dead_link_is_told_with_its_line(folder: DeckFolder, output: str) -> None:
    """By name and by number; those that are answered are not told."""
    text = "[a](#two) [b](#tow)\n    [c](#3) [d](#4)"
    deck = f"slides:\n  - |\n    {text}\n  - content: b\n    id: two\n  - c <i id=three></i> [e](#three) [f](#)\n"
    nowhere = "leads nowhere: no slide, heading or element has this name"
    expected = [
        f"talk.yml:3: the link '#tow' {nowhere}; did you mean '#two'?",
        f"talk.yml:4: the link '#4' {nowhere}",
    ]
    assert warnings(folder, deck, "talk.yml", output) == expected
    markdown = "# One\n\n[a](#deep-dive) [b](#deep-dife)\n[c](#2) [d](#9)\n\n---\n\n## Deep dive\n\n[e](#one)\n"
    assert warnings(folder, markdown, "talk.md", output) == [
        f"talk.md:3: the link '#deep-dife' {nowhere}; did you mean '#deep-dive'?",
        f"talk.md:4: the link '#9' {nowhere}",
    ]
    markdown = "# Über uns\n\n[a](#über-uns) [b](#uber-uns)\n"
    assert warnings(folder, markdown, "talk.md", output) == [
        f"talk.md:3: the link '#uber-uns' {nowhere}; did you mean '#über-uns'?"
    ]


@OUTPUTS
def test_reveal_counts_from_nought_or_one(folder: DeckFolder, output: str) -> None:
    """In its own kind of link: "#/2" is the third slide, and with hashOneBasedIndex the second; so in every output."""
    slides = "slides:\n  - '[a](#/0) [b](#/1/1) [c](#/b)'\n  - [b, {content: '[d](#/2) [e](#/1/2)', id: b}]\n"
    told = [warning.split("'")[1] for warning in warnings(folder, slides, "talk.yml", output)]
    assert told == ["#/1/2", "#/2"]
    slides = f"reveal: {{hashOneBasedIndex: true}}\n{slides}"
    told = [warning.split("'")[1] for warning in warnings(folder, slides, "t.yml", output)]
    assert told == ["#/0", "#/1/2"]


@OUTPUTS
def test_drawings_and_footnotes_link_to_themselves(folder: DeckFolder, output: str) -> None:
    """What a `<use>` or a footnote names is there, or is no link."""
    drawing = '<defs><path id="p" d="M0 0"/></defs><use href="#q"/><a href="#p"><text>a</text></a>'
    svg = f'<svg width="9" height="9">{drawing}</svg>'
    assert warnings(folder, f"slides:\n  - |\n    A[^1] {svg}\n\n    [^1]: note\n", "talk.yml", output) == []


@OUTPUTS
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", b"hello world, and more", "it begins with 'hello world, and'"),
        ("a.jpg", b"<html><body>not found", "it begins with '<html><body>not '"),
        ("a.gif", b"", "it is empty"),
        ("a.png", PIXEL[:20], "it is cut off or damaged before its width and height"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "it is cut off or damaged before its width and height"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is an SVG, whose name ends with .svg"),
        ("a.tiff", b"II*\0", "few browsers show image/tiff; allowed: PNG, JPEG, GIF, WebP, AVIF, SVG"),
        ("a.svg", b"just text", "it has no <svg>, and it begins with 'just text'"),
        ("a.svg", b"<svg/>", 'its root is not <svg xmlns="http://www.w3.org/2000/svg">'),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>",
            "it is not well-formed XML: mismatched tag: line 1, column 45",
        ),
        (
            "a.svgz",
            gzip.compress(b"<svg xmlns='http://www.w3.org/2000/svg'/>", mtime=0),
            "it is compressed, which a page cannot show; unpack it (gzip -dc A.svgz > A.svg)",
        ),
    ],
)
def test_a_file_that_is_no_picture_is_told(
    folder: DeckFolder, name: str, content: bytes, why: str, output: str
) -> None:
    """With the line where it stands; it is put into the deck nevertheless."""
    folder.write(name, content)
    said = f"slide 1: image '{name}' is not a picture: {why}"
    assert warnings(folder, f"slides:\n  - |\n    # a\n\n    ![]({name})\n", "talk.yml", output) == [
        f"talk.yml:5: {said}"
    ]
    assert warnings(folder, f"# a\n\n![]({name})\n", "talk.md", output) == [f"talk.md:3: {said}"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PIXEL),
        ("a.jpg", PIXEL),
        ("a.png", b"\xff\xd8\xff\xe0\0\x04xy\xff\xc2\0\x0b\x08\0\x01\0\x02\x01"),  # a JPEG
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 "),
        ("a.avif", b"\0\0\0\x1cftypavif"),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>".encode("utf-16")),
        ("a.ico", b"\0\0\1\0\1\0"),
        ("a.mp4", b"a video, say"),
    ],
)
def test_pictures_are_not_told(folder: DeckFolder, name: str, content: bytes) -> None:
    """Also under the name of another kind, as a browser shows them."""
    folder.write(name, content)
    told = warnings(folder, f"slides:\n  - |\n    <img src='{name}' alt=''>\n", "talk.yml")
    assert [one for one in told if "is not a picture" in one] == []


def test_warnings_are_told_once_and_in_the_order_of_lines(folder: DeckFolder) -> None:
    """Of all stages together; the footer is the same on each slide."""
    folder.write("a.png", b"text")
    deck = "date: 2026-02-30\nfooter: '[x](#y)'\nslides:\n  - '![](a.png) :rokcet:'\n  - '![](a.png)'\n  - b\n"
    told = [warning.split(": ")[0] for warning in warnings(folder, deck, "talk.yml", "marp")]
    assert told == sorted(told)
    assert warnings(folder, deck, "talk.yml") == [
        "talk.yml:1: the date '2026-02-30' does not exist: day is out of range for month; "
        "write one such as 2026-07-31, or any text",
        "talk.yml:2: the link '#y' leads nowhere: no slide, heading or element has this name",
        "talk.yml:4: slide 1: image 'a.png' is not a picture: it begins with 'text'",
        "talk.yml:4: unknown emoji :rokcet:; did you mean ':rocket:'?",
        "talk.yml:5: slide 2: image 'a.png' is not a picture: it begins with 'text'",
    ]
