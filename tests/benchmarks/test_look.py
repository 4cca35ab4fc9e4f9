"""The pictures of docs/look.md: sheets of the specimens, and what is said where peers are missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from benchmarks import look

DOCS = look.ROOT / "docs"


@pytest.mark.browser
def test_sheets_show_the_slides_and_pairs_need_their_peers(
    tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the screen, on paper and on a phone; a missing peer is named in one line."""
    page = look.built("type", tmp_path, keep_record=False)
    found = look.shots(page, browser, "dark", [2, 6])
    assert [one.size for one in found] == [look.SLIDE] * 2
    assert max(found[0].crop((20, 20, 21, 21)).tobytes()) < 60
    (paper,) = look.paper_shots(page, browser, [2])
    assert paper.getpixel((20, 20)) == (255, 255, 255)
    (phone,) = look.phone_shots(page, browser, [2])
    assert phone.size == (780, 1688)
    assert look.sheet(found, 2, 480).size == (2 * 480 + 3 * look.GAP, 270 + 2 * look.GAP)
    assert list(look.compared(tmp_path, ["charts", "layouts"], {}, browser)) == []
    said = "not compared, because they are not in the folder of --peers: Observable Plot, Slidev, seriph\n"
    assert capsys.readouterr().err == said


def test_specimens_build_from_their_records(tmp_path: Path) -> None:
    """Nothing is computed, so that the pictures can be made where no model is; peers get the same numbers."""
    for area in look.AREAS:
        before = (look.SPECIMENS / f"{area}.record.json").read_bytes()
        look.built(area, tmp_path)
        assert (look.SPECIMENS / f"{area}.record.json").read_bytes() == before
    rows = look.rows_of("tables")
    assert set(look.GREAT_TABLES) <= set(rows)
    assert json.loads(json.dumps(rows)) == rows


def test_a_pair_has_the_names_above_it() -> None:
    """slidegen's picture is the left one."""
    ours, theirs = (Image.new("RGB", look.SLIDE, color) for color in ("red", "blue"))
    both = look.beside([(ours, theirs)], "a peer")
    assert both.getpixel((both.width // 4, both.height // 2)) == (255, 0, 0)
    assert both.getpixel((both.width * 3 // 4, both.height // 2)) == (0, 0, 255)


def test_the_page_shows_every_picture_that_the_script_makes() -> None:
    """And no other; all together are small."""
    text = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("look.md", "themes.md", "diagrams.md"))
    shown = set(re.findall(r"\(images/look/([\w-]+\.webp)\)", text))
    files = list((DOCS / "images" / "look").iterdir())
    assert {path.name for path in files} == shown
    assert sum(path.stat().st_size for path in files) < 1_650_000
