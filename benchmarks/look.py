"""Makes the pictures of docs/look.md, docs/themes.md and docs/diagrams.md: charts, tables, layouts, text and diagrams,
four slides in each theme, and pairs with the peers that are installed.

    python benchmarks/look.py [--peers FOLDER] [--output docs/images/look] [--areas charts,tables,layouts,type,themes]

The decks are in benchmarks/specimens, each with its record, so that nothing is computed. Each gives a sheet in the
light and one in the dark theme; upright phones, paper and the Marp output have a sheet of some slides each. With
`--peers`, the same content is drawn by what FOLDER has:

    npm install --prefix FOLDER --ignore-scripts @observablehq/plot d3
    npm install --prefix FOLDER --ignore-scripts @marp-team/marp-cli
    npm install --prefix FOLDER --ignore-scripts @slidev/cli @slidev/theme-seriph playwright-chromium
    pip install --target FOLDER/python great_tables polars

The extra `browser` is needed. What is missing of the peers is said in one line, and its pairs are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageDraw, ImageFont

from slidegen import SlidegenError, build, tables
from slidegen.browser.deck import open_deck
from slidegen.browser.session import find_browser, open_browser
from slidegen.cli.themes import SPECIMEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from slidegen.model import Scheme

ROOT: Final = Path(__file__).parents[1]
SPECIMENS: Final = ROOT / "benchmarks" / "specimens"
AREAS: Final = ("charts", "tables", "layouts", "type", "diagrams")
THEMES: Final = {
    "academic": (1, 4, 27, 39),
    "bold": (1, 12, 21, 36),
    "corporate": (1, 3, 14, 27),
    "contrast": (4, 6, 29, 37),
}
"""The slides of the specimen deck that show each theme."""
SLIDE, PHONE = (1280, 720), (390, 844)
GAP: Final = 8
GROUND: Final = "#8a8a8a"
QUALITY: Final = 80
"""Of WebP, from 0 to 100."""
PAIR_WIDTH: Final = 800
OTHERS: Final = {
    "phone": (("layouts", (4, 5, 7)), ("charts", (3, 7, 17)), ("tables", (2,)), ("type", (2,))),
    "paper": (("charts", (3, 12)), ("layouts", (7,)), ("tables", (7,))),
    "marp": (("charts", (1,)), ("tables", (1,)), ("layouts", (4, 7))),
}
"""The slides, from 1, of each further sheet."""
PLOT: Final = {
    "bars": 1,
    "stacked": 3,
    "dot-plot": 5,
    "heat-map": 7,
    "scatter": 9,
    "line": 11,
    "area": 12,
    "multiples": 13,
    "histogram": 14,
}
"""The slide of charts.yml that shows what specimens/plot.js draws under a name."""
GREAT_TABLES: Final = {"needs": 2, "errors": 4, "cards": 7}
"""The same for tables.yml and specimens/with_great_tables.py."""
SLIDEV: Final = {1: 1, 2: 3, 3: 4, 4: 5, 5: 10, 6: 11, 7: 12, 8: 13}
"""The slide of layouts.yml for each slide of specimens/slidev.md."""

MARP: Final = {1: 1, 2: 3, 3: 4, 4: 5}
"""The same for type.yml and specimens/marp.md."""

Pair = tuple[Image.Image, Image.Image]


def picture(png: bytes) -> Image.Image:
    """A picture that a browser took."""
    return Image.open(BytesIO(png)).convert("RGB")


def built(area: str, folder: Path, output: str = "reveal", keep_record: bool = True) -> Path:
    """Builds a specimen and returns its page. Raises SlidegenError with the mistakes of its deck."""
    deck = SPECIMENS / f"{area}.yml"
    return build(deck, root=ROOT, folder=folder, format=output, offline=True, keep_record=keep_record).output


def shots(page: Path, browser: Browser, scheme: Scheme = "light", chosen: Sequence[int] = ()) -> list[Image.Image]:
    """Pictures of the chosen slides (from 1) of a deck, or of all."""
    with open_deck(page, scheme, SLIDE, browser) as deck:
        return [picture(deck.screenshot(at - 1)) for at in chosen or range(1, len(deck.slides) + 1)]


def phone_shots(page: Path, browser: Browser, chosen: Sequence[int]) -> list[Image.Image]:
    """Pictures of slides on an upright phone."""
    with open_deck(page, "light", PHONE, browser, scale=2) as deck:
        return [picture(deck.screenshot(at - 1)) for at in chosen]


def paper_shots(page: Path, browser: Browser, chosen: Sequence[int]) -> list[Image.Image]:
    """Pictures of slides as they are printed."""
    with open_deck(page, None, SLIDE, browser, query="print-pdf") as deck:
        deck.page.emulate_media(media="print")
        sheets = deck.page.locator(".pdf-page")
        return [picture(sheets.nth(at - 1).screenshot(animations="disabled")) for at in chosen]


def sheet(pictures: Sequence[Image.Image], columns: int, width: int) -> Image.Image:
    """Pictures of one shape in rows, each `width` pixels wide."""
    height = round(width * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), GROUND)
    for at, one in enumerate(pictures):
        place = GAP + at % columns * (width + GAP), GAP + at // columns * (height + GAP)
        whole.paste(one.resize((width, height), Image.Resampling.LANCZOS), place)
    return whole


def beside(pairs: Sequence[Pair], peer: str) -> Image.Image:
    """Pairs below each other, slidegen's on the left, with the names above."""
    whole = sheet([one for pair in pairs for one in pair], 2, PAIR_WIDTH)
    named = Image.new("RGB", (whole.width, whole.height + 32), GROUND)
    named.paste(whole, (0, 32))
    draw, font = ImageDraw.Draw(named), ImageFont.load_default(22)
    for at, name in enumerate(("slidegen", peer)):
        draw.text((GAP + at * (PAIR_WIDTH + GAP), 6), name, "white", font)
    return named


