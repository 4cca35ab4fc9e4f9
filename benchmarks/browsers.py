"""Ten slides of each example deck in both schemes, as Chromium, Firefox and WebKitGTK show them, side by side, to be
looked at. Run it alone: ``python benchmarks/browsers.py FOLDER [DECK...]``.

Firefox (`firefox` or `firefox-esr`) makes the pictures by its own ``--screenshot``, WebKitGTK by its WebDriver
(`WebKitWebDriver` and `Xvfb`, Debian's webkit2gtk-driver and xvfb). What is not installed is left out, with a line.
"""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from PIL import Image

from slidegen.browser.deck import open_deck
from slidegen.browser.session import open_browser
from slidegen.pipeline import BuildOptions, build

SLIDES = Path(__file__).parents[1] / "slides"
SIZE = (1280, 720)
COUNT = 10
PORT = 4455
SHOWN_WIDTH = 640
Shot = Callable[[str], bytes | None]
"""Makes a PNG of an address."""


@contextmanager
def firefox() -> Iterator[Shot | None]:
    """Firefox without a window. Each picture is a process of its own, with a profile of its own."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:

        def shot(url: str) -> bytes | None:
            target = Path(folder, "shot.png")
            target.unlink(missing_ok=True)
            size = f"--window-size={SIZE[0]},{SIZE[1]}"
            profile = ["--profile", str(Path(folder, "profile"))]
            command = [program, "--headless", *profile, "--screenshot", str(target), size, url]
            Path(folder, "profile").mkdir(exist_ok=True)
            subprocess.run(command, capture_output=True, timeout=300, check=False)
            return target.read_bytes() if target.is_file() else None

        yield shot


@contextmanager
def webkit() -> Iterator[Shot | None]:
    """WebKitGTK's small browser on a screen in memory."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if driver is None or screen is None:
        yield None
        return
    shape = f"{SIZE[0] + 200}x{SIZE[1] + 400}x24"
    display = subprocess.Popen([screen, ":97", "-screen", "0", shape], stdout=-3, stderr=-3)
    # As root, WebKit's own sandbox cannot start.
    own = {"DISPLAY": ":97", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "GDK_BACKEND": "x11"}
    server = subprocess.Popen([driver, f"--port={PORT}"], env={**os.environ, **own}, stdout=-3, stderr=-3)
    try:
        session = _post("session", {"capabilities": {}})["sessionId"]
        _post(f"session/{session}/window/rect", {"width": SIZE[0], "height": SIZE[1]})
        script = "return [innerWidth, innerHeight]"
        width, height = _post(f"session/{session}/execute/sync", {"script": script, "args": []})
        grown = {"width": 2 * SIZE[0] - width, "height": 2 * SIZE[1] - height}
        _post(f"session/{session}/window/rect", grown)

        def shot(url: str) -> bytes | None:
            _post(f"session/{session}/url", {"url": "about:blank"})
            _post(f"session/{session}/url", {"url": url})
            waits = "const done = arguments[0]; document.fonts.ready.then(() => setTimeout(done, 1000))"
            _post(f"session/{session}/execute/async", {"script": waits, "args": []})
            return base64.b64decode(_get(f"session/{session}/screenshot"))

        yield shot
    finally:
        for process in (server, display):
            process.terminate()
            process.wait()


def _post(path: str, body: dict[str, Any]) -> Any:
    data = json.dumps(body).encode()
    return _answer(Request(f"http://127.0.0.1:{PORT}/{path}", data, {"Content-Type": "application/json"}))


def _get(path: str) -> Any:
    return _answer(Request(f"http://127.0.0.1:{PORT}/{path}"))


def _answer(request: Request) -> Any:
    for _ in range(100):  # the server takes a moment to listen
        try:
            with urlopen(request, timeout=300) as answer:
                return json.load(answer)["value"]
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.2)
    raise SystemExit("WebKitWebDriver does not listen")


def pictures(path: Path, folder: Path, others: dict[str, Shot]) -> None:
    """Writes a row of pictures for each of ten slides in each scheme: Chromium's first, then the others'."""
    with open_browser() as browser:
        for scheme in ("light", "dark"):
            with open_deck(path, scheme, browser=browser) as deck:
                total = len(deck.slides)
                for index in sorted({round(at * (total - 1) / (COUNT - 1)) for at in range(COUNT)}):
                    deck.page.evaluate("index => slidegen.show(index, 0)", index)
                    hash_ = deck.page.evaluate("location.hash")
                    own = deck.page.screenshot(animations="disabled")
                    url = f"{path.as_uri()}?theme={scheme}{hash_}"
                    made = {"Chromium": own, **{name: shot(url) for name, shot in others.items()}}
                    _row([png for png in made.values() if png], folder / f"{path.stem}-{index + 1:02}-{scheme}.png")


def _row(pngs: list[bytes], target: Path) -> None:
    height = round(SHOWN_WIDTH * SIZE[1] / SIZE[0])
    row = Image.new("RGB", (len(pngs) * (SHOWN_WIDTH + 8), height), "gray")
    for at, png in enumerate(pngs):
        row.paste(Image.open(io.BytesIO(png)).convert("RGB").resize((SHOWN_WIDTH, height)), (at * (SHOWN_WIDTH + 8), 0))
    row.save(target)


def main() -> None:
    """Builds the decks that are named, or all examples, and writes the pictures."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: python benchmarks/browsers.py FOLDER [DECK...]")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    decks = [Path(name) for name in sys.argv[2:]] or [
        path for path in sorted(SLIDES.iterdir()) if path.suffix in (".yml", ".md", ".org", ".ipynb")
    ]
    with firefox() as gecko, webkit() as gtk:
        others = {"Firefox": gecko, "WebKitGTK": gtk}
        for name in [name for name, shot in others.items() if shot is None]:
            print(f"{name} is not installed")
        for deck in decks:
            for output in ("reveal", "marp"):
                options = BuildOptions(folder=folder, format=output, mode="frozen", offline=True, keep_record=False)
                pictures(build(str(deck), options).output, folder, {n: s for n, s in others.items() if s is not None})
    print(folder)


if __name__ == "__main__":
    main()
