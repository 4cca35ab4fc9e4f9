"""A real server on this machine, and a real browser that shows its pages."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PACKAGES = ("starlette", "uvicorn", "watchfiles")
if any(find_spec(package) is None for package in PACKAGES):  # the extra `serve` is not installed
    collect_ignore = [f"test_{name}.py" for name in ("live", "server", "computing", "many_edits", "watching")]

PATIENCE = 120.0
"""Seconds that a busy machine may take."""


def until(found: Callable[[], Any], what: str = "it happens") -> Any:
    """Waits until `found` returns something true, and returns it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError(f"not in time: {what}")


@dataclass
class Served:
    """A running `slidegen serve`: its process, its address and what it says on standard error."""

    folder: Path
    process: subprocess.Popen[bytes]
    url: str = ""

    @property
    def said(self) -> str:
        """What it has said so far on standard error."""
        return (self.folder / "stderr.txt").read_text(encoding="utf-8")

    @property
    def base(self) -> str:
        """The address of the server with its token."""
        found = re.match(r"http://127\.0\.0\.1:\d+/[\w-]+/", self.url)
        assert found is not None
        return found[0]

    def write(self, text: str, name: str = "talk.yml") -> None:
        """Saves a file of the deck."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    def end(self) -> int:
        """Ends it as Ctrl-C does, and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@dataclass
class Server:
    """Starts servers in one folder."""

    folder: Path
    running: list[Served] = field(default_factory=list)

    def write(self, text: str, name: str = "talk.yml") -> None:
        """Writes a file before a server starts."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    def start(self, *arguments: str, environment: dict[str, str] | None = None) -> Served:
        """Starts `slidegen serve` with these arguments, and waits for its address."""
        out, err = self.folder / "stdout.txt", self.folder / "stderr.txt"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "slidegen", "serve", "--port", "0", *(arguments or ("talk.yml",))],
                cwd=self.folder,
                stdout=stdout,
                stderr=stderr,
                env={**os.environ, **(environment or {})},
            )
        served = Served(self.folder, process)
        self.running.append(served)
        until(lambda: out.read_text() or process.poll() is not None, "the server starts")
        assert process.poll() is None, served.said
        served.url = out.read_text().strip()
        return served


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Starts servers in an empty folder; they are ended afterwards."""
    started = Server(tmp_path)
    yield started
    for served in started.running:
        with suppress(Exception):
            served.end()
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()


@dataclass
class Live:
    """A page of the server in a browser."""

    page: Page

    @property
    def version(self) -> int:
        """The state that the page shows."""
        return int(self.page.evaluate("document.documentElement.dataset.version ?? -1"))

    def after(self, act: Callable[[], object]) -> None:
        """Does something and waits until the page has changed. Fails if the page was loaded anew."""
        before = self.version
        self.page.evaluate("window.stayed = true")
        act()
        self.page.wait_for_function(f"() => Number(document.documentElement.dataset.version) > {before}")
        assert self.page.evaluate("window.stayed === true"), "the page was loaded anew"

    def wait(self, expression: str) -> None:
        """Waits until an expression of JavaScript is true."""
        self.page.wait_for_function(f"() => {expression}")

    def text(self) -> str:
        """The text of the slide in view."""
        return str(self.page.evaluate("Reveal.getCurrentSlide().textContent"))

    def place(self) -> tuple[int, int, int]:
        """Its place: stack, slide in it, fragment."""
        found = self.page.evaluate("(({h, v, f}) => [h, v, f ?? -1])(Reveal.getIndices())")
        return tuple(found)

    def panel(self, selector: str) -> list[str]:
        """The texts of elements over the slides."""
        return [text.strip() for text in self.page.locator(f"slidegen-panel >> {selector}").all_inner_texts()]


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[[str], Live]]:
    """Opens pages; the messages of their consoles must be none."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    messages: list[str] = []

    def open_page(url: str) -> Live:
        page = context.new_page()
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("console", lambda message: messages.append(message.text) if message.type == "error" else None)
        page.goto(url)
        page.wait_for_function("() => document.documentElement.dataset.version")
        return Live(page)

    yield open_page
    context.close()
    assert [one for one in messages if "ERR_" not in one] == []  # a server that has ended