def rows_of(area: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a specimen's tables, for peers."""
    found = tables(SPECIMENS / f"{area}.yml", root=ROOT, offline=True)
    return {
        name: [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]
        for name, table in found.items()
    }


def plot_pictures(peers: Path, browser: Browser) -> dict[str, Image.Image]:
    """The charts that Observable Plot draws, each on a slide of its own."""
    modules = peers / "node_modules"
    page = browser.new_page(viewport={"width": SLIDE[0], "height": SLIDE[1]})
    page.set_content(
        "<style>body { margin: 0 } figure { margin: 0; padding: 60px 72px; height: 600px }"
        " figure [class*=swatches] { font-size: 20px !important }</style>"
    )
    for script in ("d3/dist/d3.min.js", "@observablehq/plot/dist/plot.umd.min.js"):
        page.add_script_tag(path=str(modules / script))
    names = page.evaluate((SPECIMENS / "plot.js").read_text(encoding="utf-8"), rows_of("charts"))
    found = {name: picture(page.locator(f"body > figure#{name}").screenshot()) for name in names}
    page.close()
    return found


def great_tables_pictures(peers: Path, browser: Browser) -> dict[str, Image.Image]:
    """The tables that great_tables makes, each in the middle of a slide, as large as fits."""
    with tempfile.TemporaryDirectory() as name:
        script = [sys.executable, str(SPECIMENS / "with_great_tables.py"), name]
        environment = {**os.environ, "PYTHONPATH": str(peers / "python")}
        subprocess.run(script, input=json.dumps(rows_of("tables")), text=True, check=True, env=environment)
        page = browser.new_page(viewport={"width": SLIDE[0], "height": SLIDE[1]})
        found = {}
        for path in sorted(Path(name).glob("*.html")):
            page.set_content(path.read_text(encoding="utf-8"))
            page.evaluate(
                """() => {
                  const table = document.querySelector("table"), box = table.getBoundingClientRect();
                  document.body.style.zoom = Math.min(1.6, 640 / box.height, 1160 / box.width);
                  document.body.style.padding = "24px";
                }"""
            )
            found[path.stem] = picture(page.screenshot())
        page.close()
    return found


def slidev_pictures(peers: Path, _browser: Browser) -> dict[str, Image.Image]:
    """The slides that Slidev exports with its theme seriph, by their numbers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(SPECIMENS / "slidev.md", folder / "deck.md")
        shutil.copy(ROOT / "slides" / "images" / "low-rank-2.png", folder)
        (folder / "node_modules").symlink_to((peers / "node_modules").resolve())
        command = ["node", "node_modules/@slidev/cli/bin/slidev.mjs", "export", "deck.md", "--format", "png"]
        command += ["--output", "out", "--timeout", "120000", "--wait", "500"]
        chromium = find_browser("")
        command += ["--executable-path", chromium] if chromium else []
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
        return {path.stem.lstrip("0"): picture(path.read_bytes()) for path in sorted((folder / "out").glob("*.png"))}


def marp_pictures(peers: Path, _browser: Browser) -> dict[str, Image.Image]:
    """The slides that Marp CLI makes with its default theme, by their numbers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(SPECIMENS / "marp.md", folder / "deck.md")
        command = ["node", str(peers / "node_modules/.bin/marp"), "deck.md", "--images", "png", "--output", "out.png"]
        chromium = find_browser("")
        command += ["--browser-path", chromium] if chromium else []
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
        return {path.suffixes[0].lstrip(".0"): picture(path.read_bytes()) for path in sorted(folder.glob("out.*.png"))}


Drawn = Callable[[Path, "Browser"], dict[str, Image.Image]]
PEERS: Final[Mapping[str, tuple[str, str, Drawn, Mapping[str, int]]]] = {
    "Observable Plot": ("charts", "node_modules/@observablehq/plot", plot_pictures, PLOT),
    "great_tables": ("tables", "python/great_tables", great_tables_pictures, GREAT_TABLES),
    "Marp CLI, default": (
        "type",
        "node_modules/@marp-team/marp-cli",
        marp_pictures,
        {str(theirs): ours for theirs, ours in MARP.items()},
    ),
    "Slidev, seriph": (
        "layouts",
        "node_modules/@slidev/theme-seriph",
        slidev_pictures,
        {str(theirs): ours for theirs, ours in SLIDEV.items()},
    ),
}
"""The area of each peer, where it lies in FOLDER, how it draws, and our slide for each of its pictures."""


def compared(
    peers: Path | None, areas: Iterable[str], pages: Mapping[str, Path], browser: Browser
) -> Iterator[tuple[str, Image.Image]]:
    """The pairs of each peer that is there. Says which are missing."""
    missing = []
    for peer, (area, place, drawn, numbers) in PEERS.items():
        if area not in areas:
            continue
        if peers is None or not (peers / place).exists():
            missing.append(peer)
            continue
        theirs = drawn(peers, browser)
        ours = shots(pages[area], browser, chosen=list(numbers.values()))
        pairs = [(one, theirs[name]) for one, name in zip(ours, numbers, strict=True) if name in theirs]
        yield f"{area}-pairs", beside(pairs, peer)
    if missing:
        print(f"not compared, because they are not in the folder of --peers: {', '.join(missing)}", file=sys.stderr)


def sheets(
    areas: Sequence[str], pages: Mapping[str, Path], folder: Path, browser: Browser
) -> Iterator[tuple[str, Image.Image]]:
    """The sheets of our own slides."""
    for area in areas:
        for scheme in ("light", "dark"):
            yield f"{area}-{scheme}", sheet(shots(pages[area], browser, scheme), 3, 480)
    of_phone, of_paper = (partial(function, browser=browser) for function in (phone_shots, paper_shots))
    for name, shoot, columns, width in (("phone", of_phone, 4, 300), ("paper", of_paper, 2, 640)):
        chosen = [(area, numbers) for area, numbers in OTHERS[name] if area in areas]
        found = [one for area, numbers in chosen for one in shoot(pages[area], chosen=numbers)]
        if found:
            yield name, sheet(found, columns, width)
    chosen = [(area, numbers) for area, numbers in OTHERS["marp"] if area in areas]
    found = [
        one for area, numbers in chosen for one in shots(built(area, folder / "marp", "marp"), browser, chosen=numbers)
    ]
    if found:
        yield "marp", sheet(found, 2, 640)


def theme_sheets(folder: Path, browser: Browser) -> Iterator[tuple[str, Image.Image]]:
    """A sheet of each theme: slides on light pages above the same on dark ones."""
    for theme, numbers in THEMES.items():
        page = build(SPECIMEN, theme=theme, folder=folder / theme, offline=True, keep_record=False).output
        schemes: tuple[Scheme, Scheme] = ("light", "dark")
        yield f"theme-{theme}", sheet([one for s in schemes for one in shots(page, browser, s, numbers)], 4, 480)


def make(output: Path, areas: Sequence[str], peers: Path | None, themes: bool) -> list[Path]:
    """Writes the pictures and returns their files."""
    output.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as name, open_browser() as browser:
        pages = {area: built(area, Path(name)) for area in areas}
        found = [*sheets(areas, pages, Path(name), browser), *compared(peers, areas, pages, browser)]
        for title, image in (*found, *(theme_sheets(Path(name), browser) if themes else ())):
            path = output / f"{title}.webp"
            image.save(path, "WEBP", quality=QUALITY, method=6)
            written.append(path)
    return written


def main() -> int:
    """Prints the files with their sizes."""
    parser = argparse.ArgumentParser(description="The pictures of docs/look.md.")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="where peers are installed")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images" / "look", metavar="FOLDER")
    every = (*AREAS, "themes")
    parser.add_argument("--areas", default=",".join(every), help=f"of: {', '.join(every)}")
    options = parser.parse_args()
    areas = options.areas.split(",")
    if unknown := sorted(set(areas) - set(every)):
        parser.error(f"unknown areas: {', '.join(unknown)}; available: {', '.join(every)}")
    try:
        written = make(options.output, [one for one in areas if one in AREAS], options.peers, "themes" in areas)
    except SlidegenError as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(f"{path.stat().st_size / 1000:6.0f} kB  {path}")
    print(f"{sum(path.stat().st_size for path in written) / 1000:6.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
