"""Times a warm build of the talk against the floor: importing its libraries and starting KaTeX.

    python benchmarks/build.py

All results come from the record. The sides run in turns, in fresh processes, and the fastest of ROUNDS counts. The goal
is a ratio of at most 3.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DECK: Final = ROOT / "slides" / "europython.yml"
ROUNDS: Final = 7
GOAL: Final = 3.0
SIZE_GOAL: Final = 1_000_000
RASTER: Final = re.compile(rb"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")

IMPORTS: Final = "import jinja2, markdown_it, pygments, yaml, pydantic"
KATEX: Final = f"""
{IMPORTS}
from py_mini_racer import MiniRacer
from slidegen.vendor import vendor_text
engine = MiniRacer()
engine.eval(vendor_text("katex/katex.min.js"))
engine.eval("katex.renderToString('x')")
engine.close()
"""


def seconds(command: list[str]) -> float:
    """Returns the wall time of a fresh process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Prints both times, their ratio, and the size of the file."""
    with tempfile.TemporaryDirectory() as folder:
        command = str(Path(sys.executable).with_name("slidegen"))
        build = [command, "build", str(DECK), "--frozen", "--output-dir", folder]
        sides = {"imports and KaTeX": [sys.executable, "-c", KATEX], "slidegen build": build}
        best = {name: min(seconds(command) for _ in range(ROUNDS)) for name, command in sides.items()}
        data = (Path(folder) / f"{DECK.stem}.html").read_bytes()
    for name, took in best.items():
        print(f"{name:20} {took:6.3f} s")
    ratio = best["slidegen build"] / best["imports and KaTeX"]
    print(f"{'ratio':20} {ratio:6.2f}   goal: at most {GOAL:g}")
    size = len(RASTER.sub(b"", data))
    print(f"{'file':20} {size / 1e6:6.3f} MB without raster images (with: {len(data) / 1e6:.3f}); goal: under 1")


if __name__ == "__main__":
    main()
