"""Times Markdown decks of 20, 200 and 2000 slides: slidegen's Marp and reveal.js output beside marp-cli.

    python benchmarks/marp.py

marp-cli is installed from npm into a temporary folder; the project itself does not need it. Each side runs in fresh
processes, in turn, and the fastest of ROUNDS counts. Goals for both outputs: at most half of marp-cli's time for 20 and
200 slides, and less than its time for 2000. The Marp file of 2000 slides opens in Chromium in under 3 s.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from slidegen.browser.session import open_browser

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.long_decks import slide

LENGTHS: Final = (20, 200, 2000)
OUTPUTS: Final = ("marp", "reveal")
ROUNDS: Final = 5
MARP_CLI: Final = "@marp-team/marp-cli@4.5.1"
OPENS_IN: Final = 3.0  # seconds
READY: Final = "() => window.slidegen && window.slidegen.ready"


def deck(length: int) -> str:
    """Returns a Marp deck of `length` slides."""
    return "---\nmarp: true\npaginate: true\n---\n\n" + "\n\n---\n\n".join(slide(n + 1) for n in range(length)) + "\n"


def install(folder: Path) -> list[str] | None:
    """Returns the command that runs marp-cli; None if npm cannot install it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", MARP_CLI]
    if subprocess.run(command, capture_output=True).returncode:
        return None
    return [node, str(folder / "node_modules/@marp-team/marp-cli/marp-cli.js")]


def seconds(commands: dict[str, list[str]]) -> dict[str, float]:
    """Returns the wall time of each command in a fresh process, the best of ROUNDS; in turn, so that noise hits all."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(
                command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, "CI": "1"}
            )
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def main() -> None:
    """Prints a line for each length and output, then the time to open."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        marp = install(folder / "cli")
        if marp is None:
            print(f"{MARP_CLI} cannot be installed here (npm is needed); slidegen alone:")
        for length in LENGTHS:
            source = folder / f"deck{length}.md"
            source.write_text(deck(length), encoding="utf-8")
            build = [sys.executable, "-m", "slidegen", "build", str(source), "--output-dir", str(folder)]
            commands = {output: [*build, "--format", output] for output in OUTPUTS}
            if marp:
                commands[MARP_CLI] = [*marp, str(source), "--html", "-o", str(folder / "peer.html")]
            took = seconds(commands)
            peer = took.get(MARP_CLI)
            for output in OUTPUTS:
                beside = f", marp-cli {peer:6.2f} s, ratio {took[output] / peer:.2f}" if peer else ""
                goal = "under 1" if length == LENGTHS[-1] else "at most 0.5"
                print(f"{length:5} slides as {output:6}: {took[output]:6.2f} s{beside} (goal: {goal})")
        with open_browser() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            start = time.perf_counter()
            page.goto((folder / f"deck{LENGTHS[-1]}.marp.html").as_uri())
            page.wait_for_function(READY)
            opened = time.perf_counter() - start
        print(f"opening the Marp file of {LENGTHS[-1]} slides: {opened:.2f} s (goal: under {OPENS_IN:g})")


if __name__ == "__main__":
    main()
