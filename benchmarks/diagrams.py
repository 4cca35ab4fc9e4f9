"""Times a deck with ten Mermaid diagrams: drawn anew, from the record, and beside the same deck without diagrams.

    python benchmarks/diagrams.py [--runs 3] [--peer]

Each build is a process of its own. The goals: the record costs no more than 0.3 s beyond the deck without diagrams,
and a diagram that is drawn 0.5 s. With `--peer`, mermaid-cli draws the same ten with its own browser, if `mmdc` is on
the PATH.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

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
    parser.add_argument("--peer", action="store_true")
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
        print(f"ten diagrams, drawn           {cold:5.2f} s (goal {floor + 0.5 * COUNT:.2f} s)")
        if given.peer and (mmdc := shutil.which("mmdc")) is not None:
            (folder / "all.md").write_text(deck("mermaid"), encoding="utf-8")
            peer = seconds([mmdc, "-i", str(folder / "all.md"), "-o", str(folder / "out.md")], given.runs)
            print(f"mmdc, the ten diagrams alone  {peer:5.2f} s")
        elif given.peer:
            print("mmdc is not installed")


if __name__ == "__main__":
    main()
