"""Times a deck that cites 40 works, beside the same deck without citations and beside `pandoc --citeproc`.

    python benchmarks/citations.py [--runs 3]

Each build is a process of its own, with the 27 works of tests/citations and copies of some.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.diagrams import seconds
from slidegen.vendor import VENDOR

WORKS: Final = Path(__file__).parents[1] / "tests/citations/works.bib"
STYLES: Final = ("apa", "chicago-author-date", "ieee")
COUNT: Final = 40


def works() -> str:
    """The text of a file with more than 40 works."""
    text = WORKS.read_text(encoding="utf-8")
    return text + re.sub(r"^(@(?!string|comment|preamble|collection)\w+\{)(\w+)", r"\1\2-b", text, flags=re.MULTILINE)


def main() -> None:
    """Prints a line for each style."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    text = works()
    keys = re.findall(r"^@(?!string|comment|preamble)\w+\{([\w-]+)", text, re.MULTILINE)[:COUNT]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "works.bib").write_text(text, encoding="utf-8")
        body = "".join(f"\n---\n\n## Slide {at}\n\nAs [@{key}, p. 3] and @{key}.\n" for at, key in enumerate(keys))
        build = [sys.executable, "-m", "slidegen", "build", "--quiet", "--output-dir", name]
        plain = folder / "plain.md"
        plain.write_text(f"# T\n{body.replace('@', '')}", encoding="utf-8")
        floor = seconds([*build, str(plain)], given.runs)
        print(f"without citations: {floor:.2f} s")
        for style in STYLES:
            deck = folder / f"{style}.md"
            deck.write_text(f"---\nbibliography: works.bib\ncsl: {style}\n---\n\n# T\n{body}", encoding="utf-8")
            line = f"{style}: {seconds([*build, str(deck)], given.runs):.2f} s"
            print(f"{line}{_pandoc(style, deck, given.runs)}")


def _pandoc(style: str, deck: Path, runs: int) -> str:
    """The same by pandoc, if it is installed."""
    try:
        from pypandoc import get_pandoc_path
    except ImportError:
        return ""
    csl = VENDOR / f"citations/styles/{style}.csl"
    command = [get_pandoc_path(), "--citeproc", "--csl", str(csl), "--bibliography", str(deck.parent / "works.bib"),
               "--to", "revealjs", "--output", str(deck.with_suffix(".pandoc.html")), str(deck)]  # fmt: skip
    return f"; pandoc --citeproc {seconds(command, runs):.2f} s"


if __name__ == "__main__":
    main()
