"""Times how long a saved change takes to appear on the screen of a real browser, beside `marp --watch` and Slidev.

    python benchmarks/serve.py [--edits 15] [--peers [--tools FOLDER]]

A deck of 40, 200 and 2000 slides is shown by `slidegen serve`, as YAML, as Markdown and as a Marp deck. Each edit
changes a word of the slide in view, in the middle of the deck. The time runs from the end of writing the file to the
first frame in which the browser has painted the new word (two animation frames after the change of the document). The
goals are 100 ms at 40 and 200 slides, and 300 ms at 2000.

With `--peers`, marp-cli and Slidev are installed with npm into a temporary folder and timed in the same way, on decks
with the same text: `marp --watch` reloads the page, Slidev exchanges the module of the slide.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from slidegen.browser.session import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LENGTHS: Final = (40, 200, 2000)
GOALS: Final = {40: 100, 200: 100, 2000: 300}
PATIENCE: Final = 120.0
Found = TypeVar("Found")
WORD: Final = "word-{}-"

# Tells when the text has been painted: the first frame after the change is drawn when the second one begins.
WATCH: Final = """
(text) => new Promise((done) => {
  const now = () => done(performance.timeOrigin + performance.now());
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(now));
  if (document.body.textContent.includes(text)) { painted(); return; }
  const observer = new MutationObserver(() => {
    if (!document.body.textContent.includes(text)) return;
    observer.disconnect();
    painted();
  });
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
})
"""


def slide(number: int, word: str) -> str:
    """The text of a slide: of each kind that decks have, in turn."""
    kinds = (
        f"Some **text** with `code` and a [link](https://example.org).\n\n- one point\n- two points {word}",
        f"The loss is $L_{{{number}}} = \\sum_k x_k^{{2}}$ {word}",
        f"{word}\n\n```python\ndef f{number}(x):\n    return x + {number}\n```",
        f"| a | b |\n|---|---|\n| {number} | 2 |\n| 3 | 4 |\n\n{word}",
        f"> A quote of number {number}\n\nand a paragraph *with* emphasis. {word}",
    )
    return f"## Slide {number}\n\n{kinds[number % len(kinds)]}"


def deck(kind: str, slides: list[str]) -> str:
    """A deck of these slides."""
    if kind == "yaml":
        rows = ("".join(f"    {row}\n" if row else "\n" for row in text.split("\n")) for text in slides)
        return "title: A deck\nslides:\n" + "".join(f"  - |\n{text}" for text in rows)
    head = {"marp": "marp: true\npaginate: true", "markdown": "dialect: plain", "slidev": "theme: none"}[kind]
    return f"---\n{head}\ntitle: A deck\n---\n\n" + "\n\n---\n\n".join(slides) + "\n"


@contextmanager
def running(command: list[str], folder: Path, address: str) -> Iterator[str]:
    """Runs a server until the end, and gives the address that it prints."""
    log = folder / "log.txt"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, stdout=file, stderr=file, start_new_session=True)
    try:
        found = until(lambda: re.search(address, log.read_text(errors="replace")))
        assert found is not None
        yield found[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(find: Callable[[], Found]) -> Found:
    """Waits until something is found."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.02)
    raise SystemExit("a server does not start")


def swapped(page: Page, word: str, write: Callable[[], float]) -> float:
    """Returns the milliseconds from an edit to the frame that shows its word, in a page that stays."""
    handle = page.evaluate_handle(f"(text) => ({{ seen: ({WATCH})(text) }})", word)
    saved = write()
    return float(handle.evaluate("({ seen }) => seen")) - saved


def reloaded(page: Page, word: str, write: Callable[[], float]) -> float:
    """Returns the same for a page that is loaded anew."""
    saved = write()
    while True:
        with suppress(Exception):  # while the page is loaded
            return float(page.evaluate(WATCH, word)) - saved


