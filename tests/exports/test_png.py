"""Pictures: a file for each slide, exact sizes, transparency, and nobody's file overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from slidegen.errors import SlidegenError
from tests.exports.conftest import Exporter

pytestmark = pytest.mark.browser

SMALL = "title: T\nsize: {size}\nslides: ['# One', {{background: '#102030', content: '# Two'}}]\n"
CORNER = (3, 3)


def pictures(folder: Path) -> dict[str, Image.Image]:
    """The pictures in a folder, by name."""
    return {path.name: Image.open(path).convert("RGBA") for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    ("output", "size", "width", "expected"),
    [
        ("reveal", "16:9", None, (1280, 720)),
        ("marp", "16:9", 1920, (1920, 1080)),
        ("reveal", "4:3", 1000, (1000, 750)),
        ("marp", "16:9", 333, (333, 187)),
    ],
)
def test_pictures_have_the_exact_width(
    exporter: Exporter, output: str, size: str, width: int | None, expected: tuple[int, int]
) -> None:
    """The height follows from the shape of the slides."""
    deck = exporter.deck(text=SMALL.format(size=f"'{size}'"))
    (folder,) = exporter.export(deck, "png", output=output, width=width)
    found = pictures(folder)
    assert (folder.name, list(found)) == ("talk-png", ["001.png", "002.png"])
    assert {picture.size for picture in found.values()} == {expected}
    assert found["002.png"].getpixel(CORNER) == (16, 32, 48, 255)


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_transparent_pictures(exporter: Exporter, output: str) -> None:
    """The theme's background goes, a slide's own stays; the text is there."""
    deck = exporter.deck(text=SMALL.format(size="'16:9'"))
    (folder,) = exporter.export(deck, "png", output=output, transparent=True)
    found = pictures(folder)
    assert found["001.png"].getpixel(CORNER) == (0, 0, 0, 0)
    assert found["001.png"].getchannel("A").getextrema() == (0, 255)
    assert found["002.png"].getpixel(CORNER) == (16, 32, 48, 255)


SPLIT = "---\nmarp: true\nstyle: 'section { background: #fff }'\n---\n\n# One\n\n![bg right](a.png)\n"


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_picture_beside_a_transparent_slide(exporter: Exporter, output: str) -> None:
    """Of a Marp deck the picture stays, and the theme's background beside it goes."""
    (folder,) = exporter.export(exporter.deck("m.md", SPLIT), "png", output=output, transparent=True)
    picture = pictures(folder)["001.png"]
    assert picture.getpixel(CORNER) == (0, 0, 0, 0)
    right = picture.getpixel((1270, 360))
    assert isinstance(right, tuple)
    assert right[3] > 0


def test_a_file_of_the_users_stays(exporter: Exporter) -> None:
    """slidegen's own pictures are overwritten, others are not, and then nothing is written."""
    deck = exporter.deck(text=SMALL.format(size="'16:9'"))
    (folder,) = exporter.export(deck, "png", slides=lambda _: (2,))
    before = (folder / "002.png").read_bytes()
    exporter.export(deck, "png", slides=lambda _: (2,))
    assert (folder / "002.png").read_bytes() == before
    Image.new("RGB", (2, 2)).save(folder / "001.png")
    (folder / "002.png").unlink()
    with pytest.raises(SlidegenError, match=r"001\.png: the output would overwrite a file that slidegen did not make"):
        exporter.export(deck, "png")
    assert [path.name for path in folder.iterdir()] == ["001.png"]


def test_pictures_of_removed_slides_go(exporter: Exporter) -> None:
    """If slidegen made them: pictures of the user's, under any name, stay."""
    deck = exporter.deck(text="slides: ['# One', '# Two', '# Three', '# Four']\n")
    (folder,) = exporter.export(deck, "png", width=64)
    Image.new("RGB", (2, 2)).save(folder / "004.png")
    Image.new("RGB", (2, 2)).save(folder / "cover.png")
    exporter.export(exporter.deck(text="slides: ['# One', '# Two']\n"), "png", width=64, slides=lambda _: (1,))
    assert sorted(path.name for path in folder.iterdir()) == ["001.png", "002.png", "004.png", "cover.png"]


def test_all_fragments_are_shown_without_the_players_furniture(exporter: Exporter) -> None:
    """The same picture each time."""
    deck = exporter.deck()
    (folder,) = exporter.export(deck, "png", slides=lambda _: (2,))
    first = (folder / "002.png").read_bytes()
    (folder / "002.png").unlink()
    exporter.export(deck, "png", slides=lambda _: (2,))
    assert (folder / "002.png").read_bytes() == first
