"""Times a deck with ten Mermaid diagrams: drawn anew, from the record, and beside the same deck without diagrams.

    python benchmarks/diagrams.py [--runs 3] [--peers FOLDER]

Each build is a process of its own. The goals: the record costs no more than 0.3 s beyond the deck without diagrams,
and a diagram that is drawn 0.2 s. With `--peers`, the mermaid-cli in FOLDER draws the same ten in a browser:

    PUPPETEER_SKIP_DOWNLOAD=1 npm install --prefix FOLDER @mermaid-js/mermaid-cli puppeteer
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from slidegen.browser.session import find_browser

COUNT: Final = 10


def source(number: int) -> str:
    """A flowchart of eight nodes."""
    nodes = "\n".join(f"  A{at}[Step {number} {at}] --> A{at + 1}" for at in range(6))
    return f"flowchart LR\n{nodes}\n  A2 -->|no| A0\n  A6 --> B{{Done?}}"


def deck(language: str) -> str:
    """Ten slides, each with one diagram or its source as code."""
    return "\n\n---\n\n".join(f"## Slide {n}\n\n```{language}\n{source(n)}\n```" for n in range(COUNT))


def seconds(command: list[str], runs: int, fresh: Path | None = None) -> float:
    """The median time of a command; the file `fresh` is removed before each run."""
    times = []
    for _ in range(runs):
        if fresh is not None:
            fresh.unlink(missing_ok=True)
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Prints a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "code.md").write_text(deck("text"), encoding="utf-8")
        (folder / "drawn.md").write_text(deck("mermaid"), encoding="utf-8")
        record = folder / "drawn.record.json"
        build = [sys.executable, "-m", "slidegen", "build", "--quiet", "--output-dir", name]
        floor = seconds([*build, str(folder / "code.md")], given.runs)
        cold = seconds([*build, str(folder / "drawn.md")], given.runs, record)
        warm = seconds([*build, str(folder / "drawn.md")], given.runs)
        print(f"ten blocks of code           {floor:6.2f} s")
        print(f"ten diagrams, from the record {warm:5.2f} s (goal {floor + 0.3:.2f} s)")
        print(f"ten diagrams, drawn           {cold:5.2f} s (goal {floor + 0.2 * COUNT:.2f} s)")
        if given.peers is not None:
            print(f"mmdc, the ten diagrams alone  {peer(given.peers, folder, given.runs):5.2f} s")


def peer(installed: Path, folder: Path, runs: int) -> float:
    """The median time in which mermaid-cli draws the ten diagrams."""
    (folder / "all.md").write_text(deck("mermaid"), encoding="utf-8")
    browser = {"executablePath": find_browser(""), "args": ["--no-sandbox"]}
    (folder / "browser.json").write_text(json.dumps(browser), encoding="utf-8")
    mmdc = str(installed.resolve() / "node_modules" / ".bin" / "mmdc")
    given = ["--puppeteerConfigFile", str(folder / "browser.json"), "--input", str(folder / "all.md")]
    return seconds([mmdc, *given, "--output", str(folder / "out.md")], runs)


if __name__ == "__main__":
    main()
