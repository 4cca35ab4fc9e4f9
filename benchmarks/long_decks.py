"""Measures time and memory to build decks of 20, 200 and 2000 slides, and the time until Chromium shows them.

    python benchmarks/long_decks.py

Each slide has a heading and bullets, every third a code block, every fifth a table, every seventh math. Goals: the
time per slide stays flat from 200 to 2000, peak memory stays under 500 MB, and the long file opens in less than 3 x the
time of the short one + 1 s. The floor is the processor time of jinja2, markdown-it-py and pygments alone on the same
text; the goal is at most 2.3, 2.0 and 1.5 times that.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from slidegen.browser.deck import READY
from slidegen.browser.session import open_browser

LENGTHS: Final = (20, 200, 2000)
ROUNDS: Final = 3
MEMORY_GOAL: Final = 500  # MB
FLOOR_GOALS: Final = (2.3, 2.0, 1.5)

CODE: Final = """
```python
def step_{n}(batch):
    loss = model(**batch).loss  # forward
    loss.backward()
    return loss.item() / {n}
```
"""
TABLE: Final = """
| run | loss | tokens |
|---|--:|--:|
| a{n} | 1.{n} | {n}000 |
| b{n} | 2.{n} | {n}500 |
"""
MATH: Final = r"""
$$ \mathcal{{L}}_{{{n}}} = -\sum_{{i=1}}^{{{n}}} \log p_\theta(x_i \mid x_{{<i}}) $$
"""
BUILD: Final = """
import resource, sys, time
start = time.perf_counter()
from pathlib import Path
from slidegen.pipeline import BuildOptions, build
build(sys.argv[1], BuildOptions(folder=Path(sys.argv[2])))
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

FLOOR: Final = """
import sys
from jinja2 import Environment
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

formatter = HtmlFormatter()

def code(text, name, _):
    return highlight(text, get_lexer_by_name(name), formatter)

markdown = MarkdownIt("commonmark", {"highlight": code})
environment = Environment()
with open(sys.argv[1], encoding="utf-8") as file:
    slides = file.read().split("\\n\\n\\n")
print("\\n".join(markdown.enable("table").render(environment.from_string(text).render()) for text in slides))
"""


def slide(number: int) -> str:
    """Returns one slide of the generated deck."""
    parts = [f"## Slide {number}\n", f"- first point of {number}", "- a second one, a little longer", "- a third"]
    for every, text in ((3, CODE), (5, TABLE), (7, MATH)):
        if number % every == 0:
            parts.append(text.format(n=number))
    return "\n".join(parts)


def deck(length: int) -> str:
    """Returns a YAML deck of `length` slides."""
    slides = ("  - |\n" + "\n".join(f"    {line}" for line in slide(n + 1).splitlines()) for n in range(length))
    return "title: A long deck\nslides:\n" + "\n".join(slides) + "\n"


def build(source: Path, folder: Path) -> tuple[float, float]:
    """Returns seconds and peak memory (MB) of a build in a fresh process, the fastest of ROUNDS."""
    runs = []
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", BUILD, str(source), str(folder)]
        took, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        runs.append((float(took), float(peak)))
    return min(runs)


def processor(command: list[str]) -> float:
    """Returns the processor time of a fresh process, the least of ROUNDS."""
    best = float("inf")
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def beside_floor(folder: Path) -> None:
    """Prints the processor time of the command beside that of the floor."""
    for length, goal in zip(LENGTHS, FLOOR_GOALS, strict=True):
        text = folder / f"floor{length}.md"
        text.write_text("\n\n\n".join(slide(n + 1).strip() for n in range(length)), encoding="utf-8")
        floor = processor([sys.executable, "-c", FLOOR, str(text)])
        command = [sys.executable, "-m", "slidegen", "build", str(folder / f"deck{length}.yml")]
        ratio = processor([*command, "--output-dir", str(folder)]) / floor
        print(f"{length:5} slides: {ratio:.2f} times the floor of {floor:.2f} s; goal: at most {goal:g}", flush=True)


def main() -> None:
    """Prints a line for each length, then the goals and whether they are met."""
    took: dict[int, float] = {}
    peaks: dict[int, float] = {}
    opened: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as name, open_browser() as browser:
        folder = Path(name)
        for length in LENGTHS:
            source = folder / f"deck{length}.yml"
            source.write_text(deck(length), encoding="utf-8")
            took[length], peaks[length] = build(source, folder)
            best = float("inf")
            for _ in range(ROUNDS):
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                start = time.perf_counter()
                page.goto((folder / f"deck{length}.html").as_uri())
                page.wait_for_function(READY)
                best = min(best, time.perf_counter() - start)
                page.close()
            opened[length] = best
            size = (folder / f"deck{length}.html").stat().st_size / 1e6
            print(
                f"{length:5} slides: {took[length]:6.2f} s to build, {took[length] / length * 1000:6.2f} ms a slide, "
                f"{peaks[length]:5.0f} MB, file {size:5.2f} MB, opens in {best:5.2f} s"
            )
        beside_floor(folder)
    short, middle, long = LENGTHS
    growth = (took[long] / long) / (took[middle] / middle)
    print(f"time a slide, {long} over {middle}: {growth:.2f}; goal: flat (start included, so at most 1)")
    print(f"peak memory: {peaks[long]:.0f} MB; goal: under {MEMORY_GOAL}")
    print(f"opening {long}: {opened[long]:.2f} s; goal: under {3 * opened[short] + 1:.2f} s")


if __name__ == "__main__":
    main()
