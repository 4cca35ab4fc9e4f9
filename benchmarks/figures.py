"""Times what eight charts add to the build of a deck, beside the same eight drawn by matplotlib.

    python benchmarks/figures.py

Each side runs in fresh processes, with and without the charts, and the fastest of ROUNDS counts. matplotlib is
installed into a temporary folder if it is missing; the project itself does not need it. This is why slidegen draws its
charts itself: with matplotlib a deck of charts could not build from its record in under a second.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

ROUNDS: Final = 5
CHARTS: Final = 8
ROWS: Final = tuple((f"method {n}", 3.0 + n * 0.7, 12.0 / (n + 1)) for n in range(7))
PEER: Final = f"""
import io
import sys

if len(sys.argv) > 1:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.fonttype"] = "none"
    for _ in range({CHARTS}):
        figure = Figure(figsize=(9, 4))
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.bar({[row[0] for row in ROWS]!r}, {[row[2] for row in ROWS]!r})
        axes.set_ylabel("Error, %")
        figure.savefig(io.StringIO(), format="svg")
"""


def deck(charts: int) -> str:
    """Returns a deck of `CHARTS` slides, of which the first `charts` have a chart."""
    rows = "\n".join(f"    - {{method: {name}, bits: {bits}, error: {error}}}" for name, bits, error in ROWS)
    chart = "{{ chart('t', kind='bars', label='method', value='error') }}"
    slides = "\n".join(f'- "## Slide {n}\\n\\n{chart if n < charts else ""}"' for n in range(CHARTS))
    return f"tables:\n  t:\n    source: data\n    rows:\n{rows}\nslides:\n{slides}\n"


def fastest(commands: Mapping[str, list[str]], environment: Mapping[str, str]) -> dict[str, float]:
    """Returns the wall time of each command in a fresh process, the best of ROUNDS; they take turns."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def peer(folder: Path) -> dict[str, str] | None:
    """Returns the environment in which matplotlib can be imported; None if it cannot be installed."""
    if importlib.util.find_spec("matplotlib") is not None:
        return {}
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), "matplotlib"]
    return None if subprocess.run(install, capture_output=True).returncode else {"PYTHONPATH": str(folder)}


def main() -> None:
    """Prints the time that the charts add on both sides, and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = peer(folder / "peer")
        commands = {}
        for charts in (0, CHARTS):
            source = folder / f"deck{charts}.yml"
            source.write_text(deck(charts), encoding="utf-8")
            build = [sys.executable, "-m", "slidegen", "build", str(source), "--output-dir", str(folder)]
            commands[f"build with {charts} charts"] = build
        if environment is not None:
            commands["Python alone"] = [sys.executable, "-c", PEER]
            commands[f"matplotlib, {CHARTS} charts"] = [sys.executable, "-c", PEER, "draw"]
        times = fastest(commands, environment or {})
        for what, time_taken in times.items():
            print(f"{what:22} {time_taken:6.3f} s")
        own, *others = (after - before for before, after in batched(times.values()))
        print(f"charts in slidegen     {own:6.3f} s")
        for other in others:
            print(f"charts in matplotlib   {other:6.3f} s   ratio {own / other:.2f}")


def batched(values: Iterable[float]) -> Iterator[tuple[float, float]]:
    """Returns the values in pairs."""
    one = iter(values)
    return zip(one, one, strict=True)


if __name__ == "__main__":
    main()
