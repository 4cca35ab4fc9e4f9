"""Times a PDF and a PowerPoint presentation of decks of 40, 200 and 2000 slides, and measures the memory.

    python benchmarks/exports.py [--to pdf,pptx] [--lengths 40,200,2000] [--peers FOLDER]

The slides are those of benchmarks/serve.py: text, formulas, code and tables in turn. The time is that of the whole
command, `slidegen export DECK --to pdf`, from its start to its end. The memory is the largest sum of the proportional
set sizes (PSS) of the command and all processes below it, measured ten times a second (Linux only).

With `--peers`, `marp --pdf --pdf-outlines` and `marp --pptx` of the marp-cli in FOLDER/node_modules, and pypandoc's
pandoc, export decks with the same text in the same run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.presentations import pandoc
from benchmarks.serve import deck, slide
from slidegen.browser.session import find_browser

LENGTHS: Final = "40,200,2000"
PAUSE: Final = 0.1


def processes(root: int) -> list[int]:
    """A process and all processes below it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for one in found:
        found += parents.get(one, [])
    return found


def memory(root: int) -> int:
    """The proportional set size of a process and all below it, in bytes."""
    total = 0
    for process in processes(root):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))
    return total


def measured(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    """The seconds that a command takes, and the most memory that it and its processes have at a time."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = [0]

    def watch() -> None:
        while process.poll() is None:
            most[0] = max(most[0], memory(process.pid))
            time.sleep(PAUSE)

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    took = time.perf_counter() - start
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors.decode()}")
    return took, most[0]


def commands(to: str, modules: Path | None) -> dict[str, list[str]]:
    """The commands that export a.yml and a.md to a file `a` of the kind `to`, by the names of the programs."""
    file = f"a.{to}"
    export = [sys.executable, "-m", "slidegen", "export", "--to", to, "-q"]
    found = {
        "slidegen, reveal.js": [*export, "a.yml", "-o", file],
        "slidegen, Marp": [*export, "a.md", "-o", file, "--format", "marp"],
    }
    if modules is not None:
        options = {"pdf": ["--pdf", "--pdf-outlines"], "pptx": ["--pptx"]}[to]
        found[f"marp --{to}"] = [str(modules / ".bin" / "marp"), "--no-stdin", *options, "a.md", "-o", file]
        if to == "pptx":
            found["pandoc"] = [*pandoc(), "a.md", "-o", file]
    return found


def pages(path: Path) -> int:
    """The number of pages or slides of a file."""
    if path.suffix == ".pdf":
        from pypdf import PdfReader

        return len(PdfReader(path).pages)
    from pptx import Presentation

    return len(Presentation(str(path)).slides)


def main() -> None:
    """Prints one line for each length, kind of file and program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--to", default="pdf,pptx")
    parser.add_argument("--lengths", default=LENGTHS)
    parser.add_argument("--peers", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    modules = arguments.peers / "node_modules" if arguments.peers else None
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CHROME_PATH": find_browser("") or ""}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for length in map(int, arguments.lengths.split(",")):
            slides = [slide(number, "word") for number in range(1, length + 1)]
            (folder / "a.yml").write_text(deck("yaml", slides), encoding="utf-8")
            (folder / "a.md").write_text(deck("marp", slides), encoding="utf-8")
            for to in arguments.to.split(","):
                path = folder / f"a.{to}"
                for program, command in commands(to, modules).items():
                    path.unlink(missing_ok=True)
                    took, most = measured(command, folder, environment)
                    size = path.stat().st_size / 1e6
                    print(
                        f"{to:4} {program:20} {pages(path):5} pages {took:7.1f} s {most / 2**20:6.0f} MiB memory"
                        f" {size:6.1f} MB",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
