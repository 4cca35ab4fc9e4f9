"""QR codes: that a scanner reads what the deck says, in every dialect and both outputs."""

from __future__ import annotations

import re

import pytest

from slidegen.checks.small_text import LEAST
from tests.deck_folder import DeckFolder

ADDRESS = "https://example.org/slides?a=1&b=2"
CODE = re.compile(r'<svg style="[^"]*" role="img" aria-label="([^"]*)" viewBox="0 0 (\d+) \2">(.*?)</svg>', re.DOTALL)
STROKE = re.compile(r'stroke="#000"[^>]* d="([^"]*)"|d="([^"]*)"[^>]*stroke="#000"')
STEP = re.compile(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?")


def read(html: str) -> list[tuple[str, str]]:
    """What a scanner reads in each code of a page, and what the code is called."""
    zxing = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    found = []
    for label, edge, drawing in CODE.findall(html):
        size = int(edge)
        picture = image.new("L", (size, size), 255)
        path = STROKE.search(drawing)
        assert path is not None
        x = y = 0.0
        for kind, first, second in STEP.findall(path[1] or path[2]):
            if kind == "h":
                for at in range(int(first)):
                    picture.putpixel((int(x) + at, int(y)), 0)
                x += int(first)
            else:
                x, y = (float(first), float(second)) if kind == "M" else (x + float(first), y + float(second))
        found += [(one.text, label) for one in zxing.read_barcodes(picture.resize((8 * size, 8 * size), 0))]
    return found


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_an_expression_is_a_code(folder: DeckFolder, output: str) -> None:
    """With its address below it on request, as a link; the quiet zone is four modules."""
    text = f'{{{{ qr("{ADDRESS}", caption=true, size=300) }}}}'
    page = folder.build(f"slides:\n- |\n  # A\n\n  {text}\n", format=output)
    assert read(page.slides if output == "reveal" else page.html)[0][0] == ADDRESS
    assert "inline-size:300px" in page.html
    assert '<a href="https://example.org/slides?a=1&amp;b=2">example.org/slides?a=1&amp;b=2</a>' in page.html
    assert "M4 4.5h7" in page.html


@pytest.mark.parametrize(
    ("name", "deck"),
    [
        ("a.yml", "slides:\n- |\n  ```qr\n  {}\n  ```\n"),
        ("a.md", "---\nmarp: true\n---\n# A\n\n```qr\n{}\n```\n"),
        ("b.md", "---\ndialect: reveal\n---\n# A\n\n```qr\n{}\n```\n"),
        ("a.qmd", "## A\n\n```qr\n{}\n```\n"),
        ("a.org", "* A\n#+begin_src qr\n{}\n#+end_src\n"),
    ],
)
def test_a_block_is_a_code(folder: DeckFolder, name: str, deck: str) -> None:
    page = folder.build(deck.format(ADDRESS), name)
    found = read(page.html)
    assert (ADDRESS, f"QR code: {ADDRESS}".replace("&", "&amp;")) in found


def test_the_options_of_a_block(folder: DeckFolder) -> None:
    page = folder.slide('```qr {size=200 caption="Our slides" alt="All slides" .fragment}\nWIFI:S:x;;\n```')
    assert read(page.body) == [("WIFI:S:x;;", "All slides")]
    assert "inline-size:200px" in page.body
    assert '<p class="fragment">' in page.body
    assert "Our slides</span>" in page.body


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        ("```qr\n" + "x" * 1001 + "\n```", "code: the text of a QR code has 1,001 bytes; at most 1,000"),
        ("```qr\n```", "code: a QR code needs a text or an address"),
        ("```qr {size=20}\nx\n```", "code: size of a QR code is 20.0; allowed: 80 to 700 pixels"),
        ('{{ qr("x", size="big") }}', "size of a QR code is 'big'; allowed: 80 to 700 pixels"),
        ('{{ qr("x", colour="red") }}', "qr() takes a text, size=, caption= and alt="),
    ],
)
def test_mistakes(folder: DeckFolder, markdown: str, message: str) -> None:
    assert folder.slide_problems(markdown) == [f"talk.yml:3: {message}"]


def test_a_variable_may_have_the_name(folder: DeckFolder) -> None:
    assert "<p>mine</p>" in folder.slide("{{ qr }}", "vars: {qr: mine}\n").body


def test_a_caption_can_be_read_from_the_back(folder: DeckFolder) -> None:
    """`check` says nothing about what slidegen itself writes below a code."""
    page = folder.slide('{{ qr("https://example.org", caption=true) }}')
    (size,) = re.findall(r'class="sg-qrcode" style="[^"]*font-size:(\d+)px', page.body)
    assert int(size) >= LEAST
