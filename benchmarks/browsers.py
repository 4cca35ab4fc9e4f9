"""The example decks as Chromium, Firefox and WebKitGTK show them, side by side, to be looked at. Run it alone:
``python -m benchmarks.browsers FOLDER [DECK...]``.

For each deck in each output it writes sheets of ten slides in both schemes, of six slides in an upright window, of the
speaker view, and of ten slides printed (WebKitGTK's driver does not print). It says which slides any browser lets run
off, which it sets in smaller type than Chromium, and what it says on its console. A browser that is not installed is
left out, with a line. Needs poppler's `pdftoppm`.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from benchmarks.browser_windows import READY, Window, firefox, webkit
from slidegen.browser.deck import MEASURED, OVERFLOW
from slidegen.browser.session import open_browser
from slidegen.pipeline import BuildOptions, build

SLIDES = Path(__file__).parents[1] / "slides"
WIDE = (1280, 720)
UPRIGHT = (500, 900)
"""Firefox's windows are 500 CSS pixels wide at least."""
SPEAKER = (1280, 880)
COUNT = 10
SHOWN_WIDTH = 520
ROWS = 3
RECORDER = """<script>
  window.consoleLines = [];
  // What has no error is a late size of an element that Marp fits, which the browser sends in its next frame.
  addEventListener("error", (event) => event.error && consoleLines.push(`${event.message} (${event.lineno})`));
  addEventListener("unhandledrejection", (event) => consoleLines.push(String(event.reason)));
  for (const level of ["error", "warn"]) {
    const own = console[level];
    console[level] = (...all) => { consoleLines.push(all.map(String).join(" ")); own.apply(console, all); };
  }
</script>"""
SHOW = """window.Reveal && Reveal.configure({ transition: "none", backgroundTransition: "none" });
  slidegen.show(arguments[0], 999)"""
SPEAKS = """return document.querySelectorAll("iframe").length > 1"""
MEASURES = f"""slidegen.show(arguments[0], 999);
  const runs = ({OVERFLOW.read_text(encoding="utf-8")})();
  return [({MEASURED})(arguments[0]), runs.map((one) => `${{one.side}} ${{one.pixels}} px: ${{one.what}}`)]"""