def times(
    show: Callable[[Page, str, Callable[[], float]], float], page: Page, path: Path, kind: str, count: int, edits: int
) -> list[float]:
    """Returns the milliseconds of each edit of the slide in the middle, seen by `show`."""
    found = []
    slides = [slide(number, "word") for number in range(1, count + 1)]
    for edit in range(edits + 2):
        word = WORD.format(edit)
        slides[count // 2 - 1] = slide(count // 2, word)
        text = deck(kind, slides)

        def write(text: str = text) -> float:
            path.write_text(text, encoding="utf-8")
            return time.time() * 1000

        found.append(show(page, word, write))
        time.sleep(0.5)
    return found[2:]  # the first ones warm up


def report(name: str, count: int, found: list[float], goal: int | None = None) -> None:
    """Prints the median, the best and the worst time."""
    words = "" if goal is None else f"   goal: at most {goal} ms"
    spread = f"(best {min(found):5.0f}, worst {max(found):6.0f})"
    print(f"{name:24}{count:6} slides {statistics.median(found):8.0f} ms  {spread}{words}", flush=True)


def measure_slidegen(browser: Browser, edits: int) -> None:
    """Times `slidegen serve`."""
    for kind, suffix in (("yaml", "yml"), ("markdown", "md"), ("marp", "md")):
        for count in LENGTHS:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                path = folder / f"deck.{suffix}"
                path.write_text(deck(kind, [slide(number, "word") for number in range(1, count + 1)]))
                command = [sys.executable, "-m", "slidegen", "serve", path.name, "--port", "0"]
                with running(command, folder, r"http://\S+") as url:
                    page = browser.new_page(viewport={"width": 1280, "height": 720})
                    page.goto(f"{url}#/{count // 2 - 1}", timeout=PATIENCE * 1000)
                    page.wait_for_function("() => window.Reveal && Reveal.isReady()", timeout=PATIENCE * 1000)
                    page.wait_for_timeout(1000)
                    report(
                        f"slidegen serve, {kind}", count, times(swapped, page, path, kind, count, edits), GOALS[count]
                    )
                    page.close()


def measure_marp(browser: Browser, edits: int, tools: Path) -> None:
    """Times `marp --watch` with its server, which reloads the page."""
    for count in LENGTHS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = folder / "deck.md"
            path.write_text(deck("marp", [slide(number, "word") for number in range(1, count + 1)]))
            command = [str(tools / "node_modules/.bin/marp"), "--watch", "--html", path.name, "-o", "deck.html"]
            with running(command, folder, r"Watch mode|\[Watch"):
                until((folder / "deck.html").exists)
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.goto(f"{(folder / 'deck.html').as_uri()}#{count // 2}", timeout=PATIENCE * 1000)
                page.wait_for_timeout(1500)
                report("marp --watch", count, times(reloaded, page, path, "marp", count, edits))
                page.close()


def measure_slidev(browser: Browser, edits: int, tools: Path) -> None:
    """Times Slidev's development server."""
    for count in LENGTHS[:2]:
        folder = tools / f"slidev-{count}"
        folder.mkdir()
        path = folder / "deck.md"
        path.write_text(deck("slidev", [slide(number, "word") for number in range(1, count + 1)]))
        command = [str(tools / "node_modules/.bin/slidev"), str(path), "--port", "3939", "--log", "info"]
        with running(command, folder, r"http://localhost:\d+"):
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"http://localhost:3939/{count // 2}", timeout=PATIENCE * 1000)
            page.wait_for_function("() => document.body.textContent.includes('word')", timeout=PATIENCE * 1000)
            page.wait_for_timeout(2000)
            report("slidev", count, times(reloaded, page, path, "slidev", count, edits))
            page.close()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=15)
    parser.add_argument("--peers", action="store_true", help="time marp-cli and Slidev too; npm installs them")
    parser.add_argument("--tools", type=Path, help="a folder in which npm has installed them before")
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with open_browser() as browser:
        measure_slidegen(browser, given.edits)
        if given.peers:
            with tempfile.TemporaryDirectory() as name:
                tools = given.tools or Path(name)
                for program, package, measure in (
                    ("marp", "@marp-team/marp-cli", measure_marp),
                    ("slidev", "@slidev/cli", measure_slidev),
                ):
                    if given.tools is None:
                        subprocess.run(["npm", "install", "--no-audit", "--no-fund", package], cwd=tools, check=False)
                    if (tools / "node_modules" / ".bin" / program).exists():
                        measure(browser, given.edits, tools)
                    else:
                        print(f"{program:24} is not installed")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
