"""How the time of a build grows with a deck that repeats one thing: twice the length should be twice the time.

    python benchmarks/growth.py

For each thing: the seconds of the processor for two lengths and their ratio, and the line with which the longer deck is
refused, if it is.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

LENGTH: Final = 50_000  # characters; the second deck is twice as long
GOAL: Final = 2.6

BUILD: Final = """
import os, sys, time
from pathlib import Path
from slidegen.errors import SlidegenError
from slidegen.pipeline import BuildOptions, build
start = time.process_time()
try:
    build(sys.argv[1], BuildOptions(folder=Path(sys.argv[2]), offline=True))
    said = ""
except SlidegenError as error:
    said = str(error.problems[0]).rpartition("/")[2]
print(f"{time.process_time() - start:.3f} {said}", flush=True)
os._exit(0)
"""


def repeated(unit: str) -> Callable[[int], str]:
    """The text of a length that repeats a unit."""
    return lambda length: unit * (length // len(unit))


THINGS: Final[dict[str, Callable[[int], str]]] = {
    **{
        repr(unit): repeated(unit)
        for unit in (
            *(
                "<!--",
                "<!-- a --> ",
                "`",
                "~~",
                "*",
                "_",
                "[",
                "[a](",
                "![",
                "<",
                "<b>",
                "<style>",
                "url(",
                "{",
                "$a$ ",
            ),
            *(" ", "a ", "a\n", "a\n\n", "# a\n", "> ", "- a\n", "- [ ] a\n", "|", "&amp; ", "\\", ":a: ", "[^a]: b\n"),
            *(
                ":::\n",
                "```\n",
                "\n---\n",
                "\\begin{align}\n\n",
                "<!-- .slide: ",
                "<!-- .element: ",
                "<!-- headingDivider: ",
            ),
            *("Ã", "Ã©", "1. a\n", "[a]: /b\n", "x\n: y\n\n", "<p>\n\n"),
        )
    },
    "runs of backticks": lambda length: "".join("`" * n + " " for n in range(1, int((2 * length) ** 0.5))),
    "a link by reference": lambda length: "[a]\n\n" * (length // 100) + f"[a]: /{'b' * length}",
    "one formula": lambda length: f"$$\n{'x + ' * (length // 4)}y\n$$",
    "columns of a table": lambda length: "|a" * (length // 4) + "\n" + "|-" * (length // 4),
    "rows of a table": lambda length: "|a|b|\n|-|-|\n" + "|a|b|\n" * (length // 6),
    "a block of code": lambda length: f"```python\n{'x = 1' * (length // 5)}\n```",
    "a log": lambda length: "```\n" + "a line\n" * (length // 7) + "```",
}


def in_yaml(text: str) -> str:
    """A YAML deck of one slide."""
    return "slides:\n  - |2-\n" + "".join(f"    {line}\n" for line in text.split("\n"))


def in_markdown(text: str) -> str:
    """A Markdown deck."""
    return f"# a\n\n{text}\n"


def measured(deck: str, name: str) -> tuple[float, str]:
    """Seconds of the processor to build a deck in a fresh process, and the mistake that it is refused for, if any."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(deck, encoding="utf-8")
        command = [sys.executable, "-c", BUILD, str(path), folder]
        took, _, said = (
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().partition(" ")
        )
    return float(took), said


def main() -> None:
    """Prints a line for each thing in each kind of deck."""
    slow = 0
    for name, written in (("talk.yml", in_yaml), ("talk.md", in_markdown)):
        for thing, text in THINGS.items():
            (short, _), (long, said) = (measured(written(text(length)), name) for length in (LENGTH, 2 * LENGTH))
            ratio = long / short
            slow += ratio > GOAL
            print(f"{name:9}{thing:26}{short:7.2f} s {long:7.2f} s  x {ratio:4.1f}  {said}", flush=True)
    print(f"slower than twice the length: {slow}; goal: 0")


if __name__ == "__main__":
    main()