class Chromium:
    """A page of Chromium, as a window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def size(self, width: int, height: int) -> None:
        self.page.goto("about:blank")
        self.page.set_viewport_size({"width": width, "height": height})

    def go(self, url: str, ready: str = READY) -> None:
        self.page.goto("about:blank")
        self.page.goto(url)
        self.page.wait_for_function(f"() => {{ {ready} }}")

    def run(self, script: str, *arguments: Any) -> Any:
        return self.page.evaluate(f"(all) => (function () {{ {script} }})(...all)", list(arguments))

    def shot(self) -> bytes:
        return self.page.screenshot(animations="disabled")

    def speaker_view(self, width: int, height: int, ready: str) -> bytes:
        with self.page.expect_popup() as opened:
            self.page.keyboard.press("s")
        own = Chromium(opened.value)
        own.page.set_viewport_size({"width": width, "height": height})
        own.page.wait_for_function(f"() => {{ {ready} }}", polling=200)
        own.page.wait_for_timeout(3000)
        png = own.shot()
        own.page.close()
        return png

    def printed(self) -> bytes:
        return self.page.pdf(width="33.8667cm", height="19.05cm", print_background=True)


@contextmanager
def windows() -> Iterator[dict[str, Window]]:
    """A window of each browser that is installed, by its name."""
    with ExitStack() as stack:
        page = stack.enter_context(open_browser()).new_page(reduced_motion="reduce", color_scheme="light")
        others = {"Firefox": stack.enter_context(firefox()), "WebKitGTK": stack.enter_context(webkit())}
        for name in [name for name, window in others.items() if window is None]:
            print(f"{name} is not installed")
        yield {"Chromium": Chromium(page), **{name: one for name, one in others.items() if one is not None}}


@dataclass(frozen=True, slots=True)
class Subject:
    """A built deck, the name of its pictures, where they go, and the windows that show it."""

    path: Path
    name: str
    folder: Path
    windows: dict[str, Window]

    def sheets(self, what: str, rows: Sequence[Sequence[bytes]]) -> None:
        """Writes rows of pictures, three on a sheet."""
        for at in range(0, len(rows), ROWS):
            _sheet(rows[at : at + ROWS], self.folder / f"{self.name}-{what}-{at // ROWS + 1}.png")


def _sheet(rows: Sequence[Sequence[bytes]], target: Path) -> None:
    shown = [[Image.open(io.BytesIO(png)).convert("RGB") for png in row] for row in rows]
    height = round(SHOWN_WIDTH * shown[0][0].height / shown[0][0].width)
    sheet = Image.new("RGB", (max(map(len, shown)) * (SHOWN_WIDTH + 8), len(rows) * (height + 8)), "gray")
    for down, row in enumerate(shown):
        for across, image in enumerate(row):
            small = image.resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
            sheet.paste(small, (across * (SHOWN_WIDTH + 8), down * (height + 8)))
    sheet.save(target)


def spread(total: int, count: int) -> list[int]:
    """Returns the numbers of so many of the slides, from 0, the first and the last among them."""
    return sorted({round(at * (total - 1) / (count - 1)) for at in range(count)})


def slides(subject: Subject, scheme: str) -> None:
    """Ten slides in a scheme; what runs off any slide, and what the browsers say."""
    columns = []
    for name, window in subject.windows.items():
        window.size(*WIDE)
        window.go(f"{subject.path.as_uri()}?theme={scheme}")
        total = window.run("return slidegen.slides.length")
        columns.append(list(_shots(window, spread(total, COUNT))))
        if scheme == "light":
            for index in range(total):
                _report(subject, name, index + 1, window.run(MEASURES, index))
        for line in window.run("return consoleLines"):
            print(f"{subject.name}: {name} {scheme}: {line}")
    subject.sheets(scheme, list(zip(*columns, strict=True)))


def _shots(window: Window, indices: Iterable[int]) -> Iterator[bytes]:
    for index in indices:
        window.run(SHOW, index)
        yield window.shot()


def _report(subject: Subject, name: str, slide: int, measured: Any) -> None:
    sizes, runs = measured
    if name == "Chromium":
        SIZES[subject.name, slide] = sizes
    elif SIZES[subject.name, slide] != sizes:
        print(f"{subject.name} {slide}: {name} has the sizes {sizes}, Chromium {SIZES[subject.name, slide]}")
    for line in runs:
        print(f"{subject.name} {slide}: {name}: off the {line}")


SIZES: dict[tuple[str, int], Any] = {}
"""The sizes of type in Chromium, by deck and slide."""


def upright(subject: Subject) -> None:
    """Six slides in an upright window."""
    columns = []
    for name, window in subject.windows.items():
        window.size(*UPRIGHT)
        window.go(f"{subject.path.as_uri()}?theme=light")
        columns.append(list(_shots(window, spread(window.run("return slidegen.slides.length"), 6))))
        for line in window.run("return consoleLines"):
            print(f"{subject.name}: {name} upright: {line}")
    subject.sheets("upright", list(zip(*columns, strict=True)))


def speaker(subject: Subject) -> None:
    """The speaker view on a slide in the middle."""
    row = []
    for window in subject.windows.values():
        window.size(*WIDE)
        window.go(f"{subject.path.as_uri()}?theme=dark")
        window.run("slidegen.show(Math.floor(slidegen.slides.length / 2), 0)")
        row.append(window.speaker_view(*SPEAKER, SPEAKS))
    subject.sheets("speaker", [row])


def printed(subject: Subject) -> None:
    """Ten pages as Chromium and Firefox print them."""
    columns = []
    for window in subject.windows.values():
        window.size(*WIDE)
        window.go(f"{subject.path.as_uri()}?theme=dark")
        total = window.run("return slidegen.slides.length")
        pdf = window.printed()
        if pdf is not None:
            columns.append(_pages(pdf, subject.folder / "printed.pdf", spread(total, COUNT)))
    subject.sheets("print", list(zip(*columns, strict=False)))


def _pages(pdf: bytes, path: Path, indices: Iterable[int]) -> list[bytes]:
    path.write_bytes(pdf)
    pages = []
    for index in indices:
        one = ["-f", str(index + 1), "-l", str(index + 1)]
        command = ["pdftoppm", "-png", "-r", "50", *one, str(path)]
        pages.append(subprocess.run(command, capture_output=True, check=True).stdout)
    path.unlink()
    return [page for page in pages if page]


def main() -> None:
    """Builds the decks that are named, or all examples, and writes the pictures."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: python -m benchmarks.browsers FOLDER [DECK...]")
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    decks = [Path(name) for name in sys.argv[2:]] or [
        path for path in sorted(SLIDES.iterdir()) if path.suffix in (".yml", ".md", ".org", ".ipynb")
    ]
    with windows() as all_windows:
        for deck in decks:
            for output in ("reveal", "marp"):
                options = BuildOptions(folder=folder, format=output, mode="frozen", offline=True, keep_record=False)
                path = build(str(deck), options).output
                path.write_text(path.read_text(encoding="utf-8").replace("<head>", f"<head>{RECORDER}", 1), "utf-8")
                subject = Subject(path, f"{deck.stem}-{output}", folder, all_windows)
                for scheme in ("light", "dark"):
                    slides(subject, scheme)
                for view in (speaker, printed, upright):
                    view(subject)
    print(folder)


if __name__ == "__main__":
    main()
