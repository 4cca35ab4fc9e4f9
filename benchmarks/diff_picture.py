"""Makes the picture of docs/diff.md: what changed between last year's example talk and today's, as text and as slides.

    python benchmarks/diff_picture.py [--output docs/images/diff.png]

Last year's talk is today's with another rank and without one of the models, in a repository in a temporary folder. The
extras `browser` and `models` are needed, and git.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from slidegen import build
from slidegen.browser.deck import open_deck
from slidegen.browser.session import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT: Final = Path(__file__).parents[1]
WIDTH, HEIGHT, GAP = 1640, 1129, 16
TERMINAL: Final = 960
"""The width of the terminal in the picture."""
GROUND: Final = "#8a8a8a"
RED, GREEN = "#ff8f86", "#7fd491"
COLUMNS, LINES = 100, 52
THEN: Final = {"rank: 32": "rank: 16", "    - google/gemma-2-27b\n": ""}
"""What last year's talk has in place of today's."""
PAGE: Final = """<body style="margin: 0; background: #17191c; color: #d7dade">
<pre style="margin: 20px 22px; font: 14.6px/20.5px 'DejaVu Sans Mono', monospace">{text}</pre>"""


def main() -> None:
    """Makes the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images" / "diff.png", metavar="FILE")
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_repository(folder)
        command = [sys.executable, "-m", "slidegen", "diff", "v2025", "europython.yml"]
        text = run(command, folder)
        run([*command, "--numbers", "--format", "deck", "-o", "changes.yml"], folder)
        page = build(folder / "changes.yml", folder=folder / "build").output
        with open_browser() as browser:
            compose(text, page, browser).quantize(128).save(output, optimize=True)


def make_repository(folder: Path) -> None:
    """Commits last year's talk with its record, and puts today's in its place."""
    today = (ROOT / "slides" / "europython.yml").read_text(encoding="utf-8")
    then = today
    for now, before in THEN.items():
        assert now in then
        then = then.replace(now, before, 1)
    shutil.copytree(ROOT / "slides" / "images", folder / "images")
    for text, record in ((then, ""), (today, (ROOT / "slides" / "europython.record.json").read_text(encoding="utf-8"))):
        (folder / "europython.yml").write_text(text, encoding="utf-8")
        if record:
            (folder / "europython.record.json").write_text(record, encoding="utf-8")
            continue
        build(folder / "europython.yml", folder=folder / "build", root=folder, offline=True, claims="warn")
        git = ["git", "-c", "user.name=slidegen", "-c", "user.email=slidegen@example.org"]
        run([*git, "init", "-q"], folder)
        run([*git, "add", "europython.yml", "europython.record.json"], folder)
        run([*git, "commit", "-q", "-m", "v2025"], folder, GIT_COMMITTER_DATE="2025-07-14T12:00:00+0200")
        run([*git, "tag", "v2025"], folder)


def run(command: list[str], folder: Path, **variables: str) -> str:
    """Runs a command in a folder and returns what it prints."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=True
    )
    return done.stdout


def compose(text: str, page: Path, browser: Browser) -> Image.Image:
    """The terminal on the left, three slides of the deck of the changes on the right."""
    whole = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    whole.paste(terminal(text, browser), (GAP, GAP))
    width = WIDTH - TERMINAL - 3 * GAP
    height = (HEIGHT - 4 * GAP) // 3
    slides: list[tuple[int, Any]] = [(1, "light"), (3, "light"), (3, "dark")]
    for row, (at, scheme) in enumerate(slides):
        with open_deck(page, scheme, (width * 2, height * 2), browser) as deck:
            shot = Image.open(BytesIO(deck.screenshot(at))).convert("RGB")
        whole.paste(
            shot.resize((width, height), Image.Resampling.LANCZOS), (TERMINAL + 2 * GAP, GAP + row * (height + GAP))
        )
    return whole


def terminal(text: str, browser: Browser) -> Image.Image:
    """The first lines of what the command prints, with its colours."""
    lines = ["$ slidegen diff v2025 europython.yml", *text.splitlines()][:LINES]
    shown = "\n".join(map(coloured, lines))
    context = browser.new_context(viewport={"width": TERMINAL, "height": HEIGHT - 2 * GAP})
    try:
        page = context.new_page()
        page.set_content(PAGE.format(text=shown))
        return Image.open(BytesIO(page.screenshot())).convert("RGB")
    finally:
        context.close()


def coloured(line: str) -> str:
    """A line with the colours that it has on a terminal."""
    what = escape(line[: COLUMNS + 2])
    if line.startswith(("slide ", "$ ")):
        return f"<b style='color:#fff'>{what}</b>"
    if line.startswith(("    + ", "    - ")):
        return f"<span style='color:{GREEN if line[4] == '+' else RED}'>{what}</span>"
    before, arrow, after = what.partition(" -&gt; ")
    if not line.startswith("    "):
        return f"<span style='color:#9aa0a8'>{what}</span>" if line.startswith("  ") else what
    if not arrow:
        return what
    start, space, old = before.rpartition("  ")
    new, gap, more = after.partition("  ")
    old, new = (f"<span style='color:{colour}'>{word}</span>" for colour, word in ((RED, old), (GREEN, new)))
    return f"{start}{space}{old}{arrow}{new}{gap}{more}"


if __name__ == "__main__":
    main()
