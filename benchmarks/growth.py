"""Measures how build time grows with a deck that repeats one element: twice the length should take twice the time.

    python benchmarks/growth.py

It prints, for each element, the processor time for two lengths, their ratio, and the error, if the longer deck has one.
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
    message = ""
except SlidegenError as error:
    message = str(error.problems[0]).rpartition("/")[2]
print(f"{time.process_time() - start:.3f} {message}", flush=True)
os._exit(0)
"""


def repeated(unit: str) -> Callable[[int], str]:
    """Returns a function from a length to a text of that length, which repeats `unit`."""
    return lambda length: unit * (length // len(unit))


ELEMENTS: Final[dict[str, Callable[[int], str]]] = {
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
    """Returns a YAML deck of one slide with this text."""
    return "slides:\n  - |2-\n" + "".join(f"    {line}\n" for line in text.split("\n"))


def in_markdown(text: str) -> str:
    """Returns a Markdown deck with this text."""
    return f"# a\n\n{text}\n"


def measured(deck: str, name: str) -> tuple[float, str]:
    """Returns the processor time to build a deck in a fresh process, and the error message, if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(deck, encoding="utf-8")
        command = [sys.executable, "-c", BUILD, str(path), folder]
        took, _, message = (
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().partition(" ")
        )
    return float(took), message


def main() -> None:
    """Prints a line for each element in each kind of deck."""
    slow = 0
    for name, written in (("talk.yml", in_yaml), ("talk.md", in_markdown)):
        for element, text in ELEMENTS.items():
            (short, _), (long, message) = (measured(written(text(length)), name) for length in (LENGTH, 2 * LENGTH))
            ratio = long / short
            slow += ratio > GOAL
            print(f"{name:9}{element:26}{short:7.2f} s {long:7.2f} s  x {ratio:4.1f}  {message}", flush=True)
    print(f"slower than twice the length: {slow}; goal: 0")


if __name__ == "__main__":
    main()
